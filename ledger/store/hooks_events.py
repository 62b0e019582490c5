"""What is asked of the table of events: recorded with a change, read by those who may know.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select

from ledger.hooks.events import Event, Subject
from ledger.store.hooks_tables import DELIVERIES, EVENTS
from ledger.store.offers_tables import TICKETS
from ledger.store.operator_tables import ORDERS
from ledger.store.reminders_tables import TOLD

_c = EVENTS.c


class EventRow(NamedTuple):
    """One event; the columns of its table say what each field holds."""

    seq: int
    id: str
    kind: str
    subject: str
    object: str
    member: int | None
    at_s: int
    content: str


class Reader(NamedTuple):
    """What somebody may know: events about these subjects, of one member or of all; of orders,
    tickets and reminders of one wallet, or of any."""

    subjects: frozenset[str]
    member: int | None = None
    wallet: str | None = None


def record(connection: Connection, events: Sequence[Event]) -> None:
    """Records events, in their order, under fresh ids."""
    if not events:
        return
    rows = [
        {
            "id": f"evt_{secrets.token_hex(16)}",
            "kind": event.kind,
            "subject": event.kind.subject,
            "object": event.object_id,
            "member": event.member,
            "at_s": event.at_s,
            "content": json.dumps(event.content, ensure_ascii=False),
        }
        for event in events
    ]
    connection.execute(insert(EVENTS), rows)


def told(connection: Connection, kind: str, objects: Collection[str]) -> set[str]:
    """Those of these objects of which this kind of event is recorded."""
    chosen = select(_c.object).where(_c.kind == kind, _c.object.in_(objects))
    return set(connection.execute(chosen).scalars())


def newest(connection: Connection) -> int:
    """The number of the newest event; 0 before the first."""
    return connection.execute(select(func.max(_c.seq))).scalar_one() or 0


def before(connection: Connection, at_s: int) -> int:
    """The number behind which every event of that time and later stands."""
    first: int | None = connection.execute(
        select(func.min(_c.seq)).where(_c.at_s >= at_s)
    ).scalar_one()
    return newest(connection) if first is None else first - 1


def page(
    connection: Connection,
    reader: Reader,
    kinds: Collection[str],
    after: int,
    most: int,
) -> list[EventRow]:
    """Events behind a number that the reader may know, oldest first; of these kinds, or all."""
    chosen = select(EVENTS).where(_c.seq > after, *_fits(reader, kinds))
    return _rows(connection, chosen.order_by(_c.seq).limit(most))


def count(
    connection: Connection, reader: Reader, kinds: Collection[str], after: int, until: int
) -> int:
    """How many events of ``after + 1``..``until`` the reader may know."""
    within = (_c.seq > after, _c.seq <= until)
    chosen = select(func.count()).where(*within, *_fits(reader, kinds))
    return connection.execute(chosen).scalar_one()


def many(connection: Connection, numbers: Collection[int]) -> dict[int, EventRow]:
    """Events by number; unknown ones are left out."""
    if not numbers:
        return {}
    found = _rows(connection, select(EVENTS).where(_c.seq.in_(numbers)))
    return {row.seq: row for row in found}


def forget(connection: Connection, before_s: int, most: int) -> int:
    """Drops up to so many of the oldest events of before that time, with their deliveries."""
    chosen = select(_c.seq).where(_c.at_s < before_s).order_by(_c.seq).limit(most)
    numbers = list(connection.execute(chosen).scalars())
    if numbers:
        connection.execute(delete(DELIVERIES).where(DELIVERIES.c.event.in_(numbers)))
        connection.execute(delete(EVENTS).where(_c.seq.in_(numbers)))
    return len(numbers)


def _fits(reader: Reader, kinds: Collection[str]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_c.subject.in_(reader.subjects)]
    if reader.member is not None:
        found.append(or_(_c.member.is_(None), _c.member == reader.member))
    if reader.wallet is not None:
        orders = select(ORDERS.c.id).where(ORDERS.c.wallet == reader.wallet)
        tickets = select(TICKETS.c.id).where(TICKETS.c.wallet == reader.wallet)
        own = [_c.object.in_(orders), _c.object.in_(tickets)]
        if Subject.WALLET in reader.subjects:
            own.append(_c.object.in_(select(TOLD.c.id).where(TOLD.c.wallet == reader.wallet)))
        found.append(or_(*own))
    if kinds:
        found.append(_c.kind.in_(kinds))
    return found


def _rows(connection: Connection, chosen: Select[Any]) -> list[EventRow]:
    return [EventRow(*row) for row in connection.execute(chosen)]
