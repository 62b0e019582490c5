"""A table in a file: its header, its rows one after another, and what a clerk should know of it.

``open_table`` takes CSV, XLSX and XLS alike. Memory holds one piece of the file at a time, however
many rows there are. Knows nothing of events: ``mapping`` says what columns mean, ``rowreading``
reads a row.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from issuers.files import footers
from issuers.files.book import Book, Layout, Line
from issuers.files.cells import Cell
from issuers.files.csvfile import CsvBook
from issuers.files.fields import NUMBERING, key_of
from issuers.files.header import WITHIN_LINES, Header, Names, find
from issuers.files.kinds import Kind, kind_of
from issuers.files.limits import LIMITS, FileLimits
from issuers.files.merging import filled
from issuers.files.names import file_name, shown
from issuers.files.notes import Counted, SheetsLeft, notes_of
from issuers.files.xlsfile import XlsBook
from issuers.files.xlsxfile import XlsxBook
from issuers.reasons import Sentence
from ledger.errors import Rejected

SAMPLE_ROWS = 200
_BOOKS: dict[Kind, Callable[[BinaryIO, str, FileLimits], Book]] = {
    Kind.CSV: CsvBook,
    Kind.XLSX: XlsxBook,
    Kind.XLS: XlsBook,
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What the rows of one table share."""

    file: str
    sheet: str
    titles: tuple[str, ...]
    """As they stand in the header."""
    names: tuple[str, ...]
    """Tidied, and each once."""
    date1904: bool
    index: Mapping[str, int] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header."""

    line: int
    """What the person sees at its left."""
    values: Sequence[Cell]
    """From the first column; cells at the end may be left out."""
    columns: Columns
    broken: bool = False
    """Its bytes are not text; or it is of a CSV file and has more cells than the header."""

    def get(self, name: str) -> Cell:
        """The cell under a column; None where it is empty or there is no such column."""
        at = self.columns.index.get(name)
        return self.values[at] if at is not None and at < len(self.values) else None

    @property
    def cells(self) -> dict[str, Cell]:
        """Every column's cell by its name."""
        return {name: self.get(name) for name in self.columns.names}

    @property
    def place(self) -> str:
        """Where it stands, for a person."""
        sheet, file = self.columns.sheet, self.columns.file
        return f"{file} {sheet} row {self.line}" if sheet else f"{file} line {self.line}"


class _Chosen(NamedTuple):
    """The sheet that is read."""

    place: int
    header: Header
    layout: Layout


class Table:
    """A file's table. Close it, or use it with ``with``."""

    def __init__(
        self, book: Book, kind: Kind, name: str, chosen: _Chosen, left: SheetsLeft
    ) -> None:
        sheet, header, self._layout = chosen
        self.kind = kind
        self.name = name
        self.header_line = header.number
        self.columns = _columns(name, shown(book.sheets[sheet].name), header, book.date1904)
        self.sheets_left = left
        self._book = book
        self._sheet = sheet
        self._counted = Counted()
        self._closing = ExitStack()
        self._closing.callback(book.close)

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names."""
        return self.columns.names

    @property
    def sheet(self) -> str:
        """The sheet that is read; empty for text."""
        return self.columns.sheet

    @property
    def encoding(self) -> str:
        """Of text; empty for a workbook."""
        return self._book.encoding if isinstance(self._book, CsvBook) else ""

    @property
    def separator(self) -> str:
        """Of text; empty for a workbook."""
        return self._book.separator if isinstance(self._book, CsvBook) else ""

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """What a clerk should know; of its lines, as far as ``rows`` has read last."""
        hidden = [name for at, name in enumerate(self.header) if at in self._layout.hidden_columns]
        return notes_of(self._book.notes, self.sheets_left, hidden, self._counted)

    def lead(self) -> list[Line]:
        """The lines above the header: titles and notes."""
        above = itertools.takewhile(
            lambda line: line.number < self.header_line, self._book.lines(self._sheet)
        )
        return list(above)

    def rows(self) -> Iterator[Row]:
        """All rows from the first, each time anew; sums, signatures and lines with nothing but
        their number left out."""
        self._counted = counted = Counted()
        columns, titles, width = self.columns, self.columns.titles, len(self.columns.titles)
        text, number = self.kind is Kind.CSV, _numbering(titles)
        for line in filled(self._book.lines(self._sheet), self._layout.merged):
            if line.number <= self.header_line:
                continue
            cells = line.cells
            first = next(
                (at for at, cell in enumerate(cells) if cell is not None and at != number), None
            )
            if first is None:
                continue
            if footers.is_header_again(cells, titles):
                counted.headers.add(line.number)
            elif footers.is_footer(cells, first if number is None else min(first, number)):
                counted.footers.add(line.number)
            else:
                if line.hidden:
                    counted.hidden.add(line.number)
                more = len(cells) > width and any(cell is not None for cell in cells[width:])
                if more and not text:
                    counted.beside.add(line.number)
                yield Row(line.number, cells, columns, line.broken or (more and text))

    def sample(self, most: int = SAMPLE_ROWS) -> list[Row]:
        """The first rows, for whoever guesses what the columns mean."""
        return list(itertools.islice(self.rows(), most))

    def close(self) -> None:
        """Lets go of everything that was opened here."""
        self._closing.close()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_table(
    source: Path | BinaryIO,
    name: str,
    *,
    wanted: Collection[str] = (),
    known: Collection[str] = (),
    sheet: str | None = None,
    header_line: int | None = None,
    limits: FileLimits = LIMITS,
) -> Table:
    """The table in a file that calls itself ``name``, which is shown and never opened.

    The header is the first line with every ``wanted`` name; where none is wanted, the one with
    the most names that are ``known`` (as those of a saved mapping) or in the dictionary. Of several
    sheets the one that fits best is taken. ``sheet`` and ``header_line`` say otherwise.
    Rejected, file.*, where the file is not what it should be.
    """
    with ExitStack() as closing:
        file = _opened(source, closing)
        given = file_name(name)
        _check_size(file, given, limits)
        kind = kind_of(file, name)
        book = _BOOKS[kind](file, given, limits)
        closing.callback(book.close)
        chosen, left = _chosen(book, given, Names.of(wanted, known), sheet, header_line)
        table = Table(book, kind, given, chosen, left)
        table._closing = closing.pop_all()
    return table


def _opened(source: Path | BinaryIO, closing: ExitStack) -> BinaryIO:
    """The file, able to go back: a stream that cannot is written to a temporary file first."""
    if isinstance(source, Path):
        return closing.enter_context(source.open("rb"))
    if source.seekable():
        return source
    kept: BinaryIO = closing.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - as above
    shutil.copyfileobj(source, kept)
    kept.seek(0)
    return kept


def _check_size(file: BinaryIO, name: str, limits: FileLimits) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if size > limits.file_bytes:
        raise Rejected("file.too-large", name=name, found_bytes=size, most_bytes=limits.file_bytes)


def _chosen(
    book: Book, name: str, names: Names, sheet: str | None, header_line: int | None
) -> tuple[_Chosen, SheetsLeft]:
    """The sheet that fits best with its header, and what is told of the others."""
    seen = [shown(one.name) for one in book.sheets if not one.hidden]
    if sheet is not None and sheet not in seen:
        raise Rejected("file.sheet-unknown", name=name, sheet=shown(sheet), sheets="、".join(seen))
    best: _Chosen | None = None
    fits = dict[str, int]()
    for place, one in enumerate(book.sheets):
        if not one.hidden and sheet in (None, shown(one.name)):
            found = _looked_at(book, place, names, header_line)
            fits[shown(one.name)] = found.header.fit if found else 0
            if found and (best is None or found.header.fit > best.header.fit):
                best = found
    if best is None:
        raise Rejected("file.no-header", name=name, wanted="、".join(names.wanted))
    taken = shown(book.sheets[best.place].name)
    alike = tuple(n for n, fit in fits.items() if n != taken and fit == best.header.fit)
    others = tuple(n for n in seen if n != taken and n not in alike)
    hidden = tuple(shown(one.name) for one in book.sheets if one.hidden)
    return best, SheetsLeft(alike, others, hidden)


def _looked_at(book: Book, place: int, names: Names, header_line: int | None) -> _Chosen | None:
    layout = book.layout(place)
    last = WITHIN_LINES if header_line is None else max(WITHIN_LINES, header_line + 1)
    lines = itertools.takewhile(lambda line: line.number <= last, book.lines(place))
    header = find(list(filled(lines, layout.merged)), layout.merged, names, header_line)
    return _Chosen(place, header, layout) if header else None


def _numbering(titles: Sequence[str]) -> int | None:
    """The column that only counts the lines: many a form has it filled in beforehand."""
    return next((at for at, title in enumerate(titles) if key_of(title) in NUMBERING), None)


def _columns(name: str, sheet: str, header: Header, date1904: bool) -> Columns:
    names = header.names
    index = {one: at for at, one in enumerate(names)}
    return Columns(name, sheet, header.titles, names, date1904, index)
