"""What orders took of offers, remembered: it never changes, and every answer about one tells it."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from ledger.offers.offering import Offering
from ledger.offers.values import Wanted

REMEMBERED_MOST = 20_000
"""Orders at a time; then all are forgotten, which costs one look each."""


class Remembered:
    """Of one process. Safe to call from any thread."""

    def __init__(self, offering: Offering) -> None:
        self._offering = offering
        self._known: dict[str, Wanted | None] = {}
        self._lock = threading.Lock()

    def of(self, order: str) -> Wanted | None:
        """What an order that is recorded took; None for an order without an offer."""
        return self.of_all([order])[order]

    def of_all(self, orders: Iterable[str]) -> dict[str, Wanted | None]:
        """The same of several, in one look."""
        wanted = list(orders)
        with self._lock:
            known = {order: self._known[order] for order in wanted if order in self._known}
        missing = [order for order in wanted if order not in known]
        if missing:
            found = self._offering.takings(missing)
            for order in missing:
                known[order] = found.get(order)
                self.note(order, known[order])
        return known

    def note(self, order: str, wanted: Wanted | None) -> None:
        """Of an order that was just recorded."""
        with self._lock:
            if len(self._known) >= REMEMBERED_MOST:
                self._known.clear()
            self._known[order] = wanted
