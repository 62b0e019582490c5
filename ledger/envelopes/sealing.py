"""The operator's halves of keys, sealed for the database, and proofs of PINs as they are stored.

Both under a secret of the installation that stands in a file apart: who has a copy of the database
alone can neither use a half nor try PINs out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import Refused

IV_BYTES = 12


class Sealing:
    """One installation's. Safe to call from any thread."""

    def __init__(self, secret: bytes) -> None:
        self._aes = AESGCM(_purpose(secret, b"tongdui envelope shares v1"))
        self._proofs = _purpose(secret, b"tongdui envelope proofs v1")

    def sealed(self, wallet: str, envelope: str, share: bytes) -> bytes:
        """As it is stored; of use for that envelope alone."""
        iv = secrets.token_bytes(IV_BYTES)
        return iv + self._aes.encrypt(iv, share, _bound(wallet, envelope))

    def opened(self, wallet: str, envelope: str, sealed: bytes) -> bytes:
        """The half; Refused("envelope.other-secret") where the installation's secret is another."""
        iv, content = sealed[:IV_BYTES], sealed[IV_BYTES:]
        try:
            return self._aes.decrypt(iv, content, _bound(wallet, envelope))
        except InvalidTag:
            raise Refused("envelope.other-secret", id=envelope) from None

    def proof(self, envelope: str, verifier: bytes) -> bytes:
        """As it is stored."""
        return hmac.digest(self._proofs, envelope.encode() + b"\0" + verifier, hashlib.sha256)

    def proves(self, envelope: str, stored: bytes | None, verifier: bytes | None) -> bool:
        """Whether it is the one that was stored."""
        made = self.proof(envelope, verifier or b"")
        return stored is not None and verifier is not None and hmac.compare_digest(made, stored)


def _purpose(secret: bytes, words: bytes) -> bytes:
    return hmac.digest(secret, words, hashlib.sha256)


def _bound(wallet: str, envelope: str) -> bytes:
    return f"{wallet}\0{envelope}".encode()
