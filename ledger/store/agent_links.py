"""Which account a member of the issuer's scheme has consented to: the agent's table of links.

Repository only: commits nothing. A member keeps one account for good; unlinking hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.store.agent_tables import LINKS

CHUNK = 500
"""Values in one question."""


class Link(NamedTuple):
    """``account`` is 20 bytes; times are seconds since 1970; ``unlinked_at_s`` None: in force."""

    member_id: str
    account: bytes
    linked_at_s: int
    unlinked_at_s: int | None


def of_members(connection: Connection, members: Iterable[str]) -> dict[str, Link]:
    """Links of these members, ended ones too."""
    wanted = sorted(set(members))
    found: dict[str, Link] = {}
    for start in range(0, len(wanted), CHUNK):
        some = LINKS.c.member_id.in_(wanted[start : start + CHUNK])
        rows = connection.execute(select(LINKS).where(some))
        found |= {row[0]: Link(*row) for row in rows}
    return found


def of_account(connection: Connection, account: bytes) -> Link | None:
    """The link of an account, ended or not."""
    row = connection.execute(select(LINKS).where(LINKS.c.account == account)).one_or_none()
    return None if row is None else Link(*row)


def members_of(connection: Connection, accounts: Sequence[bytes]) -> dict[bytes, str]:
    """Members by account, of ended links too."""
    found: dict[bytes, str] = {}
    for start in range(0, len(accounts), CHUNK):
        some = LINKS.c.account.in_(accounts[start : start + CHUNK])
        rows = connection.execute(select(LINKS.c.account, LINKS.c.member_id).where(some))
        found |= {row[0]: row[1] for row in rows}
    return found


def add(connection: Connection, links: Sequence[Link]) -> None:
    """New links; neither member nor account may have one."""
    if links:
        connection.execute(insert(LINKS), [link._asdict() for link in links])


def revive(connection: Connection, member_id: str, linked_at_s: int) -> None:
    """An ended link is in force again, with its account."""
    chosen = update(LINKS).where(LINKS.c.member_id == member_id)
    connection.execute(chosen.values(linked_at_s=linked_at_s, unlinked_at_s=None))


def end(connection: Connection, member_id: str, at_s: int) -> bool:
    """Ends a link; whether there was one in force."""
    chosen = update(LINKS).where(LINKS.c.member_id == member_id, LINKS.c.unlinked_at_s.is_(None))
    return connection.execute(chosen.values(unlinked_at_s=at_s)).rowcount == 1


def forget(connection: Connection, member_id: str) -> None:
    """Nobody can tell any more whose account it was."""
    connection.execute(delete(LINKS).where(LINKS.c.member_id == member_id))


def count(connection: Connection) -> int:
    """Links in force."""
    chosen = select(func.count()).select_from(LINKS).where(LINKS.c.unlinked_at_s.is_(None))
    return int(connection.execute(chosen).scalar_one())


def page(connection: Connection, after: str, most: int) -> list[Link]:
    """Links, ended ones too, of members behind that one, by member id."""
    chosen = select(LINKS).where(LINKS.c.member_id > after).order_by(LINKS.c.member_id).limit(most)
    return [Link(*row) for row in connection.execute(chosen)]
