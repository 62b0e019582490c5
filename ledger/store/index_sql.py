"""Statements of the projection's hot path, as text: written once a kind, run for many rows.

The same words serve SQLite and PostgreSQL; only the mark of a parameter differs. Values go in as
the database keeps them: ``spelt`` makes them so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias, cast

from ledger.index.columns import NUMBER_BITS
from ledger.index.rows import Kind
from ledger.store.index_tables import TABLES, UInt64, key_length, names, wrapped
from ledger.store.types import UINT256_BYTES, UInt256

Raw: TypeAlias = tuple[Any, ...]
"""A row's values as the database keeps them."""


def select_sql(kind: Kind) -> str:
    """All rows in the order of their key."""
    keys = _listed(names(kind)[: key_length(kind)])
    return f"SELECT {_listed(names(kind))} FROM {_table(kind)} ORDER BY {keys}"  # noqa: S608


def chosen_sql(kind: Kind, count: int, mark: str) -> str:
    """The rows of so many keys."""
    length = key_length(kind)
    keys = _listed(names(kind)[:length])
    if length == 1:
        wanted = ", ".join([mark] * count)
    else:
        one = "(" + ", ".join([mark] * length) + ")"
        keys, wanted = f"({keys})", "VALUES " + ", ".join([one] * count)
    return f"SELECT {_listed(names(kind))} FROM {_table(kind)} WHERE {keys} IN ({wanted})"  # noqa: S608


def insert_sql(kind: Kind, mark: str) -> str:
    """A new row."""
    marks = ", ".join([mark] * len(names(kind)))
    return f"INSERT INTO {_table(kind)} ({_listed(names(kind))}) VALUES ({marks})"  # noqa: S608


def replace_sql(kind: Kind, mark: str) -> str:
    """A row in the place of the one with its key, or a new one."""
    return _upsert(kind, mark, "{0} = excluded.{0}")


def tally_sql(kind: Kind, mark: str) -> str:
    """Adds to the row with its key, or begins it."""
    return _upsert(kind, mark, "{0} = " + _table(kind) + ".{0} + excluded.{0}")


def delete_sql(kind: Kind, mark: str) -> str:
    """The row of a key, away."""
    keys = names(kind)[: key_length(kind)]
    fits = " AND ".join(f'"{key}" = {mark}' for key in keys)
    return f"DELETE FROM {_table(kind)} WHERE {fits}"  # noqa: S608


def spelt(kind: Kind, rows: Iterable[Sequence[Any]]) -> list[Raw]:
    """Rows as the database keeps them."""
    found = cast("list[Raw]", list(rows))
    for place, column in enumerate(TABLES[kind].columns):
        if isinstance(column.type, UInt64):
            high = [i for i, row in enumerate(found) if row[place] >> NUMBER_BITS]
            for index in high:
                found[index] = _with(found[index], place, wrapped)
        elif isinstance(column.type, UInt256):
            found = [_with(row, place, _wide) for row in found]
    return found


def _with(row: Raw, place: int, spell: Callable[[int], Any]) -> Raw:
    return (*row[:place], spell(row[place]), *row[place + 1 :])


def _upsert(kind: Kind, mark: str, change: str) -> str:
    length = key_length(kind)
    changes = ", ".join(change.format(f'"{name}"') for name in names(kind)[length:])
    keys = _listed(names(kind)[:length])
    return f"{insert_sql(kind, mark)} ON CONFLICT ({keys}) DO UPDATE SET {changes}"


def _wide(value: int) -> bytes:
    return value.to_bytes(UINT256_BYTES, "big")


def _table(kind: Kind) -> str:
    return f'"{TABLES[kind].name}"'


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
