"""What is asked of residents' sessions, and of the record of what happened.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from ledger.store.logins_tables import (
    CODES,
    CONFIRMATIONS,
    EVENTS,
    PLANS,
    RECOVERIES,
    SEATS,
    SESSIONS,
    TIES,
)


class SessionRow(NamedTuple):
    """A session; the columns of its table say what each field holds."""

    id: str
    provider: str
    subject: bytes
    access: bytes
    access_ends_s: int
    refresh: bytes
    former: bytes | None
    renewed_as: str | None
    ends_s: int
    opened_s: int
    ended_s: int | None


class EventRow(NamedTuple):
    """Something that happened to a wallet's sign-ins."""

    seq: int
    wallet: str
    kind: str
    at_s: int
    by: str
    about: str | None


def add(connection: Connection, row: SessionRow) -> None:
    """A new session."""
    connection.execute(insert(SESSIONS).values(**row._asdict()))


def session(connection: Connection, name: str) -> SessionRow | None:
    """By its id, ended ones too."""
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.id == name)).one_or_none()
    return None if row is None else SessionRow(*row)


def by_refresh(connection: Connection, refresh: bytes) -> SessionRow | None:
    """The session whose refresh token it is, or was until the last renewal."""
    chosen = select(SESSIONS).where(
        or_(SESSIONS.c.refresh == refresh, SESSIONS.c.former == refresh)
    )
    row = connection.execute(chosen).one_or_none()
    return None if row is None else SessionRow(*row)


def renew(connection: Connection, row: SessionRow) -> None:
    """The session's tokens as in ``row``."""
    values = {
        name: getattr(row, name)
        for name in ("access", "access_ends_s", "refresh", "former", "renewed_as")
    }
    connection.execute(update(SESSIONS).where(SESSIONS.c.id == row.id).values(**values))


def end(connection: Connection, name: str, now_s: int) -> bool:
    """Whether it had not ended before."""
    chosen = update(SESSIONS).where(SESSIONS.c.id == name, SESSIONS.c.ended_s.is_(None))
    return connection.execute(chosen.values(ended_s=now_s)).rowcount == 1


def of_wallet(connection: Connection, wallet: str, now_s: int) -> list[SessionRow]:
    """The sessions of all who are tied to a wallet that have not ended, newest first."""
    c = SESSIONS.c
    tied = exists().where(
        TIES.c.wallet == wallet, TIES.c.provider == c.provider, TIES.c.subject == c.subject
    )
    chosen = select(SESSIONS).where(tied, c.ended_s.is_(None), c.ends_s > now_s)
    return [
        SessionRow(*row) for row in connection.execute(chosen.order_by(c.opened_s.desc(), c.id))
    ]


def forget_over(connection: Connection, now_s: int) -> None:
    """Sessions that are over for good."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.ends_s <= now_s))


def note(
    connection: Connection, wallet: str, kind: str, at_s: int, by: str, about: str | None = None
) -> None:
    """Records what happened."""
    row = {"wallet": wallet, "kind": kind, "at_s": at_s, "by": by, "about": about}
    connection.execute(insert(EVENTS).values(**row))


def events(connection: Connection, wallet: str, before: int | None, most: int) -> list[EventRow]:
    """What happened to a wallet's sign-ins, newest first, before a number."""
    c = EVENTS.c
    chosen = select(EVENTS).where(c.wallet == wallet)
    if before is not None:
        chosen = chosen.where(c.seq < before)
    rows = connection.execute(chosen.order_by(c.seq.desc()).limit(most))
    return [EventRow(*row) for row in rows]


def forget_wallet(connection: Connection, wallet: str) -> None:
    """All that names a wallet; its sessions end with what tied them."""
    for one in of_wallet(connection, wallet, 0):
        connection.execute(delete(SESSIONS).where(SESSIONS.c.id == one.id))
    own = select(RECOVERIES.c.id).where(RECOVERIES.c.wallet == wallet).scalar_subquery()
    connection.execute(delete(CONFIRMATIONS).where(CONFIRMATIONS.c.recovery.in_(own)))
    connection.execute(delete(CONFIRMATIONS).where(CONFIRMATIONS.c.contact == wallet))
    connection.execute(delete(SEATS).where(SEATS.c.contact == wallet))
    for table in (RECOVERIES, SEATS, PLANS, CODES, TIES, EVENTS):
        connection.execute(delete(table).where(table.c.wallet == wallet))
