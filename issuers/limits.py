"""How much of a quantity the certification standard counts: per session, per day, per year.

The standard's words are that what lies above a limit earns nothing, so a row above one is counted
up to it; a row for which nothing is left is rejected. The sum over rows does not depend on their
order. What counts once in a member's life is taken whole or not at all. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

from issuers.standard.catalogue import Activity
from ledger.units import DAY_S

Used = Mapping[tuple[str, int, int], int]
"""Native quantity that counts already, by (member, activity, day since 1970 in Beijing)."""


class Limits:
    """Counts rows one after another."""

    def __init__(self, used: Used) -> None:
        self._days: dict[tuple[str, int, int], int] = defaultdict(int, used)
        self._years: dict[tuple[str, int, int], int] = defaultdict(int)
        self._ever: dict[tuple[str, int], int] = defaultdict(int)
        for (member, activity, day), quantity in used.items():
            self._ever[member, activity] += quantity
            self._years[member, activity, year_of(day)] += quantity

    def count(
        self, activity: Activity, member: str, day: int, quantity: int
    ) -> tuple[int, str | None]:
        """(what counts, the limit that it was cut by); 0 where nothing is left."""
        of_day, of_year = (member, activity.id, day), (member, activity.id, year_of(day))
        if activity.once and self._ever[member, activity.id]:
            return 0, "limit.once"
        counted, reason = quantity, None
        for most, used, code in (
            (activity.per_session, 0, "limit.session"),
            (activity.per_day, self._days[of_day], "limit.day"),
            (activity.per_year, self._years[of_year], "limit.year"),
        ):
            if most and counted > max(most - used, 0):
                counted, reason = max(most - used, 0), code
        if activity.once and counted < quantity:
            return 0, reason  # whole or not at all: what is given up there must arrive here
        self._days[of_day] += counted
        self._ever[member, activity.id] += counted
        self._years[of_year] += counted
        return counted, reason


def year_of(day: int) -> int:
    """The calendar year of a day since 1970."""
    return datetime.fromtimestamp(day * DAY_S, UTC).year


def first_day_of_year(day: int) -> int:
    """The day since 1970 with which its year begins."""
    return int(datetime(year_of(day), 1, 1, tzinfo=UTC).timestamp()) // DAY_S
