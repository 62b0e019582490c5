"""What a council member would want to know before agreeing: every finding, not the first.

Judges the figures of a standard, and what became of an earlier version's codes and ids. Pure but
for reading the folder that is checked.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from issuers.standard.entries import NATIVE, Activity, Sector, Standard
from issuers.standard.problems import Problem
from issuers.standard.reading import LARGEST_UNITS, VERSION_FILE, Read, read

LATEST_DAYS = 90
"""From 31 December to 31 March of a leap year are 91 days, of any other 90."""
LONGEST_CODE = 32
_CODE = re.compile(r"[A-Z]{3}\.[A-Z0-9_]+")
_LIMITS = ("per_session", "per_day", "per_year")


def check(folder: Path, earlier: Standard | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with the standard in ``folder``; with an earlier version, also what
    changed its meaning."""
    return judge(read(folder), earlier)


def judge(found: Read, earlier: Standard | None = None) -> tuple[Problem, ...]:
    """As ``check``, of a standard that was read already."""
    judged = _Judge(found)
    problems = [*found.problems, *judged.sectors()]
    if earlier is not None:
        problems += judged.against(earlier)
    order = {name: place for place, name in enumerate(found.places)}
    return tuple(sorted(problems, key=lambda p: (p.file, order.get(p.activity, -1))))


class _Judge:
    def __init__(self, found: Read) -> None:
        self._standard = found.standard
        self._places = found.places
        self._broken = {one.activity for one in found.problems}
        self._unread = {one.file for one in found.problems}

    def sectors(self) -> Iterator[Problem]:
        """Each sector's figures, names and codes."""
        prefixes = dict[str, str]()
        for sector in self._standard.sectors:
            file = self._places[sector.scheme]
            if not sector.activities and file not in self._unread:
                yield Problem(file, "", "activity", "sector.empty")
            yield from self._codes(file, sector, prefixes)
            yield from self._names(file, sector)
            for one in sector.activities:
                for field, rule, values in (*_figures(one), *_terms(sector, one)):
                    yield Problem(file, one.code, field, rule, values)

    def _codes(self, file: str, sector: Sector, taken: dict[str, str]) -> Iterator[Problem]:
        """The form of codes, and one prefix a scheme: ``taken`` are those so far, by scheme."""
        prefixes = Counter(one.code.partition(".")[0] for one in sector.activities)
        own = prefixes.most_common(1)[0][0] if prefixes else ""
        owner = taken.setdefault(own, sector.scheme)
        for one in sector.activities:
            if not _CODE.fullmatch(one.code) or len(one.code) > LONGEST_CODE:
                yield Problem(file, one.code, "code", "code.form", {"code": one.code})
            elif one.code.partition(".")[0] != own or owner != sector.scheme:
                values: dict[str, str | int] = {"code": one.code, "prefix": own}
                yield Problem(file, one.code, "code", "code.prefix", values)

    def _names(self, file: str, sector: Sector) -> Iterator[Problem]:
        seen = dict[str, str]()
        for one in sector.activities:
            for field, name in (("zh", one.zh), ("en", one.en)):
                other = seen.setdefault(name, one.code)
                if other != one.code:
                    values = {"name": name, "other": other}
                    yield Problem(file, one.code, field, "name.repeated", values)

    def against(self, earlier: Standard) -> Iterator[Problem]:
        """What an earlier version's codes, ids and units became."""
        version = earlier.version.number
        codes, ids = _ever(earlier)
        for one in self._standard.activities.values():
            file = self._places[one.code]
            if ids.get(one.id, one.code) != one.code:
                values: dict[str, str | int] = {
                    "id": one.id, "other": ids[one.id], "version": version
                }  # fmt: skip
                yield Problem(file, one.code, "id", "id.reused", values)
            if codes.get(one.code, one.id) != one.id:
                values = {"code": one.code, "other": codes[one.code], "version": version}
                yield Problem(file, one.code, "id", "code.moved", values)
            before = earlier.activities.get(one.code)
            if before is not None and before.unit != one.unit:
                values = {"code": one.code, "old": before.unit, "new": one.unit}
                yield Problem(file, one.code, "unit", "unit.changed", values)
        yield from self._gone(earlier, codes)
        yield from self._numbered(earlier)

    def _gone(self, earlier: Standard, codes: dict[str, int]) -> Iterator[Problem]:
        kept, _ = _ever(self._standard)
        for code, number in codes.items():
            if code in kept or code in self._broken:
                continue
            before = earlier.activities.get(code)
            file = self._places.get(before.scheme, "*") if before else "*"
            values: dict[str, str | int] = {
                "code": code, "id": number, "version": earlier.version.number
            }  # fmt: skip
            yield Problem(file, code, "retired", "gone.unlisted", values)

    def _numbered(self, earlier: Standard) -> Iterator[Problem]:
        old, new = earlier.version.number, self._standard.version.number
        if new <= old and self._standard.hash() != earlier.hash():
            values: dict[str, str | int] = {"old": old, "new": new, "wanted": old + 1}
            yield Problem(VERSION_FILE, "", "number", "version.not-raised", values)


_Said = tuple[str, str, dict[str, str | int]]
"""Field, rule, values."""


def _figures(one: Activity) -> Iterator[_Said]:
    """What contradicts itself inside one activity."""
    if one.units(one.usual) < 1:
        least = -(-one.denominator // one.usual)
        values: dict[str, str | int] = {
            "usual": one.usual, "unit": one.unit, "least": least,
            "numerator": one.numerator, "denominator": one.denominator,
        }  # fmt: skip
        yield "rate", "worth.nothing", values
    most = one.per_session or one.per_day or one.per_year or one.usual
    if one.units(most) > LARGEST_UNITS:
        values = {
            "quantity": most, "unit": one.unit, "units": one.units(most), "most": LARGEST_UNITS
        }  # fmt: skip
        yield "rate", "worth.too-much", values
    limits = [(name, getattr(one, name)) for name in _LIMITS if getattr(one, name)]
    for (smaller, low), (larger, high) in itertools.pairwise(limits):
        if low > high:
            values = {
                "smaller": smaller, "smaller_value": low, "larger": larger, "larger_value": high
            }  # fmt: skip
            yield smaller, "limits.order", values
    tightest = min(limits, key=lambda limit: limit[1], default=None)
    if tightest is not None and one.usual > tightest[1]:
        yield "usual", "usual.above-limit", {
            "usual": one.usual, "limit": tightest[0], "most": tightest[1]
        }  # fmt: skip
    if one.late_days > LATEST_DAYS:
        yield "late_days", "late.year-closed", {"late_days": one.late_days, "most": LATEST_DAYS}
    if one.once and not one.per_year:
        yield "per_year", "once.unlimited", {}


def _terms(sector: Sector, one: Activity) -> Iterator[_Said]:
    """What contradicts the terms of its sector."""
    worth = one.units(one.per_year)
    if sector.annual_cap_units and worth > sector.annual_cap_units:
        yield "per_year", "cap.exceeded", {"units": worth, "cap": sector.annual_cap_units}
    if one.unit != NATIVE and one.unit not in sector.units:
        yield "unit", "unit.unnamed", {"unit": one.unit}
    agreed = sector.units_per_native_point
    if one.unit == NATIVE and one.numerator != agreed * one.denominator:
        yield "rate", "native.rate", {
            "numerator": one.numerator, "denominator": one.denominator, "agreed": agreed
        }  # fmt: skip


def _ever(standard: Standard) -> tuple[dict[str, int], dict[int, str]]:
    """Every code and id that the standard uses or has used."""
    retired = [(one.code, one.id) for sector in standard.sectors for one in sector.retired]
    codes = dict(retired) | {one.code: one.id for one in standard.activities.values()}
    return codes, {number: code for code, number in codes.items()}
