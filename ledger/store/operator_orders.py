"""What is asked of the operator's orders and their holds.

Repository only: takes the caller's connection and commits nothing. Amounts are units of 0.01 point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ledger.store import transitions
from ledger.store.operator_tables import HOLDS, ORDER, ORDERS

KEYS_AT_A_TIME = 500


class OrderRow(NamedTuple):
    """One order; the columns of its table say what each field holds."""

    seq: int
    id: str
    wallet: str | None
    content: bytes
    purpose: str
    acceptor: int
    units: int
    service_at_s: int
    deadline_s: int
    placed_at_s: int
    state: str
    captured_units: int
    refunded_units: int
    reason: bytes | None


class HoldEntry(NamedTuple):
    """One hold or gift of an order; the columns of its table say what each field holds."""

    id: bytes
    order: str
    place: int
    issuer: int
    account: bytes
    units: int
    phase: str
    captured_units: int = 0
    refunded_units: int = 0
    terms: int | None = None
    points: int | None = None


class Filter(NamedTuple):
    """Which orders of a list."""

    wallet: str | None = None
    acceptor: int | None = None
    state: str | None = None
    purpose: str | None = None


class Counted(NamedTuple):
    """Orders of one state and their units."""

    orders: int
    units: int
    captured_units: int
    refunded_units: int
    given_units: int


def add(
    connection: Connection, rows: Sequence[Mapping[str, Any]], holds: Sequence[HoldEntry]
) -> None:
    """Records orders, placed, with their holds."""
    counts = {"captured_units": 0, "refunded_units": 0, "reason": None}
    transitions.create_many(connection, ORDER, ORDERS, "placed", [{**r, **counts} for r in rows])
    if holds:
        connection.execute(insert(HOLDS), [hold._asdict() for hold in holds])


def contents(connection: Connection, ids: Iterable[str]) -> dict[str, bytes]:
    """The digest of what was asked, by id, of those of these orders that there are."""
    found: dict[str, bytes] = {}
    for part in _parts(list(ids)):
        rows = connection.execute(
            select(ORDERS.c.id, ORDERS.c.content).where(ORDERS.c.id.in_(part))
        )
        found |= {row.id: row.content for row in rows}
    return found


def find(connection: Connection, order_id: str) -> OrderRow | None:
    """The order, or None."""
    row = connection.execute(select(ORDERS).where(ORDERS.c.id == order_id)).one_or_none()
    return None if row is None else OrderRow(*row)


def find_many(connection: Connection, ids: Iterable[str]) -> dict[str, OrderRow]:
    """Orders by id; unknown ids are left out."""
    found: dict[str, OrderRow] = {}
    for part in _parts(list(ids)):
        rows = connection.execute(select(ORDERS).where(ORDERS.c.id.in_(part)))
        found |= {row.id: OrderRow(*row) for row in rows}
    return found


def page(
    connection: Connection, chosen_by: Filter, before: int | None, most: int
) -> list[OrderRow]:
    """Orders that fit, newest first, recorded before the one of number ``before``."""
    chosen = select(ORDERS).order_by(ORDERS.c.seq.desc()).limit(most)
    for name, value in chosen_by._asdict().items():
        if value is not None:
            chosen = chosen.where(ORDERS.c[name] == value)
    if before is not None:
        chosen = chosen.where(ORDERS.c.seq < before)
    return [OrderRow(*row) for row in connection.execute(chosen)]


def ids_in(
    connection: Connection,
    states: Sequence[str],
    *,
    overdue_at_s: int | None = None,
    most: int | None = None,
) -> list[str]:
    """Orders in these states, earliest deadline first; with a time, only those past it."""
    c = ORDERS.c
    chosen = select(c.id).where(c.state.in_(states)).order_by(c.deadline_s).limit(most)
    if overdue_at_s is not None:
        chosen = chosen.where(c.deadline_s < overdue_at_s)
    return list(connection.execute(chosen).scalars())


def any_of_wallet(connection: Connection, wallet: str, states: Sequence[str]) -> str | None:
    """An order of the wallet in one of these states, if there is one."""
    c = ORDERS.c
    chosen = select(c.id).where(c.wallet == wallet, c.state.in_(states)).limit(1)
    return connection.execute(chosen).scalar_one_or_none()


def holds(connection: Connection, order_ids: Iterable[str]) -> dict[str, list[HoldEntry]]:
    """Holds by order, in their places."""
    found: dict[str, list[HoldEntry]] = {}
    for part in _parts(list(order_ids)):
        chosen = select(HOLDS).where(HOLDS.c.order.in_(part)).order_by(HOLDS.c.order, HOLDS.c.place)
        for row in connection.execute(chosen):
            found.setdefault(row.order, []).append(HoldEntry(*row))
    return found


def hold(connection: Connection, hold_id: bytes) -> HoldEntry | None:
    """One hold, or None."""
    row = connection.execute(select(HOLDS).where(HOLDS.c.id == hold_id)).one_or_none()
    return None if row is None else HoldEntry(*row)


def known_holds(connection: Connection, ids: Sequence[bytes]) -> list[bytes]:
    """Those of these holds that are recorded."""
    return list(connection.execute(select(HOLDS.c.id).where(HOLDS.c.id.in_(ids))).scalars())


def asked_of(connection: Connection, accounts: Sequence[bytes]) -> list[HoldEntry]:
    """Holds of these accounts that are not final on the chain yet."""
    chosen = select(HOLDS).where(HOLDS.c.account.in_(accounts), HOLDS.c.phase == "asked")
    return [HoldEntry(*row) for row in connection.execute(chosen)]


def orders_of_holds(connection: Connection, ids: Iterable[bytes]) -> list[str]:
    """Orders to which any of these holds belongs; other ids are left out."""
    found: set[str] = set()
    for part in _parts(list(ids)):
        found.update(
            connection.execute(select(HOLDS.c.order).where(HOLDS.c.id.in_(part))).scalars()
        )
    return sorted(found)


def note_facts(connection: Connection, facts: Sequence[HoldEntry]) -> None:
    """What the chain says of these holds now: phase, sums and words."""
    if not facts:
        return
    names = ("phase", "captured_units", "refunded_units", "terms", "points")
    chosen = update(HOLDS).where(HOLDS.c.id == bindparam("hold_id"))
    values = [
        {"hold_id": fact.id, **{f"new_{name}": getattr(fact, name) for name in names}}
        for fact in facts
    ]
    connection.execute(chosen.values({n: bindparam(f"new_{n}") for n in names}), values)


def note_sums(connection: Connection, sums: Sequence[tuple[str, int, int]]) -> None:
    """(order, captured, refunded) units as they stand."""
    if not sums:
        return
    chosen = update(ORDERS).where(ORDERS.c.id == bindparam("order_id"))
    chosen = chosen.values(captured_units=bindparam("captured"), refunded_units=bindparam("back"))
    values = [{"order_id": o, "captured": captured, "back": back} for o, captured, back in sums]
    connection.execute(chosen, values)


def note_reasons(connection: Connection, reasons: Mapping[str, bytes | None]) -> None:
    """Why an order's last step was refused; None clears it."""
    if not reasons:
        return
    chosen = update(ORDERS).where(ORDERS.c.id == bindparam("order_id"))
    values = [{"order_id": name, "why": why} for name, why in reasons.items()]
    connection.execute(chosen.values(reason=bindparam("why")), values)


def move(connection: Connection, ids: Sequence[str], before: str, after: str) -> None:
    """Moves orders along their machine."""
    transitions.move_many(connection, ORDER, ORDERS, "id", ids, (before, after))


def counts(connection: Connection) -> dict[str, Counted]:
    """By state: how many orders, and their units."""
    c = ORDERS.c
    sums = (func.sum(column) for column in (c.units, c.captured_units, c.refunded_units))
    chosen = select(c.state, func.count(), *sums).group_by(c.state)
    given = select(func.coalesce(func.sum(HOLDS.c.units), 0)).where(HOLDS.c.phase == "given")
    given_units = int(connection.execute(given).scalar_one())
    rows = connection.execute(chosen)
    return {r[0]: Counted(r[1], int(r[2]), int(r[3]), int(r[4]), given_units) for r in rows}


def _parts(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[start : start + KEYS_AT_A_TIME] for start in range(0, len(keys), KEYS_AT_A_TIME))
