"""What is asked of openings, delegations and deaths.

Repository only: takes the caller's connection and commits nothing. A row is changed only where what
it says did not happen yet; whether it was is answered.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from ledger.store import operator_wallets
from ledger.store.operator_tables import WALLETS
from ledger.store.residents_tables import (
    ACTS,
    CARDS,
    CODES,
    DEATHS,
    DELEGATIONS,
    MESSAGES,
    OPENINGS,
    RESETS,
    SESSIONS,
    SLIPS,
    VIEWS,
)

OF_A_WALLET = (
    OPENINGS, CARDS, RESETS, SESSIONS, DELEGATIONS, ACTS, MESSAGES, SLIPS, VIEWS, DEATHS,
)  # fmt: skip


class OpeningRow(NamedTuple):
    """How a wallet was opened; the columns of its table say what each field holds."""

    wallet: str
    opened_by: str
    opened_s: int
    consent_version: int
    relation: str | None
    guardian_until: int | None
    contact: str | None


class DelegationRow(NamedTuple):
    """A delegate's rights; ``acceptors`` is JSON."""

    id: str
    wallet: str
    relation: str
    order_units: int
    month_units: int
    acceptors: str
    made_s: int
    until_s: int
    revoked_s: int | None


class DeathRow(NamedTuple):
    """A death that was reported, and what became of what was left."""

    id: str
    wallet: str
    reported_by: str
    reported_s: int
    due_s: int
    heir_card: str | None
    withdrawn_s: int | None
    given_s: int | None


def is_wallet(connection: Connection, wallet: str) -> bool:
    """Whether there is one of that name."""
    return operator_wallets.opened_at_s(connection, wallet) is not None


def add_opening(connection: Connection, row: OpeningRow) -> None:
    """Of a wallet that has none."""
    connection.execute(insert(OPENINGS).values(**row._asdict()))


def opening(connection: Connection, wallet: str) -> OpeningRow | None:
    """How it was opened; None where that was not at a desk."""
    row = connection.execute(select(OPENINGS).where(OPENINGS.c.wallet == wallet)).one_or_none()
    return None if row is None else OpeningRow(*row)


def add_delegation(connection: Connection, row: DelegationRow) -> None:
    """A new one."""
    connection.execute(insert(DELEGATIONS).values(**row._asdict()))


def delegation(connection: Connection, name: str) -> DelegationRow | None:
    """The delegation, also an ended one."""
    row = connection.execute(select(DELEGATIONS).where(DELEGATIONS.c.id == name)).one_or_none()
    return None if row is None else DelegationRow(*row)


def delegations(connection: Connection, wallet: str) -> list[DelegationRow]:
    """A wallet's, ended ones too, in the order of making."""
    c = DELEGATIONS.c
    chosen = select(DELEGATIONS).where(c.wallet == wallet).order_by(c.made_s, c.id)
    return [DelegationRow(*row) for row in connection.execute(chosen)]


def revoke(connection: Connection, name: str, now_s: int) -> bool:
    """Ends a delegation."""
    c = DELEGATIONS.c
    chosen = update(DELEGATIONS).where(c.id == name, c.revoked_s.is_(None))
    return connection.execute(chosen.values(revoked_s=now_s)).rowcount == 1


def revoke_all(connection: Connection, wallet: str, now_s: int) -> None:
    """Ends every delegation of a wallet."""
    c = DELEGATIONS.c
    chosen = update(DELEGATIONS).where(c.wallet == wallet, c.revoked_s.is_(None))
    connection.execute(chosen.values(revoked_s=now_s))


def add_death(connection: Connection, row: DeathRow) -> None:
    """A report."""
    connection.execute(insert(DEATHS).values(**row._asdict()))


def death(connection: Connection, name: str) -> DeathRow | None:
    """The report of that id."""
    row = connection.execute(select(DEATHS).where(DEATHS.c.id == name)).one_or_none()
    return None if row is None else DeathRow(*row)


def death_of(connection: Connection, wallet: str) -> DeathRow | None:
    """The report on a wallet that was not withdrawn."""
    c = DEATHS.c
    chosen = select(DEATHS).where(c.wallet == wallet, c.withdrawn_s.is_(None))
    row = connection.execute(chosen).one_or_none()
    return None if row is None else DeathRow(*row)


def note_heir(connection: Connection, name: str, card: str) -> bool:
    """Whose card an heir got, where none had."""
    c = DEATHS.c
    chosen = update(DEATHS).where(c.id == name, c.heir_card.is_(None))
    return connection.execute(chosen.values(heir_card=card)).rowcount == 1


def end_death(connection: Connection, name: str, column: str, now_s: int) -> bool:
    """``withdrawn_s`` or ``given_s`` of a report that has neither."""
    c = DEATHS.c
    chosen = update(DEATHS).where(c.id == name, c.withdrawn_s.is_(None), c.given_s.is_(None))
    return connection.execute(chosen.values({column: now_s})).rowcount == 1


def forget_orphans(connection: Connection) -> int:
    """Drops all that stands here of wallets that are forgotten; how many rows."""
    gone, kept = 0, select(WALLETS.c.id)
    for table in OF_A_WALLET:
        gone += connection.execute(delete(table).where(table.c.wallet.not_in(kept))).rowcount
    cards = select(CARDS.c.id)
    return gone + connection.execute(delete(CODES).where(CODES.c.card.not_in(cards))).rowcount
