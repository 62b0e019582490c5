"""A member's server that takes webhooks, over real HTTP, and misbehaves as it is told.

It verifies every message as the published library does, and keeps those that it took. What it
answers is a script: one habit a message, the last one for all that follow.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

PATIENCE_S = 20.0
Habit = Callable[[BaseHTTPRequestHandler], None]


def answers(code: int, **headers: str) -> Habit:
    """Answers with that status and no content."""

    def habit(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return habit


def slowly(seconds: float) -> Habit:
    """Answers 204 after a while."""

    def habit(request: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        answers(204)(request)

    return habit


def drops(request: BaseHTTPRequestHandler) -> None:
    """Hangs up without a word."""
    request.close_connection = True
    request.connection.close()


def floods(request: BaseHTTPRequestHandler) -> None:
    """Says that it took it, and then never stops talking."""
    request.send_response(200)
    request.end_headers()
    try:
        for _ in range(4_000):
            request.wfile.write(b"x" * 65_536)
    except OSError:
        request.close_connection = True


@dataclass
class Message:
    """What came, once its signature was verified."""

    id: str
    type: str
    object_id: str
    content: dict[str, Any]
    signatures: int
    taken: bool
    """Whether it was answered with success."""


@dataclass
class Receiver:
    """What a server has seen so far."""

    url: str = ""
    secret: str = ""
    """What messages are verified by; without it none is taken."""
    secret_file: Path | None = None
    """Where it stands instead, once another process has made it."""
    script: list[Habit] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    refused: int = 0
    """Messages whose signature was not right."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def taken(self) -> list[Message]:
        """Those that were answered with success, in the order of coming."""
        with self.lock:
            return [one for one in self.messages if one.taken]

    def await_taken(self, count: int) -> list[Message]:
        """The same once there are so many."""
        self.until(lambda: len(self.taken()) >= count)
        return self.taken()

    def until(self, condition: Callable[[], bool]) -> None:
        """Waits for what a courier brings about."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, [(m.type, m.taken) for m in self.messages]
            time.sleep(0.01)

    def verifies_by(self) -> str:
        """The secret."""
        return self.secret if self.secret_file is None else self.secret_file.read_text("ascii")

    def next_habit(self) -> Habit:
        """What to do with a message."""
        with self.lock:
            if not self.script:
                return answers(204)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def behave(self, *habits: Habit) -> None:
        """From now on."""
        with self.lock:
            self.script = list(habits)


@contextmanager
def receiving(habits: Sequence[Habit] = ()) -> Iterator[Receiver]:
    """A server on a port of its own."""
    receiver = Receiver(script=list(habits))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                content = Webhook(receiver.verifies_by()).verify(body, dict(self.headers))
            except (WebhookVerificationError, RuntimeError, ValueError, OSError):
                receiver.refused += 1
                answers(401)(self)
                return
            _take(receiver, self, content)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks?from=tongdui"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _take(receiver: Receiver, request: BaseHTTPRequestHandler, content: dict[str, Any]) -> None:
    habit = receiver.next_habit()
    message = Message(
        id=str(request.headers["webhook-id"]),
        type=content["type"],
        object_id=content["data"]["id"],
        content=json.loads(json.dumps(content)),
        signatures=len(str(request.headers["webhook-signature"]).split()),
        taken=False,
    )
    said: list[int] = []
    send_response = request.send_response

    def note(code: int, message: str | None = None) -> None:
        said.append(code)
        send_response(code, message)

    request.send_response = note  # type: ignore[method-assign]
    with receiver.lock:
        receiver.messages.append(message)
    try:
        habit(request)
    finally:
        del request.send_response
        message.taken = bool(said) and 200 <= said[0] < 300
