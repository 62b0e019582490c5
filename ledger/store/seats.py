"""Several processes over one database: each has a seat, and a duty is one seat's at a time.

On a PostgreSQL server a seat is a connection of its own with the server's locks on it: one that
says that the process is there, and one for each duty that it has. They end with the connection, so
what a process had is free as soon as the server knows that it died. A duty comes with a guard for
the transactions in which it is done: asked while no other writes, so nothing is ever written by a
process that has lost it. A database in a file has one process, which has every duty.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from ledger.errors import Unavailable
from ledger.store.engine import guarded
from ledger.store.troubles import name_of, trouble_of

SEATS, DUTIES = 0x746F6E68, 0x746F6E69
"""Of these locks on a server: the first half of their names."""
SPARE_S = 1.0
"""A process that has duties leaves others for so long for each, so that they spread."""
_DUTY = "pg_try_advisory_lock(:space, hashtext(current_schema() || ' ' || :which))"


class Seats(Protocol):
    """One process's place among those over a database. Safe between threads."""

    mine: int | None
    """Its number; None where no other process can be."""

    def take(self, duty: str) -> int:
        """0 while another process has the duty; else a number, another each time it is taken."""
        ...

    def engine(self, duty: str) -> Engine:
        """The database for what belongs to the duty: each transaction asks whether it is ours,
        and raises Unavailable("store.duty-lost") where it is not."""
        ...

    def is_there(self, connection: Connection, seat: int) -> bool:
        """Whether the process of that number still runs."""
        ...

    def leave(self) -> None:
        """Gives up the seat with all its duties."""
        ...


class OneSeat:
    """Of the only process over a database in a file."""

    def __init__(self, engine: Engine) -> None:
        self.mine: int | None = None
        self._engine = engine

    def take(self, duty: str) -> int:  # noqa: ARG002 - all of them
        """Always ours, once."""
        return 1

    def engine(self, duty: str) -> Engine:  # noqa: ARG002 - all of them
        """The database."""
        return self._engine

    def is_there(self, connection: Connection, seat: int) -> bool:  # noqa: ARG002
        """Nobody else is."""
        return False

    def leave(self) -> None:
        """Nothing to give up."""


class ServerSeats:
    """One of many, on a PostgreSQL server."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds that never go back. Raises Unavailable("store.away")."""
        self.mine: int | None = secrets.randbelow(2**31 - 1) + 1
        self._engine = engine
        self._clock = clock
        self._mutex = threading.Lock()
        self._connection: Connection | None = None
        self._taken: dict[str, int] = {}
        self._takes = 0
        self._wanted_since: dict[str, float] = {}
        with self._mutex:
            self._sit()

    def take(self, duty: str) -> int:
        """As ``Seats`` says. Raises Unavailable("store.away") while the server is."""
        with self._mutex:
            self._sit()
            if duty not in self._taken and self._may_try(duty):
                if self._locked(duty):
                    self._takes += 1
                    self._taken[duty] = self._takes
                self._wanted_since.pop(duty, None)
            return self._taken.get(duty, 0)

    def check(self, duty: str) -> None:
        """Unavailable("store.duty-lost") where the duty is not ours any more."""
        with self._mutex:
            self._sit()
            if duty not in self._taken:
                raise Unavailable("store.duty-lost", name=duty)

    def engine(self, duty: str) -> Engine:
        """As ``Seats`` says."""
        return guarded(self._engine, _DutyGuard(self, duty))

    def is_there(self, connection: Connection, seat: int) -> bool:
        """Its lock cannot be had, while this transaction lasts, if it is."""
        wanted = text("SELECT pg_try_advisory_xact_lock(:space, :seat)")
        return not connection.execute(wanted, {"space": SEATS, "seat": seat}).scalar_one()

    def leave(self) -> None:
        """Ends the connection, and with it the locks."""
        with self._mutex:
            self._drop()

    def _may_try(self, duty: str) -> bool:
        """Whoever has duties waits before taking one more."""
        since = self._wanted_since.setdefault(duty, self._clock())
        return self._clock() - since >= SPARE_S * len(self._taken)

    def _locked(self, duty: str) -> bool:
        assert self._connection is not None
        values = {"space": DUTIES, "which": duty}
        try:
            return bool(self._connection.execute(text(f"SELECT {_DUTY}"), values).scalar_one())
        except DBAPIError as error:
            raise self._away(error) from error

    def _sit(self) -> None:
        """Sits down, again where the server let go of our connection: then every duty is lost."""
        if self._connection is not None:
            try:
                self._connection.exec_driver_sql("SELECT 1")
            except DBAPIError:
                self._drop()
            else:
                return
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()
            self._connection = connection
            values = {"space": SEATS, "seat": self.mine}
            got = connection.execute(text("SELECT pg_try_advisory_lock(:space, :seat)"), values)
            seated = bool(got.scalar_one())
        except DBAPIError as error:
            raise self._away(error) from error
        if not seated:  # the server has not noticed yet that our former connection is gone
            self._drop()
            raise Unavailable("store.away", name=name_of(self._engine))

    def _away(self, error: DBAPIError) -> Exception:
        self._drop()
        name = name_of(self._engine)
        return trouble_of(error, self._engine) or Unavailable("store.away", name=name)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._taken.clear()
        if connection is not None:
            with contextlib.suppress(DBAPIError):
                connection.close()


class _DutyGuard:
    """Lets no transaction pass whose duty is another process's by now."""

    def __init__(self, seats: ServerSeats, duty: str) -> None:
        self._seats = seats
        self._duty = duty

    def check(self) -> None:
        """Raises as ``Seats.engine`` says."""
        self._seats.check(self._duty)

    def release(self) -> None:
        """It ends with the seat."""


def seats_over(engine: Engine) -> Seats:
    """One among many on a server; the only one over a file."""
    return OneSeat(engine) if engine.dialect.name == "sqlite" else ServerSeats(engine)
