"""What is asked of deeds that were judged before: who certified how many, who was where and when.

Of the inbox, and of a clerk's file that is being previewed. Repository only: reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Table, func, select

from ledger.store.agent_inbox import NOT_COUNTED
from ledger.store.agent_office_tables import FILE_ROWS, Verdict
from ledger.store.agent_tables import INBOX

CHUNK = 500
"""Values in one question."""
Count = tuple[str, int, int]
"""(checker, activity, day since 1970 in Beijing)."""


class DeedRow(NamedTuple):
    """A deed with a beginning and an end; ``row`` is the inbox's or the file's line."""

    row: int
    member: str
    activity: int
    day: int
    began_s: int
    ended_s: int
    checker: str
    spot: str


def certified(
    connection: Connection,
    checkers: Iterable[str],
    first_day: int,
    last_day: int,
    *,
    file: int | None = None,
) -> dict[Count, int]:
    """Deeds of the inbox, or of that file's rows, that these checkers certified."""
    table, standing = _of(file)
    c, found = table.c, dict[Count, int]()
    what = (c.checker, c.activity, c.day)
    for some in _chunks(checkers):
        chosen = select(*what, func.count()).where(
            c.checker.in_(some), c.day.between(first_day, last_day), *standing
        )
        for checker, activity, day, count in connection.execute(chosen.group_by(*what)):
            found[str(checker), int(activity), int(day)] = int(count)
    return found


def timed(
    connection: Connection,
    members: Iterable[str],
    first_day: int,
    last_day: int,
    *,
    file: int | None = None,
) -> list[DeedRow]:
    """Deeds of these members of which the beginning and the end are known, oldest row first."""
    table, standing = _of(file)
    c, found = table.c, list[DeedRow]()
    number: Column[Any] = c.id if file is None else c.line
    columns = (number, c.member_id, c.activity, c.day, c.began_s, c.ended_s, c.checker, c.spot)
    for some in _chunks(members):
        chosen = select(*columns).where(
            c.member_id.in_(some), c.day.between(first_day, last_day),
            c.began_s.is_not(None), c.ended_s.is_not(None), *standing,
        )  # fmt: skip
        rows = (DeedRow(*row) for row in connection.execute(chosen))
        found += [r._replace(checker=r.checker or "", spot=r.spot or "") for r in rows]
    return sorted(found)  # asked for an order, SQLite goes through the whole file


def _of(file: int | None) -> tuple[Table, list[ColumnElement[bool]]]:
    """The table, and which of its rows count."""
    if file is None:
        return INBOX, [~INBOX.c.is_notice, INBOX.c.state.not_in(NOT_COUNTED)]
    bad = (Verdict.REJECTED, Verdict.DUPLICATE)
    return FILE_ROWS, [FILE_ROWS.c.file == file, FILE_ROWS.c.verdict.not_in(bad)]


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    wanted = sorted(set(values))
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
