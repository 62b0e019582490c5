"""A small, dirty season and the means to read it: shared by the adapters' tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from issuers.adapter import (
    BEGINNING,
    Cursor,
    IssuerAdapter,
    Item,
    PullAdapter,
    PushAdapter,
    RawRow,
    Source,
    open_adapter,
)
from issuers.sandbox.process import Service
from issuers.sandbox.season import Spec
from ledger.errors import Rejected
from ledger.units import BEIJING

SPEC = Spec(residents=300, events=2_500, dirt_permille=150)
NOW = datetime(2026, 11, 1, tzinfo=BEIJING)
DEAF_TO_EVERY = 7
"""The receiver answers every seventh call 503, as if it had not stored it."""


def source_of(service: Service) -> Source:
    """How an agent of the service's scheme would be set up."""
    login = service.credentials
    return Source(service.url, login.user, login.secret)


@contextmanager
def adapter_of(service: Service) -> Iterator[IssuerAdapter]:
    """The adapter of a running service."""
    adapter = open_adapter(f"issuers.{service.scheme}", source_of(service))
    try:
        yield adapter
    finally:
        adapter.close()


def pulled(adapter: IssuerAdapter, since: Cursor = BEGINNING) -> tuple[list[RawRow], Cursor]:
    """Every row after ``since``, and where to go on."""
    rows: list[RawRow] = []
    for page in cast("PullAdapter", adapter).read(since):
        rows += page.rows
        since = page.next
    return rows, since


def parsed(adapter: IssuerAdapter, rows: list[RawRow]) -> list[Item]:
    """What the rows say on the day after the season."""
    return [adapter.parse(row, NOW) for row in rows]


class Receiver:
    """Takes a push adapter's calls on a port of its own; ``rows`` is what it has stored."""

    def __init__(self, adapter: PushAdapter) -> None:
        self.rows: list[RawRow] = []
        self.calls = 0
        self.refused = 0
        receiver, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    status = receiver._take(adapter, dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, adapter: PushAdapter, headers: dict[str, str], body: bytes) -> int:
        self.calls += 1
        if self.calls % DEAF_TO_EVERY == 0:
            return 503
        try:
            self.rows += adapter.accept(headers, body)
        except Rejected:
            self.refused += 1
            return 401
        return 204
