"""Databases: how one is opened, and the two kinds of transaction on it.

SQLite in a file is the usual one: write-ahead log, every commit on disk before it returns. A
PostgreSQL server does as well. On both, writers go one after another from their first statement
on, and readers see one state and hold nobody up. Repositories take a ``Connection`` and never
commit; whoever opened the transaction does, by leaving it. What a database says when it is full,
away or gone leaves here as an error of ours.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    RootTransaction,
    StaticPool,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DBAPIError

from ledger.faults import Faults, NoFaults
from ledger.store.lock import FileGuard, Guard, ProcessLock, ServerLock, Turns, hold_writers
from ledger.store.migrations import upgrade
from ledger.store.troubles import told, trouble_of

__all__ = [
    "Connection",
    "Database",
    "Engine",
    "open_database",
    "reading",
    "rehearsal",
    "rehearsing",
    "transaction",
]

BUSY_MS = 10_000
"""How long a writer waits for another before it gives up."""
CONNECT_S = 10
"""How long a server may take to let us in."""
CONNECTIONS, SERVER_CONNECTIONS = 32, 12
"""Most at a time, in a process, to a file and to a server; whoever comes then waits for one."""
_POINTS = "tongdui_points"
_READ_ONLY = "tongdui_read_only"
_GUARD = "tongdui_guard"
_WRITERS = "tongdui_writers"
_REHEARSAL: ContextVar[_Rehearsal | None] = ContextVar("tongdui_rehearsal", default=None)


class Database:
    """An open database with the guard that keeps other processes out. Usable as a context."""

    def __init__(self, engine: Engine, guard: Guard | None) -> None:
        self.engine = engine
        self._guard = guard

    @property
    def held(self) -> tuple[int, ...]:
        """Open files whose locks keep other processes out: a child that inherits one keeps them
        out as well, for as long as it lives."""
        lock = self._guard.lock if isinstance(self._guard, FileGuard) else None
        return () if lock is None else (lock.descriptor,)

    def close(self) -> None:
        """Closes every connection, then lets other processes in."""
        self.engine.dispose()
        turns: Turns = self.engine.get_execution_options()[_WRITERS]
        turns.close()
        if self._guard is not None:
            self._guard.release()

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
    where: Path | str,
    family: tuple[str, ...],
    *,
    exclusive: bool = True,
    durable: bool = True,
    password: str = "",
) -> Database:
    """Opens a database, made if it is not there, and brings its tables to the newest revision.

    ``where`` is a file's path or a URL; ``sqlite://`` alone lives in memory, ``postgresql://`` is
    on a server, with the ``password`` where the URL has none. ``family`` names the folders of
    ``ledger/store/versions`` whose revisions belong to it, none where others make the tables.
    ``exclusive`` keeps other processes out. Without ``durable`` a power cut may undo the last
    commits of a file, whole ones: for what can be made again. Raises Refused: ``store.locked``, or
    ``store.newer`` for a database that newer software has changed; Unavailable for one that is
    full or away.
    """
    url = _url_of(where, password)
    file = _file_of(url)
    guard: Guard | None = None
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = ProcessLock(file) if exclusive else None
        file.touch()
        guard = FileGuard(file, lock)
    engine = _engine(url, file, synchronous="FULL" if durable else "NORMAL")
    if url.get_backend_name() != "sqlite" and exclusive:
        guard = ServerLock(engine)
    engine.update_execution_options(**{_GUARD: guard, _WRITERS: Turns(file)})
    database = Database(engine, guard)
    try:
        if family:
            with transaction(database.engine) as connection:
                upgrade(connection, family)
    except BaseException:
        database.close()
        raise
    return database


def guarded(engine: Engine, guard: Guard) -> Engine:
    """The same database, whose transactions ask this guard instead of the database's own."""
    return engine.execution_options(**{_GUARD: guard})


@contextlib.contextmanager
def transaction(engine: Engine, faults: Faults | None = None) -> Iterator[Connection]:
    """A transaction that writes: commits when left, rolls back on any error.

    The fault points of the moves made in it are reached just before the commit and right after.
    Raises Unavailable, with nothing written, where the database can't; OutcomeUnknown where it was
    lost in the commit; Refused where it is no longer ours.
    """
    tried = _REHEARSAL.get()
    if tried is not None:
        with tried.step(engine) as connection:
            yield connection
        return
    faults = faults or NoFaults()
    with told(engine), _turn(engine), _connected(engine) as connection:
        info = connection.info  # kept: a connection that is lost does not show it any more
        info[_POINTS] = points = list[str]()
        try:
            with connection.begin() as begun:
                if engine.dialect.name != "sqlite":
                    hold_writers(connection)
                    _check(engine)
                yield connection
                for point in points:
                    faults.reach(f"{point}.before")
                _commit(engine, begun)
        finally:
            info.pop(_POINTS, None)
    for point in points:
        faults.reach(f"{point}.after")


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, sees one state throughout, and holds no writer up.

    In a rehearsal, of what was written to that database so far.
    """
    tried = _REHEARSAL.get()
    begun = None if tried is None else tried.begun(engine)
    if begun is not None:
        with told(engine):
            yield begun
        return
    options: dict[str, Any] = {_READ_ONLY: True}
    if engine.dialect.name != "sqlite":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with (
        told(engine),
        _connected(engine).execution_options(**options) as connection,
        connection.begin(),
    ):
        yield connection


@contextlib.contextmanager
def rehearsal() -> Iterator[None]:
    """Whatever this thread writes inside, to any database, is undone when it is left.

    The transactions inside are steps of one that never commits: each sees what those before it
    wrote, one that fails undoes its own alone, and no fault point is reached. Writers wait for as
    long as it takes, so nothing inside may wait for them, or act beyond its databases: what would
    asks ``rehearsing``.
    """
    with contextlib.ExitStack() as stack:
        token = _REHEARSAL.set(_Rehearsal(stack))
        try:
            yield
        finally:
            _REHEARSAL.reset(token)


def rehearsing() -> bool:
    """Whether what is done here is to be undone."""
    return _REHEARSAL.get() is not None


class _Rehearsal:
    """The transactions of one rehearsal, one for each database that it writes to."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self._begun: dict[object, Connection] = {}

    def begun(self, engine: Engine) -> Connection | None:
        """Where it has written to that database, its connection."""
        return self._begun.get(engine.pool)

    @contextlib.contextmanager
    def step(self, engine: Engine) -> Iterator[Connection]:
        """Something that would be a transaction."""
        with told(engine):
            connection = self.begun(engine) or self._begin(engine)
            with connection.begin_nested():
                yield connection

    def _begin(self, engine: Engine) -> Connection:
        enter = self._stack.enter_context
        enter(_turn(engine))
        connection = enter(_connected(engine))
        self._stack.callback(connection.begin().rollback)
        connection.info[_POINTS] = list[str]()
        self._stack.callback(connection.info.pop, _POINTS, None)
        if engine.dialect.name != "sqlite":
            hold_writers(connection)
            _check(engine)
        self._begun[engine.pool] = connection
        return connection


def note_point(connection: Connection, point: str) -> None:
    """For moves of rows: the transaction reaches this point when it commits."""
    points: list[str] | None = connection.info.get(_POINTS)
    if points is None:
        raise RuntimeError("rows change state inside ledger.store.engine.transaction only")
    points.append(point)


def _commit(engine: Engine, begun: RootTransaction) -> None:
    """Apart from the rest: what is lost here may have taken place."""
    try:
        begun.commit()
    except DBAPIError as error:
        found = trouble_of(error, engine, committing=True)
        if found is None:
            raise
        raise found from error


def _turn(engine: Engine) -> AbstractContextManager[None]:
    """Writers queue up here, and none of them keeps a connection from readers meanwhile."""
    turns: Turns = engine.get_execution_options()[_WRITERS]
    return turns.one(BUSY_MS / 1_000)


def _connected(engine: Engine) -> Connection:
    """A connection to what was opened: a file that is gone is not made again."""
    if engine.dialect.name == "sqlite":
        _check(engine)
    return engine.connect()


def _check(engine: Engine) -> None:
    guard: Guard | None = engine.get_execution_options().get(_GUARD)
    if guard is not None:
        guard.check()


def _url_of(where: Path | str, password: str) -> URL:
    if isinstance(where, Path):
        return URL.create("sqlite", database=str(where))
    url = make_url(where)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.set(password=password) if password and url.password is None else url


def _file_of(url: URL) -> Path | None:
    """The file of an SQLite database; None in memory and for servers."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def _engine(url: URL, file: Path | None, *, synchronous: str) -> Engine:
    if url.get_backend_name() != "sqlite":
        arguments = {"connect_timeout": CONNECT_S} if "connect_timeout" not in url.query else {}
        pool = {"pool_size": SERVER_CONNECTIONS, "max_overflow": 0}
        engine = create_engine(url, pool_pre_ping=True, connect_args=arguments, **pool)
        event.listen(engine, "connect", _prepare_server)
        return engine
    # Autocommit at the driver: it would begin transactions late, and not before every statement.
    if file is None:
        given: dict[str, Any] = {"isolation_level": None, "check_same_thread": False}
        engine = create_engine(url, connect_args=given, poolclass=StaticPool)
    else:
        pool = {"pool_size": CONNECTIONS, "max_overflow": 0}
        engine = create_engine(url, creator=partial(_open_file, file), **pool)
    event.listen(engine, "connect", partial(_prepare_sqlite, synchronous))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _open_file(file: Path) -> sqlite3.Connection:
    """A connection to a file that is there."""
    where = f"file:{quote(str(file.resolve()))}?mode=rw"
    return sqlite3.connect(where, uri=True, isolation_level=None, check_same_thread=False)


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


def _prepare_server(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {BUSY_MS}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
