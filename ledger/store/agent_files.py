"""What is asked of clerks' files: their rows as they were judged, and the moves of a file.

Repository only: commits nothing. A file's rows stand here from its reading until its good ones go
into the inbox; those that can't be taken stay, to be given back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.errors import Refused
from ledger.store import transitions
from ledger.store.agent_inbox import Standing
from ledger.store.agent_office_tables import FILE_MACHINE, FILE_ROWS, FILES, MAPPINGS, File, Verdict
from ledger.store.agent_tables import INBOX, Inbox
from ledger.store.index_changes import mark_of

CHUNK = 500
"""Values in one question."""
GOOD = (Verdict.ACCEPTED, Verdict.CLIPPED, Verdict.WAITING, Verdict.HELD)
"""Rows with these verdicts go into the inbox."""
_BAD = (Verdict.REJECTED, Verdict.DUPLICATE)
_STANDS_AS = {
    Verdict.REJECTED: Inbox.REJECTED, Verdict.DUPLICATE: Inbox.DUPLICATE,
    Verdict.WAITING: Inbox.WAITING, Verdict.HELD: Inbox.HELD,
}  # fmt: skip
_COLUMNS = tuple(column.name for column in FILE_ROWS.c if column.name != "file")
T = TypeVar("T", str, bytes)
_r = FILE_ROWS.c
_f = FILES.c


class FileRow(NamedTuple):
    """A clerk's file. ``layout`` and ``mapping`` are JSON."""

    id: int
    name: str
    kind: str
    content_hash: bytes
    layout: str
    mapping: str
    clerk: str
    received_s: int
    rows: int
    state: File


class Line(NamedTuple):
    """A row of a file as it was judged."""

    line: int
    content: bytes
    verdict: Verdict
    event_id: str | None
    member_id: str | None
    activity: int | None
    quantity: int | None
    reported: int | None
    day: int | None
    units: int | None
    rate: str | None
    reason: str | None
    field: str | None
    value: str | None


class Tally(NamedTuple):
    """Rows of one verdict and reason."""

    verdict: Verdict
    reason: str | None
    rows: int
    units: int


class Pile(NamedTuple):
    """Files in one state: how many, the rows that were read of them, and when the first came."""

    files: int
    rows: int
    oldest_s: int


def add(connection: Connection, values: Mapping[str, Any]) -> int:
    """A file that is being read; its number."""
    number = int(connection.execute(select(func.coalesce(func.max(_f.id), 0))).scalar_one()) + 1
    row = {"id": number, "rows": 0, **values}
    transitions.create(connection, FILE_MACHINE, FILES, File.READING, row)
    return number


def find(connection: Connection, number: int) -> FileRow:
    """The file. Refused("file.unknown")."""
    row = connection.execute(select(FILES).where(_f.id == number)).one_or_none()
    if row is None:
        raise Refused("file.unknown", file=number)
    return _file(row)


def every(connection: Connection, after: int, most: int) -> list[FileRow]:
    """Files from a number on."""
    chosen = select(FILES).where(_f.id > after).order_by(_f.id).limit(most)
    return [_file(row) for row in connection.execute(chosen)]


def newest(connection: Connection, most: int) -> list[FileRow]:
    """The last files that came, oldest first."""
    rows = connection.execute(select(FILES).order_by(_f.id.desc()).limit(most))
    return [_file(row) for row in rows][::-1]


def of_state(connection: Connection, state: File) -> list[FileRow]:
    """Files in a state, oldest first."""
    chosen = select(FILES).where(_f.state == state).order_by(_f.id)
    return [_file(row) for row in connection.execute(chosen)]


def piles(connection: Connection) -> dict[File, Pile]:
    """Files by state; a state without any is left out."""
    chosen = select(_f.state, func.count(), func.sum(_f.rows), func.min(_f.received_s))
    found = connection.execute(chosen.group_by(_f.state))
    return {File(row[0]): Pile(int(row[1]), int(row[2]), int(row[3])) for row in found}


def same_content(connection: Connection, content_hash: bytes) -> list[FileRow]:
    """Files that came with the very same bytes and were not dropped."""
    chosen = select(FILES).where(_f.content_hash == content_hash, _f.state != File.DROPPED)
    return [_file(row) for row in connection.execute(chosen.order_by(_f.id))]


def move(connection: Connection, number: int, before: File, after: File, **values: Any) -> None:
    """Moves a file; Broken if it is not in the first state."""
    states = (before, after)
    transitions.move(connection, FILE_MACHINE, FILES, {"id": number}, states, values)


# Rows


def put(connection: Connection, number: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Judged rows, and how far the reading has come.

    By the driver itself: of a preview's time, SQLAlchemy's own care for each row was a sixth.
    """
    if rows:
        marks = ", ".join([mark_of(connection)] * (len(_COLUMNS) + 1))
        names = ", ".join(("file", *_COLUMNS))
        statement = f"INSERT INTO {FILE_ROWS.name} ({names}) VALUES ({marks})"  # noqa: S608 - our own
        values = [
            (number, *(str(row[name]) if name == "verdict" else row.get(name) for name in _COLUMNS))
            for row in rows
        ]
        connection.exec_driver_sql(statement, values)
        chosen = update(FILES).where(_f.id == number)
        connection.execute(chosen.values(rows=_f.rows + len(rows)))


def lines(
    connection: Connection,
    number: int,
    after: int,
    most: int,
    verdicts: Sequence[Verdict] = tuple(Verdict),
) -> list[Line]:
    """Rows after a line, in the order of the file."""
    columns = [_r[name] for name in Line._fields]
    chosen = select(*columns).where(_r.file == number, _r.line > after, _r.verdict.in_(verdicts))
    found = connection.execute(chosen.order_by(_r.line).limit(most))
    return [Line(*row)._replace(verdict=Verdict(row.verdict)) for row in found]


def tallies(connection: Connection, number: int) -> list[Tally]:
    """Rows by verdict and reason, with what they would earn."""
    what = (_r.verdict, _r.reason)
    chosen = select(*what, func.count(), func.coalesce(func.sum(_r.units), 0))
    found = connection.execute(chosen.where(_r.file == number).group_by(*what).order_by(*what))
    return [Tally(Verdict(row[0]), row[1], int(row[2]), int(row[3])) for row in found]


def standing(
    connection: Connection, number: int, event_ids: Iterable[str]
) -> dict[str, list[Standing]]:
    """Rows of the file that tell of these events, in its order.

    Sorted here: asked for an order, SQLite goes through the whole file for each question.
    """
    found: dict[str, list[Standing]] = {}
    for some in _chunks(event_ids):
        chosen = select(_r.line, _r.event_id, _r.verdict, _r.record, _r.reason)
        rows = connection.execute(chosen.where(_r.file == number, _r.event_id.in_(some)))
        for line, event_id, verdict, record, why in sorted(rows, key=itemgetter(0)):
            state = _STANDS_AS.get(Verdict(verdict), Inbox.READY)
            found.setdefault(event_id, []).append(Standing(line, state, record, why))
    return found


def counted(
    connection: Connection, number: int, members: Iterable[str], first_day: int, last_day: int
) -> dict[tuple[str, int, int], int]:
    """What the file's rows count against the standard's limits, as ``agent_inbox.counted``."""
    found: dict[tuple[str, int, int], int] = {}
    for some in _chunks(members):
        chosen = select(_r.member_id, _r.activity, _r.day, func.sum(_r.quantity))
        chosen = chosen.where(
            _r.file == number, _r.member_id.in_(some), _r.day.between(first_day, last_day),
            _r.verdict.not_in(_BAD),
        ).group_by(_r.member_id, _r.activity, _r.day)  # fmt: skip
        found |= {(row[0], row[1], row[2]): int(row[3]) for row in connection.execute(chosen)}
    return found


def earned(
    connection: Connection, number: int, accounts: Iterable[bytes], first_month: int
) -> dict[tuple[bytes, int], int]:
    """Units that the file's rows would earn, by (account, year), from that month on."""
    found: dict[tuple[bytes, int], int] = {}
    for some in _chunks(accounts):
        chosen = select(_r.account, _r.month, func.sum(_r.units))
        chosen = chosen.where(
            _r.file == number, _r.account.in_(some), _r.month >= first_month,
            _r.verdict.not_in(_BAD),
        ).group_by(_r.account, _r.month)  # fmt: skip
        for account, month, units in connection.execute(chosen):
            year = int(month) // 12
            found[account, year] = found.get((account, year), 0) + int(units or 0)
    return found


def take(connection: Connection, number: int, most: int) -> list[Line]:
    """The next good rows, taken out of the file to go into the inbox."""
    chosen = lines(connection, number, -1, most, GOOD)
    if chosen:
        gone = delete(FILE_ROWS).where(
            _r.file == number, _r.line <= chosen[-1].line, _r.verdict.in_(GOOD)
        )
        connection.execute(gone)
    return chosen


def drop_rows(connection: Connection, number: int) -> None:
    """Nothing of the file's rows stands here any more."""
    connection.execute(delete(FILE_ROWS).where(_r.file == number))


def forget_member(connection: Connection, member_id: str) -> None:
    """A member's rows in any file are gone."""
    connection.execute(delete(FILE_ROWS).where(_r.member_id == member_id))


# What became of a file's rows in the inbox


def inbox_counts(connection: Connection, number: int) -> dict[str, int]:
    """The file's rows in the inbox, by state."""
    c = INBOX.c
    chosen = select(c.state, func.count()).where(c.file == number, ~c.is_notice).group_by(c.state)
    return {str(row[0]): int(row[1]) for row in connection.execute(chosen)}


def unread(connection: Connection, number: int) -> int:
    """The file's rows in the inbox that nobody has judged yet."""
    c = INBOX.c
    where = (c.file == number, c.state == Inbox.RECEIVED)
    chosen = select(func.count()).select_from(INBOX).where(*where)
    return int(connection.execute(chosen).scalar_one())


def events_of(connection: Connection, number: int, after: int, most: int) -> list[tuple[int, str]]:
    """(row in the inbox, event) of the file's events that earn or may earn, from a row on."""
    c = INBOX.c
    chosen = select(c.id, c.event_id).where(
        c.file == number, c.id > after, ~c.is_notice, c.event_id.is_not(None),
        c.state.not_in((Inbox.RECEIVED, Inbox.REJECTED, Inbox.DUPLICATE)),
    )  # fmt: skip
    rows = connection.execute(chosen.order_by(c.id).limit(most))
    return [(int(row[0]), str(row[1])) for row in rows]


class Taken(NamedTuple):
    """A row of a committed file as it stands in the inbox; the agent's own id counts them up."""

    id: int
    place: str
    event_id: str | None
    member_id: str | None
    activity: int | None
    quantity: int | None
    units: int | None
    """As minted; before that, what it would earn."""
    state: Inbox
    reason: str | None


def taken(connection: Connection, number: int, after: int, most: int) -> list[Taken]:
    """The file's rows in the inbox, from an id on."""
    c = INBOX.c
    units = func.coalesce(c.units, c.full_units).label("units")
    columns = [units if name == "units" else c[name] for name in Taken._fields]
    chosen = select(*columns).where(c.file == number, c.id > after, ~c.is_notice)
    rows = connection.execute(chosen.order_by(c.id).limit(most))
    return [Taken(*row)._replace(state=Inbox(row.state)) for row in rows]


# Mappings


def learned(connection: Connection) -> list[str]:
    """Mappings of files that were committed, as JSON, the newest first."""
    chosen = select(MAPPINGS.c.mapping).order_by(MAPPINGS.c.learned_s.desc(), MAPPINGS.c.mapping)
    return [str(one) for one in connection.execute(chosen).scalars()]


def learn(connection: Connection, file: FileRow, at_s: int) -> None:
    """Keeps a file's mapping; the same one stands once."""
    digest = hashlib.sha256(file.mapping.encode()).digest()
    connection.execute(delete(MAPPINGS).where(MAPPINGS.c.digest == digest))
    values = {"digest": digest, "mapping": file.mapping, "clerk": file.clerk, "learned_s": at_s}
    connection.execute(insert(MAPPINGS).values(**values))


def _file(row: Any) -> FileRow:
    return FileRow(*row)._replace(state=File(row.state))


def _chunks(values: Iterable[T]) -> Iterable[list[T]]:
    wanted = sorted(set(values))
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
