"""What runs beside the requests: the projection's follower, the relayer, the watch over the node.

Each part notes for good why it stopped; the process goes on answering what it still can, and
``/readyz`` says what failed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from api.node import NodeWatch
from ledger.chain.rpc import NodeRefused
from ledger.chain.submitter import Submitter
from ledger.errors import OutcomeUnknown, TongduiError, Unavailable
from ledger.index.index import Index
from ledger.redeeming.relayer import RelayerLoop

_PASSING = (Unavailable, OutcomeUnknown, NodeRefused)
RETRY_S = 1.0
_log = logging.getLogger(__name__)


class Background:
    """Threads of one process. ``start`` once, ``stop`` once."""

    def __init__(
        self,
        index: Index,
        submitter: Submitter,
        loop: RelayerLoop,
        node: NodeWatch,
        *,
        release_overdue: Callable[[], int],
        index_tick_s: float,
        overdue_check_s: float,
        adopt_used_key: bool,
    ) -> None:
        """``release_overdue`` asks for the release of orders past their deadline; how many.

        ``adopt_used_key``: an empty outbox may go on with a key that the chain knows.
        """
        self._index = index
        self._submitter = submitter
        self._loop = loop
        self._node = node
        self._release_overdue = release_overdue
        self._index_tick_s = index_tick_s
        self._overdue_check_s = overdue_check_s
        self._adopt_used_key = adopt_used_key
        self._enough = threading.Event()
        self._relaying = False
        self._failures: dict[str, TongduiError] = {}
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (
                ("index", self._follow),
                ("node", self._watch),
                ("relaying", self._begin_relaying),
                ("overdue", self._release),
            )
        ]

    def start(self) -> None:
        """Begins; the first look at the node is over when it returns."""
        self._node.look()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends all of it after the present rounds."""
        self._enough.set()
        for thread in self._threads:
            thread.join()
        if self._relaying:
            self._loop.stop()

    def failures(self) -> list[TongduiError]:
        """What stopped a part for good."""
        failed = list(self._failures.values())
        return failed if self._loop.failure is None else [*failed, self._loop.failure]

    def queue(self) -> int:
        """Calls recorded that have no outcome yet."""
        return self._loop.relayer.load().waiting

    def _watch(self) -> None:
        self._node.run(self._enough)

    def _follow(self) -> None:
        """The projection, for as long as nothing is broken."""
        while not self._enough.is_set():
            try:
                self._index.run(self._enough, self._index_tick_s)
            except _PASSING as error:
                _log.warning("following the chain was interrupted: %s", error)
                self._enough.wait(RETRY_S)
            except TongduiError as error:
                self._stopped("index", error)
                return

    def _begin_relaying(self) -> None:
        """Compares the outbox with the chain, as soon as the node answers, then relays."""
        while not self._enough.is_set():
            try:
                self._submitter.bootstrap(adopt_used_key=self._adopt_used_key)
            except _PASSING as error:
                _log.warning("the outbox cannot be compared with the chain yet: %s", error)
                self._enough.wait(RETRY_S)
            except TongduiError as error:
                self._stopped("relayer", error)
                return
            else:
                self._loop.start()
                self._relaying = True
                return

    def _release(self) -> None:
        """Gives residents back what nobody captured in time."""
        while not self._enough.wait(self._overdue_check_s):
            try:
                released = self._release_overdue()
            except TongduiError as error:
                _log.warning("overdue orders wait: %s", error)
            else:
                if released:
                    _log.info("asked for the release of %d overdue orders", released)

    def _stopped(self, part: str, error: TongduiError) -> None:
        _log.error("%s stopped: %s", part, error)
        self._failures[part] = error
