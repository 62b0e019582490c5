"""What final blocks hold, brought into the operator's rows: one transaction for a range of blocks.

Calls end as done or refused, or go to another key where the cap of this one is used; holds take the
phase and words of their last event, whoever made it, orders move to where their holds are, and
where one hold of an order was refused the others are released. The cursor moves in the same
transaction, so a range counts once whatever dies on the way. Each key's relayer ends calls of its
own and notes of every hold what it finds: where several do, each finds the same, as an order's
state is a function of its holds and open calls.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.redeeming.calling import ending_call
from ledger.redeeming.heralding import tell_of_orders, tell_of_windows
from ledger.redeeming.reading import Onchain, fact_of, is_capped, onchain
from ledger.redeeming.standing import Kind, state_of, way
from ledger.redeeming.values import Phase, Purpose, State
from ledger.store import operator_commands as commands
from ledger.store import operator_facts as chain
from ledger.store import operator_orders as orders
from ledger.store.engine import Connection
from ledger.store.operator_commands import Call, Ended, InBatch
from ledger.store.operator_orders import HoldEntry, OrderRow
from ledger.store.operator_tables import ORDER

TRIES = 3
"""How often a call that ran out of gas, or whose transaction failed, is sent again."""
MORE_GAS = 2
"""Times the gas of the attempt before."""


@dataclass
class _Ended:
    """Outcomes of a range's calls."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, bytes] = field(default_factory=dict)
    again: dict[int, int] = field(default_factory=dict)
    passed: list[int] = field(default_factory=list)
    """Calls that this key is too capped for, and another may try."""
    orders: set[str] = field(default_factory=set)
    reasons: dict[str, bytes] = field(default_factory=dict)
    not_placed: set[bytes] = field(default_factory=set)
    """Holds and gifts that the chain refused."""


@dataclass
class _Changes:
    """What a range comes to, to be written at once."""

    facts: list[HoldEntry] = field(default_factory=list)
    steps: list[dict[tuple[str, str], list[str]]] = field(default_factory=list)
    """Orders by move; those of the second step come after those of the first."""
    sums: list[tuple[str, int, int]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    """Orders with something newer than the range: to be looked at again."""

    def moved(self) -> set[str]:
        """Orders whose state or sums change."""
        steps = (name for moves in self.steps for names in moves.values() for name in names)
        return {*steps, *(name for name, *_ in self.sums)}


def settle(
    operator: Connection,
    projection: Connection,
    sender: bytes,
    until: int,
    revisit: Collection[str],
    keys: Collection[bytes] = (),
) -> set[str]:
    """Brings the operator's rows to the final block ``until`` for one key; commits nothing.

    ``keys`` are all that the operator has. ``revisit`` are orders to look at besides those that the
    range touches. Returns those to be looked at again with the next range.
    """
    cursor = commands.cursor(operator, sender)
    ended = _ended(operator, projection, sender, until, keys)
    commands.conclude(operator, ended.done, ended.refused, ended.again)
    commands.pass_on(operator, sender, ended.passed)
    touched = chain.touched(projection, until if cursor is None else cursor, until)
    names = {*ended.orders, *revisit, *orders.orders_of_holds(operator, touched)}
    rows = orders.find_many(operator, sorted(names))
    changes = _changes(operator, projection, rows, ended, until)
    _write(operator, changes)
    reasons = {o: why for o, why in ended.reasons.items() if rows[o].state != State.UNDOING}
    orders.note_reasons(operator, reasons)
    tell_of_orders(operator, projection, rows, changes.moved(), reasons)
    if cursor is not None:
        tell_of_windows(operator, projection, cursor, until)
    commands.set_cursor(operator, sender, until)
    return changes.waiting


def _ended(
    operator: Connection,
    projection: Connection,
    sender: bytes,
    until: int,
    keys: Collection[bytes],
) -> _Ended:
    found = _Ended()
    calls = commands.ended(operator, sender, until)
    refused = chain.refused(projection, {call.mined_hash for call in calls})
    rows = [refused.get((call.mined_hash, call.command.place or 0)) for call in calls]
    reasons = [None if row is None else row.reason for row in rows]
    pairs = list(zip(calls, reasons, strict=True))
    capped = [call.command.seq for call, reason in pairs if is_capped(reason)]
    tried = commands.capped(operator, capped) if capped else {}
    for call, reason in pairs:
        seq = call.command.seq
        if is_capped(reason) and set(keys) - tried.get(seq, set()) - {sender}:
            found.passed.append(seq)
        else:
            _note_outcome(found, call, reason)
    return found


def _note_outcome(found: _Ended, call: Ended, reason: bytes | None) -> None:
    command = call.command
    if command.order is not None:
        found.orders.add(command.order)
    nothing = not call.succeeded or reason == b""
    if nothing and command.failures < TRIES:
        found.again[command.seq] = command.gas * MORE_GAS
    elif nothing or reason is not None:
        found.refused[command.seq] = reason or b""
        if command.order is not None:
            found.reasons.setdefault(command.order, reason or b"")
        if command.hold is not None and command.kind in (Kind.HOLD, Kind.GIVE):
            found.not_placed.add(command.hold)
    else:
        found.done.append(command.seq)


def _changes(
    operator: Connection,
    projection: Connection,
    rows: Mapping[str, OrderRow],
    ended: _Ended,
    until: int,
) -> _Changes:
    holds = orders.holds(operator, rows)
    calls = commands.of_orders(operator, rows)
    shown = onchain(projection, [hold.id for part in holds.values() for hold in part])
    changes = _Changes()
    for name, row in rows.items():
        mine = holds.get(name, [])
        if shown.newest(hold.id for hold in mine) > until:
            changes.waiting.add(name)
        elif mine:
            _change(
                operator, changes, row, _now(mine, shown, ended.not_placed), calls.get(name, [])
            )
    before = {hold.id: hold for part in holds.values() for hold in part}
    changes.facts = [fact for fact in changes.facts if fact != before[fact.id]]
    return changes


def _now(
    holds: Sequence[HoldEntry], shown: Onchain, not_placed: Collection[bytes]
) -> list[HoldEntry]:
    """The holds as the chain shows them."""
    now = []
    for hold in holds:
        fact = fact_of(hold, shown, hold.id in not_placed)
        row = shown.holds.get(hold.id)
        words = (row.terms, row.points) if row else (hold.terms, hold.points)
        sums = (fact.captured_units, fact.refunded_units)
        now.append(HoldEntry(*hold[:6], str(fact.phase), *sums, *words))
    return now


def _change(
    operator: Connection,
    changes: _Changes,
    row: OrderRow,
    holds: Sequence[HoldEntry],
    calls: Sequence[InBatch],
) -> None:
    """Notes where the order stands now, and what has to be undone."""
    facts = [fact_of(hold, Onchain(0, {}, {}), refused=False) for hold in holds]
    asked = {Kind(call.command.kind) for call in calls}
    state = state_of(Purpose(row.purpose), facts, asked)
    changes.facts += holds
    for step, move in enumerate(way(ORDER.moves, State(row.state), state)):
        while len(changes.steps) <= step:
            changes.steps.append(defaultdict(list))
        changes.steps[step][move].append(row.id)
    captured, back = sum(f.captured_units for f in facts), sum(f.refunded_units for f in facts)
    if (captured, back) != (row.captured_units, row.refunded_units):
        changes.sums.append((row.id, captured, back))
    if state is State.UNDOING and not asked:
        changes.calls += _undo(operator, holds)


def _undo(operator: Connection, holds: Iterable[HoldEntry]) -> list[Call]:
    """Releases of what was held: as the resident's own cancel, which changes no point's life; else
    as the acceptor's; what neither can end waits for its deadline."""
    found = []
    for hold in holds:
        if hold.phase == Phase.HELD:
            tried = commands.kinds_for(operator, hold.id)
            kind = next((k for k in (Kind.CANCEL, Kind.DECLINE) if k not in tried), None)
            if kind is not None:
                found.append(ending_call(kind, hold, None))
    return found


def _write(operator: Connection, changes: _Changes) -> None:
    orders.note_facts(operator, changes.facts)
    for moves in changes.steps:
        for (before, after), names in moves.items():
            orders.move(operator, names, before, after)
    orders.note_sums(operator, changes.sums)
    commands.add(operator, changes.calls)
