"""The standard's TOML files read into entries, with every mistake of form named, not the first.

``version.toml`` and ``terms.toml`` hold what concerns all sectors; any other ``*.toml`` is one
sector. An entry with a mistake is left out of what is built. Whether the figures make sense is
judged elsewhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from issuers.standard.entries import (
    Activity,
    Retired,
    Sector,
    Standard,
    Term,
    Text,
    Version,
)
from issuers.standard.problems import Problem

VERSION_FILE = "version.toml"
TERMS_FILE = "terms.toml"
LARGEST_ID = 2**16 - 1
LARGEST_RATE = 2**64 - 1
"""The rate book holds numerators and denominators of 64 bits."""
LARGEST_UNITS = 2**32 - 1
MOST_EPOCHS = 5
"""A point lives at most into the fifth epoch after the current one."""
_MISSING = object()


class _Wanted(NamedTuple):
    """What a field holds: how it is taken, and how that is said to a person."""

    take: Callable[[Any], Any]
    """The value, or ValueError; KeyError names the language that is missing."""
    said: str
    otherwise: Any = _MISSING
    """What stands where the field is left out; it must be there if nothing does."""


class Read(NamedTuple):
    """What a folder holds: the standard as far as it could be read, and what is wrong."""

    standard: Standard
    problems: tuple[Problem, ...]
    places: Mapping[str, str]
    """File of each scheme and of each activity's code."""


def read(folder: Path) -> Read:
    """Everything in ``folder``. Nothing is raised for what stands in the files."""
    reader = _Reader()
    files = sorted(path for path in folder.glob("*.toml"))
    given = {path.name: reader.file(path) for path in files}
    version = reader.version(given.pop(VERSION_FILE, None))
    terms = reader.terms(TERMS_FILE, given.pop(TERMS_FILE, None) or {})
    sectors = [
        made
        for name, content in given.items()
        if content is not None and (made := reader.sector(name, content))
    ]
    sectors.sort(key=lambda sector: sector.scheme)
    return Read(Standard(version, terms, tuple(sectors)), tuple(reader.problems), reader.places)


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.places: dict[str, str] = {}
        self._used: dict[str | int, str] = {}

    def file(self, path: Path) -> dict[str, Any] | None:
        """The file's content; None where it can't be read."""
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self._say(path.name, "", "", "file.unreadable", why=str(error))
            return None

    def version(self, given: dict[str, Any] | None) -> Version:
        """The edition; a nameless one where the file is missing or wrong."""
        if given is None:
            if not any(one.file == VERSION_FILE for one in self.problems):
                self._say(
                    VERSION_FILE, "", "*", "field.missing", wanted="number, published, zh, en"
                )
            return Version(1, date(1970, 1, 1), "", "")
        taken = self._take(VERSION_FILE, "", given, _VERSION)
        return Version(**taken) if taken else Version(1, date(1970, 1, 1), "", "")

    def terms(self, file: str, given: dict[str, Any]) -> tuple[Term, ...]:
        """The ``[[term]]`` entries of a file, which holds nothing else unless it is a sector's."""
        entries = given.pop("term", [])
        if file == TERMS_FILE:
            self._take(file, "", given, {})
        found = [
            Term(**taken)
            for entry in self._tables(file, "term", entries)
            if (taken := self._take(file, str(entry.get("code", "")), entry, _TERM))
        ]
        return tuple(found)

    def sector(self, file: str, given: dict[str, Any]) -> Sector | None:
        """One file's scheme; None where its own fields are wrong."""
        activities = self._tables(file, "activity", given.pop("activity", []))
        terms = self.terms(file, given)
        taken = self._take(file, "", given, _SECTOR)
        if taken is not None:
            self._claim(file, taken["scheme"], "", "scheme", taken["scheme"])
            self.places[taken["scheme"]] = file
        scheme = taken["scheme"] if taken else str(given.get("scheme", ""))
        found = [one for entry in activities if (one := self._activity(file, scheme, entry))]
        if taken is None:
            return None
        found.sort(key=lambda one: one.id)
        for one in taken["retired"]:
            for name in (one.code, one.id):
                self._claim(file, file, one.code, "retired", name)
        return Sector(terms=terms, activities=tuple(found), **taken)

    def _activity(self, file: str, scheme: str, entry: dict[str, Any]) -> Activity | None:
        code = str(entry.get("code", ""))
        taken = self._take(file, code, entry, _ACTIVITY)
        if taken is None:
            return None
        numerator, denominator = taken.pop("rate")
        self._claim(file, code, code, "code", code)
        self._claim(file, code, code, "id", taken["id"])
        self.places[code] = file
        return Activity(scheme=scheme, numerator=numerator, denominator=denominator, **taken)

    def _claim(self, file: str, by: str, activity: str, field: str, name: str | int) -> None:
        """A name or number stands for one thing in the whole standard."""
        if name in self._used:
            other = self._used[name]
            self._say(file, activity, field, "used.twice", name=name, other=other)
        self._used.setdefault(name, by)

    def _tables(self, file: str, name: str, given: Any) -> Iterator[dict[str, Any]]:
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            self._say(file, "", name, "field.kind", value=_shown(given), wanted=f"[[{name}]]")
            return
        yield from given

    def _take(
        self, file: str, activity: str, given: dict[str, Any], wanted: Mapping[str, _Wanted]
    ) -> dict[str, Any] | None:
        """The fields as they are wanted; None after saying everything that is wrong."""
        before = len(self.problems)
        for name in given.keys() - wanted.keys():
            self._say(file, activity, name, "field.unknown")
        taken = {}
        for name, want in wanted.items():
            value = given.get(name, want.otherwise)
            if value is _MISSING:
                self._say(file, activity, name, "field.missing", wanted=want.said)
            elif name not in given:
                taken[name] = value
            else:
                self._one(file, activity, name, value, want, taken)
        return taken if len(self.problems) == before else None

    def _one(
        self,
        file: str,
        activity: str,
        name: str,
        value: Any,
        want: _Wanted,
        taken: dict[str, Any],
    ) -> None:
        try:
            taken[name] = want.take(value)
        except KeyError as missing:
            self._say(file, activity, name, "translation.missing", language=missing.args[0])
        except ValueError:
            said = {"value": _shown(value), "wanted": want.said}
            self._say(file, activity, name, "field.kind", **said)

    def _say(self, file: str, activity: str, field: str, rule: str, **values: str | int) -> None:
        self.problems.append(Problem(file, activity, field, rule, values))


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"


# How a field's value is taken: ValueError where it is something else.


def _word(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


def _both(value: Any) -> Text:
    if not isinstance(value, dict) or value.keys() - {"zh", "en"}:
        raise ValueError
    for language in ("zh", "en"):
        said = value.get(language, "")
        if not isinstance(said, str):
            raise ValueError
        if not said.strip():
            raise KeyError(language)
    return Text(value["zh"], value["en"])


def _between(least: int, most: int) -> Callable[[Any], int]:
    def take(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError
        return value

    return take


def _rate(value: Any) -> tuple[int, int]:
    part = _between(1, LARGEST_RATE)
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError
    return part(value[0]), part(value[1])


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError
    return value


def _units(value: Any) -> dict[str, Text]:
    if not isinstance(value, dict):
        raise ValueError
    return {name: _both(text) for name, text in sorted(value.items())}


def _retired(value: Any) -> tuple[Retired, ...]:
    if not isinstance(value, list):
        raise ValueError
    for one in value:
        if not isinstance(one, dict) or one.keys() != {"code", "id"}:
            raise ValueError
    a_number = _between(1, LARGEST_ID)
    return tuple(Retired(_word(one["code"]), a_number(one["id"])) for one in value)


_WORD = _Wanted(_word, "文字 · text")
_BOTH = _Wanted(_both, '{ zh = "…", en = "…" }')
_LIMIT = _Wanted(_between(0, LARGEST_UNITS), "整数，0 表示不限 · an integer, 0 for none", 0)
_POSITIVE = _Wanted(_between(1, LARGEST_UNITS), "大于 0 的整数 · an integer above 0")
_FLAG = _Wanted(_flag, "true / false", otherwise=False)

_VERSION: Mapping[str, _Wanted] = {
    "number": _POSITIVE,
    "published": _Wanted(_day, "日期，如 2026-03-01 · a date"),
    "zh": _WORD,
    "en": _WORD,
}
_TERM: Mapping[str, _Wanted] = {"code": _WORD, "zh": _WORD, "en": _WORD, "source": _BOTH}
_SECTOR: Mapping[str, _Wanted] = {
    "scheme": _WORD,
    "zh": _WORD,
    "en": _WORD,
    "issuer": _BOTH,
    "native_unit": _BOTH,
    "annual_cap_units": _LIMIT,
    "validity_epochs": _Wanted(_between(1, MOST_EPOCHS), f"1 … {MOST_EPOCHS}"),
    "units_per_native_point": _POSITIVE,
    "source": _BOTH,
    "units": _Wanted(_units, 'minute = { zh = "…", en = "…" }', otherwise={}),
    "retired": _Wanted(_retired, '[{ code = "…", id = … }]', otherwise=()),
}
_ACTIVITY: Mapping[str, _Wanted] = {
    "code": _WORD,
    "id": _Wanted(_between(1, LARGEST_ID), f"1 … {LARGEST_ID}"),
    "zh": _WORD,
    "en": _WORD,
    "unit": _WORD,
    "rate": _Wanted(_rate, "[分子, 分母] · [numerator, denominator]"),
    "usual": _POSITIVE,
    "per_session": _LIMIT,
    "per_day": _LIMIT,
    "per_year": _LIMIT,
    "late_days": _POSITIVE,
    "certifier": _BOTH,
    "evidence": _BOTH,
    "source": _BOTH,
    "per_checker_day": _LIMIT,
    "timed": _FLAG,
    "once": _FLAG,
}
