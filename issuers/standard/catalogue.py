"""The certification standard (社会服务积分认证标准): what an activity is worth, written once.

Reads every ``*.toml`` beside it, one file a sector, into frozen types, and refuses a standard that
contradicts itself. The hash over its canonical form is what members agree on. It must know no
issuer's system, no account and no chain; adding a sector is adding a file.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from ledger.errors import Rejected

FOLDER = Path(__file__).parent
VERSION = 1
"""Of the standard's form; what it says is versioned by its hash."""
LARGEST_ID = 2**16 - 1
MOST_EPOCHS = 5
"""A point lives at most into the fifth epoch after the current one."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One 事项. Limits are in its smallest unit; 0 means that there is none."""

    code: str
    """Such as VOL.SERVICE: what people and adapters call it."""
    id: int
    """What the chain calls it: 1 to 65,535, never used twice."""
    scheme: str
    zh: str
    en: str
    unit: str
    """The smallest thing counted: minute, day, trip, gram, fen, month."""
    numerator: int
    denominator: int
    """Units of 0.01 point = quantity × numerator / denominator, rounded down: for the issuer."""
    per_session: int
    per_day: int
    per_year: int
    late_days: int
    """How long after it occurred an event may be reported."""
    evidence: str
    source: str

    def units(self, quantity: int) -> int:
        """What ``quantity`` is worth before any cap, in 0.01 point, rounded down."""
        return quantity * self.numerator // self.denominator


@dataclass(frozen=True, slots=True)
class Sector:
    """One scheme: who certifies, and the terms that hold for all its points."""

    scheme: str
    zh: str
    en: str
    issuer: str
    annual_cap_units: int
    """Of one account's points in a year, in 0.01 point; 0 where the scheme has no cap."""
    validity_epochs: int
    """Half-years that points live after the one in which they were earned."""
    units_per_native_point: int
    """What one point of the scheme's own system is worth here, in 0.01 point."""
    activities: tuple[Activity, ...]


@dataclass(frozen=True)
class Standard:
    """All sectors, sorted by scheme; their activities by chain id."""

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

    def canonical(self) -> bytes:
        """JSON with sorted keys and no blanks: the same standard gives the same bytes."""
        content = {"version": VERSION, "sectors": [asdict(sector) for sector in self.sectors]}
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)

    def hash(self) -> bytes:
        """SHA-256 of the canonical form, 32 bytes."""
        return hashlib.sha256(self.canonical()).digest()


def load(folder: Path = FOLDER) -> Standard:
    """The standard in ``folder``; Rejected, with file and entry, where it contradicts itself."""
    sectors = [_sector(path) for path in sorted(folder.glob("*.toml"))]
    standard = Standard(tuple(sorted(sectors, key=lambda sector: sector.scheme)))
    _check_unique(standard)
    return standard


def _sector(path: Path) -> Sector:
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Rejected("standard.unreadable", file=path.name, why=str(error)) from error
    scheme = str(given.get("scheme"))
    activities = [_activity(path, scheme, entry) for entry in given.pop("activity", [])]
    given.setdefault("annual_cap_units", 0)
    try:
        made = Sector(activities=tuple(sorted(activities, key=lambda one: one.id)), **given)
    except TypeError as error:
        raise Rejected("standard.entry", file=path.name, activity="", why=str(error)) from error
    if not 0 < made.validity_epochs <= MOST_EPOCHS:
        raise Rejected("standard.entry", file=path.name, activity="", why="validity_epochs")
    return made


def _activity(path: Path, scheme: str, entry: dict[str, Any]) -> Activity:
    given = dict(entry)
    numerator, denominator = given.pop("rate", (0, 0))
    limits = {name: given.pop(name, 0) for name in ("per_session", "per_day", "per_year")}
    try:
        made = Activity(
            scheme=scheme, numerator=numerator, denominator=denominator, **limits, **given
        )
    except TypeError as error:
        code = str(entry.get("code"))
        raise Rejected("standard.entry", file=path.name, activity=code, why=str(error)) from error
    for field, right in (
        ("id", 0 < made.id <= LARGEST_ID),
        ("rate", made.numerator > 0 and made.denominator > 0),
        ("late_days", made.late_days > 0),
        ("limits", min(limits.values()) >= 0),
    ):
        if not right:
            raise Rejected("standard.entry", file=path.name, activity=made.code, why=field)
    return made


def _check_unique(standard: Standard) -> None:
    """No code, id or scheme stands for two things."""
    seen: set[str | int] = set()
    for sector in standard.sectors:
        for name in (sector.scheme, *(n for one in sector.activities for n in (one.code, one.id))):
            if name in seen:
                raise Rejected("standard.used-twice", name=name)
            seen.add(name)
