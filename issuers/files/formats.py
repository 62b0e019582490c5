"""What a number format of a workbook says a number is: a day, a length of time, a share, a number.

Knows the formats' language (ECMA-376 part 1, 18.8.30 and 18.8.31), the built-in ones of Chinese
Excel included, and nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from functools import partial

from issuers.files.cells import Cell, duration_cell, moment_cell, number_cell, percent_cell


class Shape(Enum):
    """What the digits mean."""

    NUMBER = "number"
    MOMENT = "moment"
    DURATION = "duration"
    PERCENT = "percent"


_MOMENTS = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
"""Built in; 27 to 36 and 50 to 58 are the Chinese ones, such as 2026年5月3日."""
_BUILT_IN = {
    **dict.fromkeys(_MOMENTS, Shape.MOMENT),
    46: Shape.DURATION,
    9: Shape.PERCENT,
    10: Shape.PERCENT,
}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.')
_LENGTH = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_MOMENT_LETTERS = re.compile(r"[ymdhs年月日时分秒]|上午|AM/PM", re.IGNORECASE)


def shape_of(number: int, code: str | None) -> Shape:
    """Of the format with this number, and its own text where the workbook brings one."""
    if code is None:
        return _BUILT_IN.get(number, Shape.NUMBER)
    first = _LITERALS.sub("", code.split(";")[0])
    if _LENGTH.search(first):
        return Shape.DURATION
    bare = _BRACKETS.sub("", first)
    if re.fullmatch("general", bare.strip(), re.IGNORECASE):
        return Shape.NUMBER
    if _MOMENT_LETTERS.search(bare):
        return Shape.MOMENT
    return Shape.PERCENT if "%" in bare else Shape.NUMBER


def reader_of(shape: Shape, date1904: bool) -> Callable[[str], Cell]:
    """What makes a cell of a number as it is written, under a format of this shape."""
    if shape is Shape.NUMBER:
        return number_cell
    makers: dict[Shape, Callable[[float], Cell]] = {
        Shape.MOMENT: partial(moment_cell, date1904=date1904),
        Shape.DURATION: duration_cell,
        Shape.PERCENT: percent_cell,
    }
    make = makers[shape]

    def read(written: str) -> Cell:
        found = number_cell(written)
        return make(float(found)) if isinstance(found, int | float) else found

    return read
