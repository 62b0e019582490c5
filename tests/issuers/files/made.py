"""Files for the tests, each by a real writer of its kind, and rows with a mapping for them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import openpyxl
import xlsxwriter
import xlwt

from issuers.files import Field, Mapping, Measure, Row, Table, open_table
from issuers.files.cells import Cell
from ledger.units import BEIJING

NOW = datetime(2026, 7, 1, 12, tzinfo=BEIJING)
HEADER = ("流水号", "会员编号", "事项", "时长（分钟）", "日期", "地点")
MAPPING = Mapping(
    columns={
        Field.EVENT_ID: "流水号",
        Field.MEMBER_ID: "会员编号",
        Field.ACTIVITY: "事项",
        Field.QUANTITY: "时长(分钟)",
        Field.OCCURRED: "日期",
        Field.SPOT: "地点",
    },
    measure=Measure(unit="minute"),
    words={"社区志愿服务": "VOL.SERVICE"},
    header=HEADER,
)
ROWS: tuple[tuple[object, ...], ...] = (
    ("T1", "示例001", "社区志愿服务", 90, "2026-05-03", "示例社区"),
    ("T2", "示例002", "社区志愿服务", 60, "2026-05-04", "演示公园"),
)
Rows = Sequence[Sequence[object]]


def csv_bytes(rows: Rows, encoding: str = "utf-8", separator: str = ",") -> bytes:
    """As a spreadsheet writes it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def by_xlsxwriter(fill: Callable[[Any], None], **options: object) -> bytes:
    """A workbook that ``fill`` fills."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        fill(book)
    return out.getvalue()


def xlsx_bytes(rows: Rows, sheet: str = "台账", shared: bool = True) -> bytes:
    """By xlsxwriter, with shared strings or with each in its cell."""

    def fill(book: Any) -> None:
        page = book.add_worksheet(sheet)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(line, column, value)
                elif value is not None:
                    page.write(line, column, value)

    return by_xlsxwriter(fill, constant_memory=not shared)


def openpyxl_bytes(rows: Rows) -> bytes:
    """By openpyxl, which takes text that begins with = for a formula."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls_bytes(rows: Rows) -> bytes:
    """By xlwt."""

    def fill(book: xlwt.Workbook) -> None:
        page = book.add_sheet("台账")
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    page.write(line, column, value)

    return by_xlwt(fill)


def by_xlwt(fill: Callable[[Any], None]) -> bytes:
    """An old workbook that ``fill`` fills."""
    book = xlwt.Workbook(encoding="utf-8")
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opened(content: bytes, name: str, **how: Any) -> Table:
    """The table in these bytes."""
    return open_table(io.BytesIO(content), name, **how)


def read(content: bytes, name: str = "台账.xlsx", **how: Any) -> list[tuple[int, dict[str, Cell]]]:
    """(line, cells) of every row."""
    with opened(content, name, **how) as table:
        return [(row.line, row.cells) for row in table.rows()]


def first_row(content: bytes, name: str = "台账.xlsx", **how: Any) -> Row:
    """The table's first row."""
    with opened(content, name, **how) as table:
        return next(table.rows())


def told(table: Table) -> list[str]:
    """The table's notes in Chinese, after all rows are read."""
    for _ in table.rows():
        pass
    return [note.zh for note in table.notes]


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part of its ZIP changed, or added where ``part`` is not there."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text) if name == part else text)
        if part not in old.namelist():
            new.writestr(part, change(b""))
    return out.getvalue()
