"""Closes the open window when its time has come: asked over and over, done once a period.

Time is the chain's. Whoever else closed the window meanwhile, a member or another process, leaves
nothing to do.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from ledger.clearing.schedule import Schedule
from ledger.index.rows import WindowRow
from ledger.redeeming.values import Relayed
from ledger.rules.clearing import MOST_UNSETTLED

_log = logging.getLogger(__name__)


class Windows(Protocol):
    """The little that is read."""

    def windows(self) -> Sequence[WindowRow]:
        """Oldest first."""
        ...

    def now_s(self) -> int:
        """The chain's time."""
        ...


class Closes(Protocol):
    """The little that is asked for."""

    def close_window(self, request_id: str, *, wait_s: float) -> Relayed:
        """Closes the open window, once for an id."""
        ...


class Closer:
    """One process's; ``look`` is called now and then."""

    def __init__(self, schedule: Schedule | None, windows: Windows, closes: Closes) -> None:
        self._schedule = schedule
        self._windows = windows
        self._closes = closes
        self._asked = ""

    def look(self) -> bool:
        """Asks for the close that is due; whether it was asked for anew."""
        if self._schedule is None:
            return False
        rows, now_s = self._windows.windows(), self._windows.now_s()
        newest = rows[-1] if rows else None
        if newest is None or not self._schedule.is_due(now_s, newest.opened_at_s):
            return False
        unsettled = sum(row.settled_block is None for row in rows)
        if unsettled >= MOST_UNSETTLED:
            _log.warning(
                "window %d cannot be closed: %d wait for settlement", newest.number, unsettled
            )
            return False
        name = self._schedule.request_id(newest.number, now_s)
        again, self._asked = name == self._asked, name
        if not again:
            self._closes.close_window(name, wait_s=0)
            _log.info("asked for the close of window %d", newest.number)
        return not again
