"""The projection's tables as a whole: opened, built for one deployment, emptied, digested.

There are no migrations: tables of another version are dropped, and built again from the chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, MetaData, delete, event, inspect, select, update

from ledger.errors import Refused
from ledger.index.rows import KINDS, Kind
from ledger.store.engine import Database, open_database, transaction
from ledger.store.index_network import Standing, standing
from ledger.store.index_sql import select_sql
from ledger.store.index_tables import INDEX_METADATA, PLACE, PREFIX, TABLES, TRAIL, UNDO, VERSION

ROWS_AT_A_TIME = 2_000
CACHE_KIB = 65_536
"""Of pages, a connection: awards and lots come in the order of accounts, which is none."""
CHECKPOINT_PAGES = 10_000
"""Of the write-ahead log, before it is carried over: a rebuild writes the same pages often."""


def open_index(where: Path | str, *, exclusive: bool = True) -> Database:
    """Opens a projection's database by path or URL, with its tables, empty if it is new.

    ``exclusive`` is for the one process that follows the chain: it drops tables of another version.
    A reader beside it is refused those: Refused("index.other-version"). See also ``open_database``.
    """
    database = open_database(where, (), exclusive=exclusive, durable=False)
    try:
        if database.engine.dialect.name == "sqlite":
            event.listen(database.engine, "connect", _prepare)
        with transaction(database.engine) as connection:
            found = _version(connection)
            if found not in (None, VERSION):
                if not exclusive:
                    raise Refused("index.other-version", expected=VERSION, found=found)
                _drop(connection)
            INDEX_METADATA.create_all(connection)
    except BaseException:
        database.close()
        raise
    return database


def begin(connection: Connection, chain_id: int, ledger: bytes) -> Standing:
    """Makes the tables hold this ledger's projection: what stood of another one is emptied."""
    found = standing(connection)
    if found is not None and (found.chain_id, found.ledger) == (chain_id, ledger):
        return found
    empty(connection)
    connection.execute(delete(PLACE))
    made = Standing(VERSION, chain_id, ledger, 0, 0)
    connection.execute(PLACE.insert().values(**made._asdict()))
    return made


def empty(connection: Connection, *, forced: bool = False) -> None:
    """Takes every row away, so that it is built from the first block; counted where ``forced``."""
    for table in (*TABLES.values(), TRAIL, UNDO):
        connection.execute(delete(table))
    if forced:
        connection.execute(update(PLACE).values(rebuilds=PLACE.c.rebuilds + 1))


def digest(connection: Connection) -> bytes:
    """SHA-256 over every row of the projection, by kind and key, the same in every database.

    What only says where the projection stands is left out, so the way it was built leaves no trace.
    """
    content = hashlib.sha256()
    for kind in KINDS:
        content.update(f"{TABLES[kind].name}\n".encode())
        for rows in _raw(connection, kind):
            content.update(b"".join(map(_spelt, rows)))
    return content.digest()


def _raw(connection: Connection, kind: Kind) -> Iterator[Sequence[Sequence[object]]]:
    found = connection.exec_driver_sql(select_sql(kind))
    while part := found.fetchmany(ROWS_AT_A_TIME):
        yield part


def _spelt(row: Sequence[object]) -> bytes:
    return b"".join([_word(value) for value in row]) + b"\n"


def _word(value: object) -> bytes:
    """Unambiguous: what varies in length says its length."""
    if isinstance(value, int):
        return b"%d;" % value
    if value is None:
        return b"-;"
    content = value.encode() if isinstance(value, str) else bytes(cast("bytes", value))
    return b"%d:%b;" % (len(content), content)


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    cursor.close()


def _version(connection: Connection) -> int | None:
    """Of the tables that are there; 0 where they do not say, None where there are none."""
    present = [name for name in inspect(connection).get_table_names() if name.startswith(PREFIX)]
    if not present:
        return None
    if PLACE.name not in present:
        return 0
    found = connection.execute(select(PLACE.c.version)).scalar_one_or_none()
    return VERSION if found is None else found


def _drop(connection: Connection) -> None:
    old = MetaData()
    old.reflect(connection, only=lambda name, _: name.startswith(PREFIX))
    old.drop_all(connection)
