"""One process a database, and a database that is still the one that was opened.

Two processes over one outbox would hand out the same nonces. A database in a file has a lock file
beside it, which the system lets go when its holder dies; one on a PostgreSQL server has a lock of
that server's, held by a connection of its own. Both are asked at each transaction whether all is
as it was: a file that was deleted or replaced under a running process must not be written on, nor
made anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from ledger.errors import Refused, Unavailable
from ledger.store.troubles import name_of, trouble_of

SPACE = 0x746F6E67
"""Of our locks on a PostgreSQL server ("tong"): the first half of their names."""
PROCESS, WRITER = 1, 2
"""Second halves: the process that has the database; the one transaction that writes."""
_LOOK_S = 0.0005
"""Pause between looks whether another process has finished writing."""


class Guard(Protocol):
    """Says whether a database is still ours."""

    def check(self) -> None:
        """Returns, or raises Refused for good, or Unavailable for now."""
        ...

    def release(self) -> None:
        """Lets others in."""
        ...


class ProcessLock:
    """Held from its making until ``release`` or the end of the process."""

    def __init__(self, database: Path) -> None:
        """Raises Refused("store.locked") with the database's path if another holds it."""
        self.path = database.with_name(database.name + ".lock")
        self._file = self.path.open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise Refused("store.locked", path=str(database)) from None

    @property
    def descriptor(self) -> int:
        """The open file's number."""
        return self._file.fileno()

    def release(self) -> None:
        """Lets it go. The file stays: removing it would let two in."""
        self._file.close()


class Turns:
    """Writers of one database in a file, of this process and of its child, one after another.

    SQLite lets those who wait for it sleep and guess, up to a tenth of a second at a time. Here
    threads of a process queue up at a lock of its own, and one of them at the file's.
    """

    def __init__(self, database: Path | None) -> None:
        """None: no other process can be at it."""
        self._mutex = threading.Lock()
        self._file = None
        if database is not None:
            self._file = database.with_name(database.name + ".turn").open("ab")

    @contextlib.contextmanager
    def one(self, patience_s: float) -> Iterator[None]:
        """Who waits longer than that goes on, for the database to say what is the matter."""
        until = time.monotonic() + patience_s
        got = self._mutex.acquire(timeout=patience_s)
        try:
            if got and self._file is not None:
                _lock(self._file, until)
            yield
        finally:
            if got and self._file is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
            if got:
                self._mutex.release()

    def close(self) -> None:
        """Of an engine that nobody uses any more."""
        if self._file is not None:
            self._file.close()


class FileGuard:
    """A database in a file: the file at its path is the one that was opened."""

    def __init__(self, file: Path, lock: ProcessLock | None) -> None:
        self.lock = lock
        self._file = file
        self._known = _identity(file)

    def check(self) -> None:
        """Refused("store.gone") once the file was deleted or another put in its place."""
        if _identity(self._file) != self._known:
            raise Refused("store.gone", path=str(self._file))

    def release(self) -> None:
        """Lets other processes in."""
        if self.lock is not None:
            self.lock.release()


class ServerLock:
    """A session's lock on a PostgreSQL server, by database and schema. Safe between threads.

    A server that was away takes it with it. It is asked for again before anything is written, and
    every writer asks while it holds the writers' lock, so nothing is ever written without it.
    """

    def __init__(self, engine: Engine) -> None:
        """Raises Refused("store.locked") if another process has it."""
        self._engine = engine
        self._mutex = threading.Lock()
        self._connection: Connection | None = None
        self._take()

    def check(self) -> None:
        """Unavailable("store.away") while the server is away; Refused("store.locked") once another
        process took the lock meanwhile."""
        with self._mutex:
            if self._connection is not None:
                try:
                    self._connection.exec_driver_sql("SELECT 1")
                except DBAPIError:
                    self._drop()
                else:
                    return
            self._take()

    def release(self) -> None:
        """Lets it go."""
        with self._mutex:
            self._drop()

    def _take(self) -> None:
        """A connection of its own, out of the pool, so that the lock ends with it."""
        wanted = text("SELECT pg_try_advisory_lock(:space, :which # hashtext(current_schema()))")
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()
            self._connection = connection
            got = connection.execute(wanted, {"space": SPACE, "which": PROCESS}).scalar_one()
        except DBAPIError as error:
            self._drop()
            name = name_of(self._engine)
            raise trouble_of(error, self._engine) or Unavailable("store.away", name=name) from error
        if not got:
            self._drop()
            raise Refused("store.locked", path=name_of(self._engine))

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(DBAPIError):
                connection.close()


def hold_writers(connection: Connection) -> None:
    """On PostgreSQL: from now to the transaction's end, no other writes to this schema.

    Writers go one after another from their first statement on, as SQLite has them: what a
    transaction has read stays true until it commits. SERIALIZABLE would allow more at a time, and
    ask that any transaction may be run again, which a caller's block can't be.
    """
    wanted = text("SELECT pg_advisory_xact_lock(:space, :which # hashtext(current_schema()))")
    connection.execute(wanted, {"space": SPACE, "which": WRITER})


def _lock(file: BinaryIO, until: float) -> None:
    """Has the file's lock when it returns, unless the time is over."""
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_LOOK_S)


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
