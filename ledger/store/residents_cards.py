"""What is asked of cards with their PINs, one-time codes, resets and sessions.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from ledger.store.residents_tables import CARDS, CODES, RESETS, SESSIONS


class CardRow(NamedTuple):
    """A card; the columns of its table say what each field holds."""

    id: str
    number: str
    wallet: str
    holder: str
    delegation: str | None
    pin: str
    failures: int
    locked_until_s: int
    made_s: int
    made_by: str
    until_s: int | None
    ended_s: int | None
    contact: str | None


class ResetRow(NamedTuple):
    """A new PIN that one worker asked for and another one confirms."""

    id: str
    wallet: str
    card: str | None
    lost: bool
    asked_by: str
    asked_s: int
    confirmed_by: str | None
    confirmed_as: str | None
    confirmed_s: int | None


class SessionRow(NamedTuple):
    """One resident, or one delegate, at one desk."""

    id: str
    digest: bytes
    wallet: str
    card: str
    delegation: str | None
    worker: str
    opened_s: int
    ends_s: int
    ended_s: int | None


def add(connection: Connection, row: CardRow) -> None:
    """A new card; a database error if its number is taken."""
    connection.execute(insert(CARDS).values(**row._asdict()))


def card(connection: Connection, name: str) -> CardRow | None:
    """By its id."""
    row = connection.execute(select(CARDS).where(CARDS.c.id == name)).one_or_none()
    return None if row is None else CardRow(*row)


def by_number(connection: Connection, number: str) -> CardRow | None:
    """By what is printed on it."""
    row = connection.execute(select(CARDS).where(CARDS.c.number == number)).one_or_none()
    return None if row is None else CardRow(*row)


def of_wallet(connection: Connection, wallet: str) -> list[CardRow]:
    """A wallet's cards, ended ones and delegates' too, in the order of making."""
    chosen = select(CARDS).where(CARDS.c.wallet == wallet).order_by(CARDS.c.made_s, CARDS.c.id)
    return [CardRow(*row) for row in connection.execute(chosen)]


def note_tries(connection: Connection, name: str, failures: int, locked_until_s: int) -> None:
    """How often a card's secret was tried in vain, and how long it rests."""
    values = {"failures": failures, "locked_until_s": locked_until_s}
    connection.execute(update(CARDS).where(CARDS.c.id == name).values(**values))


def put_pin(connection: Connection, name: str, number: str, pin: str) -> None:
    """Another PIN, and number where the card is replaced; what was tried before is forgotten."""
    values = {"number": number, "pin": pin, "failures": 0, "locked_until_s": 0}
    connection.execute(update(CARDS).where(CARDS.c.id == name).values(**values))


def end(connection: Connection, name: str, now_s: int) -> None:
    """Ends a card, its sessions with it."""
    chosen = update(CARDS).where(CARDS.c.id == name, CARDS.c.ended_s.is_(None))
    connection.execute(chosen.values(ended_s=now_s))
    end_sessions_of_card(connection, name, now_s)


def put_code(connection: Connection, name: str, digest: bytes, expires_s: int) -> None:
    """A card's one-time code; the one before is void."""
    connection.execute(delete(CODES).where(CODES.c.card == name))
    connection.execute(insert(CODES).values(card=name, digest=digest, expires_s=expires_s))


def take_code(connection: Connection, name: str, digest: bytes, now_s: int) -> bool:
    """Whether it is the card's code and in time; then it is used up."""
    c = CODES.c
    fits = delete(CODES).where(c.card == name, c.digest == digest, c.expires_s > now_s)
    return connection.execute(fits).rowcount == 1


def add_reset(connection: Connection, row: ResetRow) -> None:
    """Asked for by one worker."""
    connection.execute(insert(RESETS).values(**row._asdict()))


def reset(connection: Connection, name: str) -> ResetRow | None:
    """The reset of that id."""
    row = connection.execute(select(RESETS).where(RESETS.c.id == name)).one_or_none()
    return None if row is None else ResetRow(*row)


def confirm_reset(connection: Connection, name: str, by: str, command: str, now_s: int) -> None:
    """Confirmed by another worker."""
    chosen = update(RESETS).where(RESETS.c.id == name, RESETS.c.confirmed_s.is_(None))
    connection.execute(chosen.values(confirmed_by=by, confirmed_as=command, confirmed_s=now_s))


def add_session(connection: Connection, row: SessionRow) -> None:
    """A new session."""
    connection.execute(insert(SESSIONS).values(**row._asdict()))


def session(connection: Connection, name: str) -> SessionRow | None:
    """The session of that id, ended ones too."""
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.id == name)).one_or_none()
    return None if row is None else SessionRow(*row)


def end_session(connection: Connection, name: str, now_s: int) -> None:
    """Ends a session, if it has not ended."""
    c = SESSIONS.c
    chosen = update(SESSIONS).where(c.id == name, c.ended_s.is_(None))
    connection.execute(chosen.values(ended_s=now_s))


def end_sessions_of_card(connection: Connection, name: str, now_s: int) -> None:
    """Ends every session that a card began."""
    c = SESSIONS.c
    chosen = update(SESSIONS).where(c.card == name, c.ended_s.is_(None))
    connection.execute(chosen.values(ended_s=now_s))


def end_sessions(connection: Connection, wallet: str, now_s: int) -> None:
    """Ends every session of a wallet."""
    c = SESSIONS.c
    chosen = update(SESSIONS).where(c.wallet == wallet, c.ended_s.is_(None))
    connection.execute(chosen.values(ended_s=now_s))
