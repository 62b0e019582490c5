"""A signer as others run it, over real HTTP: Web3Signer's interface, with moods to try callers."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from coincurve import PrivateKey
from eth_hash.auto import keccak

from ledger.chain.remote_signer import Reach
from ledger.chain.signer import Key

SIGN, KEYS, UP = "/api/v1/eth1/sign/", "/api/v1/eth1/publicKeys", "/upcheck"
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass
class SigningService:
    """What it holds, how it is asked, and its moods: each counts for one question."""

    keys: list[Key]
    token: str = ""
    moods: list[str] = field(default_factory=list)
    late: threading.Event = field(default_factory=threading.Event)
    """Set to end the wait of a late answer."""
    url: str = ""
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    """(public key, data) of every signature that was asked for."""

    @property
    def reach(self) -> Reach:
        """How it is reached, with little patience."""
        return Reach(self.url, self.token, timeout_s=0.5)

    def named(self, name: str) -> Key | None:
        """The key of that public key."""
        return next((key for key in self.keys if public(key) == name), None)

    def signature(self, key: Key, data: bytes, mood: str) -> str:
        """r, s and v in hex, by the mood right or wrong."""
        if mood == "garbage":
            return "0xnothing"
        if mood == "short":
            return "0x" + "11" * 12
        signer = Key.from_bytes(b"\x66" * 32) if mood == "other" else key
        made = signer.sign_digest(keccak(b"another" if mood == "stale" else data))
        if mood == "high":
            s = ORDER - int.from_bytes(made[32:64], "big")
            made = made[:32] + s.to_bytes(32, "big") + bytes((27 + 28 - made[64],))
        return "0x" + made.hex()


def public(key: Key) -> str:
    """The public key as Web3Signer spells it: 64 bytes in hex."""
    point = PrivateKey(key.to_bytes()).public_key.format(compressed=False)
    return "0x" + point[1:].hex()


@contextlib.contextmanager
def signing_service(
    *keys: Key, token: str = "", tls: ssl.SSLContext | None = None
) -> Iterator[SigningService]:
    """A service that holds these keys, until the block ends."""
    made = SigningService(list(keys), token)

    class Handler(_Handler):
        service = made

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    made.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield made
    finally:
        made.late.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: SigningService

    def do_GET(self) -> None:
        if not self._admitted():
            return
        if self.path == UP:
            self._answer(200, "OK")
        elif self.path == KEYS:
            self._answer(200, json.dumps([public(key) for key in self.service.keys]))
        else:
            self._answer(404, "")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._admitted():
            return
        name = self.path.removeprefix(SIGN)
        key = self.service.named(name)
        if key is None:
            self._answer(404, "")
            return
        data = bytes.fromhex(json.loads(body)["data"].removeprefix("0x"))
        self.service.asked.append((name, data))
        mood = self.service.moods.pop(0) if self.service.moods else ""
        if mood.isdecimal():
            self._answer(int(mood), "")
        elif mood == "silent":
            self.close_connection = True
        else:
            if mood == "late":
                self.service.late.wait(5)
            signature = self.service.signature(key, data, mood)
            for _ in range(2 if mood == "twice" else 1):
                self._answer(200, signature)

    def _admitted(self) -> bool:
        wanted, given = self.service.token, self.headers.get("Authorization")
        if wanted and given != f"Bearer {wanted}":
            self._answer(401, "")
            return False
        return True

    def _answer(self, status: int, text: str) -> None:
        with contextlib.suppress(OSError):  # who asked has gone
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        """Silent."""
