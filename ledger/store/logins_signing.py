"""What is asked of sign-ins that were begun, tickets, one-time codes and ties.

Repository only: takes the caller's connection and commits nothing. What works once is deleted by
the statement that finds it, so that two who bring it at a time are one who had it; a code stays
with the time of its use, so that the command that made it makes no other.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, Table, delete, insert, select, update

from ledger.store.logins_tables import CODES, STARTS, TICKETS, TIES
from ledger.units import DAY_S

CODES_KEPT_S = 90 * DAY_S
"""So long after its end a code is remembered: longer than its command's name is."""


class StartRow(NamedTuple):
    """A sign-in on its way; the columns of its table say what each field holds."""

    state: bytes
    provider: str
    nonce: str
    verifier: str
    challenge: bytes
    begun_s: int
    expires_s: int


class TicketRow(NamedTuple):
    """Somebody whom a provider has just vouched for."""

    digest: bytes
    provider: str
    subject: bytes
    challenge: bytes
    expires_s: int


class TieRow(NamedTuple):
    """A sign-in that opens a wallet."""

    id: str
    provider: str
    subject: bytes
    wallet: str
    tied_s: int
    consent_version: int | None


class CodeRow(NamedTuple):
    """A wallet's one-time code."""

    digest: bytes
    wallet: str
    purpose: str
    made_by: str
    expires_s: int
    used_s: int | None = None


def begin(connection: Connection, row: StartRow) -> None:
    """A sign-in begins; those that nobody came back from in time are forgotten."""
    connection.execute(delete(STARTS).where(STARTS.c.expires_s <= row.begun_s))
    connection.execute(insert(STARTS).values(**row._asdict()))


def take_start(connection: Connection, state: bytes) -> StartRow | None:
    """The sign-in of that state, which is used up by this."""
    row = connection.execute(select(STARTS).where(STARTS.c.state == state)).one_or_none()
    if row is None or not _gone(connection, STARTS, "state", state):
        return None
    return StartRow(*row)


def add_ticket(connection: Connection, row: TicketRow, now_s: int) -> None:
    """A ticket; those that nobody used in time are forgotten."""
    connection.execute(delete(TICKETS).where(TICKETS.c.expires_s <= now_s))
    connection.execute(insert(TICKETS).values(**row._asdict()))


def take_ticket(connection: Connection, ticket: bytes) -> TicketRow | None:
    """That ticket, which is used up by this."""
    row = connection.execute(select(TICKETS).where(TICKETS.c.digest == ticket)).one_or_none()
    if row is None or not _gone(connection, TICKETS, "digest", ticket):
        return None
    return TicketRow(*row)


def put_code(connection: Connection, row: CodeRow, now_s: int) -> None:
    """A code; the wallet's earlier one for the purpose is void."""
    c = CODES.c
    earlier = (c.wallet == row.wallet, c.purpose == row.purpose, c.expires_s > now_s)
    connection.execute(update(CODES).where(*earlier).values(expires_s=now_s))
    connection.execute(delete(CODES).where(c.expires_s <= now_s - CODES_KEPT_S))
    connection.execute(insert(CODES).values(**row._asdict()))


def code(connection: Connection, digest: bytes) -> CodeRow | None:
    """The code, used ones too."""
    row = connection.execute(select(CODES).where(CODES.c.digest == digest)).one_or_none()
    return None if row is None else CodeRow(*row)


def take_code(connection: Connection, code: bytes, purpose: str, now_s: int) -> CodeRow | None:
    """The code, if it is for that and in time: used up by this."""
    c = CODES.c
    good = (c.digest == code, c.purpose == purpose, c.expires_s > now_s, c.used_s.is_(None))
    row = connection.execute(select(CODES).where(*good)).one_or_none()
    used = update(CODES).where(*good).values(used_s=now_s)
    if row is None or connection.execute(used).rowcount != 1:
        return None
    return CodeRow(*row)


def tie(connection: Connection, row: TieRow) -> None:
    """Ties a sign-in; the database's error where it is tied already."""
    connection.execute(insert(TIES).values(**row._asdict()))


def tie_of(connection: Connection, provider: str, subject: bytes) -> TieRow | None:
    """What a sign-in opens."""
    chosen = select(TIES).where(TIES.c.provider == provider, TIES.c.subject == subject)
    row = connection.execute(chosen).one_or_none()
    return None if row is None else TieRow(*row)


def ties_of(connection: Connection, wallet: str) -> list[TieRow]:
    """Every sign-in of a wallet, oldest first."""
    chosen = select(TIES).where(TIES.c.wallet == wallet).order_by(TIES.c.tied_s, TIES.c.id)
    return [TieRow(*row) for row in connection.execute(chosen)]


def untie(connection: Connection, name: str) -> None:
    """Ends a tie."""
    connection.execute(delete(TIES).where(TIES.c.id == name))


def _gone(connection: Connection, table: Table, column: str, value: bytes) -> bool:
    return connection.execute(delete(table).where(table.c[column] == value)).rowcount == 1
