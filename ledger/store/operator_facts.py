"""What the operator asks of the projection by many ids at once: holds, gifts, refused calls.

Repository only, on the projection's database: takes the caller's connection, commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection, func, select

from ledger.index.rows import (
    AccountKeyRow,
    ClearingEntryRow,
    DonationRow,
    EntryRow,
    HoldRow,
    RefusedCallRow,
)
from ledger.store.index_query import rows
from ledger.store.index_tables import TABLES, TRAIL

KEYS_AT_A_TIME = 500
T = TypeVar("T")


def holds(connection: Connection, ids: Iterable[bytes]) -> dict[bytes, HoldRow]:
    """Holds by id; unknown ids are left out."""
    c = TABLES[HoldRow].c
    parts = (rows(connection, HoldRow, c.id.in_(part)) for part in _parts(list(ids)))
    return {row.id: row for part in parts for row in part}


def gifts(connection: Connection, ids: Iterable[bytes]) -> dict[bytes, DonationRow]:
    """Gifts by id; unknown ids are left out."""
    c = TABLES[DonationRow].c
    parts = (rows(connection, DonationRow, c.id.in_(part)) for part in _parts(list(ids)))
    return {row.id: row for part in parts for row in part}


def refused(
    connection: Connection, transactions: Iterable[bytes]
) -> dict[tuple[bytes, int], RefusedCallRow]:
    """Refused calls of these transactions, by (transaction, place among its calls)."""
    c = TABLES[RefusedCallRow].c
    every = _parts(list(transactions))
    parts = (rows(connection, RefusedCallRow, c.transaction.in_(part)) for part in every)
    return {(row.transaction, row.place): row for part in parts for row in part}


def touched(connection: Connection, after: int, until: int) -> set[bytes]:
    """Ids of the holds that anything happened to in the blocks ``after + 1``..``until``."""
    found: set[bytes] = set()
    for kind in (EntryRow, ClearingEntryRow):
        c = TABLES[kind].c
        chosen = select(c.reference).where(c.block > after, c.block <= until)
        found.update(connection.execute(chosen).scalars())
    return found


def account_keys(
    connection: Connection, desk: bytes, accounts: Sequence[bytes]
) -> list[AccountKeyRow]:
    """The keys announced for these accounts at a desk."""
    c = TABLES[AccountKeyRow].c
    return rows(connection, AccountKeyRow, c.desk == desk, c.account.in_(accounts))


def final_block(connection: Connection) -> int | None:
    """The newest final block that the projection has read; None before its first."""
    found: int | None = connection.execute(select(func.min(TRAIL.c.number))).scalar_one()
    return found


def _parts(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    return (keys[start : start + KEYS_AT_A_TIME] for start in range(0, len(keys), KEYS_AT_A_TIME))
