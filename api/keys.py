"""API keys: made, looked up, ended. A token is shown once; the database holds its argon2 digest.

A token reads ``tdk_<id>_<secret>``. The id finds the row, so one digest is compared and no more.
The secret has 256 random bits, which nobody guesses: argon2 guards a copy of the database at a cost
that a desk does not feel.
"""

from __future__ import annotations

import re
import secrets
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.access import BY_SESSION, OF_A_MEMBER, Role
from ledger.errors import Rejected
from ledger.store import access_keys
from ledger.store.access_tables import KeyRow
from ledger.store.engine import Engine, reading, transaction
from ledger.units import DAY_S

USUAL_DAYS = 365
"""How long a key works unless told otherwise."""
_ID_BYTES = 6
_SECRET_BYTES = 32
_TOKEN = re.compile(r"tdk_([0-9a-f]{12})_([0-9a-f]{64})")
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The weakest that OWASP's list allows for passwords: 19 MiB, two passes."""


class NewKey(NamedTuple):
    """A key just made. ``token`` is what its holder sends, and is stored nowhere."""

    id: str
    token: str
    role: Role
    member: int | None
    expires_s: int


def create_key(
    engine: Engine,
    role: Role,
    *,
    now_s: int,
    member: int | None = None,
    label: str = "",
    days: int = USUAL_DAYS,
) -> NewKey:
    """Makes a key that works from now on for so many days.

    Raises Rejected("access.member-missing") for a role of one member's without its number, and
    Rejected("access.role-by-session") for a role that only a card at a desk gives.
    """
    if role in BY_SESSION:
        raise Rejected("access.role-by-session", key_role=str(role))
    if role in OF_A_MEMBER and member is None:
        raise Rejected("access.member-missing", key_role=str(role))
    key_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_hex(_SECRET_BYTES)
    expires_s = now_s + days * DAY_S
    digest = _HASHER.hash(secret)
    row = KeyRow(key_id, digest, str(role), member, label[:100], now_s, expires_s, None)
    with transaction(engine) as connection:
        access_keys.add(connection, row)
    return NewKey(key_id, f"tdk_{key_id}_{secret}", role, member, expires_s)


def list_keys(engine: Engine) -> list[KeyRow]:
    """All keys, expired and revoked ones too, oldest first."""
    with reading(engine) as connection:
        return access_keys.every(connection)


def revoke_key(engine: Engine, key_id: str, *, now_s: int) -> None:
    """Ends a key; a running API notices within its ``key_cache_s``.

    Raises Rejected("access.no-such-key").
    """
    with transaction(engine) as connection:
        if not access_keys.revoke(connection, key_id, now_s):
            raise Rejected("access.no-such-key", id=key_id)


def find_key(engine: Engine, token: str) -> KeyRow | None:
    """The key that a token belongs to, expired ones too; None for a wrong or revoked one."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    with reading(engine) as connection:
        row = access_keys.find(connection, parts[1])
    if row is None or row.revoked_s is not None or not _fits(row.digest, parts[2]):
        return None
    return row


def _fits(digest: str, secret: str) -> bool:
    try:
        return _HASHER.verify(digest, secret)
    except (VerificationError, InvalidHashError):
        return False
