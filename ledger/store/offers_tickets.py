"""Tickets of those who wait for a place in a slot, in the queue's order.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, delete, func, or_, select

from ledger.store import transitions
from ledger.store.offers_tables import TICKET, TICKETS

_c = TICKETS.c
LIVE = ("waiting", "called")


class TicketRow(NamedTuple):
    """One ticket; the columns of its table say what each field holds."""

    seq: int
    id: str
    offer: str
    slot: int
    wallet: str
    state: str
    taken_s: int
    until_s: int


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new ticket at the end of the queue."""
    transitions.create(connection, TICKET, TICKETS, "waiting", values)


def find(connection: Connection, ticket: str) -> TicketRow | None:
    """The ticket, or None."""
    row = connection.execute(select(TICKETS).where(_c.id == ticket)).one_or_none()
    return None if row is None else TicketRow(*row)


def live(
    connection: Connection, slots: Iterable[tuple[str, int]], now_s: int
) -> dict[tuple[str, int], list[TicketRow]]:
    """Tickets that wait or are called and not over, by (offer, slot), in their order."""
    of_slots = or_(False, *(and_(_c.offer == o, _c.slot == s) for o, s in sorted(set(slots))))
    chosen = select(TICKETS).where(of_slots, _c.state.in_(LIVE), _c.until_s > now_s)
    found: dict[tuple[str, int], list[TicketRow]] = {}
    for row in connection.execute(chosen.order_by(_c.seq)):
        found.setdefault((row.offer, row.slot), []).append(TicketRow(*row))
    return found


def waiting_slots(connection: Connection, now_s: int) -> list[tuple[str, int]]:
    """(offer, slot) where somebody waits."""
    chosen = select(_c.offer, _c.slot).where(_c.state == "waiting", _c.until_s > now_s).distinct()
    return [(row.offer, row.slot) for row in connection.execute(chosen)]


def ahead_of(connection: Connection, row: TicketRow, now_s: int) -> int:
    """How many wait before it."""
    chosen = select(func.count()).where(
        _c.offer == row.offer, _c.slot == row.slot, _c.state == "waiting",
        _c.until_s > now_s, _c.seq < row.seq,
    )  # fmt: skip
    return int(connection.execute(chosen).scalar_one())


def move(
    connection: Connection, ticket: str, before: str, after: str, until_s: int | None = None
) -> None:
    """Moves a ticket along its machine; a called one is over at ``until_s``."""
    values = {} if until_s is None else {"until_s": until_s}
    transitions.move(connection, TICKET, TICKETS, {"id": ticket}, (before, after), values)


def forget_wallet(connection: Connection, wallet: str) -> None:
    """No ticket of the wallet stands here any more."""
    connection.execute(delete(TICKETS).where(_c.wallet == wallet))
