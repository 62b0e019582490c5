"""What a source showed last, so that it is asked only for what has changed.

An answer's validators (``ETag``, ``Last-Modified``) are kept under its address together with the
cursor of whoever has stored everything in it. Only a reader that goes on from that same cursor
sends them: one that has not stored what it read is never told that there is nothing new. In memory
and small: after a restart everything is asked for once. Knows no scheme.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

MOST = 64
"""Addresses that are remembered; the oldest is forgotten first."""
_ASKS_BY = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
"""The header of an answer → the header of the question."""


class Unchanged:
    """Validators by (address, cursor)."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, dict[str, str]]] = OrderedDict()

    def headers(self, address: str, cursor: str) -> dict[str, str]:
        """The headers of a conditional request; empty where the answer is wanted whole."""
        stored_by, asks = self._kept.get(address, (None, {}))
        return dict(asks) if stored_by == cursor else {}

    def keep(self, address: str, cursor: str, answer: Mapping[str, str]) -> None:
        """Whoever reads on from ``cursor`` has stored all of this answer (its headers)."""
        asks = {ask: answer[name] for name, ask in _ASKS_BY.items() if name in answer}
        self._kept[address] = (cursor, asks)
        self._kept.move_to_end(address)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
