"""Writes tables that nobody's spreadsheet will take for anything but data.

Text is written as text, whatever it begins with: in a workbook as a text cell, in CSV with a
single quote before ``=``, ``+``, ``-``, ``@``, tab and carriage return, which reading takes off
again. Rows go out one after another; memory stays flat.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, BinaryIO

import xlsxwriter

from issuers.files.cells import EXCEL_DIGITS, Cell, as_text
from issuers.files.names import shown

TEMPTING = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet run a text as a formula."""
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}
_LONGEST_SHEET = 31
_NOT_IN_SHEETS = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_COLUMN_WIDTH = 18


def safe_text(text: str) -> str:
    """Text as it may stand in CSV: reading gives back the same."""
    tempting = text.startswith(TEMPTING)
    quoted = text.startswith("'") and text[1:].startswith(TEMPTING)
    return f"'{text}" if tempting or quoted else text


def sheet_name(name: str) -> str:
    """A name that Excel takes for a sheet."""
    return shown(name).translate(_NOT_IN_SHEETS).strip("'")[:_LONGEST_SHEET] or "Sheet1"


class CsvWriter(AbstractContextManager["CsvWriter"]):
    """CSV in one encoding; closing it leaves the file open."""

    def __init__(self, out: BinaryIO, encoding: str, separator: str) -> None:
        self._text = io.TextIOWrapper(out, encoding, newline="", errors="replace")
        self._rows = csv.writer(self._text, delimiter=separator, lineterminator="\r\n")

    def row(self, cells: Sequence[Cell], *, bold: bool = False) -> None:
        """Numbers as they are, the rest as text."""
        del bold
        self._rows.writerow(
            as_text(cell) if isinstance(cell, int | float) else safe_text(as_text(cell))
            for cell in cells
        )

    def __exit__(self, *_: object) -> None:
        self._text.flush()
        self._text.detach()


class XlsxWriter(AbstractContextManager["XlsxWriter"]):
    """A workbook of one sheet, every column ready for text."""

    def __init__(self, out: BinaryIO, sheet: str, columns: int) -> None:
        self._book = xlsxwriter.Workbook(out, SAFE)
        self._text = self._book.add_format({"num_format": "@"})
        self._bold = self._book.add_format({"num_format": "@", "bold": True})
        self._sheet = self._book.add_worksheet(sheet_name(sheet))
        self._sheet.set_column(0, columns - 1, _COLUMN_WIDTH, self._text)
        self._line = 0

    def row(self, cells: Sequence[Cell], *, bold: bool = False) -> None:
        """Numbers as numbers, unless Excel could not hold them; the rest as text."""
        for column, cell in enumerate(cells):
            if cell is not None:
                self._write(column, cell, self._bold if bold else self._text)
        self._line += 1

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def _write(self, column: int, cell: Cell, form: Any) -> None:
        if isinstance(cell, int | float) and abs(cell) < EXCEL_DIGITS:
            self._sheet.write_number(self._line, column, cell)
        else:
            self._sheet.write_string(self._line, column, as_text(cell), form)


def to_bytes(write: Callable[[BinaryIO], object]) -> bytes:
    """What ``write`` writes: for small files such as templates."""
    out = io.BytesIO()
    write(out)
    return out.getvalue()
