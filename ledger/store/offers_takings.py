"""What orders took of offers, and so what is left of them.

A taking counts for as long as its order has not ended unused, which the order's own state says.
Once an order has ended, either way, that stays so: what it took is folded into a sum, so that
however many orders an offer has had, only the open ones are counted anew. Repository only: takes
the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, func, insert, select, update

from ledger.store.offers_tables import SUMS, TAKINGS
from ledger.store.operator_tables import ORDERS

UNUSED = ("refused", "released")
"""States in which an order has ended without anything being delivered."""
USED = ("captured", "refunding", "refunded")
"""States from which none of those is reached any more."""
NO_SLOT = 0
"""In the sums, of orders without one: slots are numbered from 1."""
KEYS_AT_A_TIME = 500
_t, _o = TAKINGS.c, ORDERS.c
_ROW = (_t.order, _t.offer, _t.slot, _t.number)


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
        rows = connection.execute(select(*_ROW).where(_t.order.in_(part)))
        found |= {row.order: TakingRow(*row) for row in rows}
    return found


def taken(connection: Connection, offers: Iterable[str]) -> dict[tuple[str, int | None], int]:
    """How many are taken, by offer and slot (None for orders without one)."""
    names = sorted(set(offers))
    sums = connection.execute(select(SUMS).where(SUMS.c.offer.in_(names)))
    found = {(row.offer, row.slot or None): int(row.number) for row in sums}
    chosen = _counted(_t.offer, _t.slot).where(_t.offer.in_(names), _t.folded.is_(False))
    for row in connection.execute(chosen.group_by(_t.offer, _t.slot)):
        key = (row.offer, row.slot)
        found[key] = found.get(key, 0) + int(row.number)
    return found


def any_to_fold(connection: Connection) -> bool:
    """Whether an order with a taking has ended since the last time."""
    return connection.execute(_ended(_t.order).limit(1)).first() is not None


def fold(connection: Connection, most: int) -> int:
    """Adds up to so many takings of ended orders to the sums, those that count; how many ended."""
    rows = connection.execute(_ended(*_ROW, _o.state).limit(most)).all()
    more: Counter[tuple[str, int]] = Counter()
    for row in rows:
        if row.state in USED:
            more[row.offer, row.slot or NO_SLOT] += int(row.number)
    for (offer, slot), number in sorted(more.items()):
        _add(connection, offer, slot, number)
    names = [row.order for row in rows]
    for start in range(0, len(names), KEYS_AT_A_TIME):
        part = _t.order.in_(names[start : start + KEYS_AT_A_TIME])
        connection.execute(update(TAKINGS).where(part).values(folded=True))
    return len(rows)


def taken_by(connection: Connection, offer: str, wallet: str, since_s: int) -> int:
    """How many of an offer a wallet has taken in orders placed after a moment."""
    wanted = (_o.wallet == wallet, _o.placed_at_s > since_s, _o.state.not_in(UNUSED))
    names = list(connection.execute(select(_o.id).where(*wanted)).scalars())
    takings = of_orders(connection, names).values()  # few beside what everybody has of the offer
    return sum(row.number for row in takings if row.offer == offer)


def page(
    connection: Connection, offer: str, before: int | None, most: int
) -> list[tuple[int, TakingRow]]:
    """Takings of an offer that count, with their orders' numbers, newest first."""
    joined = TAKINGS.join(ORDERS, _o.id == _t.order)
    chosen = select(_o.seq, *_ROW).select_from(joined).where(_t.offer == offer)
    chosen = chosen.where(_o.state.not_in(UNUSED)).order_by(_o.seq.desc()).limit(most)
    if before is not None:
        chosen = chosen.where(_o.seq < before)
    return [(row.seq, TakingRow(*row[1:])) for row in connection.execute(chosen)]


def _ended(*columns: Any) -> Select[Any]:
    joined = TAKINGS.join(ORDERS, _o.id == _t.order)
    ended = (_t.folded.is_(False), _o.state.in_(UNUSED + USED))
    return select(*columns).select_from(joined).where(*ended)


def _add(connection: Connection, offer: str, slot: int, number: int) -> None:
    c = SUMS.c
    known = update(SUMS).where(c.offer == offer, c.slot == slot).values(number=c.number + number)
    if not connection.execute(known).rowcount:
        connection.execute(insert(SUMS).values(offer=offer, slot=slot, number=number))


def _counted(*columns: Any) -> Select[Any]:
    joined = TAKINGS.join(ORDERS, and_(_o.id == _t.order, _o.state.not_in(UNUSED)))
    number = func.coalesce(func.sum(_t.number), 0).label("number")
    return select(*columns, number).select_from(joined)
