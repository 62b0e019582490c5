"""How long to wait for a source that is busy or away, and until when it asked to be left alone.

What a source asks for (``Retry-After``, in seconds or as a date) is kept to; where it asks for
nothing, each wait is twice the one before, with a little chance in it, so that agents that failed
together do not come back together. One call waits for half a minute in all: what takes longer is
left to a later round, and until then the source is not asked. Knows no HTTP client and no scheme.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ledger.errors import Unavailable
from ledger.units import BEIJING

TRIES = 4
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 30.0
"""All the waiting of one call."""
CHANCE = 0.25
"""The part of a wait that chance decides: taken off our own waits, put on those we were told."""
LONGEST_ADDED_S = 1.0
"""Most that chance adds to a wait that we were told."""
LONGEST_TOLD_S = 86_400.0
"""A day: what asks for more is a mistake, and is asked again after it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What waiting needs of the world; tests hand in their own."""

    sleep: Callable[[float], None] = time.sleep
    now_s: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    """In [0, 1)."""


class Patience:
    """The waits of one connection: one call after another, and none while the source rests."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._rests_until_s = 0.0
        self._left_s = LONGEST_WAIT_S

    def begin(self, path: str) -> None:
        """A call begins. Raises Unavailable while the source has asked to be left alone."""
        self._left_s = LONGEST_WAIT_S
        if self._pace.now_s() < self._rests_until_s:
            raise self._asked_to_wait(path)

    def answered(self) -> None:
        """The source is there again."""
        self._rests_until_s = 0.0

    def wait(self, path: str, headers: Mapping[str, str], tried: int) -> None:
        """Waits before the next try; ``headers`` are those of a busy answer, none for silence.
        Raises Unavailable where the source asks for more than this call has left."""
        wanted_s = self.told(headers)
        if wanted_s is None:
            wait_s = FIRST_WAIT_S * 2**tried * (1 - CHANCE * self._pace.chance())
        else:
            wait_s = wanted_s + min(wanted_s, LONGEST_ADDED_S) * CHANCE * self._pace.chance()
        if wanted_s is not None and wanted_s > self._left_s:
            raise self._asked_to_wait(path)
        self._left_s -= wait_s
        self._pace.sleep(max(wait_s, 0.0))

    def told(self, headers: Mapping[str, str]) -> float | None:
        """The seconds that ``Retry-After`` asks for, remembered; None where it asks for none."""
        wanted_s = _told_s(headers, self._pace.now_s())
        if wanted_s is not None:
            self._rests_until_s = self._pace.now_s() + wanted_s
        return wanted_s

    def _asked_to_wait(self, path: str) -> Unavailable:
        until = datetime.fromtimestamp(self._rests_until_s, BEIJING)
        return Unavailable("source.asked-to-wait", path=path, until=f"{until:%Y-%m-%d %H:%M:%S}")


def _told_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """A date is taken against the source's own clock, where its answer shows it."""
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdecimal():
        return min(float(told), LONGEST_TOLD_S)
    until_s = _date_s(told)
    if until_s is None:
        return None
    theirs_s = _date_s(headers.get("date", ""))
    wanted_s = until_s - (now_s if theirs_s is None else theirs_s)
    return min(max(wanted_s, 0.0), LONGEST_TOLD_S)


def _date_s(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date; None for anything else."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
