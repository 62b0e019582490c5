"""Events recorded with what they tell of: an order that moved, a window, a claim, a ticket's call.

Everything here is called inside the transaction of the change, after it, and commits nothing: so an
event is there if and only if the change is. Who hears of it is decided by who reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ledger.chain.types import enhex
from ledger.claims import Kind as ClaimKind
from ledger.hooks.events import Event, Kind, Standing, of_order
from ledger.redeeming.seeing import indexed
from ledger.redeeming.values import Purpose, State
from ledger.store import hooks_events as events
from ledger.store import index_clearing as clearing
from ledger.store import operator_orders as orders
from ledger.store.engine import Connection
from ledger.store.offers_tickets import TicketRow
from ledger.store.operator_claims import ClaimRow
from ledger.store.operator_orders import OrderRow


def tell_of_orders(
    operator: Connection,
    projection: Connection,
    before: Mapping[str, OrderRow],
    moved: Collection[str],
    refused: Collection[str],
) -> None:
    """Of the orders that moved since ``before``, and of those a step of which was refused."""
    touched = sorted({*moved, *refused})
    if not touched:
        return
    rows = orders.find_many(operator, touched)
    news = [
        (row, kind)
        for name in touched
        if (row := rows.get(name)) is not None
        for kind in of_order(
            Purpose(row.purpose), _standing(before[name]), _standing(row), refused=name in refused
        )
    ]
    exchanges = [row.id for row, _ in news if row.purpose == Purpose.EXCHANGE]
    holds = orders.holds(operator, exchanges) if exchanges else {}
    at_s = indexed(projection).time_s
    told = [
        Event(
            kind,
            row.id,
            row.acceptor,
            at_s,
            _content(row) | {"holds": [enhex(hold.id) for hold in holds.get(row.id, ())]},
        )
        for row, kind in news
    ]
    events.record(operator, told)


def tell_of_windows(operator: Connection, projection: Connection, after: int, until: int) -> None:
    """Of the windows that closed, were published or settled in the blocks ``after + 1``..``until``,
    unless another key's relayer told of them."""
    news: list[Event] = []
    at_s = indexed(projection).time_s
    for row in clearing.windows(projection):
        blocks = {
            Kind.WINDOW_CLOSED: row.last_block,
            Kind.WINDOW_PUBLISHED: row.published_block,
            Kind.WINDOW_SETTLED: row.settled_block,
        }
        for kind, block in blocks.items():
            if block is not None and after < block <= until:
                name = str(row.number)
                if not events.told(operator, kind, [name]):
                    news.append(Event(kind, name, None, at_s, {"number": row.number}))
    events.record(operator, news)


def tell_of_claim(operator: Connection, row: ClaimRow, at_s: int, accepted: bool | None) -> None:
    """Of a claim or a link that a resident asked for (``accepted`` None), or its answer."""
    is_link = row.kind == ClaimKind.LINK
    if accepted is None:
        kind = Kind.LINK_OPENED if is_link else Kind.CLAIM_OPENED
    else:
        kind = Kind.LINK_ANSWERED if is_link else Kind.CLAIM_ANSWERED
    content = {"scheme": row.scheme, "kind": row.kind, "due_s": row.due_s, "accepted": accepted}
    events.record(operator, [Event(kind, row.id, row.scheme, at_s, content)])


def tell_of_tickets(
    operator: Connection, kind: Kind, tickets: Iterable[TicketRow], at_s: int
) -> None:
    """Of tickets that were taken, called, used or given back, as they are now."""
    told = [
        Event(
            kind, one.id, None, at_s, {"offer": one.offer, "slot": one.slot, "until_s": one.until_s}
        )
        for one in tickets
    ]
    events.record(operator, told)


def _standing(row: OrderRow) -> Standing:
    return Standing(State(row.state), row.captured_units, row.refunded_units)


def _content(row: OrderRow) -> dict[str, Any]:
    names = ("acceptor", "units", "service_at_s", "deadline_s", "state")
    return {name: getattr(row, name) for name in (*names, "captured_units", "refunded_units")}
