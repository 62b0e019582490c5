"""Databases: how one is opened, and the two kinds of transaction on it.

SQLite in a file is the usual one: write-ahead log, every commit on disk before it returns, writers
one after another from their first statement on. Any other SQLAlchemy URL works too. Repositories
take a ``Connection`` and never commit; whoever opened the transaction does, by leaving it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url

from ledger.faults import Faults, NoFaults
from ledger.store.lock import ProcessLock
from ledger.store.migrations import upgrade

__all__ = ["Connection", "Database", "Engine", "open_database", "reading", "transaction"]

BUSY_MS = 10_000
"""How long a writer waits for another before it gives up."""
_POINTS = "tongdui_points"
_READ_ONLY = "tongdui_read_only"


class Database:
    """An open database with the lock that keeps other processes out. Usable as a context."""

    def __init__(self, engine: Engine, lock: ProcessLock | None) -> None:
        self.engine = engine
        self._lock = lock

    def close(self) -> None:
        """Closes every connection, then lets other processes in."""
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_database(
    where: Path | str, family: tuple[str, ...], *, exclusive: bool = True, durable: bool = True
) -> Database:
    """Opens a database, made if it is not there, and brings its tables to the newest revision.

    ``where`` is a file's path or a URL; ``sqlite://`` alone lives in memory. ``family`` names the
    folders of ``ledger/store/versions`` whose revisions belong to it, none where others make the
    tables. ``exclusive`` keeps other processes out of a file. Without ``durable`` a power cut may
    undo the last commits of a file, whole ones: for what can be made again. Raises Refused:
    ``store.locked``, or ``store.newer`` for a database that newer software has changed.
    """
    url = URL.create("sqlite", database=str(where)) if isinstance(where, Path) else make_url(where)
    file = _file_of(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(url, file, synchronous="FULL" if durable else "NORMAL")
    database = Database(engine, ProcessLock(file) if file and exclusive else None)
    try:
        if family:
            with transaction(database.engine) as connection:
                upgrade(connection, family)
    except BaseException:
        database.close()
        raise
    return database


@contextlib.contextmanager
def transaction(engine: Engine, faults: Faults | None = None) -> Iterator[Connection]:
    """A transaction that writes: commits when left, rolls back on any error.

    The fault points of the moves made in it are reached just before the commit and right after.
    """
    faults = faults or NoFaults()
    with engine.connect() as connection:
        connection.info[_POINTS] = points = list[str]()
        try:
            with connection.begin():
                yield connection
                for point in points:
                    faults.reach(f"{point}.before")
        finally:
            del connection.info[_POINTS]
    for point in points:
        faults.reach(f"{point}.after")


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, sees one state throughout, and holds no writer up."""
    with engine.connect().execution_options(**{_READ_ONLY: True}) as connection, connection.begin():
        yield connection


def note_point(connection: Connection, point: str) -> None:
    """For moves of rows: the transaction reaches this point when it commits."""
    points: list[str] | None = connection.info.get(_POINTS)
    if points is None:
        raise RuntimeError("rows change state inside ledger.store.engine.transaction only")
    points.append(point)


def _file_of(url: URL) -> Path | None:
    """The file of an SQLite database; None in memory and for servers."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def _engine(url: URL, file: Path | None, *, synchronous: str) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    # Autocommit at the driver: it would begin transactions late, and not before every statement.
    arguments: dict[str, Any] = {"isolation_level": None}
    if file is None:
        arguments["check_same_thread"] = False
        engine = create_engine(url, connect_args=arguments, poolclass=StaticPool)
    else:
        engine = create_engine(url, connect_args=arguments)
    event.listen(engine, "connect", partial(_prepare_sqlite, synchronous))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(synchronous: str, connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_MS}",
        "journal_mode = WAL",
        f"synchronous = {synchronous}",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
