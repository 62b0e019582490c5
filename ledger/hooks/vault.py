"""Webhooks' secrets as the database has them: sealed by the operator's key, each for its webhook.

Who has a copy of the database alone can sign nothing. The first key seals; those before it open
what they sealed, until it is sealed anew. What is sealed says by which key, and opens in its own
row only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import Refused
from ledger.hooks.signing import PREFIX
from ledger.store.hooks_rows import HookRow

MARK = "gcm1"
IV_BYTES = 12
NAME_BYTES = 6
"""Of a key's name, which says nothing of the key."""


class Vault:
    """One installation's. Safe to call from any thread."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """``keys`` are the operator's, the present one first."""
        self._boxes = {_name(key): AESGCM(_purpose(key, b"secrets")) for key in keys}
        self._present = _name(keys[0])

    def sealed(self, hook_id: str, secret: str) -> str:
        """As it is stored."""
        iv = secrets.token_bytes(IV_BYTES)
        content = self._boxes[self._present].encrypt(iv, secret.encode(), hook_id.encode())
        return f"{MARK}:{self._present}:{base64.b64encode(iv + content).decode()}"

    def opened(self, hook_id: str, stored: str) -> str:
        """The secret; Refused("hook.secret-lost") where no key that is known sealed it."""
        if is_clear(stored):
            return stored
        mark, name, text = stored.split(":")
        box = self._boxes.get(name)
        if mark != MARK or box is None:
            raise Refused("hook.secret-lost", id=hook_id)
        whole = base64.b64decode(text)
        try:
            return box.decrypt(whole[:IV_BYTES], whole[IV_BYTES:], hook_id.encode()).decode()
        except InvalidTag:
            raise Refused("hook.secret-lost", id=hook_id) from None

    def is_present(self, stored: str) -> bool:
        """Whether the present key sealed it."""
        return stored.startswith(f"{MARK}:{self._present}:")

    def opens(self, hook: HookRow) -> bool:
        """Whether its secret can be had."""
        try:
            self.opened(hook.id, hook.secret)
        except Refused:
            return False
        return True

    def revealed(self, hook: HookRow) -> HookRow:
        """The webhook with its secrets in clear, to sign with or to show once; a former one that is
        lost signs no more. Raises as ``opened``."""
        former = hook.former_secret
        if former is not None:
            lost = not self.opens(hook._replace(secret=former))
            former = None if lost else self.opened(hook.id, former)
        return hook._replace(secret=self.opened(hook.id, hook.secret), former_secret=former)


def is_clear(stored: str) -> bool:
    """Whether it was stored as it is, as former versions did."""
    return stored.startswith(PREFIX)


def _name(key: bytes) -> str:
    return _purpose(key, b"name")[:NAME_BYTES].hex()


def _purpose(key: bytes, what: bytes) -> bytes:
    return hmac.digest(key, b"tongdui webhook " + what, hashlib.sha256)
