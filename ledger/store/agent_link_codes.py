"""One-time codes that an issuer hands to its members: kept as keyed hashes, each used once.

Repository only: commits nothing. Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from ledger.store.agent_office_tables import LINK_CODES

CHUNK = 500
"""Values in one question."""
_c = LINK_CODES.c


class CodeRow(NamedTuple):
    """A code's keyed hash, 32 bytes, and whose it is."""

    digest: bytes
    member_id: str
    made_s: int
    made_by: str
    expires_s: int
    used_s: int | None


def put(connection: Connection, rows: Sequence[CodeRow], now_s: int) -> None:
    """New codes, one a member; what these members had before is void, and so is what is over."""
    members = [row.member_id for row in rows]
    for start in range(0, len(members), CHUNK):
        some = members[start : start + CHUNK]
        connection.execute(delete(LINK_CODES).where(_c.member_id.in_(some)))
    over = or_(_c.expires_s <= now_s, _c.used_s.is_not(None))
    connection.execute(delete(LINK_CODES).where(over))
    if rows:
        connection.execute(insert(LINK_CODES), [row._asdict() for row in rows])


def find(connection: Connection, digest: bytes) -> CodeRow | None:
    """The code of that hash, used or not."""
    row = connection.execute(select(LINK_CODES).where(_c.digest == digest)).one_or_none()
    return None if row is None else CodeRow(*row)


def use(connection: Connection, digest: bytes, at_s: int) -> None:
    """The code is good no more."""
    connection.execute(update(LINK_CODES).where(_c.digest == digest).values(used_s=at_s))


def forget(connection: Connection, member_id: str) -> int:
    """A member's codes are gone; how many there were."""
    return connection.execute(delete(LINK_CODES).where(_c.member_id == member_id)).rowcount


def count(connection: Connection, now_s: int) -> int:
    """Codes that are still good."""
    chosen = select(func.count()).where(_c.expires_s > now_s, _c.used_s.is_(None))
    return int(connection.execute(chosen).scalar_one())
