"""Parsing: pure, never at a loss, and every value of the kind that the pipeline counts on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from issuers.adapter import CorrectionNotice, EarningEvent, Item, RawRow, RejectedRow
from issuers.conformance.garbage import garbage
from issuers.conformance.trial import Failed, Trial, events_in, holds, named, shown
from issuers.reasons import REASONS

LONGEST_ID = 100
"""Characters of an event's id: sources' connectors take no more."""
OURS = "tongdui:"
"""Ids that begin so are the agent's own, for rows that have none."""
BEIJING_AHEAD = timedelta(hours=8)
SPOILT_ROWS = 8
"""Real rows that garbage is made from; each gives some hundred."""


def pure(trial: Trial) -> None:
    """The same row says the same, whoever reads it and how often."""
    rows = trial.sample()
    first = [trial.adapter.parse(row, trial.now) for row in rows]
    with trial.opened() as another:
        again = [another.parse(row, trial.now) for row in reversed(rows)]
    for one, other in zip(first, reversed(again), strict=True):
        holds(one == other, shown(one), other)


def never_raises(trial: Trial) -> None:
    """Whatever stands in a row, parse returns an item."""
    for row, item in trial.once("spoilt", lambda: list(_spoilt(trial))):
        if isinstance(item, Exception):
            raise Failed("RejectedRow", f"{named(item)} ← {shown(row.content)}") from item
        known = isinstance(item, EarningEvent | CorrectionNotice | RejectedRow)
        holds(known, "EarningEvent, CorrectionNotice or RejectedRow", item)


def reasons(trial: Trial) -> None:
    """Every reason is one that has a sentence and a fix in both languages."""
    given = {item.reason_code for item in _items(trial) if isinstance(item, RejectedRow)}
    holds(given <= REASONS.keys(), "codes of issuers/reasons.py", sorted(given - REASONS.keys()))


def times(trial: Trial) -> None:
    """Aware, in Beijing time; a beginning has an end, and neither lies after the other."""
    for event in events_in(list(_items(trial))):
        ahead = event.occurred.utcoffset()
        holds(ahead == BEIJING_AHEAD, "Beijing time, aware", event.occurred)
        holds((event.began is None) == (event.ended is None), "both ends or none", event)
        if event.began is not None and event.ended is not None:
            aware = event.began.utcoffset() is not None and event.ended.utcoffset() is not None
            holds(aware and event.began <= event.ended, "aware, and in order", event)


def quantities(trial: Trial) -> None:
    """Whole numbers in the smallest unit: above zero, or, in a notice, not below."""
    for item in _items(trial):
        if isinstance(item, EarningEvent):
            holds(type(item.quantity) is int and item.quantity > 0, "an int above zero", item)
        elif isinstance(item, CorrectionNotice):
            right = type(item.new_quantity) is int and item.new_quantity >= 0
            holds(right, "an int, zero or more", item)


def ids(trial: Trial) -> None:
    """Short enough for every connector, without blanks at the ends, never one of the agent's."""
    for event in events_in([trial.adapter.parse(row, trial.now) for row in trial.sample()]):
        right = 0 < len(event.event_id) <= LONGEST_ID and event.event_id == event.event_id.strip()
        holds(right, f"1 to {LONGEST_ID} characters", event.event_id)
        holds(not event.event_id.startswith(OURS), f"no id of ours ({OURS}…)", event.event_id)
        holds(event.member_id and event.member_id.strip() == event.member_id, "a member", event)


def evidence(trial: Trial) -> None:
    """Two different deeds never have the same evidence."""
    records: dict[bytes, str] = {}
    for event in events_in([trial.adapter.parse(row, trial.now) for row in trial.sample()]):
        holds(type(event.record) is bytes and len(event.record) > 0, "bytes", event.record)
        other = records.setdefault(event.record, event.event_id)
        holds(other == event.event_id, f"evidence of {event.event_id} alone", event.record)


def _spoilt(trial: Trial) -> Iterator[tuple[RawRow, object]]:
    """Garbage, and what parse makes of each: an item, or the error that it fell over."""
    rows = trial.sample()
    step = max(1, len(rows) // SPOILT_ROWS)
    for row in garbage(rows[::step][:SPOILT_ROWS]):
        try:
            yield row, trial.adapter.parse(row, trial.now)
        except Exception as error:  # noqa: BLE001 - never_raises says so
            yield row, error


def _items(trial: Trial) -> Iterator[Item]:
    """What parse makes of real rows and of garbage; what it falls over is another check's."""
    for row in trial.sample():
        yield trial.adapter.parse(row, trial.now)
    for _, item in trial.once("spoilt", lambda: list(_spoilt(trial))):
        if isinstance(item, EarningEvent | CorrectionNotice | RejectedRow):
            yield item
