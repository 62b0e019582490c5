"""Whether the node answers: looked at every few seconds, so that no request has to find out.

While it does not, reading goes on from the projection and writes are refused at once, before
anything is recorded. Between two looks a write may still meet a dead node; it then gets the
chain's own error, which says the same.
"""

from __future__ import annotations

import logging
import math
import threading
from typing import Protocol

from ledger.errors import TongduiError, Unavailable

_log = logging.getLogger(__name__)


class Node(Protocol):
    """The little that is asked of a node here."""

    def head(self) -> int:
        """The newest block's number."""
        ...


class NodeWatch:
    """One process's view of its node; ``run`` looks in a thread."""

    def __init__(self, node: Node, period_s: float) -> None:
        self._node = node
        self._period_s = period_s
        self.head: int | None = None
        """The newest block seen; None before the first look."""
        self.answers = False

    def look(self) -> None:
        """Asks once and notes what came of it."""
        try:
            self.head, self.answers = self._node.head(), True
        except TongduiError as error:
            if self.answers:
                _log.warning("the node does not answer: %s", error)
            self.answers = False

    def check(self) -> None:
        """Unavailable("api.node-away") while the node does not answer."""
        if not self.answers:
            raise Unavailable("api.node-away", retry_after=math.ceil(self._period_s))

    def run(self, enough: threading.Event) -> None:
        """Looks until ``enough`` is set."""
        while not enough.wait(self._period_s):
            self.look()
