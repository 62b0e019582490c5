"""What every kind of file looks like from inside: sheets, their layout, and their lines.

``csvfile``, ``xlsxfile`` and ``xlsfile`` each make a Book; ``table`` makes a table of any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from issuers.files.cells import Cell
from issuers.reasons import Sentence


class Line(NamedTuple):
    """One line of a sheet as it stands. ``number`` is what the person sees at its left."""

    number: int
    cells: list[Cell]
    hidden: bool = False
    broken: bool = False
    """Its bytes are not text in the file's encoding."""


class Merged(NamedTuple):
    """Cells drawn together, counted from 0 and inclusive: lines first, then columns."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class SheetName:
    """One sheet, in the order of the tabs; a CSV file has one without a name."""

    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of a sheet before its lines are read."""

    merged: Sequence[Merged] = ()
    hidden_columns: frozenset[int] = field(default_factory=frozenset)


class Book(Protocol):
    """A file that has been opened."""

    @property
    def sheets(self) -> Sequence[SheetName]:
        """In the order of the tabs."""

    @property
    def date1904(self) -> bool:
        """Whether its days are counted from 1904."""

    @property
    def notes(self) -> Sequence[Sentence]:
        """What a clerk should know of the file as a whole."""

    def layout(self, sheet: int) -> Layout:
        """Of one sheet by its place."""

    def lines(self, sheet: int) -> Iterator[Line]:
        """From the first line, each time anew; empty lines may be left out."""

    def close(self) -> None:
        """Lets go of what was opened here, not of the file that was handed in."""
