"""Who may act at an issuer's agent. Repository only. A pass's secret stands as its hash."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from ledger.store.agent_office_tables import CLERKS


class Clerk(NamedTuple):
    """Times are seconds since 1970; ``ended_s`` None: may act."""

    name: str
    added_s: int
    ended_s: int | None


def of_hash(connection: Connection, token_hash: bytes) -> str | None:
    """The name of the clerk whose secret has this hash and who may act."""
    chosen = select(CLERKS.c.name)
    chosen = chosen.where(CLERKS.c.token_hash == token_hash, CLERKS.c.ended_s.is_(None))
    found = connection.execute(chosen).scalar()
    return None if found is None else str(found)


def named(connection: Connection, name: str) -> Clerk | None:
    """The clerk of that name, ended or not."""
    columns = (CLERKS.c.name, CLERKS.c.added_s, CLERKS.c.ended_s)
    row = connection.execute(select(*columns).where(CLERKS.c.name == name)).one_or_none()
    return None if row is None else Clerk(*row)


def every(connection: Connection) -> list[Clerk]:
    """All clerks there ever were, by name: their names stand in records."""
    chosen = select(CLERKS.c.name, CLERKS.c.added_s, CLERKS.c.ended_s).order_by(CLERKS.c.name)
    return [Clerk(*row) for row in connection.execute(chosen)]


def add(connection: Connection, name: str, token_hash: bytes, at_s: int) -> None:
    """A new clerk; the name must be new."""
    values = {"name": name, "token_hash": token_hash, "added_s": at_s}
    connection.execute(insert(CLERKS).values(**values))


def end(connection: Connection, name: str, at_s: int) -> bool:
    """The clerk may act no more; whether there was one who might."""
    chosen = update(CLERKS).where(CLERKS.c.name == name, CLERKS.c.ended_s.is_(None))
    return connection.execute(chosen.values(ended_s=at_s)).rowcount == 1
