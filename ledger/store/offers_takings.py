"""What orders took of offers, and so what is left of them.

A taking counts for as long as its order has not ended unused, which the order's own state says.
Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, func, insert, select

from ledger.store.offers_tables import TAKINGS
from ledger.store.operator_tables import ORDERS

UNUSED = ("refused", "released")
"""States in which an order has ended without anything being delivered."""
KEYS_AT_A_TIME = 500
_t, _o = TAKINGS.c, ORDERS.c


class TakingRow(NamedTuple):
    """One taking; the columns of its table say what each field holds."""

    order: str
    offer: str
    slot: int | None
    number: int


def add(connection: Connection, rows: Sequence[TakingRow]) -> None:
    """Records what new orders take."""
    if rows:
        connection.execute(insert(TAKINGS), [row._asdict() for row in rows])


def of_orders(connection: Connection, orders: Iterable[str]) -> dict[str, TakingRow]:
    """Takings by order; most orders may have none."""
    found: dict[str, TakingRow] = {}
    names = list(orders)
    for start in range(0, len(names), KEYS_AT_A_TIME):
        part = names[start : start + KEYS_AT_A_TIME]
        rows = connection.execute(select(TAKINGS).where(_t.order.in_(part)))
        found |= {row.order: TakingRow(*row) for row in rows}
    return found


def taken(connection: Connection, offers: Iterable[str]) -> dict[tuple[str, int | None], int]:
    """How many are taken, by offer and slot (None for orders without one)."""
    chosen = _counted(_t.offer, _t.slot).where(_t.offer.in_(sorted(set(offers))))
    rows = connection.execute(chosen.group_by(_t.offer, _t.slot))
    return {(row.offer, row.slot): int(row.number) for row in rows}


def taken_by(connection: Connection, offer: str, wallet: str, since_s: int) -> int:
    """How many of an offer a wallet has taken in orders placed after a moment."""
    chosen = _counted().where(_t.offer == offer, _o.wallet == wallet, _o.placed_at_s > since_s)
    return int(connection.execute(chosen).scalar_one())


def page(
    connection: Connection, offer: str, before: int | None, most: int
) -> list[tuple[int, TakingRow]]:
    """Takings of an offer that count, with their orders' numbers, newest first."""
    joined = TAKINGS.join(ORDERS, _o.id == _t.order)
    chosen = select(_o.seq, *_t).select_from(joined).where(_t.offer == offer)
    chosen = chosen.where(_o.state.not_in(UNUSED)).order_by(_o.seq.desc()).limit(most)
    if before is not None:
        chosen = chosen.where(_o.seq < before)
    return [(row.seq, TakingRow(*row[1:])) for row in connection.execute(chosen)]


def _counted(*columns: Any) -> Select[Any]:
    joined = TAKINGS.join(ORDERS, and_(_o.id == _t.order, _o.state.not_in(UNUSED)))
    number = func.coalesce(func.sum(_t.number), 0).label("number")
    return select(*columns, number).select_from(joined)
