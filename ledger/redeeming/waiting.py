"""Threads that wait for an outcome, and the orders that they are handed when there is one.

The relayer reads the orders of a block once for all who wait. Kept in memory: an answer that nobody
hears any more stands in the databases all the same.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from ledger.redeeming.values import Order


class Waiter:
    """One thread's."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._order: Order | None = None

    def tell(self, order: Order | None) -> None:
        """Something is known, and perhaps the order as it stands."""
        self._order = order
        self._event.set()

    def wait(self, timeout_s: float) -> Heard | None:
        """What was told since it was asked last; None when the time is over."""
        if not self._event.wait(timeout_s):
            return None
        self._event.clear()
        return Heard(self._order)


class Heard(NamedTuple):
    """That something is known; the order, where it is about one."""

    order: Order | None


class Waiters:
    """Who waits for which order or request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, list[Waiter]] = {}

    def expect(self, key: str) -> Waiter:
        """Is told of ``key`` until it is given back."""
        waiter = Waiter()
        with self._lock:
            self._waiting.setdefault(key, []).append(waiter)
        return waiter

    def give_back(self, key: str, waiter: Waiter) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            left = self._waiting[key]
            left.remove(waiter)
            if not left:
                del self._waiting[key]

    def among(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys that somebody waits for."""
        with self._lock:
            return sorted(set(keys) & self._waiting.keys())

    def all_but(self, keys: Set[str]) -> list[str]:
        """What somebody waits for beside these."""
        with self._lock:
            return sorted(self._waiting.keys() - keys)

    def are_there(self) -> bool:
        """Whether anybody waits."""
        with self._lock:
            return bool(self._waiting)

    def tell(self, news: Mapping[str, Order | None]) -> None:
        """Wakes those who wait for any of these, with the order where it is about one."""
        with self._lock:
            for key, order in news.items():
                for waiter in self._waiting.get(key, ()):
                    waiter.tell(order)
