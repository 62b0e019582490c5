"""A database that is full, away, gone or damaged says so as an error of ours, and nothing is lost.

Full is SQLite's own limit of pages, which gives the very error that a full disk does; a disk that
really is full stands in ``tests.issuers.test_agent_full``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, event
from sqlalchemy.exc import IntegrityError, OperationalError

from ledger.errors import Broken, OutcomeUnknown, Refused, Unavailable
from ledger.store.engine import Database, open_database, reading, transaction
from ledger.store.troubles import trouble_of
from tests.support.postgres import Server, name_in, running_server

KEPT = Table("kept", MetaData(), Column("id", Integer, primary_key=True), Column("b", LargeBinary))
PAGES = 20


@contextlib.contextmanager
def opened(place: Path | str) -> Iterator[Database]:
    """A database with one table, closed again."""
    with open_database(place, ()) as database:
        with transaction(database.engine) as connection:
            KEPT.create(connection, checkfirst=True)
        yield database


def add(database: Database, number: int, size: int = 10) -> None:
    """A row of so many bytes."""
    with transaction(database.engine) as connection:
        connection.execute(KEPT.insert().values(id=number, b=b"x" * size))


def numbers(database: Database) -> list[int]:
    """Of all rows."""
    with reading(database.engine) as connection:
        return sorted(connection.execute(KEPT.select().with_only_columns(KEPT.c.id)).scalars())


def limit(engine: Engine, pages: int) -> None:
    """From the next transaction on the file may have so many pages."""

    def set_limit(connection: object) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    event.listen(engine, "begin", set_limit, insert=True)


def test_a_full_database_writes_nothing_says_so_and_goes_on_once_there_is_room(
    tmp_path: Path,
) -> None:
    with opened(tmp_path / "a.db") as database:
        add(database, 1)
        limit(database.engine, PAGES)

        with pytest.raises(Unavailable) as refusal:
            add(database, 2, size=1_000_000)
        while_full = numbers(database)
        limit(database.engine, 1_000_000)
        add(database, 3, size=1_000_000)

        assert (refusal.value.code, refusal.value.fields) == ("store.full", {"name": "a.db"})
        assert (while_full, numbers(database)) == ([1], [1, 3])


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_gone_is_neither_written_on_nor_made_anew(
    tmp_path: Path, replaced: bool
) -> None:
    path = tmp_path / "a.db"
    with opened(path) as database:
        add(database, 1)
        path.unlink()
        if replaced:
            path.touch()

        for asked in (lambda: add(database, 2), lambda: numbers(database)):
            with pytest.raises(Refused) as refusal:
                asked()
            assert (refusal.value.code, refusal.value.fields) == ("store.gone", {"path": str(path)})

    assert path.exists() == replaced
    assert not replaced or path.stat().st_size == 0


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"no database at all " * 100)

    with pytest.raises(Broken) as refusal, opened(path):
        pass

    assert (refusal.value.code, refusal.value.fields) == ("store.spoilt", {"name": "a.db"})


def test_what_is_the_askers_own_affair_passes_through(place: Path | str) -> None:
    with opened(place) as database:
        add(database, 1)

        with pytest.raises(IntegrityError):
            add(database, 1)


def test_a_writer_that_waited_too_long_for_another_gives_up(
    place: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.engine.BUSY_MS", 50)
    with (
        opened(place) as database,
        transaction(database.engine),
        pytest.raises(Unavailable, match=r"store\.busy"),
    ):
        add(database, 1)


def test_a_server_that_was_stopped_is_waited_for_and_gone_on_with() -> None:
    with running_server() as server:
        url = server.new()
        with opened(url) as database:
            add(database, 1)
            server.stop()
            with pytest.raises(Unavailable) as writing:
                add(database, 2)
            with pytest.raises(Unavailable) as asking:
                numbers(database)
            server.start()
            add(database, 3)
            with pytest.raises(Refused, match=r"store\.locked"):
                open_database(url, ())

            assert numbers(database) == [1, 3]
    for refusal in (writing, asking):
        assert refusal.value.code == "store.away"
        assert refusal.value.fields == {"name": name_in(url)}


def test_whoever_lost_its_lock_to_another_writes_nothing_any_more(postgres: Server) -> None:
    url = postgres.new()
    with opened(url) as first:
        add(first, 1)
        cut_off(postgres, url)
        with opened(url) as second:
            with pytest.raises(Refused) as refusal:
                add(first, 2)
            add(second, 3)

            assert (refusal.value.code, refusal.value.fields) == (
                "store.locked",
                {"path": name_in(url)},
            )
            assert numbers(second) == [1, 3]


def test_a_connection_lost_in_the_commit_leaves_the_outcome_open(postgres: Server) -> None:
    url = postgres.new()
    with opened(url) as database:

        def lose(_connection: object) -> None:
            cut_off(postgres, url)

        event.listen(database.engine, "commit", lose)
        with pytest.raises(OutcomeUnknown) as refusal:
            add(database, 1)
        event.remove(database.engine, "commit", lose)

        assert refusal.value.code == "store.commit-unknown"
        assert refusal.value.fields == {"name": name_in(url)}
        assert numbers(database) == []


def test_errors_carry_neither_the_drivers_words_nor_the_servers_place(postgres: Server) -> None:
    with opened(postgres.new()) as database:
        cause = psycopg.errors.DiskFull("could not extend file on db.example")

        found = trouble_of(OperationalError("INSERT", {}, cause), database.engine)

    assert found is not None
    assert found.code == "store.full"
    assert "example" not in str(found)


def cut_off(server: Server, url: str) -> None:
    """Every connection to the database is ended, as by a firewall."""
    server.ask(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
