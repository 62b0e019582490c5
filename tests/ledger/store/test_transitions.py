"""Rows move along their machine only, and the points are reached around the commit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, String, Table

from ledger.errors import Broken
from ledger.faults import NEW, Transitions
from ledger.store.engine import Engine, open_database, reading, transaction
from ledger.store.transitions import create, move

LAMP = Transitions("lamp", ((NEW, "off"), ("off", "on"), ("on", "off")))
LAMPS = Table("lamps", MetaData(), Column("id", String, primary_key=True), Column("state", String))


class Recorder:
    """Notes each point."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    def reach(self, point: str) -> None:
        self.reached.append(point)


class Stop(Exception):
    """Ends a transaction."""


@pytest.fixture
def engine(place: Path | str) -> Iterator[Engine]:
    """A database with a table of lamps."""
    with open_database(place, ("outbox",)) as database:
        LAMPS.create(database.engine)
        yield database.engine


def states(engine: Engine) -> list[str]:
    """Of every lamp."""
    with reading(engine) as connection:
        return list(connection.execute(LAMPS.select().with_only_columns(LAMPS.c.state)).scalars())


def test_points_are_reached_before_and_after_the_commit(engine: Engine) -> None:
    recorder = Recorder()

    with transaction(engine, recorder) as connection:
        create(connection, LAMP, LAMPS, "off", {"id": "a"})
        move(connection, LAMP, LAMPS, {"id": "a"}, ("off", "on"))
        early = list(recorder.reached)

    assert early == []
    assert states(engine) == ["on"]
    assert recorder.reached == [
        "lamp.new-off.before",
        "lamp.off-on.before",
        "lamp.new-off.after",
        "lamp.off-on.after",
    ]


def test_a_rolled_back_transaction_reaches_no_point(engine: Engine) -> None:
    recorder = Recorder()

    def make_and_stop() -> None:
        with transaction(engine, recorder) as connection:
            create(connection, LAMP, LAMPS, "off", {"id": "a"})
            raise Stop

    with pytest.raises(Stop):
        make_and_stop()

    assert recorder.reached == []
    assert states(engine) == []


def test_a_row_moves_only_from_the_state_it_is_in(engine: Engine) -> None:
    with transaction(engine) as connection:
        create(connection, LAMP, LAMPS, "off", {"id": "a"})

    with pytest.raises(Broken) as refusal, transaction(engine) as connection:
        move(connection, LAMP, LAMPS, {"id": "a"}, ("on", "off"))

    assert refusal.value.code == "store.not-in-state"
    assert refusal.value.fields == {"machine": "lamp", "expected": "on"}


def test_a_move_that_the_machine_does_not_have_is_broken(engine: Engine) -> None:
    with pytest.raises(Broken, match="no-such-transition"), transaction(engine) as connection:
        create(connection, LAMP, LAMPS, "on", {"id": "a"})


def test_a_state_is_not_written_outside_a_transaction_with_points(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(RuntimeError, match="transaction"):
        create(connection, LAMP, LAMPS, "off", {"id": "a"})
