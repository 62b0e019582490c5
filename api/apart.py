"""The chain's side in a process of its own, so that answering requests and bringing calls to the
chain do not wait for one interpreter.

Both work over the same databases and tell each other by a pair of sockets: one byte says that
something was recorded, one that the projection or an outbox has moved, a line of JSON what stopped
for good. All that matters is on disk, so either may be killed anywhere: a child that ends is
started again; one whose parent is gone ends at once, and until then keeps the database's lock.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence

from api.chainside import InThreads
from api.settings import Settings
from ledger.errors import TongduiError, Unavailable

NEWS, WAKE, END = b"\n", b"w", b"e"
AGAIN_S = 1.0
"""Pause before a child that ended is started again."""
ENDING_S = 15.0
"""How long a child may take for its present rounds."""
_log = logging.getLogger(__name__)


class Apart:
    """A chain's side that runs in a child of this process; see ``api.chainside``."""

    words: Sequence[str] = (sys.executable, "-m", "api.apart")
    """What starts the child, but for the socket's number."""

    def __init__(
        self, settings: Settings, news: Callable[[], object], held: Sequence[int] = ()
    ) -> None:
        """``held``: open files whose locks keep others out of the databases, and that the child is
        to hold as well."""
        self._settings = settings
        self._news = news
        self._held = tuple(held)
        self._ending = threading.Event()
        self._ended: TongduiError | None = None
        """That there is no child now, or none that was heard of yet."""
        self._failures: list[TongduiError] = []
        """What the child said that stopped for good."""
        self._line: socket.socket | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._tend, name="chain-side", daemon=True)

    def start(self) -> None:
        """As the protocol says."""
        self._begin()
        self._thread.start()

    def stop(self) -> None:
        """As the protocol says; a child that takes too long is killed."""
        self._ending.set()
        self._say(END)
        self._thread.join(ENDING_S)
        child = self._child
        if child is not None:
            child.kill()
        self._thread.join()

    def wake(self) -> None:
        """As the protocol says."""
        self._say(WAKE)

    def failures(self) -> list[TongduiError]:
        """As the protocol says."""
        return list(self._failures) if self._ended is None else [self._ended]

    def _say(self, what: bytes) -> None:
        """A line that is full says it already; one that is broken is being replaced."""
        line = self._line
        if line is not None:
            with contextlib.suppress(OSError):
                line.send(what, socket.MSG_DONTWAIT)

    def _begin(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            given = (theirs.fileno(), *self._held)
            self._child = subprocess.Popen(
                [*self.words, str(theirs.fileno())], stdin=subprocess.PIPE, pass_fds=given
            )
        assert self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._child.stdin as words:
            words.write(self._settings.model_dump_json().encode())
        self._line = ours

    def _tend(self) -> None:
        """Hears what the child says; starts another when it has ended, or could not be started."""
        while True:
            self._hear()
            if self._ending.is_set():
                return
            self._ended, self._failures = Unavailable("api.chain-side-ended", retry_after=1), []
            if self._ending.wait(AGAIN_S):
                return
            try:
                self._begin()
            except OSError as error:
                _log.error("the process of the chain's side can't be started: %s", error)

    def _hear(self) -> None:
        """Until the child has ended, if there is one."""
        if self._line is None or self._child is None:
            return
        with self._line as line:
            for words in _lines(line):
                self._ended = None
                if words:
                    self._failures = [_error(told) for told in json.loads(words)]
                self._news()
        code, self._line, self._child = self._child.wait(), None, None
        if not self._ending.is_set():
            _log.error("the process of the chain's side ended with %d", code)


def _lines(line: socket.socket) -> Iterator[bytes]:
    """What was said, line by line; many empty ones at once are one."""
    rest = b""
    while True:
        try:
            heard = line.recv(65_536)
        except OSError:
            return
        if not heard:
            return
        *whole, rest = (rest + heard).split(NEWS)
        yield from (words for words in whole if words)
        if b"" in whole:
            yield b""


def _error(told: dict[str, object]) -> TongduiError:
    kind = next(k for k in TongduiError.__subclasses__() if k.__name__ == told["kind"])
    fields = told["fields"]
    assert isinstance(fields, dict)
    return kind(str(told["code"]), **fields)


def _told(errors: Sequence[TongduiError]) -> bytes:
    shown = [
        {
            "kind": next(k.__name__ for k in TongduiError.__subclasses__() if isinstance(each, k)),
            "code": each.code,
            "fields": {
                name: "0x" + value.hex() if isinstance(value, bytes) else value
                for name, value in each.fields.items()
            },
        }
        for each in errors
    ]
    return json.dumps(shown).encode() + NEWS


# The child


def main(descriptor: int) -> int:
    """Runs the chain's side of the settings on standard input until the parent says or is gone."""
    from api.bootstrap import chain_side_alone, settle_memory

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to all of a terminal: the parent decides
        signal.signal(number, signal.SIG_IGN)
    settings = Settings.model_validate_json(sys.stdin.buffer.read())
    line = socket.socket(fileno=descriptor)
    ended = threading.Event()
    with chain_side_alone(settings, lambda: _news(line)) as side:
        threading.Thread(target=_listen, args=(line, side, ended), daemon=True).start()
        side.start()
        settle_memory()
        _report(line, side, ended)
        side.stop()
    return 0


def _news(line: socket.socket) -> None:
    """A line that is full says it already; one that is broken is the end, which another hears."""
    with contextlib.suppress(OSError):
        line.send(NEWS, socket.MSG_DONTWAIT)


def _listen(line: socket.socket, side: InThreads, ended: threading.Event) -> None:
    while heard := line.recv(4_096):
        if END in heard:
            ended.set()
            return
        side.wake()
    os._exit(1)  # the parent is gone, and whoever takes its place must not wait for us


def _report(line: socket.socket, side: InThreads, ended: threading.Event) -> None:
    """Says what stopped for good, until the end."""
    told = 0
    while not ended.wait(0.2):
        failures = side.failures()
        if len(failures) > told:
            told = len(failures)
            line.sendall(_told(failures))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
