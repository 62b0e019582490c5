"""A key that stands elsewhere: each signature is asked for over HTTP, by Web3Signer's interface.

``GET /api/v1/eth1/publicKeys`` lists the keys; ``POST /api/v1/eth1/sign/{key}`` with the unsigned
transaction gives r, s and v over its hash. Nothing that comes is believed: a signature is used only
if it recovers to the sender, its s is made low, its v is worked out anew. Every question has a
connection of its own, so that an answer that comes late or twice can belong to no other. A signer
that did not answer is left alone for a while: callers hold a database's only writer meanwhile.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import orjson
from coincurve import PublicKey
from eth_hash.auto import keccak

from ledger.chain.signer import Address, SignedTransaction, Transaction, address_of, recover
from ledger.chain.types import enhex
from ledger.errors import Refused, Unavailable

TIMEOUT_S = 3.0
"""Below the time that other writers of a database wait for theirs."""
REST_S = 2.0
"""How long a signer is left alone that did not answer."""
ANSWER_BYTES_MAX = 64 * 1024
"""No list of keys and no signature is longer."""
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of the curve secp256k1: a signature's s is at most half of it, or nodes refuse it (EIP-2)."""
_PLAIN_BYTES = 64
_POINT_BYTES = 64
_READ_BYTES = 4_096
_OK, _NOT_FOUND = 200, 404
_SAYS_NO = (400, 401, 403)


@dataclass(frozen=True)
class Reach:
    """How the signer is reached. Files are PEM; without ``ca`` the system's authorities count."""

    url: str
    token: str = ""
    """Sent as a bearer token."""
    timeout_s: float = TIMEOUT_S
    ca: Path | None = None
    certificate: Path | None = None
    """Of ours, shown to the signer."""
    certificate_key: Path | None = None


class RemoteSigner:
    """One sender whose key a signer holds. Safe to share between threads."""

    def __init__(
        self, reach: Reach, address: Address, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Asks nothing yet. Raises OSError where a PEM file cannot be read or used."""
        self.address = address
        self.reach = reach
        parts = urlsplit(reach.url)
        self._host, self._port = parts.hostname or "", parts.port
        self._path = parts.path.rstrip("/")
        self._tls = _context(reach) if parts.scheme == "https" else None
        self._clock = clock
        self._resting_until = clock()
        self._name: str | None = None

    def check(self) -> None:
        """Whether the signer is there and holds the key.

        Raises Unavailable("signer.no-answer"), Refused: signer.no-such-key, signer.refused.
        """
        self._name = None
        self._named()

    def sign_transaction(self, transaction: Transaction) -> SignedTransaction:
        """As ``Signer``; also Refused("signer.wrong-signature"), when nothing was used."""
        payload = transaction.payload()
        path = f"/api/v1/eth1/sign/{quote(self._named(), safe='')}"
        answer = self._ask("POST", path, orjson.dumps({"data": enhex(payload)}))
        return transaction.signed(self._verified(keccak(payload), answer))

    def __repr__(self) -> str:
        return f"RemoteSigner(0x{self.address.hex()} at {self.reach.url})"

    def _named(self) -> str:
        """What the signer calls the key, in its own spelling."""
        if self._name is None:
            self._name = self._listed()
        return self._name

    def _listed(self) -> str:
        try:
            names = orjson.loads(self._ask("GET", "/api/v1/eth1/publicKeys"))
            found = [name for name in names if _address(str(name)) == self.address]
        except (TypeError, ValueError):
            raise self._no_answer("no list of keys") from None
        if not found:
            raise Refused("signer.no-such-key", url=self.reach.url, address=self.address)
        return str(found[0])

    def _verified(self, digest: bytes, answer: bytes) -> bytes:
        """r, s and the recovery id, by which ``digest`` is ours and nobody else's."""
        text = answer.decode("ascii", "replace").strip().strip('"').removeprefix("0x")
        try:
            plain = bytes.fromhex(text)[:_PLAIN_BYTES]
            s = int.from_bytes(plain[32:], "big")
            plain = plain[:32] + min(s, _ORDER - s).to_bytes(32, "big")
        except (OverflowError, ValueError):
            plain = b""
        for recovery in (0, 1):
            try:
                signer = recover(digest, plain + bytes((27 + recovery,)))
            except ValueError:
                continue
            if signer == self.address:
                return plain + bytes((recovery,))
        raise Refused("signer.wrong-signature", url=self.reach.url, address=self.address)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """What is answered with 200. Raises Unavailable, Refused."""
        if self._clock() < self._resting_until:
            raise Unavailable("signer.no-answer", url=self.reach.url, why="resting")
        try:
            status, content = self._exchanged(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            raise self._no_answer(type(error).__name__) from error
        if status == _OK:
            return content
        if status == _NOT_FOUND:
            self._name = None
            raise Refused("signer.no-such-key", url=self.reach.url, address=self.address)
        if status in _SAYS_NO:
            raise Refused("signer.refused", url=self.reach.url, status=status)
        raise self._no_answer(f"HTTP {status}")

    def _exchanged(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        deadline, connection = self._clock() + self.reach.timeout_s, self._connection()
        headers = {"Connection": "close", "Content-Type": "application/json"}
        if self.reach.token:
            headers["Authorization"] = f"Bearer {self.reach.token}"
        try:
            connection.request(method, self._path + path, body, headers)
            answer = connection.getresponse()
            content = b""
            while part := answer.read1(_READ_BYTES):
                content += part
                if len(content) > ANSWER_BYTES_MAX or self._clock() > deadline:
                    raise TimeoutError
            return answer.status, content
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        where, wait_s = (self._host, self._port), self.reach.timeout_s
        if self._tls is None:
            return http.client.HTTPConnection(*where, timeout=wait_s)
        return http.client.HTTPSConnection(*where, timeout=wait_s, context=self._tls)

    def _no_answer(self, why: str) -> Unavailable:
        """And leaves the signer alone for a while."""
        self._resting_until = self._clock() + REST_S
        return Unavailable("signer.no-answer", url=self.reach.url, why=why)


def _context(reach: Reach) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=reach.ca)
    if reach.certificate is not None:
        context.load_cert_chain(reach.certificate, reach.certificate_key)
    return context


def _address(name: str) -> Address | None:
    """Of a public key in hex, with or without the byte that says that it is not compressed."""
    point = bytes.fromhex(name.removeprefix("0x"))
    try:
        return address_of(PublicKey(b"\x04" + point if len(point) == _POINT_BYTES else point))
    except ValueError:
        return None
