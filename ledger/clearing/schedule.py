"""When windows are closed by themselves: daily at a time of Beijing, or every so many hours.

Judged by the chain's time and by when the open window was opened, so it needs no memory: several
processes, or one started anew, come to the same answer, under the same id. Pure.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ledger.errors import Rejected
from ledger.rules.clearing import LEAST_WINDOW_S
from ledger.units import DAY_S

HOUR_S, MINUTE_S = 3_600, 60
_BEIJING_S = 8 * HOUR_S
_DAILY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_EVERY = re.compile(r"(1|2|3|4|6|8|12|24)h")


class Schedule(NamedTuple):
    """Boundaries at ``offset_s + n * every_s``, in seconds since 1970."""

    every_s: int
    offset_s: int

    def boundary(self, now_s: int) -> int:
        """The last one that has come."""
        return now_s - (now_s - self.offset_s) % self.every_s

    def is_due(self, now_s: int, opened_at_s: int) -> bool:
        """Whether a window opened then is to be closed now: it began before the last boundary, and
        is as old as the contract wants it."""
        return opened_at_s < self.boundary(now_s) and now_s >= opened_at_s + LEAST_WINDOW_S

    def request_id(self, window: int, now_s: int) -> str:
        """Of its close, the same for everybody; another one in an hour, should it have failed."""
        boundary_s = self.boundary(now_s)
        return f"close:{window}:{boundary_s}:{(now_s - boundary_s) // HOUR_S}"


def schedule_of(text: str) -> Schedule | None:
    """``02:00`` is daily at that time of Beijing, ``6h`` every six hours from its midnight on,
    empty never. Raises Rejected("api.settings-invalid")."""
    if not text:
        return None
    daily, every = _DAILY.fullmatch(text), _EVERY.fullmatch(text)
    if daily:
        return Schedule(DAY_S, int(daily[1]) * HOUR_S + int(daily[2]) * MINUTE_S - _BEIJING_S)
    if every:
        return Schedule(int(every[1]) * HOUR_S, -_BEIJING_S)
    why = "02:00, or 1h, 2h, 3h, 4h, 6h, 8h, 12h, 24h"
    raise Rejected("api.settings-invalid", field="clearing_close", why=why)
