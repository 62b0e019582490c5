"""What the operator's key does beside orders: closing windows, publishing settlements.

Each has a transaction of its own in the outbox, recorded with the client's request. Also waits for
whatever was asked under a request's id.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ledger.chain.abi import abi
from ledger.chain.reverts import refusal_of
from ledger.clearing.netting import Payment, multilateral
from ledger.clearing.windows import (
    OPEN,
    PUBLISHED,
    SETTLED,
    WindowSheet,
    published_of,
    state_of,
)
from ledger.errors import Rejected
from ledger.index.rows import WindowRow
from ledger.redeeming.reading import outcomes
from ledger.redeeming.seeing import indexed
from ledger.redeeming.values import Relayed
from ledger.redeeming.workplace import Look, Workplace, check_id, content_of, require_same
from ledger.rules.refusal import RuleRefusal, require
from ledger.store import index_clearing as clearing
from ledger.store import operator_commands as commands
from ledger.store import operator_wallets as wallets
from ledger.store import outbox
from ledger.store.operator_wallets import RequestRow
from ledger.store.outbox_tables import FINISHED

CLOSE_GAS = 300_000
PUBLISH_GAS = 250_000
"""With no transfer."""
TRANSFER_GAS = 60_000
"""For each transfer: two slots and its part of the event."""
MEMBER_GAS = 15_000
"""For each member: its position is read and compared."""


class Closing:
    """Use cases of clearing at one workplace."""

    def __init__(self, work: Workplace) -> None:
        self._work = work

    def windows(self) -> list[WindowSheet]:
        """All windows, oldest first."""
        with self._work.look() as at:
            return [_sheet(at, row) for row in clearing.windows(at.projection)]

    def window(self, number: int) -> WindowSheet:
        """RuleRefusal("WindowUnknown")."""
        with self._work.look() as at:
            return _sheet(at, _window(at, number))

    def settlement_of(self, number: int) -> tuple[Payment, ...]:
        """At most n - 1 payments; RuleRefusal("WindowStillOpen")."""
        sheet = self.window(number)
        require(sheet.state != OPEN, "WindowStillOpen", number)
        return multilateral(sheet.positions)

    def close(self, request_id: str, wait_s: float) -> Relayed:
        """Closes the open window."""
        data = abi("ClearingHouse").call("closeWindow")
        return self.ask(request_id, lambda: self._record(request_id, data, CLOSE_GAS), wait_s)

    def publish(self, request_id: str, number: int, wait_s: float) -> Relayed:
        """Publishes the window's settlement; RuleRefusal as the clearing house says it."""
        with self._work.look() as at:
            known = wallets.request(at.operator, request_id) is not None
            registry, _ = self._work.rules.at(at.projection, indexed(at.projection).block)
        sheet = self.window(number)
        published = sheet.state in (PUBLISHED, SETTLED)
        require(known or not published, "SettlementAlreadyPublished", number)
        payments = self.settlement_of(number)
        listed = [(p.payer, p.payee, p.units, False, False) for p in payments]
        data = abi("ClearingHouse").call("publishSettlement", number, listed)
        gas = PUBLISH_GAS + TRANSFER_GAS * len(listed) + MEMBER_GAS * len(registry.members)
        return self.ask(request_id, lambda: self._record(request_id, data, gas), wait_s)

    def ask(self, request_id: str, record: Callable[[], None], wait_s: float) -> Relayed:
        """Records something under a request's id and waits for its outcome."""
        deadline = time.monotonic() + wait_s
        waiter = self._work.teller.waiters.expect(request_id)
        try:
            record()
            self._work.wake()
            found = self.read(request_id)
            while not found.confirmed and (left_s := deadline - time.monotonic()) > 0:
                waiter.wait(left_s)
                found = self.read(request_id)
            return found
        finally:
            self._work.teller.waiters.give_back(request_id, waiter)

    def read(self, request_id: str) -> Relayed:
        """Where it stands; Rejected("order.unknown") for an id that nothing was asked under."""
        with self._work.look() as at:
            request = wallets.request(at.operator, request_id)
            if request is None:
                raise Rejected("order.unknown", id=request_id)
            if request.outbox is not None:
                return _own(at, request_id, request.outbox)
            return _batched(at, request_id)

    def _record(self, request_id: str, data: bytes, gas: int) -> None:
        check_id(request_id)
        content = content_of("clearing", data)
        name = f"request:{request_id}"
        with self._work.change() as at:
            before = wallets.request(at.operator, request_id)
            if before is not None:
                require_same(request_id, before.content, content)
                return
            asked = RequestRow(request_id, "clearing", content, None, name)
            wallets.add_request(at.operator, asked)
            to = self._work.deployment.clearing
            self._work.outboxes[0].record(at.operator, name, to, data, gas)
        self._work.teller.watch(name, request_id)


def _own(at: Look, request_id: str, name: str) -> Relayed:
    row = outbox.find(at.operator, name)
    assert row is not None, "recorded in the request's own transaction"
    mined = row.block_number is not None and row.block_number <= indexed(at.projection).block
    failed = mined and (not row.succeeded or row.replaced)
    reason = refusal_of(row.revert_data or b"") if failed else None
    return Relayed(request_id, reason, mined, row.state in FINISHED)


def _batched(at: Look, request_id: str) -> Relayed:
    """Of a request that is one call of the desk."""
    calls = commands.of_request(at.operator, request_id)
    ended = outcomes(at.projection, calls, indexed(at.projection).block)
    open_calls = [call for call in calls if call.command.state in commands.OPEN]
    reasons = [call.command.reason for call in calls] + [o.reason for o in ended.values()]
    reason = next((why for why in reasons if why is not None), None)
    confirmed = all(call.command.seq in ended for call in open_calls)
    told = None if reason is None else refusal_of(reason)
    return Relayed(request_id, told, confirmed, not open_calls)


def _window(at: Look, number: int) -> WindowRow:
    row = clearing.window(at.projection, number)
    if row is None:
        raise RuleRefusal("WindowUnknown", number)
    return row


def _sheet(at: Look, row: WindowRow) -> WindowSheet:
    owed = clearing.obligations(at.projection, row.number)
    newest = indexed(at.projection)
    return WindowSheet(
        number=row.number,
        state=state_of(row),
        first_block=row.first_block,
        last_block=row.last_block or 0,
        unit_price_micro_yuan=row.unit_price_micro_yuan,
        obligations={(each.debtor, each.creditor): each.units for each in owed},
        opened_at_s=row.opened_at_s,
        as_of_block=newest.block,
        as_of_s=newest.time_s,
        transfers=tuple(clearing.transfers(at.projection, row.number)),
        published=published_of(row),
    )
