"""Takes a source's calls on a port of its own, as the agent's ``/hook`` would.

Now and then it is deaf: it has read a call, can't store it, and answers 503; it so sees whether the
source calls again and the adapter gives the rows again. Knows no scheme.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from issuers.adapter import PushAdapter, RawRow
from ledger.errors import Rejected

DEAF_TO_EVERY = 7
"""Every seventh call is not stored."""


class Receiver:
    """``rows`` is what it has stored, ``calls`` the genuine calls that they came in."""

    def __init__(self, adapter: PushAdapter) -> None:
        self.adapter = adapter
        self.rows: list[RawRow] = []
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.refused = 0
        self.errors: list[Exception] = []
        self._count = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="receiver", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status of one call."""
        with self._lock:
            self._count += 1
            try:
                rows = self.adapter.accept(headers, body)
            except Rejected:
                self.refused += 1
                return 401
            except Exception as error:  # noqa: BLE001 - an adapter may raise anything
                self.errors.append(error)
                return 500
            if self._count % DEAF_TO_EVERY == 0:
                return 503
            self.rows += rows
            self.calls.append((headers, body))
            return 204


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], receiver: Receiver) -> None:
        self.receiver = receiver
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A source that hangs up in the middle calls again."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """One call."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.receiver.take(dict(self.headers), body))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Silent."""
