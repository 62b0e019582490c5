"""Passes: small files that say where an agent's counter is and who comes.

The agent writes one for its own office at every start; ``tongdui issuer clerk add`` writes one for
a clerk. Each holds an address and a secret, and only its owner may read it. The agent keeps the
hash of the secret.
"""

from __future__ import annotations

import hashlib
import secrets
import tomllib
from pathlib import Path
from typing import NamedTuple

import tomli_w

from ledger.chain.keyfile import write_secret
from ledger.errors import Rejected

SECRET_BYTES = 32
OFFICE = "office"
"""The name under which the office's own acts are recorded; no clerk can have it."""


class Pass(NamedTuple):
    """What a pass file holds."""

    url: str
    name: str
    secret: str


def new_secret() -> str:
    """32 random bytes as text."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> bytes:
    """SHA-256: enough for one that nobody chose."""
    return hashlib.sha256(secret.encode()).digest()


def write_pass(path: Path, made: Pass) -> None:
    """A pass, readable by its owner alone; one that is there is replaced."""
    write_secret(path, tomli_w.dumps(made._asdict()).strip())


def read_pass(path: Path) -> Pass:
    """A pass. Rejected("counter.no-pass")."""
    try:
        return Pass(**tomllib.loads(path.read_text("utf-8")))
    except (OSError, TypeError, ValueError) as error:
        raise Rejected("counter.no-pass", path=str(path), why=type(error).__name__) from error
