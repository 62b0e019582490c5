"""Moves of many rows of the agent's tables in one statement: as ``transitions.move``, in bulk.

Each call reaches the move's two fault points once, however many rows it moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, update

from ledger.errors import Broken
from ledger.faults import Transitions
from ledger.store.engine import note_point


def move_where(
    connection: Connection,
    machine: Transitions,
    table: Table,
    where: ColumnElement[bool],
    states: tuple[str, str],
    values: Mapping[str, Any] | None = None,
) -> int:
    """Moves every row in the first state that ``where`` chooses to the second; how many."""
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
    """Moves rows, each with values of its own; all have the same columns, ``key`` among them.

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
