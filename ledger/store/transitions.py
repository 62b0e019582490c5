"""The only place where a row's ``state`` is written: at its making, and at an allowed move.

The transaction then reaches the move's fault points. A test reads the source of everything else for
updates of a ``state`` that do not go through here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, insert, update

from ledger.errors import Broken
from ledger.faults import NEW, Transitions
from ledger.store.engine import note_point

KEYS_AT_A_TIME = 500
"""Keys of one statement: databases bound how many values it may carry."""


def create(
    connection: Connection,
    machine: Transitions,
    table: Table,
    state: str,
    values: Mapping[str, Any],
) -> None:
    """Inserts a row in its first state. Database errors (a key that is there) pass through."""
    point = machine.point(NEW, state)
    connection.execute(insert(table).values(**values, state=state))
    note_point(connection, point)


def move(
    connection: Connection,
    machine: Transitions,
    table: Table,
    key: Mapping[str, Any],
    states: tuple[str, str],
    values: Mapping[str, Any] | None = None,
) -> None:
    """Moves the row whose columns equal ``key`` from the first state to the second.

    ``values`` are set with it. Raises Broken if the machine has no such move, or the row is not in
    the first state.
    """
    before, after = states
    point = machine.point(before, after)
    chosen = and_(table.c.state == before, *(table.c[name] == key[name] for name in key))
    done = connection.execute(update(table).where(chosen).values(**(values or {}), state=after))
    if done.rowcount != 1:
        raise Broken("store.not-in-state", machine=machine.machine, expected=before)
    note_point(connection, point)


def create_many(
    connection: Connection,
    machine: Transitions,
    table: Table,
    state: str,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """As ``create``, many rows in one statement; the fault points are reached once for all."""
    if not rows:
        return
    point = machine.point(NEW, state)
    connection.execute(insert(table), [{**row, "state": state} for row in rows])
    note_point(connection, point)


def move_many(
    connection: Connection,
    machine: Transitions,
    table: Table,
    column: str,
    keys: Sequence[Any],
    states: tuple[str, str],
    values: Mapping[str, Any] | None = None,
) -> None:
    """As ``move``, of every row whose ``column`` is one of ``keys``, which are all different.

    Raises Broken, and the transaction must not commit, if any of them is not in the first state.
    """
    if not keys:
        return
    before, after = states
    point = machine.point(before, after)
    for start in range(0, len(keys), KEYS_AT_A_TIME):
        part = keys[start : start + KEYS_AT_A_TIME]
        chosen = and_(table.c.state == before, table.c[column].in_(part))
        done = connection.execute(update(table).where(chosen).values(**(values or {}), state=after))
        if done.rowcount != len(part):
            raise Broken("store.not-in-state", machine=machine.machine, expected=before)
    note_point(connection, point)


def move_where(
    connection: Connection,
    machine: Transitions,
    table: Table,
    where: ColumnElement[bool],
    states: tuple[str, str],
    values: Mapping[str, Any] | None = None,
) -> int:
    """As ``move``, of every row in the first state that ``where`` chooses; how many."""
    before, after = states
    point = machine.point(before, after)
    chosen = update(table).where(table.c.state == before, where)
    moved: int = connection.execute(chosen.values(**(values or {}), state=after)).rowcount
    if moved:
        note_point(connection, point)
    return moved


def move_each(
    connection: Connection,
    machine: Transitions,
    table: Table,
    key: str,
    states: tuple[str, str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """As ``move``, rows with values of their own; all have the same columns, ``key`` among them.

    Raises Broken, and the transaction must not commit, if one is not in the first state.
    """
    before, after = states
    point = machine.point(before, after)
    if not rows:
        return
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != key}
    chosen = update(table).where(table.c.state == before, table.c[key] == bindparam("which"))
    given = [{"which": row[key]} | {f"new_{name}": row[name] for name in values} for row in rows]
    done = connection.execute(chosen.values(**values, state=after), given)
    if done.rowcount != len(rows):
        raise Broken("store.not-in-state", machine=machine.machine, expected=before)
    note_point(connection, point)
