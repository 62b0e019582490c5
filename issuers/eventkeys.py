"""The keys under which events are minted: HMAC-SHA256 of the issuer's secret over the event's id.

The same event has the same key for ever, and nobody without the secret can tell which event a key
stands for. The secret is made on the first start and never again: a new one would let every event
be minted a second time.
"""

from __future__ import annotations

import hmac
from pathlib import Path

from ledger.chain.keyfile import make_secret, read_secret
from ledger.errors import Refused
from ledger.store.agent_erasing import HIDDEN


class EventKeys:
    """Call it with an event's id for the key, 32 bytes; after ``load``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._secret = b""

    def load(self, minted: int) -> None:
        """Reads the secret, or makes it where nothing is minted yet.

        ``minted``: the issuer's batches on the chain. Raises Refused("agent.secret-lost") where
        there are some and no secret; as ``read_secret``.
        """
        if self._path.exists():
            self._secret = read_secret(self._path)
        elif minted:
            raise Refused("agent.secret-lost", path=str(self._path), number=minted)
        else:
            self._secret = make_secret(self._path)

    def __call__(self, event_id: str) -> bytes:
        return hmac.digest(self._secret, event_id.encode(), "sha256")

    def derive(self, purpose: str) -> bytes:
        """A key of its own for another purpose, 32 bytes: no event's id begins with a zero byte."""
        return hmac.digest(self._secret, b"\0" + purpose.encode(), "sha256")


def hidden(key: bytes) -> str:
    """What stands for an event's id once its member is erased: repeats are still known by it, and
    without the secret nobody can tell which event it was."""
    return f"{HIDDEN}{key.hex()}"
