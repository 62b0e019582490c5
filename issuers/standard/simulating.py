"""What a proposed standard would have awarded for what really happened: one account after another.

Takes what the chain knows of an account in the order it happened and awards it again, by the
proposal's rates, annual caps, and limits per session and per year. What the chain does not know it
can't replay, and ``not_replayed`` says so. Amounts are units of 0.01 point. Pure; its size depends
on activities and months, never on how many awards there were.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from issuers.standard.entries import Activity, Standard, Text
from ledger.units import MONTHS_PER_YEAR


class Awarded(NamedTuple):
    """One award as it was minted: what it counted, and what came of it."""

    name: bytes
    """The award's id, by which corrections name it; may be empty where nothing was corrected."""
    issuer: int
    activity: int
    month: int
    quantity: int
    units: int


class Corrected(NamedTuple):
    """An award was set to a smaller quantity, which took ``due_units`` off it."""

    name: bytes
    award: bytes
    due_units: int
    quantity: int | None
    """None where the chain shows only the points: a council's vote carried it out."""


class Reversed(NamedTuple):
    """A correction was undone."""

    correction: bytes


Happened = Awarded | Corrected | Reversed


@dataclass
class Cell:
    """One activity in one month."""

    awards: int = 0
    then_units: int = 0
    proposed_units: int = 0
    nothing: int = 0
    """Awards that would have been worth nothing."""
    affected: int = 0
    """Accounts that would have had more or less."""

    def add(self, then: int, proposed: int) -> None:
        """One more award."""
        self.awards += 1
        self.then_units += then
        self.proposed_units += proposed
        self.nothing += then > 0 and proposed == 0


@dataclass
class Affected:
    """Accounts by how they would have fared; each is one resident's in one scheme."""

    more: int = 0
    less: int = 0
    same: int = 0

    def count(self, difference: int) -> None:
        """One more account."""
        self.more += difference > 0
        self.less += difference < 0
        self.same += difference == 0


@dataclass
class _Standing:
    """What is left of an award, then and under the proposal."""

    award: Awarded
    then: int
    proposed: int
    replayed: bool


@dataclass
class Simulation:
    """The sums so far. Months are those in which things occurred, both ends in."""

    proposal: Standard
    first_month: int
    last_month: int
    cells: dict[tuple[int, int], Cell] = field(default_factory=lambda: defaultdict(Cell))
    """By (activity, month)."""
    accounts: Affected = field(default_factory=Affected)
    by_activity: dict[int, Affected] = field(default_factory=lambda: defaultdict(Affected))
    unseen_corrections: int = 0
    """Corrections whose quantity the chain does not show: taken in proportion."""

    def account(self, happened: Iterable[Happened]) -> None:
        """Everything that the chain knows of one account, in its order."""
        differences = defaultdict[tuple[int, int], int](int)
        for one in _Account(self).replay(happened):
            if one.replayed:
                place = one.award.activity, one.award.month
                self.cells[place].add(one.then, one.proposed)
                differences[place] += one.proposed - one.then
        by_activity = defaultdict[int, int](int)
        for (activity, month), difference in differences.items():
            self.cells[activity, month].affected += difference != 0
            by_activity[activity] += difference
        for activity, difference in by_activity.items():
            self.by_activity[activity].count(difference)
        if differences:
            self.accounts.count(sum(differences.values()))


class _Account:
    """The account's own counters, under the proposal."""

    def __init__(self, simulation: Simulation) -> None:
        self._to = simulation
        self._issued = defaultdict[tuple[int, int], int](int)
        """By issuer and year."""
        self._used = defaultdict[tuple[int, int], int](int)
        """Native quantity by activity and year."""

    def replay(self, happened: Iterable[Happened]) -> list[_Standing]:
        awards: list[_Standing] = []
        by_name = dict[bytes, _Standing]()
        corrections = dict[bytes, tuple[_Standing, int, int]]()
        for one in happened:
            if isinstance(one, Awarded):
                if one.month <= self._to.last_month:
                    awards.append(self._award(one))
                    by_name[one.name] = awards[-1]
            elif isinstance(one, Corrected):
                standing = by_name.get(one.award)
                if standing is not None:
                    due = self._due(standing, one)
                    corrections[one.name] = (standing, one.due_units, due)
                    self._change(standing, -one.due_units, -due)
            elif (undone := corrections.pop(one.correction, None)) is not None:
                self._change(*undone)
        return awards

    def _award(self, one: Awarded) -> _Standing:
        """As the agent would have counted it and the contract awarded it."""
        year = one.month // MONTHS_PER_YEAR
        replayed = one.month >= self._to.first_month
        activity = self._to.proposal.by_id.get(one.activity)
        units = one.units
        if replayed:
            units = 0
            if activity is not None:
                counted = self._counted(activity, year, one.quantity)
                cap = self._to.proposal.schemes[activity.scheme].annual_cap_units
                units = activity.units(counted)
                if cap:
                    units = min(units, max(cap - self._issued[one.issuer, year], 0))
        elif activity is not None:
            self._used[activity.id, year] += one.quantity
        self._issued[one.issuer, year] += units
        return _Standing(one, one.units, units, replayed)

    def _counted(self, activity: Activity, year: int, quantity: int) -> int:
        counted = min(quantity, activity.per_session or quantity)
        used = self._used[activity.id, year]
        if activity.per_year:
            counted = min(counted, max(activity.per_year - used, 0))
        self._used[activity.id, year] = used + counted
        return counted

    def _due(self, standing: _Standing, one: Corrected) -> int:
        """What the correction would have taken off what stands under the proposal."""
        activity = self._to.proposal.by_id.get(standing.award.activity)
        if not standing.replayed or activity is None:
            return one.due_units if not standing.replayed else 0
        if one.quantity is not None:
            return max(standing.proposed - activity.units(one.quantity), 0)
        self._to.unseen_corrections += 1
        return standing.proposed * one.due_units // max(standing.then, one.due_units)

    def _change(self, standing: _Standing, then: int, proposed: int) -> None:
        """A correction gives room under the annual cap back; its reversal takes it again."""
        standing.then += then
        standing.proposed += proposed
        award = standing.award
        self._issued[award.issuer, award.month // MONTHS_PER_YEAR] += proposed


def not_replayed(then: Standard, proposal: Standard) -> tuple[Text, ...]:
    """What the proposal changes and the chain can't replay, in plain words, for each activity."""
    found = list[Text]()
    for code, after in proposal.activities.items():
        before = then.activities.get(code)
        if before is None:
            found.append(
                Text(
                    f"{code}：新增事项，过去没有记录，不在结果之内",
                    f"{code}: new, so nothing of it is on record and it is not in the figures",
                )
            )
        else:
            found += _lost(code, before, after)
    return tuple(found)


def _lost(code: str, before: Activity, after: Activity) -> Iterator[Text]:
    for name, (zh, en) in _UNKNOWN.items():
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield Text(
                f"{code}：{zh}由 {was} 改为 {now}，链上只有月份和数量，无法重算，未计入",
                f"{code}: {en} goes from {was} to {now}; the chain knows months and quantities "
                "alone, so this is left out",
            )
    for name, (zh, en) in _CUT_ONLY.items():
        was, now = getattr(before, name), getattr(after, name)
        if was and (now > was or not now):
            yield Text(
                f"{code}：{zh}由 {was} 放宽为 {now or '不限'}；当时被截去的不在链上，结果只会偏低",
                f"{code}: {en} widens from {was} to {now or 'none'}; what was cut then is not on "
                "the chain, so the figure is a lower bound",
            )


_UNKNOWN: Mapping[str, tuple[str, str]] = {
    "per_day": ("每日限额", "the limit per day"),
    "late_days": ("补报期限", "the days for late reports"),
    "per_checker_day": ("一人一日认定的复核线", "the events a day before a checker is looked at"),
    "timed": ("起止时间的要求", "having a beginning and an end"),
    "once": ("每人一次", "once per member"),
}
_CUT_ONLY: Mapping[str, tuple[str, str]] = {
    "per_session": ("每次限额", "the limit per session"),
    "per_year": ("每年限额", "the limit per year"),
}
