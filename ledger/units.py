"""Amounts, months, epochs and the six lanes: the arithmetic that contracts and the pure core share.

Mirrors ``contracts/Months.sol`` and ``contracts/Lanes.sol`` exactly. It must not know the clock: a
time is always an argument, in seconds since 1970 UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import NewType

Units = NewType("Units", int)
"""0.01 point. Amounts are integers, never floats."""
Month = NewType("Month", int)
"""year * 12 + month - 1, in Beijing time."""
Epoch = NewType("Epoch", int)
"""A half-year: month div 6."""

UNITS_PER_POINT = 100
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
MONTHS_PER_EPOCH = 6
MONTHS_PER_YEAR = 12
DAY_S = 86_400
BEIJING_S = 8 * 3_600
"""How much earlier its day begins."""
LEAST_LIFE_S = 90 * DAY_S
GRACE_MONTHS = 3
LANES = 6
LANE_BITS = 32
LANE_MAX = 2**LANE_BITS - 1
COUNTER_MAX = 2**24 - 1


def points_text(units: int) -> str:
    """Units as points are shown: 123456 is 1,234.56; a minus before what is owed."""
    whole, rest = divmod(abs(units), UNITS_PER_POINT)
    return f"{'-' if units < 0 else ''}{whole:,}.{rest:02d}"


def month_of(timestamp_s: int) -> Month:
    """The month of a moment, in Beijing time."""
    moment = datetime.fromtimestamp(timestamp_s, UTC).astimezone(BEIJING)
    return Month(moment.year * MONTHS_PER_YEAR + moment.month - 1)


def start_of_month(month: int) -> int:
    """Seconds since 1970 of the month's first moment in Beijing."""
    year, index = divmod(month, MONTHS_PER_YEAR)
    return int(datetime(year, index + 1, 1, tzinfo=BEIJING).timestamp())


def epoch_of(timestamp_s: int) -> Epoch:
    """The half-year of a moment."""
    return Epoch(month_of(timestamp_s) // MONTHS_PER_EPOCH)


def end_of_epoch(epoch: int) -> int:
    """Seconds since 1970 from which the epoch's points are expired."""
    return start_of_month((epoch + 1) * MONTHS_PER_EPOCH)


def first_landing_epoch(timestamp_s: int) -> Epoch:
    """The first epoch that does not end in less than 90 days."""
    epoch = epoch_of(timestamp_s)
    return Epoch(epoch + 1) if end_of_epoch(epoch) - timestamp_s < LEAST_LIFE_S else epoch


def year_is_open(year: int, now_month: int) -> bool:
    """Whether ``year`` is still the issuer's own business: last year closes on 31 March."""
    this_year = now_month // MONTHS_PER_YEAR
    last_year_open = now_month % MONTHS_PER_YEAR < GRACE_MONTHS
    return year == this_year or (year + 1 == this_year and last_year_open)


def start_of_day(day: int) -> int:
    """Seconds since 1970 of a day's first moment in Beijing."""
    return day * DAY_S - BEIJING_S


def day_of(timestamp_s: int) -> int:
    """Days since 1970, by Beijing's midnight."""
    return (timestamp_s + BEIJING_S) // DAY_S
