"""What is asked of envelopes.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from ledger.store.envelopes_tables import ENVELOPES

_c = ENVELOPES.c


class EnvelopeRow(NamedTuple):
    """An envelope, or a hardware key; the columns of its table say what each field holds."""

    id: str
    wallet: str
    kind: str
    version: int
    label: str
    made_s: int
    made_by: str
    secret: bytes | None = None
    salt: bytes | None = None
    rounds: int | None = None
    iv: bytes | None = None
    ciphertext: bytes | None = None
    credential: str | None = None
    account: bytes | None = None
    key: bytes | None = None
    point: bytes | None = None
    needed: int | None = None
    share: bytes | None = None
    verifier: bytes | None = None
    failures: int = 0
    locked_until_s: int = 0


def add(connection: Connection, row: EnvelopeRow) -> None:
    """A new one."""
    connection.execute(insert(ENVELOPES).values(**row._asdict()))


def find(connection: Connection, name: str) -> EnvelopeRow | None:
    """By its id."""
    row = connection.execute(select(ENVELOPES).where(_c.id == name)).one_or_none()
    return None if row is None else EnvelopeRow(*row)


def of_wallet(connection: Connection, wallet: str) -> list[EnvelopeRow]:
    """A wallet's, in the order of making."""
    chosen = select(ENVELOPES).where(_c.wallet == wallet).order_by(_c.made_s, _c.id)
    return [EnvelopeRow(*row) for row in connection.execute(chosen)]


def note_tries(connection: Connection, name: str, failures: int, locked_until_s: int) -> None:
    """How often its PIN was tried in vain, and how long it rests."""
    values = {"failures": failures, "locked_until_s": locked_until_s}
    connection.execute(update(ENVELOPES).where(_c.id == name).values(**values))


def drop(connection: Connection, name: str) -> None:
    """The operator's half goes with it: nobody opens a copy any more."""
    connection.execute(delete(ENVELOPES).where(_c.id == name))


def forget_wallet(connection: Connection, wallet: str) -> None:
    """All of a wallet's."""
    connection.execute(delete(ENVELOPES).where(_c.wallet == wallet))
