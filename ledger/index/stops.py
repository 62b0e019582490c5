"""What the stops said so far come to, by the rules of ``contracts/Stops.sol``. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.index.columns import StopKind
from ledger.index.rows import StopRow
from ledger.rules.holding import GRACE_AFTER_STRICT_STOP_S


class Stops(NamedTuple):
    """As the ledger's ``stops`` answers; times in seconds since 1970, 0 for never."""

    paused: bool = False
    strict: bool = False
    strict_since_s: int = 0
    """When the last strict stop began, or the one that it continues."""
    strict_until_s: int = 0
    """When the last one ended."""

    def deadline_passed(self, deadline_s: int, now_s: int) -> bool:
        """No deadline passes in a strict stop, nor within 72 hours after it."""
        if self.strict_since_s and deadline_s >= self.strict_since_s:
            if self.strict:
                return False
            deadline_s = max(deadline_s, self.strict_until_s + GRACE_AFTER_STRICT_STOP_S)
        return now_s > deadline_s


def stops_after(said: Iterable[StopRow]) -> Stops:
    """The state after these, in order."""
    now = Stops()
    for row in said:
        now = _after(now, row)
    return now


def _after(now: Stops, row: StopRow) -> Stops:
    if row.kind is StopKind.PAUSED:
        return now._replace(paused=True)
    if row.kind is StopKind.RESUMED:
        until_s = row.time_s if now.strict else now.strict_until_s
        return now._replace(paused=False, strict=False, strict_until_s=until_s)
    if now.strict:
        return now._replace(paused=True)
    anew = row.time_s >= now.strict_until_s + GRACE_AFTER_STRICT_STOP_S
    since_s = row.time_s if anew else now.strict_since_s
    return now._replace(paused=True, strict=True, strict_since_s=since_s)
