"""The issuer as acceptor: points of other issuers become native points of its own scheme.

For each final hold the directory says who is to be credited; the hold is captured with the issuer's
own key, and then the source credits under the hold's id, which it does once. A hold for nobody is
declined; a credit that the source refuses for good is refunded. It never mints.
"""

from __future__ import annotations

from issuers.adapter import CreditRefused, IssuerAdapter
from issuers.directory import ExchangeDirectory
from issuers.settling import why_failed
from ledger.chain import calls
from ledger.chain.calls import HoldWords
from ledger.chain.outbox import Outbox
from ledger.faults import Faults
from ledger.rules.state import Hold
from ledger.store import agent_duties, agent_links, agent_notes
from ledger.store.agent_duties import ExchangeRow
from ledger.store.agent_tables import Exchange
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.outbox_tables import OutboxRow, State

AT_ONCE = 100
"""Holds of one state in a round."""
GAS = 400_000
"""Of one capture, refund or decline; measured at 125 k."""
NOBODY = "exchange.nobody"
"""Why a hold is declined: its resident has no linked account in this scheme."""
PREFIX = "exchange:"
"""Of the outbox's ids."""


def finished(connection: Connection, row: OutboxRow) -> None:
    """A capture, decline or refund that failed. What succeeded is read from the chain's events."""
    found = None
    if row.id.startswith(PREFIX) and row.state is not State.FINAL:
        found = agent_duties.exchange_of_command(connection, row.id)
    if found is None:
        return
    values = {"reason": why_failed(row), "command": None}
    agent_duties.move_exchange(connection, found.hold_id, found.state, Exchange.ENDED, **values)


class Exchanges:
    """Serves one issuer's holds."""

    def __init__(
        self,
        engine: Engine,
        adapter: IssuerAdapter,
        directory: ExchangeDirectory,
        outbox: Outbox,
        desk: bytes,
        faults: Faults,
    ) -> None:
        self._engine = engine
        self._adapter = adapter
        self._directory = directory
        self._outbox = outbox
        self._desk = desk
        self._faults = faults

    def step(self, now_s: int) -> int:
        """Takes each hold a step on; how many moved. Raises what directory and source raise."""
        with reading(self._engine) as connection:
            seen = agent_duties.exchanges(connection, Exchange.SEEN, AT_ONCE)
            captured = agent_duties.exchanges(connection, Exchange.CAPTURED, AT_ONCE)
        return sum(self._credit(row) for row in captured) + sum(
            self._answer(row, now_s) for row in seen
        )

    def _answer(self, row: ExchangeRow, now_s: int) -> int:
        """Capture it, decline it, or see that it is too late."""
        words = _words(row)
        if Hold.of_words(*words, captured=False).deadline_s < now_s:
            with transaction(self._engine, self._faults) as connection:
                late = {"reason": "hold.deadline-passed"}
                agent_duties.move_exchange(
                    connection, row.hold_id, Exchange.SEEN, Exchange.ENDED, **late
                )
            return 1
        member_id = self._member(row)
        if member_id is None:
            data = calls.decline(row.hold_id, words)
            self._send(row, "decline", data, Exchange.DECLINING, reason=NOBODY)
        else:
            data = calls.capture(row.hold_id, words, row.units)
            self._send(row, "capture", data, Exchange.CAPTURING, member_id=member_id)
        return 1

    def _credit(self, row: ExchangeRow) -> int:
        """The credit at the source, or the refund of one that it refuses for good."""
        member_id = row.member_id or self._member(row)
        refused = "" if member_id else NOBODY
        if member_id:
            try:
                self._adapter.credit(f"0x{row.hold_id.hex()}", member_id, row.native_points)
            except CreditRefused as refusal:
                refused = str(refusal.fields["why"])
        if refused:
            data = calls.refund(row.hold_id, _words(row), row.units)
            self._send(row, "refund", data, Exchange.REFUNDING, reason=refused[:60])
            return 1
        with transaction(self._engine, self._faults) as connection:
            given = {"member_id": member_id}
            agent_duties.move_exchange(
                connection, row.hold_id, Exchange.CAPTURED, Exchange.CREDITED, **given
            )
        return 1

    def _member(self, row: ExchangeRow) -> str | None:
        """Whose account in this scheme the wallet names; None for nobody's."""
        account = self._directory.account_for(row.hold_id)
        if account is None:
            return None
        with reading(self._engine) as connection:
            link = agent_links.of_account(connection, account)
        return link.member_id if link and link.unlinked_at_s is None else None

    def _send(
        self, row: ExchangeRow, verb: str, data: bytes, after: Exchange, **values: str
    ) -> None:
        """Recorded with the row's move, in one transaction."""
        with transaction(self._engine, self._faults) as connection:
            turn = agent_notes.count_on(connection, agent_notes.EXCHANGES)
            command = f"{PREFIX}{verb}:{row.hold_id.hex()}:{turn}"
            self._outbox.record(connection, command, self._desk, data, GAS)
            agent_duties.move_exchange(
                connection, row.hold_id, row.state, after, command=command, **values
            )


def _words(row: ExchangeRow) -> HoldWords:
    return HoldWords(int.from_bytes(row.terms, "big"), int.from_bytes(row.points, "big"))
