"""A statement as a workbook: a sheet of sums and one of lines, the same bytes for the same content.

Amounts are whole numbers of 0.01 point under a format that shows them as points, so a program adds
up integers and a person reads points.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from ledger.clearing.statement import Statement
from ledger.statements.figures import (
    TITLE,
    Figures,
    MemberNames,
    Points,
    Table,
    figures_of,
    time_text,
    widths_of,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POINTS_FORMAT = '0"."00'
"""1234 is shown as 12.34."""
NOTE = (
    "积分单元格的数值为整数，单位 0.01 积分，按积分显示。 · "
    "Cells of points hold integers of 0.01 point, shown as points."
)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_WIDEST = 70
_FROM = datetime(1980, 1, 1, tzinfo=UTC)


def workbook(statement: Statement, names: MemberNames) -> bytes:
    """The file's content."""
    out = io.BytesIO()
    figures = figures_of(statement, names)
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        made = max(_FROM, datetime.fromtimestamp(statement.as_of_s, UTC))
        book.set_properties({"title": TITLE, "created": made.replace(tzinfo=None)})
        forms = {
            "bold": book.add_format({"bold": True}),
            "points": book.add_format({"num_format": POINTS_FORMAT}),
            "text": book.add_format({"num_format": "@"}),
        }
        _summary(book.add_worksheet("汇总 Summary"), forms, figures)
        _lines(book.add_worksheet("明细 Lines"), forms, figures.lines)
    return out.getvalue()


def file_name(statement: Statement, extension: str, part: int = 1) -> str:
    """Such as statement-w12-m3-20260501.xlsx: window, member, and the day until which it goes; of
    a later part with its number."""
    day = time_text(statement.as_of_s)[:10].replace("-", "")
    more = "" if part == 1 else f"-{part}"
    return f"statement-w{statement.window}-m{statement.member}-{day}{more}.{extension}"


def _summary(sheet: Any, forms: dict[str, Any], figures: Figures) -> None:
    sheet.write_string(0, 0, TITLE, forms["bold"])
    for line, (label, value) in enumerate(figures.head, 1):
        sheet.write_string(line, 0, label)
        sheet.write_string(line, 1, value, forms["text"])
    line = len(figures.head) + 2
    for table in figures.summary:
        sheet.write_string(line, 0, table.title, forms["bold"])
        line = _table(sheet, forms, table, line + 1) + 1
    sheet.write_string(line, 0, NOTE)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 5, 24)


def _lines(sheet: Any, forms: dict[str, Any], table: Table) -> None:
    _table(sheet, forms, table, 0)
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths_of(table, _WIDEST)):
        sheet.set_column(column, column, width + 2)


def _table(sheet: Any, forms: dict[str, Any], table: Table, line: int) -> int:
    """Writes it from a line on; the line below."""
    for column, title in enumerate(table.columns):
        sheet.write_string(line, column, title, forms["bold"])
    for down, row in enumerate(table.rows, line + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, Points):
                sheet.write_number(down, column, cell.units, forms["points"])
            elif isinstance(cell, int):
                sheet.write_number(down, column, cell)
            else:
                sheet.write_string(down, column, cell, forms["text"])
    return line + 1 + len(table.rows)
