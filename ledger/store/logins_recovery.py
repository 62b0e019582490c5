"""What is asked of recovery plans, their contacts, and recoveries.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.store.logins_tables import CONFIRMATIONS, PLANS, RECOVERIES, SEATS

_r = RECOVERIES.c


class PlanRow(NamedTuple):
    """How many of a wallet's contacts have to confirm, and what they see of whose it is."""

    wallet: str
    needed: int
    name: str
    made_s: int


class SeatRow(NamedTuple):
    """One contact's place in a plan."""

    id: str
    wallet: str
    contact: str


class RecoveryRow(NamedTuple):
    """A recovery; the columns of its table say what each field holds."""

    id: str
    provider: str
    subject: bytes
    code: bytes
    wallet: str | None
    asked_s: int
    confirm_by_s: int
    ready_s: int | None
    cancelled_s: int | None
    cancelled_by: str | None
    done_s: int | None


def put_plan(connection: Connection, plan: PlanRow, seats: Sequence[SeatRow]) -> None:
    """The wallet's plan; the one before is gone."""
    drop_plan(connection, plan.wallet)
    connection.execute(insert(PLANS).values(**plan._asdict()))
    connection.execute(insert(SEATS), [seat._asdict() for seat in seats])


def drop_plan(connection: Connection, wallet: str) -> bool:
    """Whether there was one."""
    connection.execute(delete(SEATS).where(SEATS.c.wallet == wallet))
    return connection.execute(delete(PLANS).where(PLANS.c.wallet == wallet)).rowcount == 1


def plan(connection: Connection, wallet: str) -> PlanRow | None:
    """The wallet's plan."""
    row = connection.execute(select(PLANS).where(PLANS.c.wallet == wallet)).one_or_none()
    return None if row is None else PlanRow(*row)


def seats(connection: Connection, wallet: str) -> list[SeatRow]:
    """The contacts of a wallet's plan."""
    chosen = select(SEATS).where(SEATS.c.wallet == wallet).order_by(SEATS.c.id)
    return [SeatRow(*row) for row in connection.execute(chosen)]


def seat(connection: Connection, name: str) -> SeatRow | None:
    """A contact's place by its id."""
    row = connection.execute(select(SEATS).where(SEATS.c.id == name)).one_or_none()
    return None if row is None else SeatRow(*row)


def seats_as(connection: Connection, contact: str) -> list[tuple[SeatRow, str]]:
    """Where a wallet is a contact, with the names that the plans show."""
    chosen = select(*SEATS.c, PLANS.c.name).join(PLANS, PLANS.c.wallet == SEATS.c.wallet)
    rows = connection.execute(chosen.where(SEATS.c.contact == contact).order_by(SEATS.c.id))
    return [(SeatRow(*row[:3]), row.name) for row in rows]


def add(connection: Connection, row: RecoveryRow) -> None:
    """A recovery begins."""
    connection.execute(insert(RECOVERIES).values(**row._asdict()))


def find(connection: Connection, name: str) -> RecoveryRow | None:
    """By its id."""
    row = connection.execute(select(RECOVERIES).where(_r.id == name)).one_or_none()
    return None if row is None else RecoveryRow(*row)


def by_code(connection: Connection, code: bytes) -> RecoveryRow | None:
    """By what contacts are told."""
    row = connection.execute(select(RECOVERIES).where(_r.code == code)).one_or_none()
    return None if row is None else RecoveryRow(*row)


def of_wallet(connection: Connection, wallet: str) -> list[RecoveryRow]:
    """All of a wallet's, newest first."""
    chosen = select(RECOVERIES).where(_r.wallet == wallet).order_by(_r.asked_s.desc(), _r.id)
    return [RecoveryRow(*row) for row in connection.execute(chosen)]


def of_subject(connection: Connection, provider: str, subject: bytes) -> list[RecoveryRow]:
    """All that a sign-in asked for, newest first."""
    chosen = select(RECOVERIES).where(_r.provider == provider, _r.subject == subject)
    rows = connection.execute(chosen.order_by(_r.asked_s.desc(), _r.id))
    return [RecoveryRow(*row) for row in rows]


def confirm(
    connection: Connection, recovery: str, wallet: str, contact: str, by: str, now_s: int
) -> None:
    """A contact's word, which says whose wallet it is."""
    values = {"recovery": recovery, "contact": contact, "by": by, "at_s": now_s}
    connection.execute(insert(CONFIRMATIONS).values(**values))
    _set(connection, recovery, wallet=wallet)


def said(connection: Connection, recovery: str) -> dict[str, str]:
    """Who has confirmed, by whose key or session."""
    c = CONFIRMATIONS.c
    rows = connection.execute(select(c.contact, c.by).where(c.recovery == recovery))
    return {row.contact: row.by for row in rows}


def confirmed(connection: Connection, recovery: str) -> int:
    """How many contacts, of those that the wallet's plan still names, have confirmed."""
    c = CONFIRMATIONS.c
    joined = CONFIRMATIONS.join(RECOVERIES, _r.id == c.recovery).join(
        SEATS, (SEATS.c.wallet == _r.wallet) & (SEATS.c.contact == c.contact)
    )
    chosen = select(func.count()).select_from(joined).where(c.recovery == recovery)
    return int(connection.execute(chosen).scalar_one())


def make_ready(connection: Connection, recovery: str, ready_s: int) -> None:
    """Enough have confirmed."""
    _set(connection, recovery, ready_s=ready_s)


def cancel(connection: Connection, recovery: str, by: str, now_s: int) -> None:
    """Called off."""
    _set(connection, recovery, cancelled_s=now_s, cancelled_by=by)


def finish(connection: Connection, recovery: str, now_s: int) -> None:
    """The wallet is the new sign-in's."""
    _set(connection, recovery, done_s=now_s)


def _set(connection: Connection, recovery: str, **values: object) -> None:
    connection.execute(update(RECOVERIES).where(_r.id == recovery).values(**values))
