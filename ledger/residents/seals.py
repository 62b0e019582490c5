"""Everything that is secret at a desk, made from one secret of the installation and a command's id.

The same command makes the same PIN, code, token or slip again, so none of them is stored: the
database has digests only, and they are keyed, so that a copy of the database lets nobody try six
digits out. PINs go through argon2id besides.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ledger.errors import Rejected
from ledger.onetime import make_code
from ledger.residents.rules import card_number

SECRET_BYTES = 32
DIGITS = 6
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The weakest that OWASP's list allows for passwords: 19 MiB, two passes."""


def read_secret(file: Path) -> bytes:
    """The installation's secret, made where there is none; only its owner may read it.

    Rejected("resident.secret") for a file that does not hold one, or that others may read.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(made, "w", encoding="ascii") as opened:
            opened.write(secrets.token_hex(SECRET_BYTES) + "\n")
    text = file.read_text("ascii", "replace").strip()
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != SECRET_BYTES or file.stat().st_mode & 0o077:
        raise Rejected("resident.secret", field=str(file))
    return found


class Seals:
    """What one installation makes and knows again. Safe to call from any thread."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._nobodys = self.pin_digest("000000")

    def pin(self, command_id: str) -> str:
        """Six digits that are neither all the same nor a row up or down."""
        for turn in range(100):
            digits = self._digits(f"pin:{command_id}:{turn}", DIGITS)
            steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
            if len(steps) > 1:
                return digits
        raise AssertionError("a hundred rows of digits in a row")

    def pin_digest(self, pin: str) -> str:
        """argon2id, as it is stored."""
        return _HASHER.hash(self._keyed("pin-digest", pin).hex())

    def pin_fits(self, digest: str | None, pin: str) -> bool:
        """Whether it is the PIN of that digest; as slow where there is none."""
        try:
            _HASHER.verify(digest or self._nobodys, self._keyed("pin-digest", pin).hex())
        except (VerificationError, InvalidHashError):
            return False
        return digest is not None

    def number(self, command_id: str, turn: int) -> str:
        """A card's number; ``turn`` counts those that were taken."""
        return card_number(self._digits(f"card:{command_id}:{turn}", 11))

    def code(self, command_id: str) -> str:
        """A one-time code of six digits."""
        return self._digits(f"code:{command_id}", DIGITS)

    def code_digest(self, card: str, code: str) -> bytes:
        """As it is stored."""
        return self._keyed("code-digest", f"{card}:{code}")

    def token(self, command_id: str) -> str:
        """The secret part of a session's token."""
        return self._keyed("session", command_id).hex()

    def slip(self, order_id: str, acceptor: int, units: int) -> tuple[str, str]:
        """(code, seal) of an order's slip: the code names it, the seal says that we printed it."""
        terms = f"{order_id}:{acceptor}:{units}"
        return make_code(self._keyed("slip", order_id)), make_code(self._keyed("seal", terms))

    def voter(self, round_id: str, wallet: str) -> bytes:
        """Under which a wallet's voice stands in a round: another one in each."""
        return self._keyed("voter", f"{round_id}:{wallet}")

    def commands(self, caller: str) -> str:
        """The secret of a caller's commands, for one whose token changes."""
        return self._keyed("commands", caller).hex()

    def _keyed(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._secret, f"{purpose}\0{text}".encode(), hashlib.sha256)

    def _digits(self, text: str, count: int) -> str:
        """Evenly spread but for one part in 2^200."""
        number = int.from_bytes(self._keyed("digits", text), "big")
        return f"{number % 10**count:0{count}d}"
