"""One kept-alive HTTP/1.1 connection to a node: a POST and its answer, whatever they say.

The library that reads the answer is a server's, in C: the standard library's client reads headers
as if they were mail, and that was most of its processor time.
"""

from __future__ import annotations

import select
import socket
import ssl
from typing import NamedTuple
from urllib.parse import urlsplit

import httptools

_PIECE_BYTES = 64 * 1024


class Place(NamedTuple):
    """Where a node listens."""

    host: str
    port: int
    path: str
    secure: bool

    @classmethod
    def of(cls, url: str) -> Place:
        """Raises ValueError for what is no http or https URL."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError("a node's URL begins with http:// or https://")
        secure = parts.scheme == "https"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.hostname, parts.port or (443 if secure else 80), path, secure)

    @property
    def head(self) -> bytes:
        """Of every request, but for its length."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: {host}:{self.port}\r\n"
            "Accept-Encoding: identity\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode("ascii")


class WireBroken(Exception):
    """There is no whole answer; ``reason`` is one word for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Wire:
    """An open connection, for one thread. Closes itself when nobody has it any more."""

    def __init__(self, place: Place, timeout_s: float) -> None:
        """Raises OSError where nobody listens."""
        self._head = place.head
        self._socket: socket.socket = socket.create_connection((place.host, place.port), timeout_s)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if place.secure:
            context = ssl.create_default_context()
            self._socket = context.wrap_socket(self._socket, server_hostname=place.host)
        self._lasts = True

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Ends it."""
        if hasattr(self, "_socket"):
            self._socket.close()

    @property
    def usable(self) -> bool:
        """Whether it may be used again: an idle one that has something to say tells its end."""
        if not self._lasts:
            return False
        poller = select.poll()
        poller.register(self._socket, select.POLLIN | select.POLLHUP | select.POLLERR)
        return not poller.poll(0)

    def post(self, body: bytes) -> tuple[int, bytearray]:
        """Status and content of the answer. Raises WireBroken; then it is not to be used again."""
        self._lasts = False
        heard = _Heard()
        parser = httptools.HttpResponseParser(heard)
        try:
            self._socket.sendall(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
            while not heard.whole:
                piece = self._socket.recv(_PIECE_BYTES)
                if not piece:
                    raise WireBroken("ConnectionClosed")
                parser.feed_data(piece)
        except (OSError, httptools.HttpParserError) as error:
            raise WireBroken(type(error).__name__) from error
        self._lasts = bool(parser.should_keep_alive())
        return parser.get_status_code(), heard.content


class _Heard:
    """What the parser calls back."""

    def __init__(self) -> None:
        self.content = bytearray()  # grows in place: an answer may be many MiB
        self.whole = False

    def on_body(self, part: bytes) -> None:
        """A piece of the content."""
        self.content += part

    def on_message_complete(self) -> None:
        """The end of the answer."""
        self.whole = True
