"""CSV and tab-separated text as spreadsheets write it: encoding and separator are found out.

A line is a record: text with line breaks inside quotes counts as one, as Excel shows it.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast

from issuers.files.book import Layout, Line, SheetName
from issuers.files.cells import Cell, text_cell
from issuers.files.limits import FileLimits
from issuers.reasons import Sentence
from ledger.errors import Rejected

SEPARATORS = (",", "\t", ";")
_SAMPLE_LINES = 30
_CHUNK_BYTES = 1 << 18
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ODD = "\ufffd"
_TOLD = "sep="
"""A first line such as ``sep=;`` is for Excel alone."""


class CsvBook:
    """A file of text; see ``book.Book``."""

    sheets: Sequence[SheetName] = (SheetName(""),)
    date1904 = False
    notes: Sequence[Sentence] = ()

    def __init__(self, file: BinaryIO, name: str, limits: FileLimits) -> None:
        self._file = file
        self._name = name
        self._limits = limits
        self.encoding = encoding_of(file)
        self.separator = self._separator()

    def layout(self, sheet: int) -> Layout:
        """Text has none."""
        del sheet
        return Layout()

    def lines(self, sheet: int) -> Iterator[Line]:
        """From the beginning."""
        del sheet
        return self._records(self.separator)

    def close(self) -> None:
        """Nothing was opened."""

    def _records(self, separator: str) -> Iterator[Line]:
        self._file.seek(0)
        most_rows, most_columns = self._limits.rows, self._limits.columns
        records, number = csv.reader(self._text_lines(), delimiter=separator), 0
        try:
            for number, cells in enumerate(records, 1):
                if number > most_rows:
                    raise Rejected("file.too-many-rows", name=self._name, most=most_rows)
                if number == 1 and cells and cells[0].lower().startswith(_TOLD):
                    continue
                if len(cells) > most_columns and any(cells[most_columns:]):
                    raise Rejected(
                        "file.too-many-columns", name=self._name, place=str(number),
                        most=most_columns,
                    )  # fmt: skip
                if any(cells):
                    yield self._line(number, cells)
        except csv.Error as error:
            raise self._too_long(number + 1) from error

    def _line(self, number: int, cells: list[str]) -> Line:
        if max(map(len, cells)) > self._limits.cell_characters:
            raise self._too_long(number)
        made: list[Cell] = [text_cell(cell) for cell in cells]
        return Line(number, made, broken=any(_ODD in cell for cell in cells))

    def _text_lines(self) -> Iterator[str]:
        """Decoded lines; a line longer than a cell may be comes in pieces and is refused above."""
        kept = cast("BinaryIO", _Kept(self._file))
        text = io.TextIOWrapper(kept, encoding=self.encoding, errors="replace", newline="")
        most = self._limits.cell_characters * 4
        while line := text.readline(most):
            yield line.replace("\0", _ODD) if "\0" in line else line

    def _too_long(self, number: int) -> Rejected:
        most = self._limits.cell_characters
        return Rejected("file.cell-too-long", name=self._name, place=str(number), most=most)

    def _separator(self) -> str:
        """That by which the first lines have the most cells alike."""
        self._file.seek(0)
        first = next(self._text_lines(), "").strip().strip('"').lower()
        if first.startswith(_TOLD) and first[len(_TOLD) :] in SEPARATORS:
            return first[len(_TOLD) :]
        return max(SEPARATORS, key=self._fit)

    def _fit(self, separator: str) -> tuple[int, int]:
        """(lines with the commonest number of cells, that number); nothing for single cells."""
        widths = [
            len(line.cells)
            for line in itertools.islice(self._records(separator), _SAMPLE_LINES)
            if len(line.cells) > 1
        ]
        if not widths:
            return 0, 0
        commonest = max(set(widths), key=lambda width: (widths.count(width), width))
        return widths.count(commonest), commonest


class _Kept(io.BufferedIOBase):
    """The file handed in, so that closing the text around it does not close the file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def read1(self, size: int | None = -1, /) -> bytes:
        return self._file.read(_CHUNK_BYTES if size is None or size < 0 else size)

    def read(self, size: int | None = -1, /) -> bytes:
        return self._file.read(-1 if size is None else size)


def encoding_of(file: BinaryIO) -> str:
    """By its mark; else UTF-8 if all of it is; else what leaves fewer bytes unread of UTF-8 and
    GB18030: one spoilt byte does not turn a whole file into another encoding."""
    file.seek(0)
    head = file.read(4)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if _odd_in(file, "utf-8") == 0:
        return "utf-8"
    return min(("gb18030", "utf-8"), key=lambda name: _odd_in(file, name))


def _odd_in(file: BinaryIO, encoding: str) -> int:
    """How many places of the file are not text in this encoding."""
    file.seek(0)
    decoder, odd = codecs.getincrementaldecoder(encoding)("replace"), 0
    while chunk := file.read(_CHUNK_BYTES):
        odd += decoder.decode(chunk).count(_ODD)
    return odd + decoder.decode(b"", True).count(_ODD)
