"""A source's own books of a month beside the agent's: staged as rows of a file, asked by event.

Repository only: commits nothing. The stage is a file that is dropped when the comparison is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from ledger.store import agent_files
from ledger.store.agent_office_tables import FILE_ROWS, Verdict
from ledger.store.agent_tables import INBOX, Inbox

CHUNK = 500
"""Values in one question."""
_r = FILE_ROWS.c
_c = INBOX.c


class Stated(NamedTuple):
    """An event as the source's books have it; ``quantity`` is in the activity's smallest unit."""

    line: int
    event_id: str
    activity: int | None
    quantity: int
    value: str | None
    """The activity's own name, where the standard does not know it."""


class Ours(NamedTuple):
    """An award of ours in the month."""

    id: int
    event_id: str
    activity: int
    batch: int
    row: int
    reported: int
    quantity: int


def stage(connection: Connection, number: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds events; a later one of the same id takes the place of an earlier."""
    last = {row["event_id"]: row for row in rows}
    for some in _chunks(last):
        gone = delete(FILE_ROWS).where(_r.file == number, _r.event_id.in_(some))
        connection.execute(gone)
    usual = {"content": b"", "verdict": Verdict.ACCEPTED}
    agent_files.put(connection, number, [usual | dict(row) for row in last.values()])


def restate(connection: Connection, number: int, event_id: str, quantity: int) -> None:
    """The source says that an event was worth less."""
    chosen = update(FILE_ROWS).where(_r.file == number, _r.event_id == event_id)
    connection.execute(chosen.values(reported=quantity))


def stated(connection: Connection, number: int, after: int, most: int) -> list[Stated]:
    """Events of the source's books, from a line on."""
    chosen = select(_r.line, _r.event_id, _r.activity, _r.reported, _r.value)
    chosen = chosen.where(_r.file == number, _r.line > after).order_by(_r.line).limit(most)
    return [Stated(*row) for row in connection.execute(chosen)]


def quantities(connection: Connection, number: int, event_ids: Iterable[str]) -> dict[str, int]:
    """What the source's books say of those of these events that they have."""
    found: dict[str, int] = {}
    for some in _chunks(event_ids):
        chosen = select(_r.event_id, _r.reported).where(_r.file == number, _r.event_id.in_(some))
        found |= {row[0]: int(row[1]) for row in connection.execute(chosen)}
    return found


def ours(connection: Connection, month: int, after: int, most: int) -> list[Ours]:
    """Awards of that month that are final, from a row of the inbox on."""
    chosen = select(*(_c[name] for name in Ours._fields)).where(
        _c.month == month, _c.id > after, ~_c.is_notice, _c.state.in_((Inbox.MINTED, Inbox.DONE))
    )
    return [Ours(*row) for row in connection.execute(chosen.order_by(_c.id).limit(most))]


def totals(connection: Connection, number: int) -> dict[int | None, tuple[int, int]]:
    """(events, quantity) of the source's books by activity."""
    chosen = select(_r.activity, func.count(), func.coalesce(func.sum(_r.reported), 0))
    rows = connection.execute(chosen.where(_r.file == number).group_by(_r.activity))
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    wanted = sorted(set(values))
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
