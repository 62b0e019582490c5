"""The agent's own HTTP: calls of the source, health, status, metrics, and the clerks' counter.

``POST /hook`` is open to the source, whose signature is checked. Everything that tells of rows, and
the counter above all, is answered on the loopback address alone. Knows no row and no chain.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, quote, urlsplit

import orjson

from issuers.counter.counter import PREFIX, Reply
from issuers.counter.routing import Download, Stream
from ledger.errors import Refused, TongduiError
from ledger.refusals import http_status

HOOK = "/hook"
LARGEST_BODY = 1024 * 1024
"""Bytes of one call."""
RETRY_S = 30
"""After which a source should repeat a call that was not taken."""
MOST_LINES = 500
"""Rejected rows in one answer."""
LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
_log = logging.getLogger(__name__)


class Served(Protocol):
    """What is answered from."""

    def accept(self, headers: dict[str, str], body: bytes) -> int:
        """Stores one call of the source, or raises."""
        ...

    def health(self) -> tuple[int, dict[str, Any]]:
        """(HTTP status, what to say)."""
        ...

    def status(self) -> dict[str, Any]:
        """The whole status."""
        ...

    def rejected(self, after: int, most: int) -> list[dict[str, Any]]:
        """Rejected rows."""
        ...

    def metrics(self) -> bytes:
        """In Prometheus' text form."""
        ...

    def counter(
        self, method: str, target: str, headers: Mapping[str, str], stream: Stream, length: int
    ) -> Reply:
        """As ``Counter.answer``."""
        ...


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class Listener:
    """Listens from its making until ``close``."""

    def __init__(
        self,
        host: str,
        port: int,
        served: Callable[[], Served],
        *,
        trusted: tuple[str, ...] = LOOPBACK,
    ) -> None:
        """``port`` 0 takes a free one; ``trusted`` addresses may ask about rows.

        Raises Refused("agent.port-taken").
        """
        own = trusted

        class Handler(_Handler):
            what = staticmethod(served)
            trusted = own

        try:
            self._server = _Server((host, port), Handler)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise Refused("agent.port-taken", address=f"{host}:{port}", why=why) from error
        self.port: int = self._server.server_port
        self.url = f"http://{'127.0.0.1' if host in ('', '0.0.0.0') else host}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="listener", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    what: Callable[[], Served]
    trusted: tuple[str, ...]

    def do_POST(self) -> None:
        """A call of the source: 204 once it is stored. A clerk's act, on this machine."""
        length = self.headers.get("Content-Length", "")
        if self.path.startswith(PREFIX + "/"):
            return self._at_counter("POST", length)
        if urlsplit(self.path).path != HOOK or not length.isdecimal():
            self.close_connection = True
            return self._answer(404, {})
        if int(length) > LARGEST_BODY:
            self.close_connection = True
            return self._answer(413, {})
        body = self.rfile.read(int(length))
        try:
            self.what().accept(dict(self.headers), body)
        except TongduiError as error:
            _log.warning("a call was not taken: %s", error)
            return self._refuse(error)
        return self._answer(204, None)

    def do_GET(self) -> None:
        """Health for everyone, the rest for this machine."""
        parts = urlsplit(self.path)
        if parts.path == "/healthz":
            return self._answer(*self.what().health())
        if self.client_address[0] not in self.trusted:
            return self._answer(404, {})
        if parts.path.startswith(PREFIX + "/"):
            return self._at_counter("GET", "0")
        given = parse_qs(parts.query)
        if parts.path == "/status":
            return self._answer(200, self.what().status())
        if parts.path == "/rejected":
            after, most = (_number(given, n, d) for n, d in (("after", 0), ("limit", 100)))
            return self._told(lambda: {"rows": self.what().rejected(after, min(most, MOST_LINES))})
        if parts.path == "/metrics":
            return self._send(200, self.what().metrics(), "text/plain; version=0.0.4")
        return self._answer(404, {})

    def _told(self, ask: Callable[[], object]) -> None:
        """What can be told; while the database can't be read, that it can't."""
        try:
            found = ask()
        except TongduiError as error:
            return self._refuse(error)
        return self._answer(200, found)

    def _refuse(self, error: TongduiError) -> None:
        """The error's code; where the same call may be taken later, when to repeat it."""
        code = http_status(error)
        again = (("Retry-After", str(RETRY_S)),) if code == HTTPStatus.SERVICE_UNAVAILABLE else ()
        content = orjson.dumps({"code": error.code})
        self._send(code, content, "application/json", *again)

    def _at_counter(self, method: str, length: str) -> None:
        """What clerks ask; from another machine there is no counter."""
        if self.client_address[0] not in self.trusted or not length.isdecimal():
            self.close_connection = True
            return self._answer(404, {})
        stream = _Bounded(self.rfile, int(length))
        status, found = self.what().counter(
            method, self.path, dict(self.headers), stream, int(length)
        )
        if stream.left:  # an answer before all was read: the rest of the body is nobody's
            self.close_connection = True
        if isinstance(found, Download):
            return self._give(status, found)
        return self._answer(status, found)

    def _give(self, status: int, file: Download) -> None:
        """A file whose length nobody knows before its end."""
        self.send_response(status)
        self.send_header("Content-Type", file.media_type)
        name = f"attachment; filename*=UTF-8''{quote(file.name)}"
        self.send_header("Content-Disposition", name)
        self.send_header("Connection", "close")
        self.end_headers()
        for part in file.parts:
            self.wfile.write(part)
        self.close_connection = True

    def _answer(self, status: int, shown: object) -> None:
        content = b"" if shown is None else orjson.dumps(shown)
        self._send(status, content, "application/json")

    def _send(self, status: int, content: bytes, kind: str, *more: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in more:
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Silent: what counts is logged where it happens."""


class _Bounded:
    """A request's body: ends where its length says."""

    def __init__(self, stream: Stream, length: int) -> None:
        self._stream = stream
        self.left = length

    def read(self, size: int = -1, /) -> bytes:
        """As a file's."""
        found = self._stream.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(found)
        return found


def _number(given: dict[str, list[str]], name: str, usual: int) -> int:
    told = given.get(name, [""])[0]
    return int(told) if told.isdecimal() and len(told) < 19 else usual
