"""The threads in which relayers run: one for each key, in each process that may use it.

Where several processes share a database, a key is one process's at a time: the others look whether
it is free.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from ledger.chain.rpc import NodeRefused
from ledger.errors import OutcomeUnknown, TongduiError, Unavailable
from ledger.redeeming.relayer import Relayer

_PASSING = (Unavailable, OutcomeUnknown, NodeRefused)
_log = logging.getLogger(__name__)


class RelayerLoop:
    """Runs a relayer in a thread: a round for what was recorded, once calls have gathered, and one
    for each new block while something is on its way."""

    def __init__(
        self,
        relayer: Relayer,
        *,
        tick_s: float = 0.05,
        idle_s: float = 0.5,
        poll_s: float | None = None,
        take: Callable[[], int] | None = None,
    ) -> None:
        """``tick_s``: how long calls gather after the first of them. ``idle_s``: how often one
        looks while nothing of ours is on its way, ``poll_s`` while something is: each tick, unless
        somebody tells of new blocks. ``take`` says whether the key is this process's: 0, or a
        number, another each time that it came to be."""
        self.relayer = relayer
        self.failure: TongduiError | None = None
        self._tick_s = tick_s
        self._idle_s = idle_s
        self._poll_s = tick_s if poll_s is None else poll_s
        self._take = take or (lambda: 1)
        self._begin: Callable[[], None] = lambda: None
        self._taken = 0
        self._busy = False
        self._wake = threading.Event()
        self._at_once = threading.Event()
        """That nothing is to be waited for."""
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relayer", daemon=True)

    @property
    def relays(self) -> bool:
        """Whether the key is this process's now."""
        return bool(self._taken)

    def start(self, begin: Callable[[], None] | None = None) -> None:
        """Begins. ``begin`` is called before the first round with the key, and whenever it came to
        this process again."""
        self._begin = begin or self._begin
        self._thread.start()

    def stop(self) -> None:
        """Ends after the present round."""
        self._enough.set()
        self._at_once.set()
        self._wake.set()
        self._thread.join()

    def wake(self) -> None:
        """Something was recorded."""
        self._wake.set()

    def block(self) -> None:
        """There is a new block."""
        if self._busy:
            self._at_once.set()
            self._wake.set()

    def _run(self) -> None:
        while not self._enough.is_set():
            try:
                self._busy = self._round()
                pause_s = self._poll_s if self._busy else self._idle_s
            except _PASSING as error:
                _log.warning("a round of relaying failed: %s", error)
                self._busy, pause_s = True, self._tick_s * 10
            except TongduiError as error:
                _log.error("relaying stopped: %s", error)
                self.failure = error
                return
            self._pause(pause_s)

    def _round(self) -> bool:
        taken = self._take()
        if not taken:
            self._taken = 0
            return False
        if taken != self._taken:
            self.relayer.begin_again()
            self._begin()
            self._taken = taken
        return self.relayer.step()

    def _pause(self, pause_s: float) -> None:
        """Until there is a reason for a round; what is recorded waits for more to come."""
        if self._wake.wait(pause_s):
            self._at_once.wait(self._tick_s)
        self._wake.clear()
        self._at_once.clear()
