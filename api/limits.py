"""How often one may ask: a bucket of tokens a name, refilled steadily, kept in memory.

A restart fills all buckets, which harms nobody. Time is an argument of the bucket, not a clock.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

from ledger.errors import Unavailable

NAMES_MOST = 50_000
"""Buckets kept; beyond that the full ones go, as nothing is lost with them."""


class Buckets:
    """One bucket a name: ``burst`` requests at once, then ``per_minute``."""

    def __init__(self, per_minute: int, burst: int, clock: Callable[[], float]) -> None:
        """``clock`` gives seconds that never go back."""
        self.per_minute = per_minute
        self._per_s = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Counts one request; Unavailable("access.too-many-requests") with the seconds to wait."""
        now = self._clock()
        with self._lock:
            left = self._refilled(name, now)
            if left >= 1:
                self._left[name] = (left - 1, now)
                return
        wait_s = math.ceil((1 - left) / self._per_s)
        raise Unavailable("access.too-many-requests", most=self.per_minute, retry_after=wait_s)

    def _refilled(self, name: str, now: float) -> float:
        if len(self._left) >= NAMES_MOST:
            self._drop_full(now)
        left, then = self._left.get(name, (self._burst, now))
        return min(self._burst, left + (now - then) * self._per_s)

    def _drop_full(self, now: float) -> None:
        self._left = {
            name: (left, then)
            for name, (left, then) in self._left.items()
            if left + (now - then) * self._per_s < self._burst
        }
