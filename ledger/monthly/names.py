"""What a statement's numbers are called, handed in by whoever knows. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ledger.refusals import Lang


class Worth(NamedTuple):
    """What an activity is called, in what it is counted, and what so much of it is worth."""

    activity: str
    unit: str
    """Empty where nobody named it."""
    numerator: int
    """Units of 0.01 point for so many of the activity's units; 0 where that is not known."""
    denominator: int


class Names(NamedTuple):
    """Each answers in the language it was made for."""

    lang: Lang
    member: Callable[[int], str]
    worth: Callable[[int, int], Worth]
    """Of an activity in a month of occurrence."""
    role: Callable[[str], str]
    operation: Callable[[str], str]
    """What somebody did who looked."""
