"""The judgement of rows that are looked at together: all questions to the book asked at once.

Reads what is known and moves nothing. The order of the reasons is the order of the checks: repeats
first, then the standard, then the account.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from issuers.adapter import CorrectionNotice, EarningEvent
from issuers.book import Book
from issuers.eventkeys import hidden
from issuers.limits import Limits, first_day_of_year
from issuers.outlook import Outlook
from issuers.rebuilding import minted_values
from issuers.stages import STAGES
from issuers.stages.stage import Deed, Doubt
from issuers.standard.catalogue import Activity, Standard
from ledger.store.agent_inbox import Standing, Stored
from ledger.store.agent_tables import SALT_BYTES, Inbox
from ledger.units import LANE_MAX, MONTHS_PER_YEAR, day_of, month_of, year_is_open

LONGEST_ID = 100
"""Characters of an event's id: sources' connectors take no more."""
WITHDRAWN = "review.withdrawn"
"""Why an event earns nothing that a clerk took out before it was minted."""
LAST_DAY = 10**6
"""Since 1970: no event is later."""
LONGEST_NAME = 200
"""Characters that are kept of a checker and of a spot."""
_ENDED = (Inbox.REJECTED, Inbox.DUPLICATE)
EMPTIED: dict[str, Any] = {"place": "", "content": b""}
"""Of a row about an event whose member was erased: it brings nothing back."""
_PASSED = (Inbox.READY, Inbox.WAITING)
"""Where a row goes that the standard lets pass."""


class Judged(NamedTuple):
    """Where a row goes, and what is kept of it."""

    id: int
    state: Inbox
    values: dict[str, Any]
    doubts: tuple[Doubt, ...] = ()
    """Of a row that is held: why a person has to look."""


class Sheet:
    """Judges rows in the order of their coming."""

    def __init__(
        self,
        book: Book,
        standard: Standard,
        scheme: str,
        outlook: Outlook,
        key_of: Callable[[str], bytes],
    ) -> None:
        self._book = book
        self._activities = {one.code: one for one in standard.by_scheme(scheme)}
        self._outlook = outlook
        self._key_of = key_of

    def events(self, rows: Sequence[tuple[Stored, EarningEvent]]) -> list[Judged]:
        """Verdicts on earning events."""
        self._standing = self._book.standing(e.event_id for _, e in rows)
        self._keys = {event.event_id: self._key_of(event.event_id) for _, event in rows}
        self._erased = self._book.standing(map(hidden, self._keys.values()))
        self._rebuilt = self._book.rebuilt(self._keys.values())
        self._links = self._book.links(e.member_id for _, e in rows)
        self._limits = Limits(self._used([event for _, event in rows]))
        return self._looked_at([self._event(row, event) for row, event in rows])

    def notices(
        self, rows: Sequence[tuple[Stored, CorrectionNotice]], known: dict[str, tuple[str, int]]
    ) -> list[Judged]:
        """Verdicts on correction notices: noted, unless they repeat one of those ``known``."""
        found = []
        names = {n.event_id: hidden(self._key_of(n.event_id)) for _, n in rows}
        erased = self._book.standing(names.values())
        for row, given in rows:
            notice, gone = given, erased.get(names[given.event_id])
            if gone:
                name = hidden(self._key_of(given.notice_id))
                notice = replace(given, notice_id=name, event_id=names[given.event_id])
            said = (notice.event_id, notice.new_quantity)
            before = known.setdefault(notice.notice_id, said)
            repeats = before is not said
            state = Inbox.NOTED
            if repeats:
                state = Inbox.DUPLICATE if before == said else Inbox.REJECTED
            reason = {Inbox.NOTED: notice.reason, Inbox.REJECTED: "event.changed"}.get(state)
            values = {
                "is_notice": True, "notice_id": notice.notice_id, "event_id": notice.event_id,
                "quantity": notice.new_quantity, "salt": secrets.token_bytes(SALT_BYTES),
                "value": reason, "reason": reason if state is Inbox.REJECTED else None,
            }  # fmt: skip
            found.append(Judged(row.id, state, values | (EMPTIED if gone else {})))
        return found

    def _event(self, row: Stored, event: EarningEvent) -> Judged:
        repeat = self._repeat(row, event)
        if repeat is not None:
            return repeat
        occurred_s = int(event.occurred.timestamp())
        day, month = day_of(occurred_s), month_of(occurred_s)
        activity = self._activities.get(event.activity_code)
        reason = self._reason(row, activity, day, month)
        counted, cut = 0, None
        if activity is not None and reason is None:
            counted, cut = self._limits.count(activity, event.member_id, day, event.quantity)
        units = self._units(activity, month, counted)
        if reason is None and counted == 0:
            reason = cut
        elif reason is None and not 0 < units <= LANE_MAX:
            reason = "amount.nothing" if units == 0 else "quantity.too-large"
        kept = {
            "event_id": event.event_id, "member_id": event.member_id, "record": event.record,
            "activity": activity.id if activity else None, "reported": event.quantity,
            "quantity": counted, "occurred_s": occurred_s, "day": day, "month": month,
            "began_s": _seconds(event.began), "ended_s": _seconds(event.ended),
            "checker": event.checker[:LONGEST_NAME] or None,
            "spot": event.spot[:LONGEST_NAME] or None,
            "full_units": units, "key": self._keys[event.event_id],
            "salt": secrets.token_bytes(SALT_BYTES), "reason": reason or cut,
        }  # fmt: skip
        return self._placed(row, event, kept, reason)

    def _placed(
        self, row: Stored, event: EarningEvent, kept: dict[str, Any], reason: str | None
    ) -> Judged:
        """By the account, or by what a lost database had minted."""
        before = self._rebuilt.get(kept["key"])
        link = self._links.get(event.member_id)
        state = Inbox.READY
        if before is not None:
            values = minted_values(before.word, before.batch, before.row, self._outlook.rate)
            state, kept = Inbox.MINTED, kept | values
        elif reason is not None:
            state, kept = Inbox.REJECTED, kept | _where(event, reason)
        elif link is None or link.unlinked_at_s is not None:
            state, kept = Inbox.WAITING, kept | {"reason": "member.unlinked"}
        else:
            kept = kept | {"account": link.account}
        earlier = self._standing.setdefault(event.event_id, [])
        earlier.append(Standing(row.id, state, event.record, reason))
        return Judged(row.id, state, kept)

    def _looked_at(self, judged: Sequence[Judged]) -> list[Judged]:
        """Rows that pass, unless a stage doubts them: then a person has to look first."""
        deeds = [_deed(one) for one in judged if one.state in _PASSED]
        activities = {one.id: one for one in self._activities.values()}
        doubts: dict[int, list[Doubt]] = {}
        for stage in STAGES:
            for row, some in stage.look(deeds, self._book, activities).items():
                doubts.setdefault(row, []).extend(some)
        return [_held(one, doubts[one.id]) if one.id in doubts else one for one in judged]

    def _repeat(self, row: Stored, event: EarningEvent) -> Judged | None:
        """The same again, or something else under the same id."""
        if self._erased.get(hidden(self._keys[event.event_id])):
            return Judged(row.id, Inbox.DUPLICATE, dict(EMPTIED))
        known = self._standing.get(event.event_id, [])
        earlier = [one for one in known if one.reason != WITHDRAWN]  # may come again
        kept: dict[str, Any] = {"event_id": event.event_id, "record": event.record}
        if len(event.event_id) > LONGEST_ID:
            kept = {"event_id": event.event_id[:LONGEST_ID], "record": event.record}
            return Judged(row.id, Inbox.REJECTED, kept | _where(event, "row.broken"))
        if any(one.record == event.record for one in earlier):
            return Judged(row.id, Inbox.DUPLICATE, kept)
        if any(one.state not in _ENDED for one in earlier):
            return Judged(row.id, Inbox.REJECTED, kept | _where(event, "event.changed"))
        return None

    def _reason(self, row: Stored, activity: Activity | None, day: int, month: int) -> str | None:
        """Why the standard or the calendar does not allow it."""
        if activity is None:
            return "activity.unknown"
        if day_of(row.received_s) - day > activity.late_days:
            return "time.too-late"
        if not year_is_open(month // MONTHS_PER_YEAR, self._outlook.month):
            return "time.year-closed"
        if self._outlook.rate(activity.id, month) is None:
            return "rate.none"
        return None

    def _units(self, activity: Activity | None, month: int, quantity: int) -> int:
        rate = self._outlook.rate(activity.id, month) if activity else None
        return rate.convert(quantity) if rate else 0

    def _used(self, events: Sequence[EarningEvent]) -> Mapping[tuple[str, int, int], int]:
        """What counts already for these members, over the days or years of these events."""
        limited = [one for one in self._activities.values() if one.per_day or one.per_year]
        if not limited or not events:
            return {}
        days = [day_of(int(event.occurred.timestamp())) for event in events]
        first, last = min(days), max(days)
        if any(one.per_year for one in limited):
            first, last = first_day_of_year(first), first_day_of_year(last) + 366
        if any(self._is_once(event) for event in events):
            first, last = 0, LAST_DAY
        return self._book.counted((e.member_id for e in events), first, last)

    def _is_once(self, event: EarningEvent) -> bool:
        activity = self._activities.get(event.activity_code)
        return activity is not None and activity.once


def _seconds(when: datetime | None) -> int | None:
    return None if when is None else int(when.timestamp())


def _deed(judged: Judged) -> Deed:
    """What the stages may know of it."""
    kept = judged.values
    return Deed(
        judged.id, kept["member_id"], kept["activity"], kept["day"], kept["began_s"],
        kept["ended_s"], kept["checker"] or "", kept["spot"] or "",
    )  # fmt: skip


def _held(judged: Judged, doubts: Sequence[Doubt]) -> Judged:
    """The account is looked up once a person has decided; the limit that cut it stands in
    ``value`` until then."""
    cut = judged.values["reason"] if judged.state is Inbox.READY else None
    values = judged.values | {"account": None, "reason": doubts[0].reason, "value": cut}
    return Judged(judged.id, Inbox.HELD, values, tuple(doubts))


def _where(event: EarningEvent, reason: str) -> dict[str, Any]:
    """Place, field and value of a rejection by the standard."""
    field, value = {
        "activity.unknown": ("activity", event.activity_code),
        "time.too-late": ("occurred", event.occurred.isoformat()),
        "time.year-closed": ("occurred", event.occurred.isoformat()),
        "rate.none": ("occurred", event.occurred.isoformat()),
        "row.broken": ("event_id", event.event_id[:LONGEST_ID]),
        "event.changed": ("*", event.event_id),
    }.get(reason, ("quantity", str(event.quantity)))
    return {"reason": reason, "field": field, "value": value}
