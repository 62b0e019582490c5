"""What stands in one cell, the same for every kind of file: text, a number, nothing, or a fault.

Dates and times become the text that ``issuers.reading`` reads, as 2026-05-03 09:30:00; booleans and
percentages become the text that a person sees; numbers stay numbers. A formula is never worked out:
its value is what the office's program stored. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from issuers.reading import plain

EXCEL_DIGITS = 10**15
"""Excel keeps fifteen digits of a number: from here on it has put zeros for the rest."""
DAYS_TO_1904 = 1462
"""Between day 0 of the two date systems of Excel."""
_LAST_DAY = 2_958_465
"""31 December 9999, as Excel counts."""
_LEAP_DAY_OF_1900 = 60
"""Excel's 29 February 1900, which never was."""
_DAY_MS = 86_400_000
_ERRORS = re.compile(
    r"#(?:REF!|VALUE!|NAME\?|N/A|NULL!|NUM!|DIV/0!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"'(?=[=+\-@\t\r])")
"""Before what a spreadsheet would take for a formula: how such text is written to CSV."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell without a usable value: the code of the reason, and what is seen in it."""

    code: str
    shown: str


Cell: TypeAlias = str | int | float | Fault | None
"""None is an empty cell. A whole number is an int, however the file wrote it."""


def text_cell(text: str) -> Cell:
    """A text as it stands; an error that Excel left behind is a fault, an empty one is None."""
    if not text or text.isspace():
        return None
    if text[0] == "'" and _QUOTED.match(text):
        return text[1:]
    return Fault("cell.error", text) if text[0] in "#＃" and is_error(text) else text


def is_error(text: str) -> bool:
    """Whether this is what Excel shows for a formula that went wrong."""
    return _ERRORS.fullmatch(plain(text)) is not None


def number_cell(written: str) -> Cell:
    """A number as a file writes it; a fault where it is none."""
    try:
        return int(written)
    except ValueError:
        pass
    try:
        return whole_if_whole(float(written))
    except (ValueError, OverflowError):
        return Fault("cell.error", written)


def whole_if_whole(number: float) -> int | float:
    """1.0 as 1; a number beyond fifteen digits stays what it is, so that it can be told."""
    return int(number) if number.is_integer() else number


def moment_cell(number: float, date1904: bool) -> Cell:
    """A serial day as the text of a date, a time of day (on day 0), or both; to the second."""
    day, ms = divmod(round(number * _DAY_MS), _DAY_MS)
    clock = timedelta(seconds=round(ms / 1000))
    if day == 0:
        return str(clock).zfill(8)
    day += DAYS_TO_1904 if date1904 else 0
    if not 0 < day <= _LAST_DAY or day == _LEAP_DAY_OF_1900:
        return whole_if_whole(float(number))
    zero = datetime(1899, 12, 31 if day < _LEAP_DAY_OF_1900 else 30)  # noqa: DTZ001 - no zone
    when = zero + timedelta(days=day) + clock
    return when.date().isoformat() if when.time() == datetime.min.time() else when.isoformat(" ")


def duration_cell(number: float) -> Cell:
    """A number of days under a format such as [h]:mm as 26:30:00."""
    if number < 0:
        return number
    minutes, seconds = divmod(round(number * 86_400), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def percent_cell(number: float) -> Cell:
    """A number under a format with % as a person sees it: 15%."""
    return f"{number * 100:.15g}%"


def iso_cell(text: str) -> Cell:
    """A date cell that holds text of ISO 8601, as some programs write it."""
    try:
        when = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return text_cell(text)
    midnight = when.time() == datetime.min.time()
    return date.isoformat(when) if midnight else when.isoformat(" ", "seconds")


def as_text(cell: Cell) -> str:
    """What a person sees in the cell, before any tidying. A number that Excel has cut reads like
    1.23456789012346E+17, so that it is known for one wherever it goes."""
    if isinstance(cell, Fault):
        return cell.shown
    if cell is None:
        return ""
    if isinstance(cell, int | float) and abs(cell) >= EXCEL_DIGITS:
        return f"{float(cell):.15G}"
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
