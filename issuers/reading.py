"""Reads the values that offices write: full-width digits, many forms of a date, stray blanks.

Dates and times taken: ``2026-05-03``, ``2026/5/3``, ``2026.5.3``, ``2026年5月3日``, ``20260503``,
each alone or followed by a blank or T and ``9:05`` or ``09:05:33``, each then with nothing
(Beijing) or ``Z`` or ``+08:00``; Excel serial days where the caller says so. Anything else,
``3/5/2026`` above all, is refused rather than guessed. Pure: knows no source.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import orjson

from issuers.adapter import CorrectionNotice, EarningEvent, Item, RawRow, RejectedRow
from ledger.units import BEIJING, DAY_S

LARGEST_QUANTITY = 10**9
"""In any smallest unit: above it the unit is mistaken."""
LONGEST_NUMBER = 40
"""Characters: what is longer is not even converted."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far a source's clock may be ahead of ours."""
_DATE = r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"
_TIME = r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:\d{2})?)?"
_MOMENT = re.compile(_DATE + _TIME)
_WHOLE = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?")
_EXCEL_ZERO = datetime(1899, 12, 30, tzinfo=BEIJING)
_EXCEL_DAYS = range(30_000, 80_000)
"""1982 to 2119; a larger number is a date without marks, such as 20260503."""


class RowFault(Exception):
    """A row can't be read; ``judged`` makes it a RejectedRow."""

    def __init__(self, field: str, code: str, value: object = "") -> None:
        super().__init__(field, code, value)
        self.field, self.code = field, code
        self.value = ("" if value is None else str(value))[:200]


def judged(
    row: RawRow, read: Callable[[RawRow], EarningEvent | CorrectionNotice], *id_path: str
) -> Item:
    """What ``read`` makes of the row; its RowFault as a RejectedRow, with the event id if there is
    one at ``id_path``."""
    try:
        return read(row)
    except RowFault as fault:
        event_id = _at(row, id_path)
        return RejectedRow(row.place, fault.field, fault.code, fault.value, event_id)


def plain(value: object) -> str:
    """Text with full-width forms made usual and blanks at the ends taken off."""
    return unicodedata.normalize("NFKC", str(value)).strip() if value is not None else ""


def fields_of(row: RawRow) -> Mapping[str, object]:
    """The row's content as a JSON object, or row.broken."""
    try:
        content = orjson.loads(row.content)
    except orjson.JSONDecodeError:
        content = row.content.decode("utf-8", "replace")
    if not isinstance(content, dict):
        raise RowFault("*", "row.broken", content)
    return content


def text(fields: Mapping[str, object], name: str) -> str:
    """A field that must not be empty."""
    found = plain(fields.get(name))
    if not found:
        raise RowFault(name, "field.missing")
    return found


def whole(fields: Mapping[str, object], name: str) -> int:
    """A whole number of either sign; 1,200 and １２００ are 1200, 1.5 is none."""
    value = fields.get(name)
    found = plain(value)
    if not found:
        raise RowFault(name, "field.missing")
    if isinstance(value, bool) or not _WHOLE.fullmatch(found):
        raise RowFault(name, "quantity.unreadable", value)
    digits = found.replace(",", "").split(".")[0]
    number = int(digits) if len(digits) <= LONGEST_NUMBER else LARGEST_QUANTITY + 1
    if abs(number) > LARGEST_QUANTITY:
        raise RowFault(name, "quantity.too-large", value)
    return number


def quantity(fields: Mapping[str, object], name: str) -> int:
    """A whole number above zero."""
    number = whole(fields, name)
    if number == 0:
        raise RowFault(name, "quantity.zero", fields.get(name))
    if number < 0:
        raise RowFault(name, "quantity.negative", fields.get(name))
    return number


def moment(fields: Mapping[str, object], name: str) -> datetime:
    """A time in any form of the list above, in Beijing time."""
    found = text(fields, name)
    parts = _MOMENT.fullmatch(found)
    if not parts:
        raise RowFault(name, "time.unreadable", found)
    year, _, *months_days, hour, minute, second, zone = parts.groups()
    month, day = (int(part) for part in months_days if part)
    try:
        when = datetime(
            int(year),
            month,
            day,
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=BEIJING,
        )
        return _in_beijing(when, zone)
    except (ValueError, OverflowError) as error:
        raise RowFault(name, "time.unreadable", found) from error


def day_or_serial(fields: Mapping[str, object], name: str) -> datetime:
    """As ``moment``, and a bare number is a day as Excel counts them, with its part of a day to
    the nearest second."""
    value = fields.get(name)
    if isinstance(value, int | float) and math.isfinite(value) and int(value) in _EXCEL_DAYS:
        return _EXCEL_ZERO + timedelta(seconds=round(value * DAY_S))
    return moment(fields, name)


def moment_or_milliseconds(fields: Mapping[str, object], name: str) -> datetime:
    """As ``moment``, and a bare number counts milliseconds since 1970 UTC."""
    value = fields.get(name)
    if not isinstance(value, int):
        return moment(fields, name)
    try:
        return datetime.fromtimestamp(value / 1000, UTC).astimezone(BEIJING)
    except (ValueError, OverflowError, OSError) as error:
        raise RowFault(name, "time.unreadable", value) from error


def past(when: datetime, now: datetime, name: str) -> datetime:
    """The time, unless it lies in the future."""
    if when > now + CLOCK_SKEW:
        raise RowFault(name, "time.future", when.isoformat())
    return when


def canonical(**facts: str | int | datetime) -> bytes:
    """Evidence bytes: JSON with sorted keys and no blanks; the same facts give the same bytes."""
    return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)


def _at(row: RawRow, path: tuple[str, ...]) -> str | None:
    try:
        found: object = fields_of(row)
    except RowFault:
        return None
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return plain(found) or None if path else None


def _in_beijing(when: datetime, zone: str | None) -> datetime:
    if not zone:
        return when
    moved = datetime.fromisoformat(
        when.replace(tzinfo=None).isoformat() + zone.replace("Z", "+00:00")
    )
    return moved.astimezone(BEIJING)
