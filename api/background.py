"""What runs beside the requests: the projection's follower, the relayer, the watch over the node.

Each part notes for good why it stopped; the process goes on answering what it still can, and
``/readyz`` says what failed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from api.node import NodeWatch
from ledger.chain.rpc import NodeRefused
from ledger.chain.submitter import Submitter
from ledger.errors import OutcomeUnknown, TongduiError, Unavailable
from ledger.index.index import Index
from ledger.redeeming.relaying import RelayerLoop
from ledger.store.seats import Seats

_PASSING = (Unavailable, OutcomeUnknown, NodeRefused)
RETRY_S = 1.0
OVERDUE = "overdue"
"""The duty of whoever looks for orders past their deadline."""
CLOSING = "closing"
"""The duty of whoever closes windows when their time has come."""
_log = logging.getLogger(__name__)


class Relay(NamedTuple):
    """One key's relayer, with what compares its outbox with the chain before it begins."""

    submitter: Submitter
    loop: RelayerLoop


class Background:
    """Threads of one process. ``start`` once, ``stop`` once."""

    def __init__(
        self,
        index: Index,
        relays: Sequence[Relay],
        node: NodeWatch,
        *,
        release_overdue: Callable[[], int],
        index_tick_s: float,
        overdue_check_s: float,
        adopt_used_key: bool,
        close_due: Callable[[], object],
        seats: Seats | None = None,
        deliver: Callable[[threading.Event], None] | None = None,
    ) -> None:
        """``release_overdue`` asks for the release of orders past their deadline; how many.

        ``adopt_used_key``: an empty outbox may go on with a key that the chain knows. ``close_due``
        closes the open window where its time has come, and is asked as often. ``seats``:
        where other processes share the database, what one of them does is done by one at a time.
        ``deliver`` sends webhooks until the event is set.
        """
        self._index = index
        self._relays = relays
        self._node = node
        self._release_overdue = release_overdue
        self._index_tick_s = index_tick_s
        self._overdue_check_s = overdue_check_s
        self._adopt_used_key = adopt_used_key
        self._close_due = close_due
        self._seats = seats
        self._enough = threading.Event()
        self._failures: dict[str, TongduiError] = {}
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (
                ("index", self._follow),
                ("node", self._watch),
                ("overdue", self._release),
                ("closing", self._close),
                ("webhooks", partial(self._deliver, deliver)),
            )
        ]

    def start(self) -> None:
        """Begins; the first look at the node is over when it returns."""
        self._node.look()
        for thread in self._threads:
            thread.start()
        for submitter, loop in self._relays:
            loop.start(partial(submitter.bootstrap, adopt_used_key=self._adopt_used_key))

    def stop(self) -> None:
        """Ends all of it after the present rounds."""
        self._enough.set()
        for thread in self._threads:
            thread.join()
        for _, loop in self._relays:
            loop.stop()

    def failures(self) -> list[TongduiError]:
        """What stopped a part for good."""
        relaying = [loop.failure for _, loop in self._relays if loop.failure is not None]
        return [*self._failures.values(), *relaying]

    def queue(self) -> int:
        """Calls recorded that have no outcome yet."""
        return self._relays[0].loop.relayer.load().waiting

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

    def _release(self) -> None:
        """Gives residents back what nobody captured in time."""
        while not self._enough.wait(self._overdue_check_s):
            try:
                if self._seats is not None and not self._seats.take(OVERDUE):
                    continue
                released = self._release_overdue()
            except TongduiError as error:
                _log.warning("overdue orders wait: %s", error)
            else:
                if released:
                    _log.info("asked for the release of %d overdue orders", released)

    def _deliver(self, deliver: Callable[[threading.Event], None] | None) -> None:
        """Webhooks, for as long as nothing is broken."""
        try:
            if deliver is not None:
                deliver(self._enough)
        except TongduiError as error:
            self._stopped("webhooks", error)

    def _close(self) -> None:
        """Closes windows when their time has come."""
        while not self._enough.wait(self._overdue_check_s):
            try:
                if self._seats is None or self._seats.take(CLOSING):
                    self._close_due()
            except TongduiError as error:
                _log.warning("the window's close waits: %s", error)

    def _stopped(self, part: str, error: TongduiError) -> None:
        _log.error("%s stopped: %s", part, error)
        self._failures[part] = error
