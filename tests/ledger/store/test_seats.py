"""Seats of processes at one database: duties are one's at a time, and lost with the connection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.errors import Unavailable
from ledger.store.engine import Engine, open_database, reading, transaction
from ledger.store.seats import SPARE_S, OneSeat, ServerSeats, seats_over
from tests.support.postgres import Server


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def engine(postgres: Server) -> Iterator[Engine]:
    """An empty database on a server."""
    with open_database(postgres.new(), (), exclusive=False) as database:
        yield database.engine


def cut(engine: Engine, seats: ServerSeats) -> None:
    """The server ends the connection of that seat, as where its process or its network died."""
    found = text(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' "
        "AND objid = :seat AND database = (SELECT oid FROM pg_database "
        "WHERE datname = current_database())"
    )
    with transaction(engine) as connection:
        assert connection.execute(found, {"seat": seats.mine}).scalar_one()


def test_a_duty_is_one_process_s_at_a_time(engine: Engine) -> None:
    first, second = ServerSeats(engine), ServerSeats(engine)

    taken = first.take("relaying")
    refused = second.take("relaying")
    first.leave()

    assert (bool(taken), refused) == (True, 0)
    assert second.take("relaying")
    second.leave()


def test_a_process_is_there_until_its_connection_ends(engine: Engine) -> None:
    first, second = ServerSeats(engine), ServerSeats(engine)
    assert first.mine is not None

    with reading(engine) as connection:
        before = second.is_there(connection, first.mine)
    cut(engine, first)
    with reading(engine) as connection:
        after = second.is_there(connection, first.mine)

    assert (before, after) == (True, False)
    first.leave()
    second.leave()


def test_nothing_is_written_by_a_process_that_lost_its_duty(engine: Engine) -> None:
    first, second = ServerSeats(engine), ServerSeats(engine)
    before = first.take("relaying")
    guarded = first.engine("relaying")
    with transaction(guarded) as connection:
        connection.exec_driver_sql("CREATE TABLE kept (number INTEGER)")

    cut(engine, first)
    second.take("relaying")
    with pytest.raises(Unavailable) as lost, transaction(guarded) as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES (1)")
    second.leave()
    again = first.take("relaying")

    assert (lost.value.code, lost.value.fields) == ("store.duty-lost", {"name": "relaying"})
    assert again > before
    with transaction(guarded) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM kept").scalar_one() == 0
    first.leave()


def test_who_has_a_duty_leaves_the_next_to_others_for_a_moment(engine: Engine) -> None:
    clock = Clock()
    first, second = ServerSeats(engine, clock), ServerSeats(engine, clock)

    assert first.take("one")
    assert not first.take("two")
    assert second.take("two")
    assert not first.take("three")
    clock.now += SPARE_S
    assert first.take("three")

    first.leave()
    second.leave()


def test_over_a_file_there_is_one_process_with_every_duty(tmp_path: Path) -> None:
    with open_database(tmp_path / "a.db", ()) as database:
        seats = seats_over(database.engine)

        assert isinstance(seats, OneSeat)
        assert (seats.mine, seats.take("any"), seats.take("other")) == (None, 1, 1)
        with reading(database.engine) as connection:
            assert not seats.is_there(connection, 7)
