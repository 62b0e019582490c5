"""Counts and lists of an agent's rows, for whoever looks at it. Repository only: reads."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from ledger.store.agent_tables import BATCHES, EXCHANGES, INBOX, SETTLEMENTS, Inbox

_c = INBOX.c


class Line(NamedTuple):
    """A row that earns nothing: where it stood, which field, why, and what stood there."""

    id: int
    place: str
    field: str
    reason: str
    value: str
    event_id: str | None


class Sums(NamedTuple):
    """Points in units of 0.01, and how many awards the year's cap clipped."""

    clipped: int
    minted_units: int
    clipped_units: int
    corrected_units: int
    lost_units: int


def states(connection: Connection, *, notices: bool) -> dict[str, int]:
    """Rows by state: of events and unreadable rows, or of correction notices."""
    chosen = select(_c.state, func.count()).where(_c.is_notice == notices).group_by(_c.state)
    found = {row[0]: int(row[1]) for row in connection.execute(chosen)}
    return {str(state): found.get(state, 0) for state in Inbox}


def reasons(connection: Connection, state: Inbox) -> dict[str, int]:
    """Rows in a state by their reason."""
    chosen = select(_c.reason, func.count()).where(_c.state == state).group_by(_c.reason)
    return {row[0]: int(row[1]) for row in connection.execute(chosen) if row[0]}


def rejected(connection: Connection, after: int, most: int) -> list[Line]:
    """Rejected rows, from that id on."""
    columns = (_c.id, _c.place, _c.field, _c.reason, _c.value, _c.event_id)
    chosen = select(*columns).where(_c.state == Inbox.REJECTED, _c.id > after)
    rows = connection.execute(chosen.order_by(_c.id).limit(most))
    return [Line(r[0], r[1], r[2] or "", r[3] or "", r[4] or "", r[5]) for r in rows]


def sums(connection: Connection) -> Sums:
    """What final batches and corrections came to."""
    minted = select(
        func.coalesce(func.sum(_c.units), 0),
        func.coalesce(func.sum(_c.full_units), 0),
        func.coalesce(func.sum(case((_c.units < _c.full_units, 1), else_=0)), 0),
    ).where(_c.state.in_((Inbox.MINTED, Inbox.DONE)), ~_c.is_notice, _c.units.is_not(None))
    taken = select(
        func.coalesce(func.sum(_c.units), 0), func.coalesce(func.sum(_c.lost_units), 0)
    ).where(_c.state == Inbox.DONE, _c.is_notice)
    units, full, clipped = connection.execute(minted).one()
    corrected, lost = connection.execute(taken).one()
    return Sums(int(clipped), int(units), int(full) - int(units), int(corrected), int(lost))


def batches(connection: Connection) -> int:
    """Batches that are final."""
    chosen = select(func.count()).where(BATCHES.c.block_number.is_not(None))
    return int(connection.execute(chosen).scalar_one())


def failed(connection: Connection) -> tuple[int, str | None]:
    """(batches that the chain refused as a whole, the last one's code)."""
    chosen = select(BATCHES.c.why_failed).where(BATCHES.c.why_failed.is_not(None))
    last = connection.execute(chosen.order_by(BATCHES.c.id.desc()).limit(1)).scalar()
    count = select(func.count()).where(BATCHES.c.why_failed.is_not(None))
    return int(connection.execute(count).scalar_one()), None if last is None else str(last)


def exchanges(connection: Connection) -> dict[str, int]:
    """Exchanges by state."""
    chosen = select(EXCHANGES.c.state, func.count()).group_by(EXCHANGES.c.state)
    return {row[0]: int(row[1]) for row in connection.execute(chosen)}


def settlements(connection: Connection) -> dict[str, int]:
    """Transfers of settlements by state."""
    chosen = select(SETTLEMENTS.c.state, func.count()).group_by(SETTLEMENTS.c.state)
    return {row[0]: int(row[1]) for row in connection.execute(chosen)}
