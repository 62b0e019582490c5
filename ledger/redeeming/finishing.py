"""What happens to an order that is held: captured, declined, cancelled; and refunds afterwards.

One step at a time: an order with a step on its way takes no other until that one is final. Amounts
spread over its holds by expiry; the words of each hold's last final event go with the call. What
can be judged beforehand is refused at once in the contract's words; the rest the contract says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from ledger.chain.types import enhex
from ledger.errors import Broken, Refused, Rejected, TongduiError, Unavailable
from ledger.redeeming import seeing, signing
from ledger.redeeming.calling import capture_call, ending_call, refund_call, slices_of
from ledger.redeeming.seeing import indexed
from ledger.redeeming.standing import ON_THE_WAY, Kind, spread, total
from ledger.redeeming.together import Together
from ledger.redeeming.values import Order, Phase, Signed, State, ToSign
from ledger.redeeming.workplace import (
    Look,
    Workplace,
    check_id,
    content_of,
    require_same,
)
from ledger.rules import Registry
from ledger.rules.refusal import RuleRefusal, require
from ledger.store import operator_commands as commands
from ledger.store import operator_orders as orders
from ledger.store import operator_wallets as wallets
from ledger.store.operator_commands import Call
from ledger.store.operator_orders import HoldEntry, OrderRow
from ledger.store.operator_wallets import RequestRow

_FROM = {
    Kind.CAPTURE: State.HELD,
    Kind.DECLINE: State.HELD,
    Kind.CANCEL: State.HELD,
    Kind.REFUND: State.CAPTURED,
}
_TO = {
    Kind.CAPTURE: State.CAPTURING,
    Kind.DECLINE: State.RELEASING,
    Kind.CANCEL: State.RELEASING,
    Kind.REFUND: State.REFUNDING,
}


class Step(NamedTuple):
    """What is asked of an order under an id. Without ``units``, all of it."""

    request_id: str
    order_id: str
    kind: Kind
    units: int | None = None
    signed: Mapping[bytes, Signed] | None = None

    def content(self) -> bytes:
        """Of all of it but the id."""
        return content_of(self.order_id, self.kind, self.units, sorted((self.signed or {}).items()))


@dataclass
class _Here:
    """What steps are judged by, and what is to be written for those that pass."""

    now_s: int
    registry: Registry
    keys: Mapping[bytes, bytes]
    rows: dict[str, OrderRow]
    holds: Mapping[str, Sequence[HoldEntry]]
    known: dict[str, RequestRow]
    calls: list[Call] = field(default_factory=list)
    moves: dict[tuple[str, State], list[str]] = field(default_factory=dict)
    requests: list[RequestRow] = field(default_factory=list)


class Finishing:
    """Use cases of orders that stand, at one workplace."""

    def __init__(self, work: Workplace) -> None:
        self._work = work
        self._together: Together[Step, bool] = Together(self._record)

    def take(self, step: Step, wait_s: float) -> Order:
        """Records the step and waits for its outcome.

        Raises Rejected: order.unknown, order.id-reused; Refused: order.not-in-state, and what the
        contract would say; Unavailable("order.not-final") where the step before is still on its
        way when the time is over.
        """
        check_id(step.request_id)
        record = partial(self._together.do, step)
        return self._work.ask(step.order_id, record, wait_s, _confirmed, step.request_id)

    def cancel_to_sign(self, order_id: str, expires_at_s: int) -> dict[bytes, ToSign]:
        """What the residents' keys sign to cancel, by hold id, for accounts that have one."""
        with self._work.look() as at:
            _, holds = _found(at, order_id)
            keys = self._keys(at, holds)
        domain = self._work.domain
        return {
            hold.id: signing.cancel_to_sign(domain, hold.id, expires_at_s)
            for hold in holds
            if hold.account in keys
        }

    def release_overdue(self, most: int) -> list[str]:
        """Asks for the release of orders past their deadline; which."""
        with self._work.change() as at:
            now_s = indexed(at.projection).time_s
            late = (State.HELD, State.UNDOING)
            names = orders.ids_in(at.operator, late, overdue_at_s=now_s, most=most)
            rows = orders.find_many(at.operator, names)
            busy = commands.of_orders(at.operator, names)
            names = [name for name in names if name not in busy]
            held = orders.holds(at.operator, names)
            calls = [
                ending_call(Kind.OVERDUE, hold, None)
                for name in names
                for hold in _in_phase(held[name], Phase.HELD)
            ]
            commands.add(at.operator, calls)
            released = [name for name in names if rows[name].state == State.HELD]
            orders.move(at.operator, released, State.HELD, State.RELEASING)
        self._work.wake()
        return names

    def _record(self, every: Sequence[Step]) -> list[bool | TongduiError]:
        """Records those that can be; whether each is new, or why it can't be recorded."""
        answers: list[bool | TongduiError] = []
        with self._work.change() as at:
            here = self._here(at, every)
            for step in every:
                try:
                    answers.append(self._judge(here, step))
                except Broken:
                    raise
                except TongduiError as error:
                    answers.append(error)
            _write(at, here)
        return answers

    def _here(self, at: Look, every: Sequence[Step]) -> _Here:
        now = indexed(at.projection)
        holds = orders.holds(at.operator, {step.order_id for step in every})
        accounts = [hold.account for part in holds.values() for hold in part]
        desk = self._work.deployment.desk
        return _Here(
            now_s=now.time_s,
            registry=self._work.rules.at(at.projection, now.block)[0],
            keys=seeing.keys_of(at.projection, desk, accounts, now.time_s),
            rows=orders.find_many(at.operator, {step.order_id for step in every}),
            holds=holds,
            known=wallets.requests(at.operator, [step.request_id for step in every]),
        )

    def _judge(self, here: _Here, step: Step) -> bool:
        """Notes what is to be written; all that can refuse it comes before. Whether it is new."""
        before = here.known.get(step.request_id)
        if before is not None:
            require_same(step.request_id, before.content, step.content())
            return False
        row = here.rows.get(step.order_id)
        if row is None:
            raise Rejected("order.unknown", id=step.order_id)
        _require_state(row, _FROM[step.kind])
        here.calls += self._calls(here, step, row, here.holds.get(row.id, []))
        here.moves.setdefault((row.state, _TO[step.kind]), []).append(row.id)
        here.rows[row.id] = row._replace(state=_TO[step.kind])
        asked = RequestRow(step.request_id, step.kind, step.content(), row.id, None)
        here.known[step.request_id] = asked
        here.requests.append(asked)
        return True

    def _calls(
        self, here: _Here, step: Step, row: OrderRow, holds: Sequence[HoldEntry]
    ) -> list[Call]:
        held = _in_phase(holds, Phase.HELD)
        if step.kind is Kind.CANCEL:
            in_time = here.now_s <= row.service_at_s
            require(in_time, "ServiceTimePassed", row.service_at_s)
            return [self._cancel(here.keys, step, hold) for hold in held]
        keys = self._work.keys_text
        hosted = any(here.registry.may_act_for(key, row.acceptor) for key in keys)
        require(hosted, "NotTheAcceptor", row.acceptor, keys[0])
        if step.kind is Kind.CAPTURE:
            return _captures(step, held)
        if step.kind is Kind.REFUND:
            return _refunds(step, _in_phase(holds, Phase.CAPTURED))
        return [ending_call(step.kind, hold, step.request_id) for hold in held]

    def _cancel(self, keys: Mapping[bytes, bytes], step: Step, hold: HoldEntry) -> Call:
        signed = (step.signed or {}).get(hold.id)
        if hold.account in keys:
            if signed is None:
                raise Refused("order.signature-missing", account=hold.account)
            digest = self._work.domain.cancel(hold.id, signed.expires_at_s)
            signing.require_signer(digest, signed.signature, keys[hold.account])
        elif signed is not None:
            raise RuleRefusal("AccountHasNoKey", enhex(hold.account))
        return ending_call(Kind.CANCEL, hold, step.request_id, signed)

    def _keys(self, at: Look, holds: Sequence[HoldEntry]) -> dict[bytes, bytes]:
        now_s = indexed(at.projection).time_s
        accounts = [hold.account for hold in holds]
        return seeing.keys_of(at.projection, self._work.deployment.desk, accounts, now_s)


def _write(at: Look, here: _Here) -> None:
    commands.add(at.operator, here.calls)
    for (before, after), names in here.moves.items():
        orders.move(at.operator, names, before, after)
        orders.note_reasons(at.operator, dict.fromkeys(names))
    wallets.add_requests(at.operator, here.requests)


def _captures(step: Step, holds: Sequence[HoldEntry]) -> list[Call]:
    """Captures of what is taken, earliest expiry first, and releases of holds it leaves whole."""
    slices = {hold.id: slices_of(hold) for hold in holds}
    amounts = spread(slices, _units(step, total(slices)))
    return [
        capture_call(hold, amounts[hold.id], step.request_id)
        if hold.id in amounts
        else ending_call(Kind.DECLINE, hold, step.request_id)
        for hold in holds
    ]


def _refunds(step: Step, holds: Sequence[HoldEntry]) -> list[Call]:
    """Refunds of what comes back, latest expiry first."""
    slices = {hold.id: slices_of(hold) for hold in holds}
    amounts = spread(slices, _units(step, total(slices)), latest_first=True)
    found = [hold for hold in holds if hold.id in amounts]
    return [refund_call(hold, amounts[hold.id], step.request_id) for hold in found]


def _units(step: Step, most: int) -> int:
    units = most if step.units is None else step.units
    require(0 < units <= most, "UnitsOutOfRange", units, most)
    return units


def _found(at: Look, order_id: str) -> tuple[OrderRow, list[HoldEntry]]:
    row = orders.find(at.operator, order_id)
    if row is None:
        raise Rejected("order.unknown", id=order_id)
    return row, orders.holds(at.operator, [order_id]).get(order_id, [])


def _require_state(row: OrderRow, wanted: State) -> None:
    if row.state in ON_THE_WAY:
        raise Unavailable("order.not-final", id=row.id, state=row.state)
    if row.state != wanted:
        raise Refused("order.not-in-state", id=row.id, state=row.state)


def _in_phase(holds: Sequence[HoldEntry], phase: Phase) -> list[HoldEntry]:
    return [hold for hold in holds if hold.phase == phase]


def _confirmed(order: Order) -> bool:
    return order.confirmed
