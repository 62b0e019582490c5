"""XLS, the binary form of before 2007, through xlrd. It holds 65,536 rows at most.

xlrd answers a damaged file with whatever its own code runs into, so each of these is told as
file.damaged. It gives a formula's stored value without saying that it was a formula.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

import xlrd
from xlrd.biffh import (
    XL_CELL_BLANK,
    XL_CELL_BOOLEAN,
    XL_CELL_DATE,
    XL_CELL_EMPTY,
    XL_CELL_ERROR,
    XL_CELL_NUMBER,
    XLRDError,
    error_text_from_code,
)
from xlrd.compdoc import CompDocError
from xlrd.sheet import Sheet

from issuers.files.book import Layout, Line, Merged, SheetName
from issuers.files.cells import (
    Cell,
    Fault,
    duration_cell,
    moment_cell,
    percent_cell,
    text_cell,
    whole_if_whole,
)
from issuers.files.formats import Shape, shape_of
from issuers.files.limits import FileLimits
from issuers.files.names import shown
from issuers.reasons import Sentence
from ledger.errors import Rejected

FORMULAS = Sentence(
    "XLS 文件不说明哪些单元格是公式；读取的是保存时的结果。",
    "An XLS file does not say which cells are formulas; their stored values are read.",
)
_BROKEN = (
    XLRDError, CompDocError, struct.error, ArithmeticError, AssertionError, AttributeError,
    LookupError, TypeError, ValueError, EOFError, MemoryError, RecursionError,
)  # fmt: skip
"""What xlrd raises over bytes that are no sound workbook."""


class XlsBook:
    """An old workbook; see ``book.Book``."""

    def __init__(self, file: BinaryIO, name: str, limits: FileLimits) -> None:
        self._name = name
        self._limits = limits
        file.seek(0)
        with self._sound("Workbook"):
            self._book = xlrd.open_workbook(
                file_contents=file.read(),
                logfile=io.StringIO(),
                on_demand=True,
                ragged_rows=True,
                formatting_info=True,
            )
            if self._book.nsheets > limits.sheets:
                raise Rejected("file.too-many-sheets", name=name, most=limits.sheets)
            self.sheets: Sequence[SheetName] = tuple(
                SheetName(title, self._sheet(place).visibility != 0)
                for place, title in enumerate(self._book.sheet_names())
            )
            self._shapes = [self._shape(xf.format_key) for xf in self._book.xf_list]
        self.date1904 = self._book.datemode == 1
        self.notes: Sequence[Sentence] = (FORMULAS,)

    def layout(self, sheet: int) -> Layout:
        """Ranges and hidden columns as xlrd has them."""
        with self._sound("Workbook"):
            found = self._sheet(sheet)
            ranges = [
                Merged(top + 1, bottom, left, right - 1)
                for top, bottom, left, right in found.merged_cells
            ]
            hidden = {at for at, info in found.colinfo_map.items() if info.hidden}
        if len(ranges) > self._limits.merged_ranges:
            most = self._limits.merged_ranges
            raise Rejected("file.too-many-merges", name=self._name, most=most)
        return Layout(ranges, frozenset(hidden))

    def lines(self, sheet: int) -> Iterator[Line]:
        """Each row that has a cell with something in it."""
        with self._sound("Workbook"):
            found = self._sheet(sheet)
            for at in range(found.nrows):
                cells = [self._cell(found, at, column) for column in range(found.row_len(at))]
                while cells and cells[-1] is None:
                    cells.pop()
                if len(cells) > self._limits.columns:
                    raise Rejected(
                        "file.too-many-columns", name=self._name,
                        place=shown(f"{found.name} {at + 1}"), most=self._limits.columns,
                    )  # fmt: skip
                if cells:
                    info = found.rowinfo_map.get(at)
                    yield Line(at + 1, cells, bool(info is not None and info.hidden))

    def close(self) -> None:
        """Lets xlrd drop what it holds."""
        self._book.release_resources()

    def _sheet(self, place: int) -> Sheet:
        return self._book.sheet_by_index(place)

    def _shape(self, key: int) -> Shape:
        form = self._book.format_map.get(key)
        return shape_of(key, form.format_str if form is not None else None)

    def _cell(self, sheet: Sheet, line: int, column: int) -> Cell:
        kind, value = sheet.cell_type(line, column), sheet.cell_value(line, column)
        if kind in (XL_CELL_EMPTY, XL_CELL_BLANK):
            return None
        if kind == XL_CELL_ERROR:
            return Fault("cell.error", error_text_from_code.get(int(value), "#VALUE!"))
        if kind == XL_CELL_BOOLEAN:
            return "TRUE" if value else "FALSE"
        if kind in (XL_CELL_NUMBER, XL_CELL_DATE):
            return self._number(float(value), sheet.cell_xf_index(line, column))
        return text_cell(str(value))

    def _number(self, value: float, style: int) -> Cell:
        shape = self._shapes[style] if style < len(self._shapes) else Shape.NUMBER
        if shape is Shape.MOMENT:
            return moment_cell(value, self.date1904)
        if shape is Shape.DURATION:
            return duration_cell(value)
        return percent_cell(value) if shape is Shape.PERCENT else whole_if_whole(value)

    @contextmanager
    def _sound(self, part: str) -> Iterator[None]:
        try:
            yield
        except XLRDError as error:
            if "encrypted" in str(error):
                raise Rejected("file.encrypted", name=self._name) from error
            raise Rejected("file.damaged", name=self._name, part=part) from error
        except _BROKEN as error:
            raise Rejected("file.damaged", name=self._name, part=part) from error
