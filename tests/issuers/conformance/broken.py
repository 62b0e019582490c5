"""Adapters that break one duty each, as a hurried author might: of a source in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import orjson

from issuers import reading
from issuers.adapter import (
    CorrectionNotice,
    CreditRefused,
    Cursor,
    EarningEvent,
    Item,
    MarkAnswer,
    MarkedByAnother,
    MarkState,
    Page,
    RawRow,
    RejectedRow,
)
from issuers.fake_source import FakeSource
from ledger.errors import Refused
from tests.issuers.conformance.memory import Honest


class HasTwoWaysIn(Honest):
    """Is asked, and would be called as well."""

    def subscribe(self, url: str) -> None:
        """Nobody calls."""

    def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[RawRow, ...]:
        return ()

    def replay(self, since: date) -> int:
        return 0


class LosesTheLastOfAFullPage(Honest):
    """Off by one where a page is full."""

    def read(self, since: Cursor) -> Iterator[Page]:
        for page in self.system.read(since):
            full = len(page.rows) == 100
            yield replace(page, rows=page.rows[:-1]) if full else page


class StartsAgainOnce(Honest):
    """Takes the first day without rows for a reason to begin again."""

    def __init__(self, system: FakeSource) -> None:
        super().__init__(system)
        self._days_without = 0

    def read(self, since: Cursor) -> Iterator[Page]:
        begins_again = self._days_without == 1
        pages = list(self.system.read(Cursor("") if begins_again else since))
        self._days_without += begins_again or not pages
        yield from pages


class KeepsThePlaceInItself(Honest):
    """The cursor that it is given means nothing to it."""

    def __init__(self, system: FakeSource) -> None:
        super().__init__(system)
        self._at = Cursor("")

    def read(self, since: Cursor) -> Iterator[Page]:
        for page in self.system.read(self._at):
            self._at = page.next
            yield page


class SaysNoPlace(Honest):
    """Every row stands in the file, somewhere."""

    def read(self, since: Cursor) -> Iterator[Page]:
        for page in self.system.read(since):
            yield replace(page, rows=tuple(replace(row, place="file") for row in page.rows))


class DropsRepeats(Honest):
    """Does the pipeline's work."""

    def __init__(self, system: FakeSource) -> None:
        super().__init__(system)
        self._seen: dict[bytes, bytes] = {}

    def read(self, since: Cursor) -> Iterator[Page]:
        for page in self.system.read(since):
            yield replace(page, rows=tuple(row for row in page.rows if self._is_new(row)))

    def _is_new(self, row: RawRow) -> bool:
        name = row.content.partition(b",")[0]
        return self._seen.setdefault(name, row.content) == row.content


class TakesTheRowForEvidence(Honest):
    """Evidence as it happened to be written."""

    def parse(self, row: RawRow, now: datetime) -> Item:
        item = self.system.parse(row, now)
        return replace(item, record=row.content) if isinstance(item, EarningEvent) else item


class MendsBadQuantities(Honest):
    """A quantity in words is one, surely."""

    def parse(self, row: RawRow, now: datetime) -> Item:
        item = self.system.parse(row, now)
        if isinstance(item, RejectedRow) and item.value == "若干":
            fields = orjson.loads(row.content) | {"quantity": 1}
            return self.system.parse(RawRow(row.place, orjson.dumps(fields)), now)
        return item


class TellsWhatWasTaken(Honest):
    """The difference, not the rest."""

    def parse(self, row: RawRow, now: datetime) -> Item:
        item = self.system.parse(row, now)
        if isinstance(item, CorrectionNotice):
            return replace(item, new_quantity=item.new_quantity + 1)
        return item


class Counts(Honest):
    """The same row is never the same twice."""

    def __init__(self, system: FakeSource) -> None:
        super().__init__(system)
        self._count = count()

    def parse(self, row: RawRow, now: datetime) -> Item:
        item = self.system.parse(row, now)
        number = next(self._count)
        return replace(item, checker=str(number)) if isinstance(item, EarningEvent) else item


class FallsOverLists(Honest):
    """A row is an object, always."""

    def parse(self, row: RawRow, now: datetime) -> Item:
        if row.content.startswith(b"["):
            raise TypeError("list indices must be integers")
        return self.system.parse(row, now)


class InventsAReason(Honest):
    """A code that nobody has written a sentence for."""

    def parse(self, row: RawRow, now: datetime) -> Item:
        item = self.system.parse(row, now)
        if isinstance(item, RejectedRow) and item.value == "3/5/2026":
            return replace(item, reason_code="time.american")
        return item


class ThinksInUtc(Honest):
    """The moment is right, the day may not be."""

    def parse(self, row: RawRow, now: datetime) -> Item:
        item = self.system.parse(row, now)
        if isinstance(item, EarningEvent):
            return replace(item, occurred=item.occurred.astimezone(UTC))
        return item


class MeasuresInFractions(Honest):
    """90.0 minutes."""

    def parse(self, row: RawRow, now: datetime) -> Item:
        item = self.system.parse(row, now)
        if isinstance(item, EarningEvent):
            return replace(item, quantity=float(item.quantity))  # type: ignore[arg-type]
        return item


class HandsOnLongIds(Honest):
    """The source's ids are longer than any connector takes, and nobody has noticed."""

    id_prefix = "x" * 100


class ProvesByMember(Honest):
    """The same evidence for everything that a member does."""

    def parse(self, row: RawRow, now: datetime) -> Item:
        item = self.system.parse(row, now)
        if isinstance(item, EarningEvent):
            return replace(item, record=reading.canonical(member=item.member_id))
        return item


class ConfirmsAtOnce(Honest):
    """Two steps for the price of one: the source shows a mark that is not final."""

    def mark_state(self, event_id: str) -> MarkState:
        state = self.system.mark_state(event_id)
        held = state is MarkState.RESERVED
        return MarkState.CREDITED_ELSEWHERE if held else state


class RefusesTheSecondTime(Honest):
    """Whoever reserved it, it was not us."""

    def prepare_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        before = {one: self.system.mark_state(one) for one in event_ids}
        answers = self.system.prepare_marks(event_ids)
        for one, state in before.items():
            if state is MarkState.RESERVED:
                answers[one] = MarkAnswer(state, MarkedByAnother("mark.by-another", event_id=one))
        return answers


class CancelsWhatIsConfirmed(Honest):
    """Says so, at least."""

    def cancel_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        return {one: MarkAnswer(a.state) for one, a in self.system.cancel_marks(event_ids).items()}


class BlamesAnother(Honest):
    """One refusal for all."""

    def prepare_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        answers = self.system.prepare_marks(event_ids)
        for one, answer in answers.items():
            if answer.state is MarkState.SPENT:
                refusal = MarkedByAnother("mark.by-another", event_id=one)
                answers[one] = MarkAnswer(answer.state, refusal)
        return answers


class TakesTheUnknownForOpen(Honest):
    """What has no mark is open."""

    def mark_state(self, event_id: str) -> MarkState:
        state = self.system.mark_state(event_id)
        return MarkState.OPEN if state is MarkState.UNKNOWN else state


class StopsAtFiveHundred(Honest):
    """The connector's limit, and no second call."""

    def prepare_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        return self.system.prepare_marks(event_ids[:500])


class ReservesOnPaper(Honest):
    """Notes its reservations, and tells the source when it confirms them."""

    def __init__(self, system: FakeSource) -> None:
        super().__init__(system)
        self._noted: set[str] = set()

    def prepare_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        answers = {}
        for one in event_ids:
            if self.system.mark_state(one) is MarkState.OPEN:
                self._noted.add(one)
                answers[one] = MarkAnswer(MarkState.RESERVED)
            else:
                answers |= self.system.prepare_marks([one])
        return answers

    def confirm_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        noted = [one for one in event_ids if one in self._noted]
        self.system.prepare_marks(noted)
        self._noted -= set(noted)
        return self.system.confirm_marks(event_ids)

    def cancel_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        self._noted -= set(event_ids)
        return self.system.cancel_marks(event_ids)

    def mark_state(self, event_id: str) -> MarkState:
        state = self.system.mark_state(event_id)
        return MarkState.RESERVED if event_id in self._noted else state


class CreditsUnderItsOwnId(Honest):
    """Each call is a credit of its own."""

    def __init__(self, system: FakeSource) -> None:
        super().__init__(system)
        self._count = count()

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        if self.system.credits.get(hold_id, (member_id, native_points)) == (
            member_id,
            native_points,
        ):
            self.system.credit(hold_id, member_id, native_points)
            self.system.credits[f"{hold_id}-{next(self._count)}"] = (member_id, native_points)


class RefusesWithoutAWord(Honest):
    """The state says no, and not why."""

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        try:
            self.system.credit(hold_id, member_id, native_points)
        except CreditRefused as error:
            raise Refused("source.refused", path="credit", status=422) from error


IN_MEMORY: dict[type[Honest], str] = {
    HasTwoWaysIn: "adapter.kind",
    LosesTheLastOfAFullPage: "rows.complete",
    StartsAgainOnce: "rows.later",
    KeepsThePlaceInItself: "rows.resumable",
    SaysNoPlace: "rows.places",
    DropsRepeats: "rows.repeats",
    TakesTheRowForEvidence: "rows.repeats",
    MendsBadQuantities: "rows.spoilt",
    TellsWhatWasTaken: "rows.corrections",
    Counts: "parse.pure",
    FallsOverLists: "parse.never-raises",
    InventsAReason: "parse.reasons",
    ThinksInUtc: "parse.times",
    MeasuresInFractions: "parse.quantities",
    HandsOnLongIds: "parse.ids",
    ProvesByMember: "parse.evidence",
    ConfirmsAtOnce: "marks.two-phases",
    RefusesTheSecondTime: "marks.repeatable",
    CancelsWhatIsConfirmed: "marks.cancelled",
    BlamesAnother: "marks.spent",
    ReservesOnPaper: "marks.kept",
    TakesTheUnknownForOpen: "marks.unknown",
    StopsAtFiveHundred: "marks.many",
    CreditsUnderItsOwnId: "credit.once",
    RefusesWithoutAWord: "credit.refused",
}
"""Each breaks the one duty, and no other."""
