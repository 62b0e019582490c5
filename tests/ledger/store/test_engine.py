"""Databases are durable, exclusive, and brought to the newest revision when opened."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from ledger.errors import Refused
from ledger.store.engine import (
    Connection,
    open_database,
    reading,
    rehearsal,
    rehearsing,
    transaction,
)
from ledger.store.outbox_tables import BLOCKS, SENDERS
from ledger.store.tables import METADATA
from tests.support.postgres import name_in

FAMILY = ("outbox",)
OUTBOX_TABLES = {"outbox", "outbox_senders", "outbox_blocks"}


def pragma(connection: Connection, name: str) -> object:
    """A setting of SQLite."""
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def add_sender(connection: Connection, who: int) -> None:
    """A row of any kind."""
    values = {"sender": bytes([who]) * 20, "chain_id": 1, "first_nonce": 0, "next_nonce": 0}
    connection.execute(SENDERS.insert().values(**values))


def count(connection: Connection) -> int:
    """Rows of that kind."""
    return len(connection.execute(SENDERS.select()).all())


def called(place: Path | str) -> str:
    """As errors name it: the whole path of a file, a server's database without its server."""
    return str(place) if isinstance(place, Path) else name_in(place)


def code_of_opening(place: Path | str) -> str:
    """For another process: the error's code, or nothing."""
    try:
        open_database(place, FAMILY).close()
    except Refused as refusal:
        return refusal.code
    return ""


def test_a_database_in_a_file_is_durable_and_checks_foreign_keys(tmp_path: Path) -> None:
    with open_database(tmp_path / "deep" / "a.db", FAMILY) as database:
        with reading(database.engine) as connection:
            found = [pragma(connection, n) for n in ("journal_mode", "synchronous", "foreign_keys")]

        with pytest.raises(IntegrityError), transaction(database.engine) as connection:
            connection.execute(BLOCKS.insert().values(sender=b"x" * 20, number=1, hash=b"x" * 32))

    assert found == ["wal", 2, 1]


def test_revisions_make_the_tables_that_the_code_describes(place: Path | str) -> None:
    def ours(thing: object, _name: object, kind: str, *_: object) -> bool:
        return kind != "table" or getattr(thing, "name", "") in OUTBOX_TABLES

    with open_database(place, FAMILY) as base, reading(base.engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        differences = compare_metadata(context, METADATA)
        tables = set(inspect(connection).get_table_names())

    assert differences == []
    assert tables == OUTBOX_TABLES | {"alembic_version"}


def test_a_database_opened_again_keeps_its_rows(place: Path | str) -> None:
    with open_database(place, FAMILY) as base, transaction(base.engine) as connection:
        add_sender(connection, 1)

    with open_database(place, FAMILY) as again, reading(again.engine) as connection:
        assert count(connection) == 1


def test_a_database_of_a_newer_version_is_refused(place: Path | str) -> None:
    with open_database(place, FAMILY) as base, transaction(base.engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'outbox_9999'")

    with pytest.raises(Refused) as refusal:
        open_database(place, FAMILY)

    assert refusal.value.code == "store.newer"
    assert refusal.value.fields["family"] == "outbox"


def test_a_family_without_revisions_is_a_mistake(place: Path | str) -> None:
    with pytest.raises(ValueError, match="no revisions"):
        open_database(place, ("outbox", "nowhere"))


@pytest.mark.slow
def test_a_second_process_is_locked_out_until_the_first_is_done(place: Path | str) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as other:
        with open_database(place, FAMILY):
            while_open = other.submit(code_of_opening, place).result()
            with pytest.raises(Refused) as refusal:
                open_database(place, FAMILY)
        afterwards = other.submit(code_of_opening, place).result()

    assert (while_open, afterwards) == ("store.locked", "")
    assert refusal.value.fields == {"path": called(place)}


def test_readers_of_a_projection_need_no_lock(place: Path | str) -> None:
    with open_database(place, FAMILY):
        open_database(place, FAMILY, exclusive=False).close()


def test_an_error_rolls_everything_back(place: Path | str) -> None:
    def add_and_fail() -> None:
        with transaction(database.engine) as connection:
            add_sender(connection, 1)
            raise KeyError

    with open_database(place, FAMILY) as database:
        with pytest.raises(KeyError):
            add_and_fail()

        with reading(database.engine) as connection:
            assert count(connection) == 0


def test_a_reader_sees_one_state_and_holds_no_writer_up(place: Path | str) -> None:
    with open_database(place, FAMILY) as database:
        with reading(database.engine) as reader:
            before = count(reader)
            with transaction(database.engine) as writer:
                add_sender(writer, 1)
            during = count(reader)
        with reading(database.engine) as reader:
            after = count(reader)

    assert (before, during, after) == (0, 0, 1)


def test_writers_wait_for_each_other_from_their_first_statement(place: Path | str) -> None:
    """Each reads, then writes what follows from it: none may read while another is at it."""

    def add_one() -> None:
        for _ in range(10):
            with transaction(database.engine) as connection:
                add_sender(connection, count(connection))

    with open_database(place, FAMILY) as database:
        with ThreadPoolExecutor(3) as threads:
            for done in [threads.submit(add_one) for _ in range(3)]:
                done.result()

        with reading(database.engine) as connection:
            assert count(connection) == 30


def test_a_rehearsal_sees_what_it_writes_and_leaves_nothing(place: Path | str) -> None:
    with open_database(place, FAMILY) as base:
        with transaction(base.engine) as connection:
            add_sender(connection, 1)
        with rehearsal():
            with transaction(base.engine) as connection:
                add_sender(connection, 2)
            with pytest.raises(IntegrityError), transaction(base.engine) as connection:  # noqa: PT012
                add_sender(connection, 3)
                add_sender(connection, 2)
            with reading(base.engine) as connection:
                inside = count(connection)
            assert rehearsing()
        with reading(base.engine) as connection:
            after = count(connection)
        with transaction(base.engine) as connection:
            add_sender(connection, 2)

    assert (inside, after) == (2, 1)
    assert not rehearsing()


def test_what_fails_ends_its_rehearsal_with_nothing_written(place: Path | str) -> None:
    with open_database(place, FAMILY) as base:
        with pytest.raises(Refused), rehearsal(), transaction(base.engine) as connection:  # noqa: PT012
            add_sender(connection, 1)
            raise Refused("store.gone", path="x")
        with reading(base.engine) as connection:
            assert count(connection) == 0
