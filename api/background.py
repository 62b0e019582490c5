"""What runs beside the requests: the watch over the node, what falls due, who is told of outcomes,
and the chain's side, wherever that runs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from api.chainside import ChainSide
from api.node import NodeWatch
from ledger.errors import TongduiError
from ledger.redeeming.telling import TellerLoop
from ledger.store.seats import Seats

OVERDUE = "overdue"
"""The duty of whoever looks for orders past their deadline."""
CLOSING = "closing"
"""The duty of whoever closes windows when their time has come."""
_log = logging.getLogger(__name__)


class Background:
    """Threads of one process. ``start`` once, ``stop`` once."""

    def __init__(
        self,
        chain_side: ChainSide,
        telling: TellerLoop,
        node: NodeWatch,
        *,
        release_overdue: Callable[[], int],
        close_due: Callable[[], object],
        check_s: float,
        seats: Seats | None = None,
    ) -> None:
        """``release_overdue`` asks for the release of orders past their deadline; how many.

        ``close_due`` closes the open window where its time has come; both are asked every
        ``check_s``. ``seats``: where other processes share the database, what one of them does is
        done by one at a time.
        """
        self._chain_side = chain_side
        self._telling = telling
        self._node = node
        self._seats = seats
        self._check_s = check_s
        self._enough = threading.Event()
        release = partial(self._regularly, OVERDUE, partial(_released, release_overdue))
        close = partial(self._regularly, CLOSING, close_due)
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("node", self._watch), (OVERDUE, release), (CLOSING, close))
        ]

    def start(self) -> None:
        """Begins; the first look at the node is over when it returns."""
        self._node.look()
        self._telling.start()
        self._chain_side.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends all of it after the present rounds."""
        self._enough.set()
        for thread in self._threads:
            thread.join()
        self._chain_side.stop()
        self._telling.stop()

    def failures(self) -> list[TongduiError]:
        """What stopped a part for good."""
        telling = [self._telling.failure] if self._telling.failure is not None else []
        return self._chain_side.failures() + telling

    def _watch(self) -> None:
        self._node.run(self._enough)

    def _regularly(self, duty: str, work: Callable[[], object]) -> None:
        """Where the duty is ours. What does not succeed is tried again with the next look."""
        while not self._enough.wait(self._check_s):
            try:
                if self._seats is None or self._seats.take(duty):
                    work()
            except TongduiError as error:
                _log.warning("%s waits: %s", duty, error)


def _released(release_overdue: Callable[[], int]) -> None:
    """Gives residents back what nobody captured in time."""
    released = release_overdue()
    if released:
        _log.info("asked for the release of %d overdue orders", released)
