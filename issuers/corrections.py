"""Correction notices: what an event was worth less is taken back, in order, once.

A notice says the whole new quantity, so a repeat or an old one takes nothing back; a clerk's may
say instead which of the event's corrections was wrong and is reversed. Notices wait until their
event is final on the chain; of several for one event, one is under way at a time. The contract
wants the batch's words and keys as proof, which stand in the agent's own store, and of a correction
what its event says. What was spent already is the issuer's loss, and shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from issuers import awards
from issuers.askings import reverses_of
from issuers.awards import Standing, Taken, total
from issuers.outlook import ChainViews, Outlook
from issuers.settling import why_failed
from ledger import events
from ledger.chain.abi import abi
from ledger.chain.decode import decode, event_topic
from ledger.chain.outbox import Outbox
from ledger.errors import Unavailable
from ledger.faults import Faults
from ledger.store import agent_batches, agent_inbox, agent_notes
from ledger.store import outbox as outbox_store
from ledger.store.agent_batches import Batch
from ledger.store.agent_inbox import Notice
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.outbox_tables import OutboxRow, State
from ledger.units import MONTHS_PER_YEAR, year_is_open

PREFIX = "correct:"
"""Of the outbox's ids."""
AT_ONCE = 50
"""Requests in one transaction."""
LOOKED_AT = 500
"""Open notices of one round."""
FIXED_GAS = 150_000
REQUEST_GAS = 150_000
BYTE_GAS = 40
"""Of the calldata, by EIP-7623 at its dearest."""
_ENDED = (Inbox.REJECTED, Inbox.DUPLICATE)


class _Found(NamedTuple):
    """A notice whose event is final."""

    notice: Notice
    batch: int
    row: int
    month: int


def finished(connection: Connection, row: OutboxRow) -> None:
    """The end of a correction: its notices are done, or noted again."""
    if not row.id.startswith(PREFIX):
        return
    states = (Inbox.CORRECTING, Inbox.DONE if row.state is State.FINAL else Inbox.NOTED)
    values: dict[str, Any] = {"reason": None}
    if row.state is not State.FINAL:
        values = {"reason": why_failed(row), "command": None, "units": None, "lost_units": None}
    agent_inbox.move_command(connection, row.id, *states, **values)


class Corrections:
    """Sends one issuer's corrections."""

    def __init__(
        self,
        engine: Engine,
        views: ChainViews,
        outbox: Outbox,
        ledger: bytes,
        faults: Faults,
    ) -> None:
        self._engine = engine
        self._views = views
        self._outbox = outbox
        self._ledger = ledger
        self._faults = faults

    def step(self, outlook: Outlook) -> int:
        """Looks at open notices; how many moved. Raises what the node raises."""
        self._measure()
        with reading(self._engine) as connection:
            notices = agent_inbox.open_notices(connection, LOOKED_AT)
            busy = agent_inbox.correcting_events(connection)
            turn = _first_of_each(notices, busy)
            places = agent_inbox.places(connection, (one.event_id for one in turn))
            earlier = agent_inbox.standing(connection, (one.event_id for one in turn))
        found = [_Found(one, *places[one.event_id]) for one in turn if one.event_id in places]
        nothing = {
            one.id: "correction.no-award"
            for one in turn
            if one.event_id not in places
            and (rows := earlier.get(one.event_id))
            and all(row.state in _ENDED for row in rows)
        }
        closed = [f for f in found if not year_is_open(f.month // MONTHS_PER_YEAR, outlook.month)]
        self._end(nothing, [one.notice.id for one in closed])
        moved = len(nothing) + len(closed)
        still_open = [one for one in found if one not in closed]
        by_batch: dict[int, list[_Found]] = {}
        for one in still_open:
            by_batch.setdefault(one.batch, []).append(one)
        return moved + sum(self._correct(outlook, b, some) for b, some in by_batch.items())

    def _end(self, nothing: dict[int, str], closed: Sequence[int]) -> None:
        """Notices without effect, and those that only the council could still follow."""
        if not nothing and not closed:
            return
        with transaction(self._engine, self._faults) as connection:
            rows = [
                {"id": number, "reason": reason, "units": 0, "lost_units": 0}
                for number, reason in nothing.items()
            ]
            agent_inbox.move_each(connection, Inbox.NOTED, Inbox.DONE, rows)
            why = {"reason": "time.year-closed", "field": "occurred", "value": ""}
            agent_inbox.move(connection, Inbox.NOTED, Inbox.REJECTED, closed, **why)

    def _correct(self, outlook: Outlook, batch_id: int, found: list[_Found]) -> int:
        """The corrections of one batch, in one transaction."""
        found = found[:AT_ONCE]
        with reading(self._engine) as connection:
            batch = agent_batches.of_ids(connection, [batch_id])[batch_id]
        places = [(batch, one.row) for one in found]
        stand = dict(zip(found, awards.standings(self._views, outlook, places), strict=True))
        due = {
            one.notice.id: stand[one].due_units(one.notice.quantity)
            for one in found
            if one.notice.quantity is not None
        }
        self._end({number: "correction.nothing" for number, units in due.items() if units <= 0}, [])
        wanted = [one for one in found if due.get(one.notice.id, 0) > 0]
        if wanted:
            with transaction(self._engine, self._faults) as connection:
                self._record(connection, batch, wanted, due)
        backwards = [one for one in found if one.notice.quantity is None]
        return len(due) + sum(self._reverse(one.notice, stand[one]) for one in backwards)

    def _reverse(self, notice: Notice, standing: Standing) -> int:
        """The reversal of one of the award's corrections; 0 while that is not final yet."""
        which = reverses_of(notice.content) or 0
        found = awards.taken(self._views, self._ledger, standing)
        wrong = next((one for one in found if one.ordinal == which), None)
        if wrong is None and which <= standing.corrections:
            return 0
        if wrong is None or wrong.reversed:
            self._end({notice.id: "correction.reversed-before"}, [])
            return 1
        with transaction(self._engine, self._faults) as connection:
            self._record_reversal(connection, notice, wrong)
        return 1

    def _record_reversal(self, connection: Connection, notice: Notice, wrong: Taken) -> None:
        hashed = reason_hash(notice.salt or b"", notice.reason)
        data = abi("PointsLedger").call("reverse", wrong.id, wrong.entry, hashed)
        command = _next_command(connection)
        gas = FIXED_GAS + REQUEST_GAS + BYTE_GAS * len(data)
        self._outbox.record(connection, command, self._ledger, data, gas)
        values = {
            "id": notice.id, "command": command, "units": -wrong.due_units,
            "lost_units": wrong.taken_units - wrong.due_units,
        }  # fmt: skip
        agent_inbox.move_each(connection, Inbox.NOTED, Inbox.CORRECTING, [values])

    def _record(
        self, connection: Connection, batch: Batch, wanted: list[_Found], due: dict[int, int]
    ) -> None:
        requests = [
            (one.row, one.notice.quantity, reason_hash(one.notice.salt or b"", one.notice.reason))
            for one in wanted
        ]
        proof = (batch.word_list(), batch.key_list())
        data = abi("PointsLedger").call("correct", batch.number, *proof, requests)
        gas = FIXED_GAS + REQUEST_GAS * len(requests) + BYTE_GAS * len(data)
        command = _next_command(connection)
        self._outbox.record(connection, command, self._ledger, data, gas)
        rows = [
            {"id": one.notice.id, "command": command, "units": due[one.notice.id]} for one in wanted
        ]
        agent_inbox.move_each(connection, Inbox.NOTED, Inbox.CORRECTING, rows)

    def _measure(self) -> None:
        """What final corrections took, and what of it was already spent."""
        with reading(self._engine) as connection:
            unmeasured = agent_inbox.unmeasured(connection)
            rows = {c: outbox_store.find(connection, c) for c in unmeasured}
        for command, notices in unmeasured.items():
            row = rows[command]
            if row is None or row.block_number is None:
                continue
            entries = self._entries(row)
            with transaction(self._engine, self._faults) as connection:
                for notice, entry in zip(notices, entries, strict=True):
                    lost = entry.due_units - total(entry.slices)
                    agent_inbox.note_correction(connection, notice, entry.due_units, lost)

    def _entries(self, row: OutboxRow) -> list[events.AwardCorrected]:
        """The transaction's corrections, in the order of its requests.

        Raises Unavailable where the node does not have their block.
        """
        at, kind = row.block_number or 0, event_topic(events.AwardCorrected)
        logs = self._views.gateway.logs(at, at, [self._ledger], [kind])
        found = [decode(log) for log in logs if log.transaction_hash == row.mined_hash]
        if not found:  # the block is final: a node without it was set back, and will catch up
            raise Unavailable("chain.node-behind", head=self._views.gateway.head(), final=at)
        return [event for event in found if isinstance(event, events.AwardCorrected)]


def reason_hash(salt: bytes, reason: str | None) -> bytes:
    """What the chain keeps of a reason: ``SHA-256(salt · reason)``; both stay with the issuer."""
    return hashlib.sha256(salt + (reason or "").encode()).digest()


def _next_command(connection: Connection) -> str:
    """The outbox's id of the next correction, or of the next reversal."""
    return f"{PREFIX}{agent_notes.count_on(connection, agent_notes.CORRECTIONS)}"


def _first_of_each(notices: Sequence[Notice], busy: set[str]) -> list[Notice]:
    """The earliest notice of each event that has none under way."""
    turn: dict[str, Notice] = {}
    for notice in notices:
        if notice.event_id not in busy:
            turn.setdefault(notice.event_id, notice)
    return sorted(turn.values(), key=lambda notice: notice.id)
