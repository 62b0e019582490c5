"""The sign-in sheet: for a group without any system, entered once by a worker.

One form says what was done, when, where, who certifies it, and who was there. It is typed, or read
from a filled-in workbook of our own. Ids come of (member, activity, day, times, place), so a sheet
that is entered twice gives the same events.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, BinaryIO

import xlsxwriter

from issuers import reading
from issuers.adapter import EarningEvent, RejectedRow
from issuers.files import values
from issuers.files.cells import as_text
from issuers.files.fields import WORDS, Field, key_of
from issuers.files.rowreading import derived_id, minutes_between
from issuers.files.table import Table
from issuers.files.writing import SAFE, to_bytes
from issuers.reading import RowFault, plain
from issuers.reasons import Sentence
from issuers.standard.catalogue import Activity
from ledger.errors import Rejected
from ledger.refusals import Lang
from ledger.units import BEIJING

SHEET_PREFIX = "tongdui:sheet:"
LINES = 40
"""Lines for members on the printed sheet."""
_APART = re.compile(r"[\s,;，；、]+")
_TITLE = Sentence("签到表", "Sign-in sheet")
_SIGNED = Sentence("签名", "Signature")
_FORM = (Field.ACTIVITY, Field.OCCURRED, Field.BEGAN, Field.ENDED, Field.SPOT, Field.CHECKER,
         Field.QUANTITY)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignIn:
    """One group at one deed. ``quantity`` is for each member, in the activity's smallest unit; 0
    takes the minutes from began to ended, which only an activity counted in minutes has."""

    activity: Activity
    day: date
    began: time
    ended: time
    spot: str
    checker: str
    members: tuple[str, ...]
    quantity: int = 0


def members_of(text: str) -> tuple[str, ...]:
    """Member ids that were pasted: one a line, or apart by commas, semicolons or blanks."""
    return tuple(part for part in _APART.split(text.strip()) if part)


def members_in(table: Table) -> tuple[str, ...]:
    """Member ids in a file: of its column of that kind, or of its only column.

    An id that Excel has cut stays as it stands there, and is rejected with its member's row.
    """
    columns = [name for name in table.header if _field_of(name) is Field.MEMBER_ID]
    column = columns[0] if columns else table.header[0]
    found = (plain(as_text(row.get(column))) for row in table.rows())
    return tuple(one for one in found if one)


def sheet_rows(form: SignIn, now: datetime) -> list[EarningEvent | RejectedRow]:
    """One event a member, once each; file.signin where the form itself is not right."""
    began, ended = (datetime.combine(form.day, one, BEIJING) for one in (form.began, form.ended))
    quantity = _quantity(form, began, ended)
    try:
        reading.past(began, now, WORDS[Field.OCCURRED].zh)
    except RowFault as fault:
        raise Rejected("file.signin", field=fault.field, value=fault.value) from fault
    if not form.spot.strip():
        raise Rejected("file.signin", field=WORDS[Field.SPOT].zh, value="")
    rows, seen = list[EarningEvent | RejectedRow](), set[str]()
    for line, given in enumerate(form.members, 1):
        place = f"{_TITLE.zh} {form.day} {line}"
        try:
            member = values.needed_identifier(given, WORDS[Field.MEMBER_ID].zh)
        except RowFault as fault:
            rows.append(RejectedRow(place, fault.field, fault.code, fault.value))
            continue
        if member not in seen:
            seen.add(member)
            rows.append(_event(form, member, quantity, began, ended, place))
    return rows


def read_signin(table: Table, activities: Sequence[Activity]) -> SignIn:
    """The form that was filled in on our own workbook; file.signin names the field at fault."""
    said = dict[Field, str]()
    for line in table.lead():
        pair = [plain(as_text(cell)) for cell in line.cells if cell is not None]
        field = _field_of(pair[0]) if pair else None
        if field in _FORM and len(pair) > 1:
            said.setdefault(field, pair[1])
    return made(said, members_in(table), activities)


def made(
    said: dict[Field, str], members: tuple[str, ...], activities: Sequence[Activity]
) -> SignIn:
    """The form of what was typed, by field; file.signin names the field at fault."""
    word = plain(said.get(Field.ACTIVITY, "")).lower()
    names = {plain(n).lower(): one for one in activities for n in (one.code, one.zh, one.en)}
    if word not in names:
        raise Rejected(
            "file.signin", field=WORDS[Field.ACTIVITY].zh, value=said.get(Field.ACTIVITY, "")
        )
    try:
        day = values.moment(*_cell(Field.OCCURRED, said), date1904=False)
        began, ended = (
            values.moment_on(day, *_cell(field, said), date1904=False).time()
            for field in (Field.BEGAN, Field.ENDED)
        )
        given, column = _cell(Field.QUANTITY, said)
        quantity = values.quantity(given, column, names[word].unit, values.ONE) if given else 0
    except RowFault as fault:
        raise Rejected("file.signin", field=fault.field, value=fault.value) from fault
    spot, checker = (plain(said.get(field, "")) for field in (Field.SPOT, Field.CHECKER))
    return SignIn(names[word], day.date(), began, ended, spot, checker, members, quantity)


def signin_template(activity: Activity | None = None, language: Lang = "zh") -> bytes:
    """A workbook to print, or to fill in and hand in."""
    return to_bytes(lambda out: _workbook(out, activity, language))


def _quantity(form: SignIn, began: datetime, ended: datetime) -> int:
    if ended <= began:
        raise Rejected("file.signin", field=WORDS[Field.ENDED].zh, value=f"{form.ended:%H:%M}")
    if form.quantity > 0:
        return form.quantity
    if form.activity.unit != "minute" or form.quantity < 0:
        raise Rejected("file.signin", field=WORDS[Field.QUANTITY].zh, value=str(form.quantity))
    return minutes_between(began, ended, WORDS[Field.ENDED].zh)


def _event(
    form: SignIn, member: str, quantity: int, began: datetime, ended: datetime, place: str
) -> EarningEvent:
    code, spot, checker = form.activity.code, plain(form.spot), plain(form.checker)
    event_id = derived_id(
        SHEET_PREFIX, member=member, activity=code, began=began, ended=ended, spot=spot
    )
    record = reading.canonical(
        event=event_id, member=member, activity=code, quantity=quantity, began=began,
        ended=ended, spot=spot, checker=checker,
    )  # fmt: skip
    return EarningEvent(
        event_id, member, code, quantity, began, record, place, began, ended, checker, spot
    )


def _field_of(name: str) -> Field | None:
    key = key_of(name)
    return next((one for one, words in WORDS.items() if key in map(key_of, _both(words))), None)


def _both(words: Sentence) -> tuple[str, str]:
    return words.zh, words.en


def _cell(field: Field, said: dict[Field, str]) -> tuple[str | None, str]:
    """What was typed, and the field's name as a column's."""
    return plain(said.get(field, "")) or None, WORDS[field].zh


def _workbook(out: BinaryIO, activity: Activity | None, language: Lang) -> None:
    with xlsxwriter.Workbook(out, SAFE | {"constant_memory": False}) as book:
        text = book.add_format({"num_format": "@", "border": 1, "text_wrap": True})
        bold = book.add_format({"num_format": "@", "bold": True, "border": 1})
        sheet = book.add_worksheet(getattr(_TITLE, language))
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 2, 34)
        sheet.merge_range(0, 0, 0, 2, getattr(_TITLE, language), bold)
        for line, field in enumerate(_FORM, 1):
            filled = getattr(activity, language) if field is Field.ACTIVITY and activity else ""
            sheet.write_string(line, 0, getattr(WORDS[field], language), bold)
            sheet.write_string(line, 1, filled, text)
        _lines(sheet, len(_FORM) + 2, bold, text, language)


def _lines(sheet: Any, top: int, bold: Any, text: Any, language: Lang) -> None:
    number = "序号" if language == "zh" else "No."
    titles = (number, getattr(WORDS[Field.MEMBER_ID], language), getattr(_SIGNED, language))
    for column, title in enumerate(titles):
        sheet.write_string(top, column, title, bold)
    for line in range(1, LINES + 1):
        sheet.write_number(top + line, 0, line, text)
        sheet.write_blank(top + line, 1, None, text)
        sheet.write_blank(top + line, 2, None, text)
