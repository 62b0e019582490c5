"""The rules that `make mutate` takes out of the contracts, as tables in tests/mutants list them.

Knows the sources, and which deployed contract a source is part of; must not know compiler or tests.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts import build

TABLES = build.ROOT / "tests" / "mutants"
DEPLOYED = ("MemberRegistry", "RateBook", "ClearingHouse", "PointsLedger", "RedemptionDesk")
_IMPORT = re.compile(r'^import [^;]*?"(\.[^"]+)";', re.MULTILINE)


class MutantError(Exception):
    """A mutant that says nothing about the tests: it does not apply, compile or run."""


@dataclass(frozen=True)
class Mutant:
    """One rule taken out. ``first`` are the tests most likely to notice."""

    name: str
    rule: str
    file: str
    find: str
    replace: str
    first: tuple[str, ...] = ()

    def apply(self, files: build.Files) -> build.Files:
        """The sources without the rule; MutantError unless its text is there exactly once."""
        source = f"contracts/{self.file}"
        count = files.get(source, "").count(self.find)
        if count != 1:
            raise MutantError(f"{self.name}: its text is in {self.file} {count} times, not once")
        return files | {source: files[source].replace(self.find, self.replace)}


def read_mutants(folder: Path = TABLES) -> list[Mutant]:
    """Every mutant of every table; MutantError where two have one name."""
    found = [
        Mutant(**entry, first=tuple(table["first"]))
        for path in sorted(folder.glob("*.toml"))
        for table in [tomllib.loads(path.read_text("utf-8"))]
        for entry in table["mutant"]
    ]
    names = [mutant.name for mutant in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise MutantError(f"two mutants of one name: {', '.join(twice)}")
    return found


def affected(files: build.Files, file: str) -> list[str]:
    """The deployed contracts whose code a source is part of."""
    source = f"contracts/{file}"
    return [name for name in DEPLOYED if source in set(closure(files, f"contracts/{name}.sol"))]


def closure(files: build.Files, source: str) -> Iterator[str]:
    """A source and all of ours that it imports, as often as they are imported."""
    yield source
    folder = Path(source).parent
    for found in _IMPORT.findall(files[source]):
        yield from closure(files, os.path.normpath(folder / found))
