"""What becomes of a stored row: repeats, the standard's terms, the member's account.

A row is judged once, with everything that was stored before it: a repeat is set aside, changed
content under a known id is refused, what the standard does not allow is rejected with its reason,
what a stage doubts is held for a person, and an event whose member has no account waits. Days that
a row spent in review count against no term. Nothing is sent anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from issuers import reviews
from issuers.adapter import (
    CorrectionNotice,
    EarningEvent,
    IssuerAdapter,
    Item,
    RawRow,
    RejectedRow,
)
from issuers.book import InboxBook
from issuers.eventkeys import hidden
from issuers.outlook import Outlook
from issuers.reviews import Opening
from issuers.sheet import Judged, Sheet
from issuers.standard.catalogue import Standard
from ledger.faults import Faults
from ledger.store import agent_inbox, agent_reviews
from ledger.store.agent_inbox import Stored
from ledger.store.agent_reviews import AGENT, Kind, Waiting
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.units import BEIJING, day_of

ROWS = 1_000
"""Judged together, in one transaction."""
TOO_LATE = "member.linked-too-late"
KeyOf = Callable[[str], bytes]
"""The key under which an event is minted."""
OfFile = Callable[[int, RawRow, datetime], Item]
"""Reads a row that a clerk's file brought, by the file's number."""


class Screening:
    """Judges one scheme's rows."""

    def __init__(
        self,
        engine: Engine,
        adapter: IssuerAdapter,
        standard: Standard,
        key_of: KeyOf,
        faults: Faults,
        of_file: OfFile | None = None,
    ) -> None:
        """``of_file`` reads rows that a clerk's file brought; None where there are no files."""
        self._engine = engine
        self._adapter = adapter
        self._standard = standard
        self._key_of = key_of
        self._faults = faults
        self._of_file = of_file

    def screen(self, outlook: Outlook) -> int:
        """Judges the next stored rows; how many there were."""
        with reading(self._engine) as connection:
            rows = agent_inbox.received(connection, ROWS)
        if rows:
            now = datetime.fromtimestamp(outlook.time_s, BEIJING)
            items = [self._parse(row, now) for row in rows]
            with transaction(self._engine, self._faults) as connection:
                self._judge(connection, outlook, list(zip(rows, items, strict=True)))
        return len(rows)

    def sweep(self, now_s: int) -> int:
        """Events that waited: ready where the member linked in time, rejected where time is over.

        Returns how many moved.
        """
        with transaction(self._engine, self._faults) as connection:
            ready, late = list[dict[str, object]](), list[int]()
            reviewed = agent_reviews.waiting(connection)
            graces = {one.row: one.reviewed_days for one in reviewed}
            for one in agent_inbox.linked(connection, ROWS):
                late_days = self._standard.by_id[one.activity].late_days + graces.get(one.id, 0)
                if day_of(one.linked_at_s) <= one.day + late_days:
                    ready.append({"id": one.id, "account": one.account, "reason": None})
                else:
                    late.append(one.id)
            agent_inbox.move_each(connection, Inbox.WAITING, Inbox.READY, ready)
            self._end_wait(connection, late)
            stale = 0
            for activity in self._standard.by_scheme(self._adapter.scheme):
                before = day_of(now_s) - activity.late_days
                stale += agent_inbox.reject_stale(connection, activity.id, before, TOO_LATE)
            gone = {one["id"] for one in ready} | set(late)
            overdue = [
                one.row
                for one in reviewed
                if one.row not in gone and self._is_late(one, day_of(now_s))
            ]
            self._end_wait(connection, overdue)
        return len(ready) + len(late) + len(overdue) + stale

    def _is_late(self, one: Waiting, today: int) -> bool:
        """Whether a reviewed row has waited for its member beyond its term."""
        return one.day + self._standard.by_id[one.activity].late_days + one.reviewed_days < today

    @staticmethod
    def _end_wait(connection: Connection, rows: list[int]) -> None:
        states = (Inbox.WAITING, Inbox.REJECTED)
        agent_inbox.move(connection, *states, rows, reason=TOO_LATE, field="", value="")

    def _parse(self, row: Stored, now: datetime) -> Item:
        raw = RawRow(row.place, row.content)
        if row.file is None:
            return self._adapter.parse(raw, now)
        assert self._of_file is not None, "a file's row has a reader"
        return self._of_file(row.file, raw, now)

    def _judge(
        self, connection: Connection, outlook: Outlook, rows: list[tuple[Stored, object]]
    ) -> None:
        events = [(row, item) for row, item in rows if isinstance(item, EarningEvent)]
        notices = [(row, item) for row, item in rows if isinstance(item, CorrectionNotice)]
        sheet = Sheet(
            InboxBook(connection), self._standard, self._adapter.scheme, outlook, self._key_of
        )
        verdicts = [_unreadable(row, item) for row, item in rows if isinstance(item, RejectedRow)]
        verdicts += sheet.events(events)
        told = [n.notice_id for _, n in notices]
        told += [hidden(self._key_of(name)) for name in told]  # as they stand once erased
        known = agent_inbox.notices(connection, told)
        verdicts += sheet.notices(notices, known)
        held = [_doubted(one) for one in verdicts if one.doubts]
        reviews.open_many(connection, held, AGENT, outlook.time_s)
        by_state: dict[Inbox, list[dict[str, object]]] = {}
        for verdict in verdicts:
            by_state.setdefault(verdict.state, []).append({"id": verdict.id} | verdict.values)
        for state, values in by_state.items():
            for same in _by_columns(values):
                agent_inbox.move_each(connection, Inbox.RECEIVED, state, same)


def _doubted(verdict: Judged) -> Opening:
    """What a person has to decide about a row that the stages doubt."""
    doubts = [{"reason": one.reason} | dict(one.evidence) for one in verdict.doubts]
    return Opening(Kind.EVENT, str(verdict.id), verdict.doubts[0].reason, {"doubts": doubts})


def _unreadable(row: Stored, item: RejectedRow) -> Judged:
    values = {"event_id": item.event_id, "reason": item.reason_code}
    return Judged(row.id, Inbox.REJECTED, values | {"field": item.field, "value": item.value})


def _by_columns(rows: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """Rows with the same columns together: events and notices end in the same states."""
    groups: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    return list(groups.values())
