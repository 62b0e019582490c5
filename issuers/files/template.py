"""Templates to download: a workbook with the right columns, or the same as CSV.

The workbook has the activities as a list to choose from, and a sheet that says how to fill it in.
Its ids are text cells, so that Excel cuts none. What is filled in is mapped without a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

import xlsxwriter

from issuers.files.fields import WORDS, Field
from issuers.files.writing import SAFE, CsvWriter, to_bytes
from issuers.reasons import Sentence
from issuers.standard.catalogue import Activity
from ledger.refusals import Lang

COLUMNS = (
    Field.EVENT_ID, Field.MEMBER_ID, Field.ACTIVITY, Field.QUANTITY, Field.OCCURRED, Field.BEGAN,
    Field.ENDED, Field.CHECKER, Field.SPOT, Field.REMARK,
)  # fmt: skip
NEEDED = (Field.MEMBER_ID, Field.ACTIVITY, Field.QUANTITY, Field.OCCURRED)
FILLED_ROWS = 5_000
"""Rows with a list to choose from; more may be filled in."""
_SHEETS = Sentence("填报", "Entries"), Sentence("说明", "How to"), Sentence("事项表", "Activities")
_HOW = {
    Field.EVENT_ID: Sentence(
        "原系统的编号，同一编号只计一次；没有可留空，此时内容完全相同的两行只计一次。",
        "Your own id; each counts once. May be empty: then two rows alike count once.",
    ),
    Field.MEMBER_ID: Sentence(
        "必填。本系统的会员编号，不要填身份证号。",
        "Needed. The scheme's own member id, never an identity number.",
    ),
    Field.ACTIVITY: Sentence("必填。从列表中选择。", "Needed. Choose from the list."),
    Field.QUANTITY: Sentence(
        "必填。整数，单位见“事项表”。", "Needed. Whole, in the unit of the sheet Activities."
    ),
    Field.OCCURRED: Sentence("必填。如 2026-05-03。", "Needed. Such as 2026-05-03."),
    Field.BEGAN: Sentence("可留空。如 9:00。", "May be empty. Such as 9:00."),
    Field.ENDED: Sentence("可留空。如 11:30。", "May be empty. Such as 11:30."),
    Field.CHECKER: Sentence("可留空。核验人的编号。", "May be empty. Who certified it, by id."),
    Field.SPOT: Sentence("可留空。", "May be empty."),
    Field.REMARK: Sentence("可留空；不会读取。", "May be empty; it is not read."),
}
_ALSO_HOURS = Sentence(
    "必填。分钟数；也可写成 1:30 或 1.5小时。",
    "Needed. Minutes; 1:30 and 1.5 h may be written too.",
)
"""For the quantity where everything is counted in minutes."""
_SMALLEST = Sentence("（最小单位）", " (smallest unit)")
_UNITS = {
    "minute": "分钟", "gram": "克", "fen": "分（0.01 元）", "day": "天", "trip": "次",
    "month": "个月", "point": "分",
}  # fmt: skip


def template(activities: Sequence[Activity], language: Lang = "zh") -> bytes:
    """A workbook to fill in, for these activities."""
    return to_bytes(lambda out: _workbook(out, activities, language))


def template_csv(language: Lang = "zh") -> bytes:
    """The same columns as CSV in UTF-8 with its mark, which Excel opens rightly."""

    def write(out: BinaryIO) -> None:
        with CsvWriter(out, "utf-8-sig", ",") as writer:
            writer.row([_title(field, language) for field in COLUMNS])

    return to_bytes(write)


def unit_word(unit: str, language: Lang) -> str:
    """The smallest unit as it is shown; one that has no word here by its own."""
    return _UNITS.get(unit, unit) if language == "zh" else unit


def _title(field: Field, language: Lang) -> str:
    name: str = getattr(WORDS[field], language)
    if field is Field.QUANTITY:
        name += getattr(_SMALLEST, language)
    return f"{name}*" if field in NEEDED else name


def _workbook(out: BinaryIO, activities: Sequence[Activity], language: Lang) -> None:
    entries, how_to, listed = (getattr(name, language) for name in _SHEETS)
    with xlsxwriter.Workbook(out, SAFE) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True, "bg_color": "#DDEBF7"})
        sheet = book.add_worksheet(entries)
        sheet.set_column(0, len(COLUMNS) - 1, 16, text)
        sheet.freeze_panes(1, 0)
        for column, field in enumerate(COLUMNS):
            sheet.write_string(0, column, _title(field, language), bold)
        if activities:
            column = COLUMNS.index(Field.ACTIVITY)
            source = f"='{listed}'!$A$2:$A${len(activities) + 1}"
            sheet.data_validation(
                1, column, FILLED_ROWS, column, {"validate": "list", "source": source}
            )
        _explain(book.add_worksheet(how_to), bold, activities, language)
        _list(book.add_worksheet(listed), bold, activities, language)


def _explain(sheet: Any, bold: Any, activities: Sequence[Activity], language: Lang) -> None:
    timed = {one.unit for one in activities} == {"minute"}
    how = _HOW | ({Field.QUANTITY: _ALSO_HOURS} if timed else {})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    for line, field in enumerate(COLUMNS):
        sheet.write_string(line, 0, _title(field, language), bold)
        sheet.write_string(line, 1, getattr(how[field], language))


def _list(sheet: Any, bold: Any, activities: Sequence[Activity], language: Lang) -> None:
    """The activities under titles that no header is taken for."""
    titles = ("可选事项", "计量单位") if language == "zh" else ("To choose from", "Counted in")
    sheet.set_column(0, 1, 30)
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
    for line, one in enumerate(activities, 1):
        sheet.write_string(line, 0, getattr(one, language))
        sheet.write_string(line, 1, unit_word(one.unit, language))
