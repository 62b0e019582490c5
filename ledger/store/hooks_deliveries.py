"""What is asked of deliveries: made from events, picked when due, noted. Commits nothing.

Of one webhook and object only the oldest that waits is ever picked: so what happened to an object
is told in the order of happening, whatever fails on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from ledger.store import transitions
from ledger.store.hooks_events import EventRow
from ledger.store.hooks_tables import DELIVERIES, DELIVERY, DeliveryState

_c = DELIVERIES.c
_FRESH = {"attempts": 0, "first_s": None}


class DeliveryRow(NamedTuple):
    """One delivery; the columns of its table say what each field holds."""

    webhook: str
    event: int
    object: str
    state: str
    attempts: int
    first_s: int | None
    last_s: int | None
    due_s: int
    code: int | None
    error: str | None


class Outcome(NamedTuple):
    """What came of a try: the answer's status, or what went wrong before there was one."""

    now_s: int
    code: int | None = None
    error: str | None = None


def spread(connection: Connection, hook_id: str, events: Sequence[EventRow], now_s: int) -> None:
    """Each of the events waits for the webhook: for the first time, or once more."""
    numbers = [event.seq for event in events]
    chosen = select(_c.event).where(_c.webhook == hook_id, _c.event.in_(numbers))
    known = set(connection.execute(chosen).scalars())
    news = [event for event in events if event.seq not in known]
    rows = [
        {
            "webhook": hook_id,
            "event": event.seq,
            "object": f"{event.subject}:{event.object}",
            "due_s": now_s,
            "last_s": None,
            "code": None,
            "error": None,
        }
        | _FRESH
        for event in news
    ]
    transitions.create_many(connection, DELIVERY, DELIVERIES, DeliveryState.WAITING, rows)
    for before in (DeliveryState.DELIVERED, DeliveryState.PARKED):
        transitions.move_where(
            connection,
            DELIVERY,
            DELIVERIES,
            (_c.webhook == hook_id) & _c.event.in_(known),
            (before, DeliveryState.WAITING),
            _FRESH | {"due_s": now_s},
        )


def waiting(connection: Connection, hook_id: str) -> int:
    """How many wait."""
    chosen = select(func.count()).where(_c.webhook == hook_id, _c.state == DeliveryState.WAITING)
    return connection.execute(chosen).scalar_one()


def due(connection: Connection, hook_id: str, now_s: int, most: int) -> list[DeliveryRow]:
    """Those to be tried now, oldest first, one of each object."""
    other = DELIVERIES.alias("other")
    earlier = (
        select(other.c.event)
        .where(
            other.c.webhook == _c.webhook,
            other.c.object == _c.object,
            other.c.state == DeliveryState.WAITING,
            other.c.event < _c.event,
        )
        .exists()
    )
    chosen = select(DELIVERIES).where(
        _c.webhook == hook_id, _c.state == DeliveryState.WAITING, _c.due_s <= now_s, ~earlier
    )
    rows = connection.execute(chosen.order_by(_c.event).limit(most))
    return [DeliveryRow(*row) for row in rows]


def find(connection: Connection, hook_id: str, event: int) -> DeliveryRow | None:
    """One delivery, or None."""
    chosen = select(DELIVERIES).where(_c.webhook == hook_id, _c.event == event)
    row = connection.execute(chosen).one_or_none()
    return None if row is None else DeliveryRow(*row)


def finish(
    connection: Connection, row: DeliveryRow, state: DeliveryState, outcome: Outcome
) -> None:
    """It was taken, or is not tried any more."""
    key = {"webhook": row.webhook, "event": row.event}
    states = (DeliveryState.WAITING, state)
    values = _tried(row, outcome)
    transitions.move(connection, DELIVERY, DELIVERIES, key, states, values)


def postpone(connection: Connection, row: DeliveryRow, due_s: int, outcome: Outcome) -> None:
    """It failed and is tried again at that time."""
    chosen = update(DELIVERIES).where(_c.webhook == row.webhook, _c.event == row.event)
    connection.execute(chosen.values(**_tried(row, outcome), due_s=due_s))


def hasten(connection: Connection, hook_id: str, now_s: int) -> None:
    """All that waits is due now: whoever was away says that it is back."""
    chosen = update(DELIVERIES).where(_c.webhook == hook_id, _c.state == DeliveryState.WAITING)
    connection.execute(chosen.values(**_FRESH, due_s=now_s))


def page(
    connection: Connection, hook_id: str, state: str | None, before: int | None, most: int
) -> list[DeliveryRow]:
    """A webhook's deliveries, of the newest events first."""
    chosen = select(DELIVERIES).where(_c.webhook == hook_id)
    if state is not None:
        chosen = chosen.where(_c.state == state)
    if before is not None:
        chosen = chosen.where(_c.event < before)
    rows = connection.execute(chosen.order_by(_c.event.desc()).limit(most))
    return [DeliveryRow(*row) for row in rows]


def _tried(row: DeliveryRow, outcome: Outcome) -> dict[str, object]:
    return {
        "attempts": row.attempts + 1,
        "first_s": outcome.now_s if row.first_s is None else row.first_s,
        "last_s": outcome.now_s,
        "code": outcome.code,
        "error": outcome.error,
    }
