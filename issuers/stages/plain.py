"""The first stage: plain limits that anybody can check by hand, taken from the standard.

Too many deeds certified by one checker in a day; a checker who certifies himself; a member at two
places at once; the same deed entered twice. Of deeds that contradict each other the one that came
first has gone on, so the later one is doubted, and its evidence names both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from issuers.stages.stage import Certified, Deed, Doubt, Past
from issuers.standard.catalogue import Activity

MOST_NAMED = 5
"""Other deeds that one doubt names: enough to decide by."""
_DAY_AROUND = 1
"""Days before and after: a deed may begin on the day before another that it overlaps."""


class PlainLimits:
    """Looks by rules; remembers nothing."""

    def look(
        self, deeds: Sequence[Deed], past: Past, activities: Mapping[int, Activity]
    ) -> dict[int, list[Doubt]]:
        """As the protocol says."""
        found: dict[int, list[Doubt]] = defaultdict(list)
        for rule in (_himself, _too_many, _overlapping):
            for row, doubt in rule(deeds, past, activities):
                found[row].append(doubt)
        return dict(found)


_Found = list[tuple[int, Doubt]]


def _himself(deeds: Sequence[Deed], _past: Past, _activities: Mapping[int, Activity]) -> _Found:
    """Nobody certifies a deed of his own."""
    return [(one.row, Doubt("checker.self", {})) for one in deeds if one.checker == one.member]


def _too_many(deeds: Sequence[Deed], past: Past, activities: Mapping[int, Activity]) -> _Found:
    """More deeds of one kind in a day than one checker can have seen."""
    limited = [
        one
        for one in deeds
        if one.checker and one.activity in activities and activities[one.activity].per_checker_day
    ]
    if not limited:
        return []
    days = [one.day for one in limited]
    counts = past.certified({one.checker for one in limited}, min(days), max(days))
    found: _Found = []
    for one in limited:
        what = Certified(one.checker, one.activity, one.day)
        count = counts[what] = counts.get(what, 0) + 1
        most = activities[one.activity].per_checker_day
        if count > most:
            evidence = {"checker": one.checker, "day": one.day, "count": count, "limit": most}
            found.append((one.row, Doubt("checker.too-many", evidence)))
    return found


def _overlapping(deeds: Sequence[Deed], past: Past, activities: Mapping[int, Activity]) -> _Found:
    """Nobody is at two deeds at once, nor earns by one of them twice."""
    timed = [one for one in deeds if _lasts(one, activities)]
    if not timed:
        return []
    days = [one.day for one in timed]
    members = {one.member for one in timed}
    earlier: dict[str, list[Deed]] = defaultdict(list)
    for one in past.timed(members, min(days) - _DAY_AROUND, max(days) + _DAY_AROUND):
        if _lasts(one, activities):
            earlier[one.member].append(one)
    found: _Found = []
    for one in timed:
        others = [other for other in earlier[one.member] if _overlap(one, other)]
        found += [(one.row, doubt) for doubt in _said(one, others)]
        earlier[one.member].append(one)
    return found


def _said(one: Deed, others: Sequence[Deed]) -> list[Doubt]:
    """The same deed again, or another elsewhere; each doubt names the deeds that it is about."""
    same = [o for o in others if o.activity == one.activity and not _apart(one.spot, o.spot)]
    apart = [other for other in others if other not in same]
    return [
        Doubt(reason, _shown(one) | {"others": [_shown(other) for other in some[:MOST_NAMED]]})
        for reason, some in (("deed.entered-twice", same), ("deed.two-places", apart))
        if some
    ]


def _lasts(one: Deed, activities: Mapping[int, Activity]) -> bool:
    """Whether it takes a member's time, and is known to have taken some."""
    activity = activities.get(one.activity)
    if activity is None or not activity.timed:
        return False
    return one.began_s is not None and one.ended_s is not None and one.began_s < one.ended_s


def _overlap(one: Deed, other: Deed) -> bool:
    """Whether they share any time; one that begins as the other ends does not."""
    return (one.began_s or 0) < (other.ended_s or 0) and (other.began_s or 0) < (one.ended_s or 0)


def _apart(spot: str, other: str) -> bool:
    """Whether two spots are known to be different ones."""
    return bool(spot and other) and spot != other


def _shown(one: Deed) -> dict[str, Any]:
    """The deed as evidence has it."""
    return {
        "row": one.row, "activity": one.activity, "began_s": one.began_s, "ended_s": one.ended_s,
        "checker": "" if one.checker == one.member else one.checker, "spot": one.spot,
    }  # fmt: skip
