"""When a delivery that failed is tried again: later each time, by chance a little earlier, for a
day. Pure: time and chance are arguments.
"""

from __future__ import annotations

from ledger.units import DAY_S

FIRST_S = 5
"""Pause after the first failure, which most often is a restart at the other end."""
TIMES = 3
"""Each pause is so many times the one before."""
LONGEST_S = 2 * 3_600
PATIENCE_S = DAY_S
"""From the first try on; what fails after that is parked until its owner replays it."""


def pause_s(failures: int, chance: float, asked_s: int = 0) -> int:
    """How long to wait after so many failures, the first counting as 1.

    ``chance`` is in 0..1 and takes off up to half, so that what failed together comes back apart.
    ``asked_s`` is what the receiver asked for (Retry-After), heeded up to the longest pause.
    """
    planned: int = min(LONGEST_S, FIRST_S * TIMES ** min(failures - 1, 20))
    return max(1, round(planned * (1 - chance / 2)), min(asked_s, LONGEST_S))


def is_over(first_try_s: int, now_s: int) -> bool:
    """Whether nothing more is tried by itself."""
    return now_s - first_try_s >= PATIENCE_S
