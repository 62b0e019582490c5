"""Orders as they stand now: the operator's rows, with what the projection already shows of them.

The rows say what is final; the projection is ahead of them by the blocks that are not. So an order
reads ``held`` once its holds are mined, and is ``final`` when the rows say the same. If a block
vanishes, the projection goes back and so does the answer, but never behind what is final. Reads
only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.chain.reverts import refusal_of, rule_refusal
from ledger.errors import Refused, TongduiError
from ledger.index.columns import HoldPhase
from ledger.index.rows import DonationRow, HoldRow
from ledger.redeeming.standing import Fact, Kind, state_of
from ledger.redeeming.values import HoldPart, Order, Phase, Purpose, State
from ledger.store import operator_commands as commands
from ledger.store import operator_facts as chain
from ledger.store import operator_orders as orders
from ledger.store.engine import Connection
from ledger.store.index_network import indexed
from ledger.store.operator_commands import InBatch
from ledger.store.operator_orders import HoldEntry, OrderRow
from ledger.units import day_of, start_of_day

_CAPPED = "OperatorCapReached"
_PHASES = {
    HoldPhase.HELD: Phase.HELD,
    HoldPhase.CAPTURED: Phase.CAPTURED,
    HoldPhase.RELEASED: Phase.ENDED,
    HoldPhase.REFUNDED: Phase.ENDED,
}


@dataclass(frozen=True)
class Onchain:
    """What the projection shows of some holds, as of one block."""

    block: int
    holds: Mapping[bytes, HoldRow]
    gifts: Mapping[bytes, DonationRow]

    def newest(self, ids: Iterable[bytes]) -> int:
        """The block of the last thing that happened to any of these."""
        rows = (self.holds.get(name) or self.gifts.get(name) for name in ids)
        return max((row.block for row in rows if row is not None), default=0)


@dataclass(frozen=True)
class Outcome:
    """What became of a call whose transaction is mined: ``reason`` is None where it was done."""

    command: commands.CommandRow
    reason: bytes | None


def onchain(connection: Connection, ids: Sequence[bytes]) -> Onchain:
    """What the projection shows of these holds and gifts."""
    at = indexed(connection)
    found = chain.holds(connection, ids)
    rest = [name for name in ids if name not in found]
    return Onchain(at.block if at else 0, found, chain.gifts(connection, rest))


def fact_of(hold: HoldEntry, shown: Onchain, refused: bool) -> Fact:
    """The hold as the chain shows it; as asked where it shows nothing."""
    row = shown.holds.get(hold.id)
    if row is not None:
        sums = (row.captured_units, row.refunded_units)
        return Fact(hold.id, _PHASES[HoldPhase(row.phase)], hold.units, *sums)
    if hold.id in shown.gifts:
        return Fact(hold.id, Phase.GIVEN, hold.units)
    phase = Phase.REFUSED if refused else Phase(hold.phase)
    return Fact(hold.id, phase, hold.units, hold.captured_units, hold.refunded_units)


def outcomes(
    connection: Connection, open_calls: Iterable[InBatch], block: int
) -> dict[int, Outcome]:
    """By command number, those whose transactions the projection has seen, up to ``block``."""
    mined = [
        call
        for call in open_calls
        if call.mined_hash and call.succeeded and (call.block_number or 0) <= block
    ]
    refused = chain.refused(connection, {call.mined_hash or b"" for call in mined})
    found: dict[int, Outcome] = {}
    for call in mined:
        row = refused.get((call.mined_hash or b"", call.command.place or 0))
        # Without a reason it ran out of gas, and is sent again; where a key's cap is used, another
        # key may try once that is final.
        if row is None or (row.reason and not is_capped(row.reason)):
            found[call.command.seq] = Outcome(call.command, row.reason if row else None)
    return found


def is_capped(reason: bytes | None) -> bool:
    """Whether the chain said that the operator's cap of the day is used."""
    return bool(reason) and rule_refusal(reason or b"").name == _CAPPED


def told(reason: bytes, day_of_s: int) -> TongduiError:
    """Why a call of an order placed at that time was refused; where all the operator's caps of the
    day are used, when they open again."""
    refusal = rule_refusal(reason)
    if refusal.name != _CAPPED:
        return refusal_of(reason)
    opens_s = start_of_day(day_of(day_of_s) + 1)
    return Refused("order.caps-used", headroom_units=int(refusal.values[1]), opens_s=opens_s)


def read_orders(
    operator: Connection, projection: Connection, rows: Sequence[OrderRow], cursor: int
) -> list[Order]:
    """The orders of these rows, in their order. ``cursor``: up to which block the rows are."""
    names = [row.id for row in rows]
    holds = orders.holds(operator, names)
    calls = commands.of_orders(operator, names)
    shown = onchain(projection, [hold.id for part in holds.values() for hold in part])
    if shown.block < cursor:  # it is being built again: what was final already stands in the rows
        shown = Onchain(shown.block, {}, {})
    every = [call for part in calls.values() for call in part]
    ended = outcomes(projection, every, shown.block)
    return [
        _order(row, holds.get(row.id, []), calls.get(row.id, []), shown, ended, cursor)
        for row in rows
    ]


def _order(
    row: OrderRow,
    holds: Sequence[HoldEntry],
    calls: Sequence[InBatch],
    shown: Onchain,
    ended: Mapping[int, Outcome],
    cursor: int,
) -> Order:
    mine = [ended[call.command.seq] for call in calls if call.command.seq in ended]
    refusals = {o.command.hold: o.reason for o in mine if o.reason is not None}
    placing = {o.command.hold for o in mine if o.reason and o.command.kind in _PLACING}
    facts = [fact_of(hold, shown, hold.id in placing) for hold in holds]
    asked = {Kind(c.command.kind) for c in calls if c.command.seq not in ended}
    purpose = Purpose(row.purpose)
    state = state_of(purpose, facts, asked) if facts else State(row.state)
    reason = row.reason if row.reason is not None else next(iter(refusals.values()), None)
    return Order(
        id=row.id,
        wallet=row.wallet or "",
        purpose=purpose,
        acceptor=row.acceptor,
        units=row.units,
        service_at_s=row.service_at_s,
        deadline_s=row.deadline_s,
        placed_at_s=row.placed_at_s,
        state=state,
        captured_units=sum(f.captured_units for f in facts) if facts else row.captured_units,
        refunded_units=sum(f.refunded_units for f in facts) if facts else row.refunded_units,
        parts=tuple(_part(hold, fact) for hold, fact in zip(holds, facts, strict=True)),
        reason=None if reason is None else told(reason, row.placed_at_s),
        confirmed=not asked,
        final=not calls and shown.newest(hold.id for hold in holds) <= cursor,
    )


_PLACING = (Kind.HOLD, Kind.GIVE)


def _part(hold: HoldEntry, fact: Fact) -> HoldPart:
    return HoldPart(
        hold.id,
        hold.issuer,
        hold.account,
        hold.units,
        fact.phase,
        fact.captured_units,
        fact.refunded_units,
    )
