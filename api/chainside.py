"""What brings this process's calls to the chain and the chain's answers back: the projection's
follower, the relayers, the courier of webhooks. In threads here; in a process of its own by
``api.apart``.

Each part notes for good why it stopped; the process goes on answering what it still can, and
``/readyz`` says what failed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from ledger.chain.rpc import NodeRefused
from ledger.chain.submitter import Submitter
from ledger.errors import OutcomeUnknown, TongduiError, Unavailable
from ledger.index.index import Index
from ledger.redeeming.relaying import RelayerLoop

_PASSING = (Unavailable, OutcomeUnknown, NodeRefused)
RETRY_S = 1.0
_log = logging.getLogger(__name__)


class Relay(NamedTuple):
    """One key's relayer, with what compares its outbox with the chain before it begins."""

    submitter: Submitter
    loop: RelayerLoop


class ChainSide(Protocol):
    """Wherever it runs. ``start`` once, ``stop`` once."""

    def start(self) -> None:
        """Begins."""
        ...

    def stop(self) -> None:
        """Ends after the present rounds."""
        ...

    def wake(self) -> None:
        """Something was recorded for the relayers."""
        ...

    def failures(self) -> list[TongduiError]:
        """What stopped a part for good, or is being started again."""
        ...


class InThreads:
    """Of the process that asks."""

    def __init__(
        self,
        index: Index,
        relays: Sequence[Relay],
        *,
        index_tick_s: float,
        adopt_used_key: bool,
        deliver: Callable[[threading.Event], None] | None = None,
        news: Callable[[], object] = lambda: None,
    ) -> None:
        """``adopt_used_key``: an empty outbox may go on with a key that the chain knows.
        ``deliver`` sends webhooks until the event is set. ``news`` is called when the projection
        has moved."""
        self._index = index
        self._relays = relays
        self._index_tick_s = index_tick_s
        self._adopt_used_key = adopt_used_key
        self._deliver = deliver
        self._news = news
        self._enough = threading.Event()
        self._failures: dict[str, TongduiError] = {}
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("index", self._follow), ("webhooks", self._send))
        ]

    def start(self) -> None:
        """As the protocol says."""
        for thread in self._threads:
            thread.start()
        for submitter, loop in self._relays:
            loop.start(partial(submitter.bootstrap, adopt_used_key=self._adopt_used_key))

    def stop(self) -> None:
        """As the protocol says."""
        self._enough.set()
        for thread in self._threads:
            thread.join()
        for _, loop in self._relays:
            loop.stop()

    def wake(self) -> None:
        """As the protocol says."""
        for _, loop in self._relays:
            loop.wake()

    def failures(self) -> list[TongduiError]:
        """As the protocol says."""
        relaying = [loop.failure for _, loop in self._relays if loop.failure is not None]
        return [*self._failures.values(), *relaying]

    def _follow(self) -> None:
        """The projection, for as long as nothing is broken."""
        while not self._enough.is_set():
            try:
                self._index.run(self._enough, self._index_tick_s, self._moved)
            except _PASSING as error:
                _log.warning("following the chain was interrupted: %s", error)
                self._enough.wait(RETRY_S)
            except TongduiError as error:
                self._stopped("index", error)
                return

    def _moved(self) -> None:
        """The projection has."""
        for _, loop in self._relays:
            loop.block()
        self._news()

    def _send(self) -> None:
        """Webhooks, for as long as nothing is broken."""
        try:
            if self._deliver is not None:
                self._deliver(self._enough)
        except TongduiError as error:
            self._stopped("webhooks", error)

    def _stopped(self, part: str, error: TongduiError) -> None:
        _log.error("%s stopped: %s", part, error)
        self._failures[part] = error
