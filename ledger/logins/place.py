"""What every use case of sign-ins works with: database, clock, secret, terms, and who is told.

Nothing of a person is kept: a provider's name for somebody is hashed under the secret before it
comes anywhere near a table. Without the secret the hash says nothing; whoever changes it unties
everybody.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ledger.store import logins_sessions as sessions
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.units import DAY_S


class Login(NamedTuple):
    """Somebody as a provider vouches for: its name in the settings, its subject's keyed hash."""

    provider: str
    subject: bytes


@dataclass(frozen=True)
class Terms:
    """What the operator set, in seconds."""

    start_s: int = 600
    """From leaving for the provider to coming back."""
    ticket_s: int = 120
    """From coming back to the session."""
    access_s: int = 900
    """How long a session works without being renewed."""
    session_s: int = 30 * DAY_S
    """After which a resident signs in again, however often it was renewed."""
    fresh_s: int = 600
    """What opens the wallet to others takes a session no older than this."""
    code_s: int = 600
    """How long a one-time code is good."""
    confirm_s: int = 7 * DAY_S
    """How long contacts have to confirm."""
    delay_s: int = 3 * DAY_S
    """From the last confirmation needed to the recovery, for the resident to say no."""


class Tell(Protocol):
    """Tells a resident of what happens to the wallet, by whatever channels there are."""

    def __call__(self, connection: Connection, wallet: str, kind: str, about: str) -> None:
        """In the transaction in which it happens; ``about`` is the id of the recovery."""
        ...


class Place:
    """One operator's. Safe to use from any thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        secret: bytes,
        terms: Terms | None = None,
        tell: Tell | None = None,
    ) -> None:
        """``clock`` gives seconds since 1970."""
        self._engine = engine
        self._clock = clock
        self._secret = secret
        self._tell = tell
        self.terms = terms or Terms()

    def now_s(self) -> int:
        """By this machine."""
        return int(self._clock())

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """To read."""
        with reading(self._engine) as connection:
            yield connection

    @contextmanager
    def change(self) -> Iterator[Connection]:
        """To write; it commits when left. Writers come one after another."""
        with transaction(self._engine) as connection:
            yield connection

    def login(self, provider: str, issuer: str, subject: str) -> Login:
        """What is kept of a provider's subject."""
        return Login(provider, self.keyed("subject", f"{issuer}\0{subject}"))

    def keyed(self, purpose: str, text: str) -> bytes:
        """32 bytes that nobody makes without the secret."""
        return hmac.digest(self._secret, f"{purpose}\0{text}".encode(), "sha256")

    def note(
        self, connection: Connection, wallet: str, kind: str, by: str, about: str | None = None
    ) -> None:
        """Records what happened to a wallet's sign-ins, for its resident to read; what a recovery
        does is told besides."""
        sessions.note(connection, wallet, kind, self.now_s(), by, about)
        if about is not None and self._tell is not None:
            self._tell(connection, wallet, kind, about)


def hashed(secret: str) -> bytes:
    """A token as it is stored: it has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).digest()
