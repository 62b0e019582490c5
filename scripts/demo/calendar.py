"""When things happen in the demo: fixed days, so that every run with a seed says the same.

Days and times are Beijing's. The chain begins before the season, because a rate holds from the
month after it was agreed; it ends near the present and from then on follows the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from issuers.sandbox.season import Spec
from ledger.units import BEIJING

GENESIS = datetime(2025, 11, 20, 8, tzinfo=BEIJING)
"""Block 0; the contracts stand some seconds later."""
SEASON = Spec(first=date(2025, 12, 1), last=date(2026, 10, 31))
SLOW_RESIDENTS, SLOW_EVENTS = 120, 600
"""Where only the chain of last resort runs."""
READ_ON = (1, 11, 21)
"""Days of a month on which the outside systems are read: well within what any rate allows."""
MORNING = time(9)
FIRST_REDEMPTION = date(2026, 2, 1)
"""From this day on residents redeem, on the first of each month."""
EXPIRY_BOOKED = date(2026, 7, 11)
"""Soon after a half-year ended: what nobody spent is booked as expired."""
WINDOW_CLOSES = (date(2026, 6, 1), date(2026, 10, 1))
"""Days on which a clearing window closes while residents redeem."""
PRESENT = datetime(2026, 11, 20, 9, tzinfo=BEIJING)
"""Where the told season ends."""


def season(seed: int, residents: int, events: int, *, slow: bool) -> Spec:
    """The season as asked for; no larger than what a slow chain bears where that serves."""
    if slow:
        residents, events = min(residents, SLOW_RESIDENTS), min(events, SLOW_EVENTS)
    return replace(SEASON, seed=seed, residents=residents, events=events)


def days(spec: Spec) -> Iterator[date]:
    """The days on which the outside systems are read: three a month, and the season's last."""
    day = spec.first
    while day < spec.last:
        day += timedelta(days=1)
        if day.day in READ_ON or day == spec.last:
            yield day


def morning(day: date) -> int:
    """Nine in the morning, seconds since 1970."""
    return int(datetime.combine(day, MORNING, BEIJING).timestamp())


def redeems(day: date) -> bool:
    """Whether residents redeem on this day: the first of each month."""
    return day >= FIRST_REDEMPTION and day.day == 1
