"""When residents are reminded, and of how much. Pure; times are seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.units import BEIJING, DAY_S


@dataclass(frozen=True)
class Terms:
    """What the operator set."""

    steps_days: tuple[int, ...] = (60, 14)
    """So many days before points expire; each step is told once. None: nobody is reminded."""
    least_units: int = 100
    """Of less nobody is reminded."""
    quiet_from_hour: int = 21
    """From this hour of Beijing on nothing is told …"""
    quiet_until_hour: int = 8
    """… until this one. The same hour twice: there are no quiet hours."""
    offers: int = 3
    """How many offers a reminder names at most."""

    def is_quiet(self, now_s: int) -> bool:
        """Whether nobody is told anything at that moment."""
        hour = datetime.fromtimestamp(now_s, BEIJING).hour
        begin, end = self.quiet_from_hour, self.quiet_until_hour
        if begin <= end:
            return begin <= hour < end
        return hour >= begin or hour < end

    def step(self, now_s: int, expires_s: int) -> int | None:
        """The nearest step that has come; None where none has, or it is too late."""
        if now_s >= expires_s:
            return None
        come = [days for days in self.steps_days if now_s >= expires_s - days * DAY_S]
        return min(come, default=None)
