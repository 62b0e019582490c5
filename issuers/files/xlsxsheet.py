"""One sheet's XML as lines, piece by piece: a row is held only until it is handed on.

Written over expat because openpyxl holds every shared string in memory and takes several times as
long. Cells without a value are left out; a formula gives the value that was stored with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from issuers.files.book import Line
from issuers.files.cells import Cell, Fault, iso_cell, number_cell, text_cell
from issuers.files.limits import FileLimits
from issuers.files.names import shown
from issuers.files.strings import SharedStrings
from issuers.files.xml import feed, local, parser, unescaped
from issuers.files.ziparchive import Archive
from ledger.errors import Rejected

_A = ord("A") - 1
_LETTERS = 26
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Context:
    """What a sheet's cells refer to."""

    name: str
    sheet: str
    part: str
    strings: SharedStrings
    readers: Sequence[Callable[[str], Cell]]
    stale: bool
    """The values of formulas were not worked out by the program that wrote the file."""
    limits: FileLimits


def column_of(letters: str) -> int:
    """A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - _A
    return number - 1


def stream(archive: Archive, context: Context) -> Iterator[Line]:
    """The sheet's lines in their order."""
    reader = _Reader(context, archive.damaged(context.part))
    made = parser(context.part, context.name)
    made.StartElementHandler = reader.start
    made.EndElementHandler = reader.end
    made.CharacterDataHandler = reader.text
    for line in feed(archive, context.part, made, reader.taken):
        assert isinstance(line, Line)
        yield line


class _Reader:
    """Gathers rows from the parser's calls. Its three calls are the hot path of a large file."""

    def __init__(self, context: Context, damaged: Rejected) -> None:
        self._context = context
        self._damaged = damaged
        self._most_columns = context.limits.columns
        self._most_characters = context.limits.cell_characters
        self._columns = dict[str, int]()
        self._names = dict[str, str]()
        self._lines = list[Line]()
        self._number = 0
        self._cells = list[Cell]()
        self._row_hidden = False
        self._column = -1
        self._type = self._style = ""
        self._formula = self._reads = self._aside = self._has_value = False
        self._parts = list[str]()
        self._length = 0

    def taken(self) -> list[Line]:
        """What was completed since the last call."""
        found, self._lines = self._lines, []
        return found

    def text(self, text: str) -> None:
        """A piece of text."""
        if self._reads:
            self._length += len(text)
            if self._length > self._most_characters:
                raise self._too_long()
            self._parts.append(text)

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        """An element begins."""
        kind = self._names.get(tag) or self._named(tag)
        if kind == "c":
            self._column = self._place(attributes.get("r"))
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._formula = self._has_value = False
            self._parts, self._length = [], 0
        elif kind == "v":
            self._reads = self._has_value = True
        elif kind == "f":
            self._formula = True
        elif kind == "t":
            self._reads = self._has_value = not self._aside
        elif kind == "rPh":
            self._aside = True
        elif kind == "row":
            self._begin_row(attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        kind = self._names[tag]
        if kind == "v" or kind == "t":
            self._reads = False
        elif kind == "c":
            if self._has_value or self._formula:
                self._keep(self._cell("".join(self._parts)))
        elif kind == "row":
            if self._cells:
                self._lines.append(Line(self._number, self._cells, self._row_hidden))
        elif kind == "rPh":
            self._aside = False

    def _named(self, tag: str) -> str:
        self._names[tag] = found = local(tag)
        return found

    def _begin_row(self, attributes: dict[str, Any]) -> None:
        given = attributes.get("r")
        number = self._number + 1
        if given is not None:
            if not given.isascii() or not given.isdigit() or int(given) < number:
                raise self._damaged
            number = int(given)
        if number > self._context.limits.rows:
            most = self._context.limits.rows
            raise Rejected("file.too-many-rows", name=self._context.name, most=most)
        self._number, self._cells, self._column = number, [], -1
        self._row_hidden = attributes.get("hidden") in ("1", "true")

    def _place(self, reference: str | None) -> int:
        """The column of a reference such as B7; the next one where there is none."""
        if reference is None:
            return self._column + 1
        letters = reference.rstrip(_DIGITS)
        found = self._columns.get(letters)
        if found is None:
            if not (letters.isascii() and letters.isalpha() and letters.isupper()):
                raise self._damaged
            found = self._columns[letters] = column_of(letters)
        return found

    def _keep(self, cell: Cell) -> None:
        if cell is None:
            return
        column, there = self._column, len(self._cells)
        if column >= self._most_columns:
            raise Rejected(
                "file.too-many-columns", name=self._context.name, place=self._where(),
                most=self._most_columns,
            )  # fmt: skip
        if column < there:
            raise self._damaged
        if column > there:
            self._cells.extend([None] * (column - there))
        self._cells.append(cell)

    def _cell(self, written: str) -> Cell:
        if self._formula and (self._context.stale or self._is_unknown(written)):
            return Fault("formula.no-value", written)
        kind = self._type
        try:
            if kind == "s":
                return text_cell(self._context.strings[int(written)]) if written else None
            if kind == "n":
                return self._number_cell(written) if written else None
        except (ValueError, IndexError) as error:
            raise self._damaged from error
        if kind == "b":
            return "TRUE" if written == "1" else "FALSE"
        if kind == "e":
            return Fault("cell.error", written)
        return iso_cell(written) if kind == "d" else text_cell(unescaped(written))

    def _number_cell(self, written: str) -> Cell:
        if not self._style:
            return number_cell(written)
        readers, style = self._context.readers, int(self._style)
        return readers[style](written) if style < len(readers) else number_cell(written)

    def _is_unknown(self, written: str) -> bool:
        """No value was stored; an empty text can be one."""
        return not written and not (self._type == "str" and self._has_value)

    def _too_long(self) -> Rejected:
        name, most = self._context.name, self._most_characters
        return Rejected("file.cell-too-long", name=name, place=self._where(), most=most)

    def _where(self) -> str:
        return shown(f"{self._context.sheet} {self._number}")
