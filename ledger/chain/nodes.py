"""Several nodes of one network, one of which is used: the next takes over where it does not answer.

A key's transactions go through one node as long as that answers, because pools do not hear of each
other at once. Whoever asks is always told of the change, by the error that caused it: the next call
goes to the new node, and whoever sends hands everything over again. A node of another network is
never used.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterable, Sequence

import orjson

from ledger.chain.rpc import TIMEOUT_S, Json, Rpc
from ledger.errors import Broken, OutcomeUnknown, Unavailable

ASKING_S = 5.0
"""How long a node that may take over may stay without an answer."""
_CHAIN_ID = {"jsonrpc": "2.0", "id": 0, "method": "eth_chainId", "params": []}
_log = logging.getLogger(__name__)


class Nodes(Rpc):
    """The first of these nodes that answers, then whichever takes over. Safe to share."""

    def __init__(self, urls: Sequence[str], chain_id: int, *, timeout_s: float = TIMEOUT_S) -> None:
        """``urls`` in the order of preference, at least one; nothing is asked of them yet."""
        super().__init__(urls[0], timeout_s=timeout_s)
        self._chain_id = chain_id
        self._urls = tuple(urls)
        self._nodes = [Rpc(url, timeout_s=timeout_s) for url in urls]
        self._askers = [Rpc(url, timeout_s=min(ASKING_S, timeout_s)) for url in urls]
        self._mutex = threading.Lock()
        self._at: int | None = None

    def close(self) -> None:
        """Closes this thread's connections."""
        for node in (*self._nodes, *self._askers):
            node.close()

    def _exchange(self, body: bytes, *, effect: bool) -> Json:
        at = self._chosen()
        try:
            return self._nodes[at]._exchange(body, effect=effect)
        except (Unavailable, OutcomeUnknown):
            self._move_on(at)
            raise

    def _chosen(self) -> int:
        """The node in use; before there is one, the first that answers. Raises Broken where all
        that answer are of another network."""
        with self._mutex:
            if self._at is None:
                self._at = self._first_of(range(len(self._nodes)))
                self.url = self._urls[self._at]
            return self._at

    def _move_on(self, failed: int) -> None:
        """Another node, if one answers; the one that failed is asked again last."""
        with self._mutex:
            if self._at != failed:
                return  # somebody else has moved on meanwhile
            count = len(self._nodes)
            with contextlib.suppress(Unavailable, Broken):
                self._at = self._first_of((failed + step) % count for step in range(1, count + 1))
                self.url = self._urls[self._at]
            if self._at != failed:
                _log.warning(
                    "node %d does not answer: node %d takes over", failed + 1, self._at + 1
                )

    def _first_of(self, order: Iterable[int]) -> int:
        """The first that answers and is of our network."""
        other: int | None = None
        for at in order:
            found = self._network_of(at)
            if found == self._chain_id:
                return at
            if found is not None:
                _log.warning("node %d is of another network: %d", at + 1, found)
                other = found
        if other is not None:
            raise Broken("chain.other-chain", expected=self._chain_id, found=other)
        raise Unavailable("node.unreachable", reason="no node")

    def _network_of(self, at: int) -> int | None:
        try:
            answer = self._askers[at]._exchange(orjson.dumps(_CHAIN_ID), effect=False)
            return int(answer["result"], 16)
        except (Unavailable, KeyError, TypeError, ValueError):
            return None
