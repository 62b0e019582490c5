"""Applications of organisations that want to take points.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from ledger.store import transitions
from ledger.store.offers_tables import APPLICATION, APPLICATIONS

_c = APPLICATIONS.c


class ApplicationRow(NamedTuple):
    """One application; the columns of its table say what each field holds."""

    seq: int
    id: str
    content: bytes
    state: str
    organisation: str
    told: str
    applied_s: int
    code: str | None
    reason: str | None
    decided_s: int | None


class Chosen(NamedTuple):
    """Which applications: what is None does not matter."""

    state: str | None = None
    among: tuple[str, ...] | None = None
    """Agreed to under one of these codes."""
    beyond: tuple[str, ...] | None = None
    """Agreed to under none of these."""


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new application."""
    transitions.create(connection, APPLICATION, APPLICATIONS, "applied", values)


def decide(connection: Connection, application: str, after: str, values: Mapping[str, Any]) -> None:
    """Moves one that nobody has decided yet."""
    key = {"id": application}
    transitions.move(connection, APPLICATION, APPLICATIONS, key, ("applied", after), values)


def find(connection: Connection, application: str) -> ApplicationRow | None:
    """The application, or None."""
    row = connection.execute(select(APPLICATIONS).where(_c.id == application)).one_or_none()
    return None if row is None else ApplicationRow(*row)


def with_code(connection: Connection, code: str) -> ApplicationRow | None:
    """The application that was agreed to under a code, or None."""
    row = connection.execute(select(APPLICATIONS).where(_c.code == code)).one_or_none()
    return None if row is None else ApplicationRow(*row)


def page(
    connection: Connection, chosen: Chosen, before: int | None, most: int
) -> list[ApplicationRow]:
    """Those that fit, newest first."""
    wanted = select(APPLICATIONS).order_by(_c.seq.desc()).limit(most)
    if chosen.state is not None:
        wanted = wanted.where(_c.state == chosen.state)
    if chosen.among is not None:
        wanted = wanted.where(_c.code.in_(chosen.among))
    if chosen.beyond is not None:
        wanted = wanted.where(_c.code.not_in(chosen.beyond))
    if before is not None:
        wanted = wanted.where(_c.seq < before)
    return [ApplicationRow(*row) for row in connection.execute(wanted)]


def agreed(connection: Connection) -> list[ApplicationRow]:
    """All that were agreed to: as many as there are acceptors."""
    chosen = select(APPLICATIONS).where(_c.state == "vetted").order_by(_c.seq)
    return [ApplicationRow(*row) for row in connection.execute(chosen)]


def undecided(connection: Connection) -> int:
    """How many wait for a decision."""
    chosen = select(func.count()).where(_c.state == "applied")
    return int(connection.execute(chosen).scalar_one())
