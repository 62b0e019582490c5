"""What the certification standard is made of: activities, sectors, terms, versions. Frozen, pure.

Every text that a person reads stands in both languages. Limits are in an activity's smallest unit;
0 means that there is none. Knows no file and no rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

import orjson

FORM = 2
"""Of the canonical form below; what the standard says has a version of its own."""
NATIVE: Final = "native"
"""The unit of activities that are counted in the scheme's own points."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same said in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Activity:
    """One 事项."""

    code: str
    """Such as VOL.SERVICE: what people and adapters call it."""
    id: int
    """What the chain calls it: 1 to 65,535, never used for anything else."""
    scheme: str
    zh: str
    en: str
    unit: str
    """The smallest thing counted: minute, day, trip, gram, fen, month; ``native`` for points."""
    numerator: int
    denominator: int
    """Units of 0.01 point = quantity × numerator / denominator, rounded down: for the issuer."""
    usual: int
    """The usual smallest event, in the unit: it must be worth at least one unit of 0.01 point."""
    per_session: int
    per_day: int
    per_year: int
    late_days: int
    """How long after it occurred an event may be reported."""
    certifier: Text
    """Who may certify that it happened."""
    evidence: Text
    """What the issuer must hold on to."""
    source: Text
    """Where the figures are from; says so where they are an example of ours."""
    per_checker_day: int = 0
    """Most events that one checker may certify in a day before a person looks; 0: any number."""
    timed: bool = False
    """Whether it has a beginning and an end, so that nobody can be at two of them at once."""
    once: bool = False
    """Whether a member has it once for ever, as the balance brought along from another system."""

    def units(self, quantity: int) -> int:
        """What ``quantity`` is worth before any cap, in 0.01 point, rounded down."""
        return quantity * self.numerator // self.denominator


@dataclass(frozen=True, slots=True)
class Term:
    """A rule in words that no figure holds, such as who else may redeem."""

    code: str
    zh: str
    en: str
    source: Text


@dataclass(frozen=True, slots=True)
class Retired:
    """A code and id that an earlier version used: never free again."""

    code: str
    id: int


@dataclass(frozen=True, slots=True)
class Sector:
    """One scheme: who certifies, and the terms that hold for all its points."""

    scheme: str
    zh: str
    en: str
    issuer: Text
    """The kind of office that awards them."""
    native_unit: Text
    """What the scheme's own points are called."""
    annual_cap_units: int
    """Of one account's points in a year, in 0.01 point; 0 where the scheme has no cap."""
    validity_epochs: int
    """Half-years that points live after the one in which they were earned."""
    units_per_native_point: int
    """What one point of the scheme's own system is worth here, in 0.01 point."""
    source: Text
    units: Mapping[str, Text]
    """Names of the units in which its activities are counted, by code."""
    terms: tuple[Term, ...]
    retired: tuple[Retired, ...]
    activities: tuple[Activity, ...]

    def unit(self, activity: Activity) -> Text:
        """What the activity's unit is called; its code where the sector does not name it."""
        if activity.unit == NATIVE:
            return self.native_unit
        return self.units.get(activity.unit, Text(activity.unit, activity.unit))


@dataclass(frozen=True, slots=True)
class Version:
    """Which edition of the standard this is, and what it changed."""

    number: int
    published: date
    zh: str
    en: str


@dataclass(frozen=True)
class Standard:
    """One version: all sectors, sorted by scheme; their activities by chain id."""

    version: Version
    terms: tuple[Term, ...]
    """Those that hold for every sector."""
    sectors: tuple[Sector, ...]

    @cached_property
    def activities(self) -> Mapping[str, Activity]:
        """By code, in the order of their chain ids."""
        every = sorted((one for s in self.sectors for one in s.activities), key=lambda one: one.id)
        return MappingProxyType({one.code: one for one in every})

    @cached_property
    def by_id(self) -> Mapping[int, Activity]:
        """By chain id."""
        return MappingProxyType({one.id: one for one in self.activities.values()})

    @cached_property
    def schemes(self) -> Mapping[str, Sector]:
        """Sectors by scheme."""
        return MappingProxyType({sector.scheme: sector for sector in self.sectors})

    def by_scheme(self, scheme: str) -> tuple[Activity, ...]:
        """The scheme's activities; none for a scheme that the standard does not know."""
        sector = self.schemes.get(scheme)
        return sector.activities if sector else ()

    def unit(self, activity: Activity) -> Text:
        """What the activity's unit is called."""
        return self.schemes[activity.scheme].unit(activity)

    def canonical(self) -> bytes:
        """JSON with sorted keys and no blanks: the same standard gives the same bytes."""
        content = {"form": FORM, "version": asdict(self.version)}
        content["terms"] = [asdict(term) for term in self.terms]
        content["sectors"] = [asdict(sector) for sector in self.sectors]
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)

    def hash(self) -> bytes:
        """SHA-256 of the canonical form, 32 bytes: it covers every word of the standard."""
        return hashlib.sha256(self.canonical()).digest()
