"""A season of the six schemes: what happened, when each export shows it, and how it is spoilt.

The same spec gives the same rows on every run and machine. ``manifest`` says what a faithful reader
of one scheme must find. Must know no HTTP, no file format and nothing of the interchange.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

from issuers.sandbox.draw import Draw, scatter
from issuers.sandbox.kinds import KINDS, REST_DAYS, SHARES_PERCENT, Kind, Scheme
from issuers.sandbox.people import Resident, member_id, residents

BEIJING = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
LATENESS_DAYS = ((0, 70), (1, 15), (2, 10), (6, 5))
"""(days after the next morning's export, weight)."""
REFUNDED_PERMILLE = 30
"""Of culture's readable spendings."""
VOIDED_PERMILLE = 40
"""Of the blood station's readable donations: booked under the wrong donor."""


class Flaw(StrEnum):
    """What an export does to a row. The first four can still be read."""

    NONE = "none"
    FULL_WIDTH = "full-width digits"
    ODD_DATE = "date in another form"
    UNKNOWN_MEMBER = "member nobody has"
    ZERO = "zero quantity"
    NEGATIVE = "negative quantity"
    NO_NUMBER = "quantity in words"
    FUTURE = "time in the future"
    NO_DATE = "date that is none"
    NO_MEMBER = "member missing"
    NO_KIND = "kind nobody knows"
    BROKEN = "row cut short"
    REVERSED = "out before in"
    CANCELLED = "registered, then called off"


REASONS: dict[Flaw, str] = {
    Flaw.ZERO: "quantity.zero",
    Flaw.NEGATIVE: "quantity.negative",
    Flaw.NO_NUMBER: "quantity.unreadable",
    Flaw.FUTURE: "time.future",
    Flaw.NO_DATE: "time.unreadable",
    Flaw.NO_MEMBER: "field.missing",
    Flaw.NO_KIND: "activity.unknown",
    Flaw.BROKEN: "row.broken",
    Flaw.REVERSED: "time.reversed",
    Flaw.CANCELLED: "event.cancelled",
}
"""Flaws that a reader has to reject, and the reason it has to give."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What a season is made from. Days are Beijing's, both ends included."""

    seed: int = 1
    first: date = date(2026, 5, 1)
    last: date = date(2026, 10, 31)
    residents: int = 2000
    events: int = 20_000
    dirt_permille: int = 30


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. ``quantity`` is in the scheme's smallest unit; ``began`` is Beijing time."""

    scheme: Scheme
    event_id: str
    member_id: str
    code: str
    quantity: int
    began: datetime
    flaw: Flaw = Flaw.NONE


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an export, from ``visible_on``. ``refunded`` is what was taken back so far."""

    event: Event
    visible_on: date
    repeat: bool = False
    refund_step: int = 0
    refunded: int = 0

    @property
    def row_id(self) -> str:
        """The event's own id, or that of the refund."""
        return f"{self.event.event_id}-R{self.refund_step}" if self.refund_step else self.event_id

    @property
    def event_id(self) -> str:
        """The id of the event that the row tells of."""
        return self.event.event_id


@dataclass(frozen=True, slots=True)
class Manifest:
    """Exact counts of rows: good + unknown_member + duplicates + corrections + rejected = rows."""

    rows: int
    good: int
    unknown_member: int
    duplicates: int
    corrections: int
    rejected: Mapping[str, int]


def rows(spec: Spec, scheme: Scheme) -> tuple[Row, ...]:
    """Every row the scheme exports over the season, in the order in which it shows them."""
    draw = Draw(spec.seed, scheme, "rows")
    found = [row for event in _events(spec, scheme) for row in _told(draw, spec, event)]
    return tuple(sorted(found, key=lambda row: _order(spec, row)))


def manifest(spec: Spec, scheme: Scheme, until: date | None = None) -> Manifest:
    """What a faithful reader finds in the rows visible by ``until`` (the season's end if None)."""
    seen = [row for row in rows(spec, scheme) if until is None or row.visible_on <= until]
    kinds = Counter(_verdict(row) for row in seen)
    return Manifest(
        rows=len(seen),
        good=kinds["good"],
        unknown_member=kinds["unknown"],
        duplicates=kinds["repeat"],
        corrections=kinds["correction"],
        rejected={reason: kinds[reason] for reason in sorted(REASONS.values()) if kinds[reason]},
    )


def digest(spec: Spec) -> str:
    """SHA-256 over every row of every scheme, for "the same on every run"."""
    lines = (
        "|".join((row.row_id, row.event.member_id, row.event.code, str(row.event.quantity),
                  row.event.began.isoformat(), row.event.flaw, row.visible_on.isoformat(),
                  str(row.refunded), str(row.repeat)))
        for scheme in Scheme
        for row in rows(spec, scheme)
    )  # fmt: skip
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def events_in(spec: Spec, scheme: Scheme) -> int:
    """The scheme's share of all events; traffic takes what rounding leaves."""
    shares = {s: spec.events * percent // 100 for s, percent in SHARES_PERCENT.items()}
    shares[Scheme.TRAFFIC] += spec.events - sum(shares.values())
    return shares[scheme]


def _verdict(row: Row) -> str:
    if row.refund_step:
        return "correction"
    if row.repeat:
        return "repeat"
    if row.event.flaw is Flaw.UNKNOWN_MEMBER:
        return "unknown"
    return REASONS.get(row.event.flaw, "good")


def _order(spec: Spec, row: Row) -> tuple[date, int, int]:
    return (row.visible_on, row.refund_step, scatter(spec.seed, row.row_id, row.repeat))


def _events(spec: Spec, scheme: Scheme) -> Iterator[Event]:
    """Events that a person can have done: each thing once a day at most, after its rest."""
    draw = Draw(spec.seed, scheme, "events")
    members = [
        person for person in residents(spec.seed, spec.residents) if scheme in person.members
    ]
    wanted, made = events_in(spec, scheme), 0
    done: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for _ in range(wanted * 50 if members else 0):
        if made == wanted:
            return
        event = _event(draw, spec, scheme, members, made)
        of_member, this = done[event.member_id], (event.began.date(), event.code)
        if all(_rested(*sorted((this, other))) for other in of_member):
            of_member.append(this)
            made += 1
            yield event
    if made < wanted:
        raise ValueError(f"{scheme}: too few residents or days for {wanted} events")


def _rested(earlier: tuple[date, str], later: tuple[date, str]) -> bool:
    """Whether a person can have done both. Of one day, neither comes after the other."""
    (day, what), (next_day, next_what) = earlier, later
    rest = REST_DAYS.get((what, next_what), 1 if what == next_what else 0)
    return (next_day - day).days >= rest


def _event(draw: Draw, spec: Spec, scheme: Scheme, members: list[Resident], number: int) -> Event:
    eager = min(draw.below(len(members)), draw.below(len(members)))
    flaw = _flaw(draw, spec, scheme)
    kind = draw.weighted([(kind, kind.weight) for kind in KINDS[scheme]])
    began = _moment(draw, spec, scheme)
    member = members[eager].members[scheme]
    if flaw is Flaw.UNKNOWN_MEMBER:
        member = member_id(scheme, spec.seed, spec.residents + number)
    quantity = kind.low + kind.step * draw.below((kind.high - kind.low) // kind.step + 1)
    event_id = event_id_of(spec, scheme, number, member, began, kind)
    return Event(scheme, event_id, member, kind.code, quantity, began, flaw)


def _flaw(draw: Draw, spec: Spec, scheme: Scheme) -> Flaw:
    """Of what is spoilt: four tenths odd but readable, one of nobody, half to be rejected."""
    if not draw.chance(spec.dirt_permille * 3 // 4):
        return Flaw.NONE
    spoilt = [flaw for flaw in REASONS if flaw not in IMPOSSIBLE[scheme]]
    spoilt += _OFTEN.get(scheme, [])
    tenth = draw.below(10)
    if tenth < 4:
        return Flaw.FULL_WIDTH if tenth < 2 else Flaw.ODD_DATE
    return Flaw.UNKNOWN_MEMBER if tenth == 4 else draw.pick(spoilt)


IMPOSSIBLE: dict[Scheme, set[Flaw]] = {
    Scheme.VOLUNTEER: {Flaw.CANCELLED},
    Scheme.TRAFFIC: {Flaw.REVERSED, Flaw.CANCELLED},
    Scheme.ENVIRONMENT: {Flaw.REVERSED, Flaw.CANCELLED},
    Scheme.CULTURE: {Flaw.REVERSED, Flaw.CANCELLED, Flaw.NO_KIND},
    Scheme.RESIDENCE: {Flaw.REVERSED, Flaw.CANCELLED},
    Scheme.BLOOD: {Flaw.REVERSED},
}
"""Flaws that a scheme's export never has."""
_OFTEN: dict[Scheme, list[Flaw]] = {Scheme.BLOOD: [Flaw.CANCELLED] * 8}
"""Who is turned away at the station is still in its register."""
TAKES_BACK = (Scheme.CULTURE, Scheme.BLOOD)
"""Schemes that show later that an event is worth less."""


def _moment(draw: Draw, spec: Spec, scheme: Scheme) -> datetime:
    """A time of day on a day before the season's last, so that an export can show it whole."""
    day = spec.first + DAY * draw.below((spec.last - spec.first).days)
    second = draw.between(7 * 3600, 20 * 3600)
    if scheme is Scheme.RESIDENCE:
        day, second = min(_month_end(day), spec.last), 0
    return datetime.combine(day, time(), BEIJING) + timedelta(seconds=second)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + DAY * 4).replace(day=1) - DAY


def event_id_of(
    spec: Spec, scheme: Scheme, number: int, member: str, began: datetime, kind: Kind
) -> str:
    """The id that the scheme's own system gives an event."""
    if scheme is Scheme.VOLUNTEER:
        return f"VS{began:%Y%m%d}{number:06d}"
    if scheme is Scheme.TRAFFIC:
        return f"T{began:%Y%m%d}-{number:07d}"
    if scheme is Scheme.ENVIRONMENT:
        return f"evt_{scatter(spec.seed, 'environment', number):016x}"
    if scheme is Scheme.CULTURE:
        return f"SP{700_000_000_000 + number * 13:012d}"
    if scheme is Scheme.BLOOD:
        return f"X{began:%y%m%d}{scatter(spec.seed, 'blood', number) % 10**4:04d}{number:05d}"
    return f"{member}-{began:%Y%m}-{kind.code.removeprefix('RES.')[0]}"


def _told(draw: Draw, spec: Spec, event: Event) -> Iterator[Row]:
    """The event's row, its repeat if it has one, and its refunds."""
    shown = Row(event, _visible(draw, spec, event))
    yield shown
    if event.flaw in REASONS or event.flaw is Flaw.UNKNOWN_MEMBER:
        return
    if draw.chance(spec.dirt_permille // 4):
        later = min(shown.visible_on + DAY * draw.below(4), spec.last)
        yield replace(shown, visible_on=_same_month(event, shown, later), repeat=True)
    if event.scheme is Scheme.CULTURE and draw.chance(REFUNDED_PERMILLE):
        yield from _refunds(draw, spec, shown)
    if event.scheme is Scheme.BLOOD and draw.chance(VOIDED_PERMILLE):
        day = min(shown.visible_on + DAY * draw.between(2, 20), spec.last)
        yield replace(shown, visible_on=day, refund_step=1, refunded=event.quantity)


def _visible(draw: Draw, spec: Spec, event: Event) -> date:
    if event.scheme is Scheme.RESIDENCE:
        return event.began.date()
    return min(event.began.date() + DAY * (1 + draw.weighted(LATENESS_DAYS)), spec.last)


def _same_month(event: Event, shown: Row, later: date) -> date:
    """A monthly report repeats a row in itself, not in the next one."""
    return shown.visible_on if event.scheme is Scheme.RESIDENCE else later


def _refunds(draw: Draw, spec: Spec, shown: Row) -> Iterator[Row]:
    """One refund of a part or the whole, sometimes a second of what was left."""
    whole, day = shown.event.quantity, shown.visible_on
    part = whole if draw.chance(400) else whole // draw.between(2, 5)
    for step, total in enumerate(
        (part, whole) if part < whole and draw.chance(200) else (part,), 1
    ):
        day = min(day + DAY * draw.between(2, 20), spec.last)
        yield replace(shown, visible_on=day, refund_step=step, refunded=total)
