"""Changes of an issuer's key: recorded with the transaction that asks for it, adopted once final.

Repository: commits nothing. Where a key stands is kept, never the key and never a password.
"""

from __future__ import annotations

import enum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Integer, Row, String, Table, Text, select

from ledger.faults import NEW, declare
from ledger.store import transitions
from ledger.store.outbox_tables import ID_CHARACTERS
from ledger.store.tables import METADATA
from ledger.store.types import address


class Rotation(enum.StrEnum):
    """Where the change of a key stands."""

    RECORDED = "recorded"
    """The old key's transaction is recorded in the outbox; nothing more is recorded under it."""
    FINAL = "final"
    """Final on the chain; the former key's last transactions may still have to end."""
    ADOPTED = "adopted"
    """The agent records under the new key. The end."""
    FAILED = "failed"
    """The chain said no; the old key goes on. The end."""


ROTATION_MACHINE = declare(
    "rotation",
    [
        (NEW, Rotation.RECORDED),
        (NEW, Rotation.FINAL),  # somebody else changed it: the council, or a lost database's agent
        (Rotation.RECORDED, Rotation.FINAL),
        (Rotation.RECORDED, Rotation.FAILED),
        (Rotation.FINAL, Rotation.ADOPTED),
    ],
)
OPEN = (Rotation.RECORDED, Rotation.FINAL)
"""While one is in these states, nothing else is recorded for the chain."""

ROTATIONS = Table(
    "agent_rotations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("old", address(), nullable=False),
    Column("new", address(), nullable=False),
    Column("key_file", Text),  # where the new key stands; null: with the external signer
    Column("password_file", Text),  # of the keystore, where one is named
    Column("by", String(60), nullable=False),  # who asked: the settings, or a name
    Column("asked_s", BigInteger, nullable=False),  # the chain's time
    Column("command", String(ID_CHARACTERS), unique=True),  # the outbox's id; null: others did it
    Column("reason", String(60)),  # code of the refusal, where it failed
    Column("state", String(16), nullable=False),
)
_c = ROTATIONS.c


class RotationRow(NamedTuple):
    """One change of key."""

    id: int
    old: bytes
    new: bytes
    key_file: str | None
    password_file: str | None
    by: str
    asked_s: int
    command: str | None
    reason: str | None
    state: Rotation


def add(connection: Connection, state: Rotation, values: dict[str, Any]) -> None:
    """A change that begins: recorded by us, or final by others."""
    transitions.create(connection, ROTATION_MACHINE, ROTATIONS, state, values)


def every(connection: Connection) -> list[RotationRow]:
    """All of them, the newest first: there are few."""
    return [_row(row) for row in connection.execute(select(ROTATIONS).order_by(_c.id.desc()))]


def open_one(connection: Connection) -> RotationRow | None:
    """The one that is under way, if any."""
    row = connection.execute(select(ROTATIONS).where(_c.state.in_(OPEN))).one_or_none()
    return None if row is None else _row(row)


def of_command(connection: Connection, command: str) -> RotationRow | None:
    """The one that an outbox row carries."""
    row = connection.execute(select(ROTATIONS).where(_c.command == command)).one_or_none()
    return None if row is None else _row(row)


def move(connection: Connection, row: RotationRow, after: Rotation, **values: Any) -> None:
    """Moves it on."""
    states = (row.state, after)
    transitions.move(connection, ROTATION_MACHINE, ROTATIONS, {"id": row.id}, states, values)


def _row(row: Row[Any]) -> RotationRow:
    values = row._asdict()
    return RotationRow(**values | {"state": Rotation(values["state"])})
