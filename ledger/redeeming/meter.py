"""How long calls take from being put into a batch until a block holds them, for the metrics page.

Counts by bucket, as Prometheus takes them. Kept in memory; safe between threads.
"""

from __future__ import annotations

import bisect
import threading
from dataclasses import dataclass

BUCKETS_S = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)


@dataclass(frozen=True)
class Latency:
    """``counts`` by bucket, each up to its bound, and one above the last; seconds."""

    bounds_s: tuple[float, ...]
    counts: tuple[int, ...]
    total_s: float

    @property
    def observed(self) -> int:
        """How many."""
        return sum(self.counts)

    @property
    def mean_s(self) -> float:
        """0 where nothing was observed."""
        return self.total_s / self.observed if self.observed else 0.0


@dataclass(frozen=True)
class Load:
    """What the relayers have before them."""

    waiting: int
    """Calls without an outcome."""
    batches: int
    """Transactions on their way."""
    latency: Latency


class Meter:
    """A histogram."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = [0] * (len(BUCKETS_S) + 1)
        self._total_s = 0.0

    def observe(self, seconds: float, calls: int = 1) -> None:
        """So many calls took so long."""
        with self._lock:
            self._counts[bisect.bisect_left(BUCKETS_S, seconds)] += calls
            self._total_s += seconds * calls

    def read(self) -> Latency:
        """As it stands."""
        with self._lock:
            return Latency(BUCKETS_S, tuple(self._counts), self._total_s)
