"""A source in memory, with the behaviour that conformance asks of every adapter; for tests.

Rows are added when told; marks and credits keep the connector's rules. It may be told to be out of
reach. Its rows are JSON: ``id, member, activity, quantity, at`` and what else is known of a deed,
or ``notice, event, left``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from issuers import reading
from issuers.adapter import (
    AlreadyConfirmed,
    CorrectionNotice,
    CreditRefused,
    Cursor,
    EarningEvent,
    EventUnknown,
    Item,
    MarkAnswer,
    MarkRefused,
    MarkState,
    NotReserved,
    Page,
    RawRow,
    SpentNatively,
)
from ledger.errors import Broken, Unavailable

PAGE_ROWS = 100


@dataclass
class FakeSource:
    """One scheme's system and its adapter at once. ``marks`` and ``credits`` are its books."""

    scheme: str
    rows: list[bytes] = field(default_factory=list)
    marks: dict[str, MarkState] = field(default_factory=dict)
    credits: dict[str, tuple[str, int]] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    reachable: bool = True
    calls: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    read_until: int = 0

    def show(
        self,
        event_id: str,
        member: str,
        activity: str,
        quantity: int,
        at: datetime,
        **more: str,
    ) -> None:
        """A row of an event, from now on; ``more`` may be ``ended``, ``checker`` and ``spot``."""
        row = {
            "id": event_id, "member": member, "activity": activity, "quantity": quantity,
            "at": at.isoformat(),
        }  # fmt: skip
        self.rows.append(orjson.dumps(row | more))

    def show_notice(self, notice_id: str, event_id: str, left: int) -> None:
        """A row that leaves ``left`` of an event."""
        self.rows.append(orjson.dumps({"notice": notice_id, "event": event_id, "left": left}))

    def spend(self, event_id: str) -> bool:
        """The member uses the event in the scheme's own shop, if nobody has marked it."""
        if self.marks.get(event_id, MarkState.OPEN) is not MarkState.OPEN:
            return False
        self.marks[event_id] = MarkState.SPENT
        return True

    def read(self, since: Cursor) -> Iterator[Page]:
        """Pages of a hundred rows."""
        self._answer("read")
        start = int(since or 0)
        while start < len(self.rows):
            part = self.rows[start : start + PAGE_ROWS]
            rows = tuple(RawRow(f"row {at}", row) for at, row in enumerate(part, start + 1))
            start += len(part)
            yield Page(rows, Cursor(str(start)))

    def parse(self, row: RawRow, now: datetime) -> Item:
        """What the row says."""
        return reading.judged(row, lambda raw: _item(raw, now), "id")

    def prepare_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """As the connector's."""
        return self._mark(event_ids, self._prepare)

    def confirm_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """As the connector's."""
        return self._mark(event_ids, self._confirm)

    def cancel_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """As the connector's."""
        return self._mark(event_ids, self._cancel)

    def prepare_mark(self, event_id: str) -> None:
        """As the connector's."""
        _raise(self.prepare_marks([event_id])[event_id])

    def confirm_mark(self, event_id: str) -> None:
        """As the connector's."""
        _raise(self.confirm_marks([event_id])[event_id])

    def cancel_mark(self, event_id: str) -> None:
        """As the connector's."""
        _raise(self.cancel_marks([event_id])[event_id])

    def mark_state(self, event_id: str) -> MarkState:
        """Where the event stands."""
        known = event_id in self._ids()
        return self.marks.get(event_id, MarkState.OPEN) if known else MarkState.UNKNOWN

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        """Once per hold."""
        self._answer("credit")
        before = self.credits.get(hold_id)
        if before is not None and before != (member_id, native_points):
            raise Broken("credit.differs", hold_id=hold_id, member_id=member_id)
        if before is None and member_id in self.frozen:
            why = "member_frozen"
            raise CreditRefused("credit.refused", hold_id=hold_id, member_id=member_id, why=why)
        self.credits[hold_id] = (member_id, native_points)

    def close(self) -> None:
        """Nothing to release."""

    def _ids(self) -> set[str]:
        """Of the rows shown so far, each read once."""
        self.known |= {_id_in(row) for row in self.rows[self.read_until :]}
        self.read_until = len(self.rows)
        return self.known

    def _answer(self, call: str) -> None:
        self.calls.append(call)
        if not self.reachable:
            raise Unavailable("source.unavailable", path=call, why="told so")

    def _mark(
        self, event_ids: Sequence[str], step: Callable[[str, MarkState], MarkRefused | None]
    ) -> dict[str, MarkAnswer]:
        self._answer(step.__name__.removeprefix("_"))
        answers = {}
        for event_id in event_ids:
            state = self.mark_state(event_id)
            if state is MarkState.UNKNOWN:
                refusal: MarkRefused | None = EventUnknown("mark.event-unknown", event_id=event_id)
            elif state is MarkState.SPENT:
                refusal = SpentNatively("mark.spent-natively", event_id=event_id)
            else:
                refusal = step(event_id, state)
            answers[event_id] = MarkAnswer(self.marks.get(event_id, state), refusal)
        return answers

    def _prepare(self, event_id: str, state: MarkState) -> MarkRefused | None:
        if state is MarkState.OPEN:
            self.marks[event_id] = MarkState.RESERVED
        return None

    def _confirm(self, event_id: str, state: MarkState) -> MarkRefused | None:
        if state is MarkState.OPEN:
            return NotReserved("mark.not-reserved", event_id=event_id)
        self.marks[event_id] = MarkState.CREDITED_ELSEWHERE
        return None

    def _cancel(self, event_id: str, state: MarkState) -> MarkRefused | None:
        if state is MarkState.CREDITED_ELSEWHERE:
            return AlreadyConfirmed("mark.already-confirmed", event_id=event_id)
        if state is MarkState.RESERVED:
            self.marks[event_id] = MarkState.OPEN
        return None


def _id_in(content: bytes) -> str:
    """The event id in a row; empty where the row is none."""
    try:
        return str(reading.fields_of(RawRow("", content)).get("id", ""))
    except reading.RowFault:
        return ""


def _item(row: RawRow, now: datetime) -> EarningEvent | CorrectionNotice:
    fields: Mapping[str, object] = reading.fields_of(row)
    if "notice" in fields:
        left = reading.whole(fields, "left")
        notice, event_id = reading.text(fields, "notice"), reading.text(fields, "event")
        return CorrectionNotice(notice, event_id, left, "told so", row.place)
    when = reading.past(reading.moment(fields, "at"), now, "at")
    event_id, member = reading.text(fields, "id"), reading.text(fields, "member")
    activity, quantity = reading.text(fields, "activity"), reading.quantity(fields, "quantity")
    record = reading.canonical(
        event=event_id, member=member, activity=activity, quantity=quantity, occurred=when
    )
    ended = reading.moment(fields, "ended") if "ended" in fields else None
    return EarningEvent(
        event_id, member, activity, quantity, when, record, row.place,
        began=None if ended is None else when, ended=ended,
        checker=reading.plain(fields.get("checker")), spot=reading.plain(fields.get("spot")),
    )  # fmt: skip


def _raise(answer: MarkAnswer) -> None:
    if answer.refusal is not None:
        raise answer.refusal
