"""Gives rejected rows back as the file they came in, with two columns more: 原因 and 如何修改.

A workbook stays one, with the same sheet and columns; CSV keeps its encoding and separator; an XLS
comes back as XLSX, because nobody should write that form any more. Read again, the two columns are
left alone. Rows stream from one file to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple, Protocol

from issuers.adapter import RejectedRow
from issuers.files.book import Line
from issuers.files.cells import Cell, Fault
from issuers.files.fields import FIX, REASON, key_of
from issuers.files.kinds import Kind
from issuers.files.mapping import GIVEN_BACK
from issuers.files.table import Columns, Row
from issuers.files.writing import CsvWriter, XlsxWriter
from issuers.reasons import Sentence
from ledger.refusals import Lang

XLS_COMES_BACK = Sentence(
    "XLS 文件以 XLSX 格式退回；内容和列不变。",
    "An XLS file comes back as XLSX, with the same columns and cells.",
)
EXTENSION = {Kind.CSV: ".csv", Kind.XLSX: ".xlsx", Kind.XLS: ".xlsx"}
"""Of what is given back."""


class Verdict(NamedTuple):
    """What is written beside a row."""

    reason: str
    fix: str


def verdict(row: RejectedRow, language: Lang = "zh") -> Verdict:
    """A rejection in words: the column, why, and what stood there; then what to do."""
    why, fix = getattr(row.sentence, language), getattr(row.fix, language)
    field = "" if row.field in ("", "*") else f"{row.field}："
    if language == "en":
        field = field.replace("：", ": ")
    value = f"（{row.value}）" if language == "zh" else f" ({row.value})"
    return Verdict(f"{field}{why}{value if row.value else ''}", fix)


class Given(Protocol):
    """What is given back: a table, or one that was kept."""

    @property
    def kind(self) -> Kind:
        """Of the file that came."""

    @property
    def columns(self) -> Columns:
        """What its rows share."""

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names."""

    @property
    def sheet(self) -> str:
        """The sheet that was read."""

    @property
    def encoding(self) -> str:
        """Of text."""

    @property
    def separator(self) -> str:
        """Of text."""

    def lead(self) -> list[Line]:
        """The lines above the header."""

    def rows(self) -> Iterator[Row]:
        """All rows, in the order of their lines."""


def annotated(
    table: Given,
    verdicts: Iterable[tuple[int, Verdict]],
    out: BinaryIO,
    *,
    only_rejected: bool = True,
    language: Lang = "zh",
) -> int:
    """Writes the table to ``out`` with the verdicts; how many rows were written.

    ``verdicts`` are (line, verdict) in the order of the lines, such as a dict's items; a line
    without one is left out, or kept without words where ``only_rejected`` is false.
    """
    keep = [at for at, name in enumerate(table.header) if key_of(name) not in GIVEN_BACK]
    titles = [table.columns.titles[at].strip() or table.header[at] for at in keep]
    count = 0
    with _writer(table, out, len(keep) + 2) as writer:
        for line in table.lead():
            writer.row(line.cells)
        writer.row([*titles, getattr(REASON, language), getattr(FIX, language)], bold=True)
        for row, found in _paired(table.rows(), verdicts):
            if found is not None or not only_rejected:
                writer.row([*_cells(row, keep), *(found or ())])
                count += 1
    return count


def _cells(row: Row, keep: list[int]) -> list[Cell]:
    """A formula without a saved value comes back empty: what stood there may be stale."""
    there = len(row.values)
    cells = [row.values[at] if at < there else None for at in keep]
    return [None if _is_unsaved(cell) else cell for cell in cells]


def _is_unsaved(cell: Cell) -> bool:
    return isinstance(cell, Fault) and cell.code == "formula.no-value"


def _paired(
    rows: Iterator[Row], verdicts: Iterable[tuple[int, Verdict]]
) -> Iterator[tuple[Row, Verdict | None]]:
    """Each row with its verdict; both are in the order of lines."""
    waiting = iter(verdicts)
    line, found = next(waiting, (0, None))
    for row in rows:
        while found is not None and line < row.line:
            line, found = next(waiting, (0, None))
        yield row, found if found is not None and line == row.line else None


def _writer(table: Given, out: BinaryIO, columns: int) -> CsvWriter | XlsxWriter:
    if table.kind is Kind.CSV:
        return CsvWriter(out, table.encoding, table.separator)
    return XlsxWriter(out, table.sheet, columns)
