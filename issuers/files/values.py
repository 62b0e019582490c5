"""Reads the values of a table's cells as offices write them: ids, numbers with units, lengths of
time, days and times of day.

Builds on ``issuers.reading``, which reads plain text; here stands what only tables have: faults of
cells, numbers that Excel has cut, units and signs beside a number, a date and its time apart. What
would be a guess is a RowFault.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from issuers import reading
from issuers.files.cells import DAYS_TO_1904, EXCEL_DIGITS, Cell, Fault, as_text
from issuers.reading import RowFault, plain

_POWER = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_TRAILING_ZERO = re.compile(r"(\d+)\.0+")
_AS_FORMULA = re.compile(r'="([^"]*)"')
"""How some systems keep an id's zeros in CSV: taken for what it says, never worked out."""
_APOSTROPHE = re.compile(r"['‘’`](?=\w)")
_NUMBER = re.compile(
    r"(?P<paren>\()?\s*(?P<sign>[+-])?\s*[¥$€]?\s*(?:RMB|CNY)?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>[^\d\s()]*)\s*\)?",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"(?:(\d+)\s*(?:小时|时|hours?|hrs?|h)\s*)?(?:(\d+)\s*(?:分钟|分|minutes?|mins?|m))?",
    re.IGNORECASE,
)
_COLONS = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")
_HALVES = "上午|下午|晚上|中午|凌晨|早上|AM|PM"
_CLOCK = re.compile(
    rf"({_HALVES})?\s*(\d{{1,2}})\s*(?::|时|点)\s*(?:(\d{{1,2}})\s*(?:(?::|分)\s*"
    rf"(?:(\d{{1,2}})(?:\.\d+)?\s*秒?)?)?)?\s*({_HALVES})?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?\s*")
_SERIAL = re.compile(r"[3-7]\d{4}(?:\.\d+)?")
"""A day as Excel counts it that became text: 30000 to 79999."""
_AFTERNOON = {"下午", "晚上", "PM"}
ONE = Decimal(1)
_NOON = 12
_WHOLE_DAY_H = 24
_MINUTE = timedelta(minutes=1)


class Unit(NamedTuple):
    """A unit that may be written: the smallest unit it is counted in, and how many make it."""

    smallest: str
    times: Decimal


def _units() -> dict[str, Unit]:
    listed = (
        ("minute", "60", "小时 时 个小时 小时数 h hr hrs hour hours"),
        ("minute", "1", "分钟 分钟数 min mins minute minutes"),
        ("gram", "1000", "公斤 千克 kg"),
        ("gram", "500", "斤 市斤"),
        ("gram", "1", "克 g gram grams"),
        ("fen", "100", "元 圆 块 yuan rmb cny 人民币"),
        ("", "1", "最小单位 次 天 日 月 个 个月 趟 件 人次 场 单"),
        ("", "1", "smallestunit day days month months trip trips year years"),
    )
    return {
        name: Unit(smallest, Decimal(times))
        for smallest, times, names in listed
        for name in names.split()
    }


UNITS = _units()
"""By name, in small letters. 分 alone is a minute or a fen, by what is counted."""


def sound(cell: Cell, column: str) -> str | int | float | None:
    """The cell's value, or the fault that stands in it as a RowFault."""
    if isinstance(cell, Fault):
        raise RowFault(column, cell.code, cell.shown)
    return cell


def words(cell: Cell, column: str) -> str:
    """Text with its full-width forms made usual; empty where the cell is."""
    return plain(as_text(sound(cell, column)))


def identifier(cell: Cell, column: str) -> str:
    """An id as text: 1.0 is 1, and one that Excel has cut to fifteen digits is refused."""
    value = sound(cell, column)
    if isinstance(value, int | float) and abs(value) >= EXCEL_DIGITS:
        raise RowFault(column, "id.cut", as_text(value))
    found = plain(as_text(value))
    if _POWER.fullmatch(found):
        raise RowFault(column, "id.cut", found)
    whole = _TRAILING_ZERO.fullmatch(found)
    return whole[1] if whole else _unquoted(found)


def needed_identifier(cell: Cell, column: str) -> str:
    """As ``identifier``, and field.missing where there is none."""
    found = identifier(cell, column)
    if not found:
        raise RowFault(column, "field.missing")
    return found


def quantity(cell: Cell, column: str, unit: str, factor: Decimal) -> int:
    """A whole number above zero of the smallest unit: what is written times ``factor``, or by the
    unit that stands beside the number. Exact: 1.5 hours are 90 minutes, 0.33 hours are refused."""
    value = sound(cell, column)
    found = plain(as_text(value))
    if not found:
        raise RowFault(column, "field.missing")
    exact = _length(found) if unit == "minute" else None
    if exact is None:
        exact = _counted(found, column, unit, factor)
    if exact != exact.to_integral_value():
        raise RowFault(column, "quantity.not-whole", found)
    return reading.quantity({column: _digits(exact)}, column)


def moment(cell: Cell, column: str, date1904: bool) -> datetime:
    """A day, with its time where one is written, in Beijing time."""
    value = sound(cell, column)
    if value is None:
        raise RowFault(column, "field.missing")
    if isinstance(value, int | float):
        days = value + (DAYS_TO_1904 if date1904 and value < EXCEL_DIGITS else 0)
        return reading.day_or_serial({column: days if value < 10**6 else value}, column)
    found = _WEEKDAY.sub(" ", plain(value)).strip()
    if _SERIAL.fullmatch(found):
        return reading.day_or_serial({column: float(found)}, column)
    return _with_clock(found, column)


def moment_on(day: datetime | None, cell: Cell, column: str, date1904: bool) -> datetime:
    """A time of day on ``day``, or a moment of its own where the cell names a day too."""
    value = sound(cell, column)
    clock = _clock(value)
    if clock is None:
        return moment(cell, column, date1904)
    if day is None:
        raise RowFault(column, "time.no-day", as_text(value))
    return day.replace(hour=0, minute=0, second=0, microsecond=0) + clock


def _unquoted(found: str) -> str:
    """Without what was put around an id to keep its zeros."""
    inside = _AS_FORMULA.fullmatch(found)
    return inside[1].strip() if inside else _APOSTROPHE.sub("", found, count=1)


def _counted(found: str, column: str, unit: str, factor: Decimal) -> Decimal:
    if found.endswith("%"):
        raise RowFault(column, "quantity.percent", found)
    parts = _NUMBER.fullmatch(found)
    if parts is None or bool(parts["paren"]) != found.endswith(")"):
        raise RowFault(column, "quantity.unreadable", found)
    try:
        number = Decimal(parts["digits"].replace(",", ""))
    except InvalidOperation as error:
        raise RowFault(column, "quantity.unreadable", found) from error
    negative = bool(parts["paren"]) != (parts["sign"] == "-")
    times = _times(parts["unit"].lower(), unit, factor)
    if times is None:
        raise RowFault(column, "quantity.unreadable", found)
    return (-number if negative else number) * times


def _times(written: str, unit: str, factor: Decimal) -> Decimal | None:
    """How many of the smallest unit one written is; None for a unit of something else."""
    if not written:
        return factor
    if written == "分" and unit in ("minute", "fen"):
        return Decimal(1)
    named = UNITS.get(written)
    if named is None or named.smallest not in ("", unit):
        return None
    return named.times if named.smallest else factor


def _digits(exact: Decimal) -> str:
    """Digits alone; a number of absurd length stays a number that is too large."""
    most = Decimal(reading.LARGEST_QUANTITY + 1)
    return str(int(max(min(exact, most), -most)))


def _length(found: str) -> Decimal | None:
    """Minutes of 1:30, 01:30:00 or 1小时30分; None for anything else."""
    colons = _COLONS.fullmatch(found)
    if colons:
        hours, minutes, seconds = (int(part or 0) for part in colons.groups())
        return Decimal(hours * 60 + minutes) + Decimal(seconds) / 60
    named = _LENGTH.fullmatch(found)
    if named and named[1] and named[2]:
        return Decimal(int(named[1]) * 60 + int(named[2]))
    return None


def _clock(value: str | float | None) -> timedelta | None:
    """A time of day: 9:30, 09:30:15, 下午2时30分, or a part of a day as Excel counts."""
    if value is None:
        return None
    if isinstance(value, int | float):
        return timedelta(seconds=round(value * 86_400)) if 0 < value < 1 else None
    parts = _CLOCK.fullmatch(plain(value))
    return _of_parts(parts) if parts else None


def _of_parts(parts: re.Match[str]) -> timedelta | None:
    before, hour, minute, second, after = parts.groups()
    hours, minutes, seconds = int(hour), int(minute or 0), int(second or 0)
    half = (before or after or "").upper()
    if half in _AFTERNOON and hours < _NOON:
        hours += _NOON
    elif half in ("AM", "凌晨", "上午") and hours == _NOON:
        hours = 0
    whole = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    right = minutes < 60 and seconds < 60 and whole <= timedelta(hours=_WHOLE_DAY_H)
    return whole if right else None


def _with_clock(found: str, column: str) -> datetime:
    """A day and a clock in words, such as 2026年5月3日 下午2时30分; the rest as reading has it."""
    if re.search(rf"{_HALVES}|[时点]", found, re.IGNORECASE):
        for at in range(len(found)):
            parts = _CLOCK.fullmatch(found, at)
            day = found[:at].strip()
            clock = _of_parts(parts) if parts else None
            if clock is not None and day:
                return reading.moment({column: day}, column) + clock
    return reading.moment({column: found}, column)
