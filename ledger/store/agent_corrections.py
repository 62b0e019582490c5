"""What is asked of corrections that clerks make: their events, and the notices that stand for them.

A clerk's correction is a notice in the inbox like one of the source, with an id of ours; who asked
for what stands as JSON in its ``content``. Repository only: commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ledger.store import transitions
from ledger.store.agent_tables import INBOX, INBOX_MACHINE, Inbox

CHUNK = 500
"""Values in one question."""
ENDED = (Inbox.REJECTED, Inbox.DUPLICATE)
"""An event in these states earned nothing."""
_c = INBOX.c


class Event(NamedTuple):
    """An event as it stands here. Quantities in the activity's smallest unit."""

    id: int
    event_id: str
    state: Inbox
    place: str
    member_id: str | None
    activity: int
    reported: int
    quantity: int
    occurred_s: int
    month: int
    account: bytes | None
    batch: int | None
    row: int | None
    full_units: int
    units: int | None
    began_s: int | None
    ended_s: int | None
    checker: str | None
    spot: str | None
    reason: str | None
    value: str | None


class Made(NamedTuple):
    """A notice: ``quantity`` is the whole new one, none where it reverses a correction."""

    id: int
    notice_id: str
    event_id: str
    quantity: int | None
    content: bytes
    received_s: int
    words: str | None
    units: int | None
    lost_units: int | None
    reason: str | None
    state: Inbox


_EVENT = [_c[name] for name in Event._fields]
_MADE = [_c["value" if name == "words" else name] for name in Made._fields]


def events(connection: Connection, event_ids: Iterable[str]) -> dict[str, Event]:
    """Each event's row: the one that stands, or else the last that earned nothing."""
    found: dict[str, Event] = {}
    for some in _chunks(event_ids):
        chosen = select(*_EVENT).where(
            _c.event_id.in_(some), ~_c.is_notice, _c.state != Inbox.RECEIVED
        )
        for row in connection.execute(chosen.order_by(_c.id)):
            event = Event(*row)._replace(state=Inbox(row.state))
            before = found.get(event.event_id)
            if before is None or before.state in ENDED:
                found[event.event_id] = event
    return found


def event(connection: Connection, row: int) -> Event | None:
    """The event in that row of the inbox."""
    found = connection.execute(select(*_EVENT).where(_c.id == row, ~_c.is_notice)).one_or_none()
    return None if found is None else Event(*found)._replace(state=Inbox(found.state))


def rows(connection: Connection, numbers: Iterable[int]) -> dict[int, Event]:
    """Events by their row."""
    wanted = sorted(set(numbers))
    found: dict[int, Event] = {}
    for start in range(0, len(wanted), CHUNK):
        chosen = select(*_EVENT).where(_c.id.in_(wanted[start : start + CHUNK]), ~_c.is_notice)
        for row in connection.execute(chosen):
            found[row.id] = Event(*row)._replace(state=Inbox(row.state))
    return found


def of_event(connection: Connection, event_id: str) -> list[Made]:
    """All notices about an event, in the order of their coming."""
    chosen = select(*_MADE).where(_c.event_id == event_id, _c.is_notice).order_by(_c.id)
    return [_made(row) for row in connection.execute(chosen)]


def made(connection: Connection, row: int) -> Made | None:
    """The notice in that row of the inbox."""
    found = connection.execute(select(*_MADE).where(_c.id == row, _c.is_notice)).one_or_none()
    return None if found is None else _made(found)


def known(connection: Connection, notice_ids: Iterable[str]) -> dict[str, Made]:
    """The newest notice of each of these ids, whatever became of it."""
    found: dict[str, Made] = {}
    for some in _chunks(notice_ids):
        chosen = select(*_MADE).where(_c.notice_id.in_(some), _c.is_notice)
        for row in connection.execute(chosen.order_by(_c.id)):
            found[row.notice_id] = _made(row)
    return found


def taken_back(connection: Connection, event_ids: Iterable[str]) -> set[str]:
    """Those of these events that a final correction left nothing of."""
    found: set[str] = set()
    for some in _chunks(event_ids):
        chosen = select(_c.event_id).where(
            _c.event_id.in_(some), _c.is_notice, _c.state == Inbox.DONE, _c.quantity == 0
        )
        found |= set(connection.execute(chosen).scalars())
    return found


def note(connection: Connection, state: Inbox, values: Sequence[Mapping[str, Any]]) -> None:
    """New notices, all with the same columns."""
    usual = {"is_notice": True}
    rows = [{**usual, **one} for one in values]
    transitions.create_many(connection, INBOX_MACHINE, INBOX, state, rows)


def ids_of(connection: Connection, notice_ids: Iterable[str]) -> dict[str, int]:
    """The newest row of each notice."""
    found: dict[str, int] = {}
    for some in _chunks(notice_ids):
        chosen = select(_c.notice_id, _c.id).where(_c.notice_id.in_(some), _c.is_notice)
        found |= {row[0]: int(row[1]) for row in connection.execute(chosen.order_by(_c.id))}
    return found


def _made(row: Any) -> Made:
    return Made(*row)._replace(state=Inbox(row.state))


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    wanted = sorted(set(values))
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
