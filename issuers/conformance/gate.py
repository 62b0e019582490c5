"""The wire between an adapter and its source, in the suite's hands: every request passes here.

It hands requests on as they are and writes down what was asked and when. When told to, it answers
as a busy source does, or hands a request on and loses the answer, or makes a 500 of it.
Knows no scheme and no adapter.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ANSWER_S = 30.0
"""How long a source may take for an answer."""
_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date",
                  "server", "host"})  # fmt: skip
"""Headers that each side of the gate writes for itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and its answer. Header names are in small letters."""

    at_s: float
    """On the monotonic clock, when it came."""
    method: str
    target: str
    """Path and query."""
    headers: Mapping[str, str]
    status: int
    """0: hung up without an answer."""
    answer: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of the gate's own."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()


class Gate:
    """One way to one source, at an address of its own."""

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream)
        self._lock = threading.Lock()
        self._told: list[Told] = []
        self._busy: Told | None = None
        self._spoils: tuple[str, Told] | None = None
        self._swallows = ""
        self.asked: list[Asked] = []
        self.connections = 0
        """Open now, to us."""
        self._server = _Server(("127.0.0.1", 0), self)
        base = f"127.0.0.1:{self._server.server_port}"
        self.url = urlunsplit(("http", base, self._upstream.path, "", ""))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="gate", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """No longer there: who connects is refused."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer_next(self, *told: Told) -> None:
        """The next requests, whatever they are, are answered so, one each."""
        with self._lock:
            self._told.extend(told)

    @contextmanager
    def busy(self, told: Told) -> Iterator[None]:
        """Every request inside is answered so."""
        self._busy = told
        try:
            yield
        finally:
            self._busy = None

    @contextmanager
    def losing(self, target: str) -> Iterator[None]:
        """Inside, what the source does for this target is done, and its success is not heard of."""
        with self._spoiling(target, Told(0)):
            yield

    @contextmanager
    def breaking(self, target: str) -> Iterator[None]:
        """Inside, what the source does for this target is done, and its success becomes a 500."""
        with self._spoiling(target, Told(500)):
            yield

    @contextmanager
    def swallowing(self, target: str) -> Iterator[None]:
        """Inside, requests for this target never reach the source, and nobody answers them."""
        self._swallows = target
        try:
            yield
        finally:
            self._swallows = ""

    @contextmanager
    def _spoiling(self, target: str, told: Told) -> Iterator[None]:
        self._spoils = (target, told)
        try:
            yield
        finally:
            self._spoils = None

    def since(self, before: int) -> list[Asked]:
        """What was asked after the first ``before`` requests."""
        with self._lock:
            return self.asked[before:]

    def count(self) -> int:
        """How much was asked until now."""
        with self._lock:
            return len(self.asked)

    def answered_by_us(self, target: str) -> Told | None:
        """Ours for a request that has just come; None where it is to be handed on."""
        with self._lock:
            if target == self._swallows:
                return Told(0)
            if self._busy is not None:
                return self._busy
            return self._told.pop(0) if self._told else None

    def write_down(self, asked: Asked) -> None:
        """Keep one request."""
        with self._lock:
            self.asked.append(asked)

    def connected(self, difference: int) -> None:
        """One connection more, or less."""
        with self._lock:
            self.connections += difference

    def instead(self, target: str, status: int) -> Told | None:
        """What is to be said instead of the source's answer, if anything."""
        if self._spoils is not None and self._spoils[0] == target and 200 <= status < 300:
            return self._spoils[1]
        return None

    def upstream(self) -> http.client.HTTPConnection:
        """A connection to the source."""
        secure = self._upstream.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        return kind(self._upstream.netloc, timeout=ANSWER_S)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], gate: Gate) -> None:
        self.gate = gate
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is nobody's news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.gate.connected(1)

    def finish(self) -> None:
        super().finish()
        self.server.gate.connected(-1)

    def do_GET(self) -> None:
        """One request, from coming to writing down."""
        gate, at_s = self.server.gate, time.monotonic()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        told, content = gate.answered_by_us(self.path), b""
        if told is None:
            told, content = self._handed_on(headers, body)
        lost = told.status == 0
        answer = {name.lower(): value for name, value in told.headers}
        asked = Asked(at_s, self.command, self.path, headers, told.status, answer)
        gate.write_down(asked)
        if lost:
            self.close_connection = True
            return
        self.send_response(told.status)
        for name, value in told.headers:
            self.send_header(name, value)
        if told.status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def __getattr__(self, name: str) -> Any:
        """Every other method is served the same."""
        if name.startswith("do_"):
            return self.do_GET
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Silent."""

    def _handed_on(self, headers: dict[str, str], body: bytes) -> tuple[Told, bytes]:
        """The source's answer; status 0 where there is none, or it is to be lost."""
        gate = self.server.gate
        connection = gate.upstream()
        try:
            given = {name: value for name, value in headers.items() if name not in _HOP}
            connection.request(self.command, self.path, body or None, given)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return Told(0), b""
        finally:
            connection.close()
        if (spoilt := gate.instead(self.path, answer.status)) is not None:
            return spoilt, b""
        kept = tuple((n, v) for n, v in answer.getheaders() if n.lower() not in _HOP)
        return Told(answer.status, kept), content


@contextmanager
def gate_to(upstream: str) -> Iterator[Gate]:
    """A gate, open while inside."""
    gate = Gate(upstream)
    try:
        yield gate
    finally:
        gate.close()
