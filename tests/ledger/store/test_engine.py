"""Databases are durable, exclusive, and brought to the newest revision when opened."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from ledger.errors import Refused
from ledger.store.engine import Connection, open_database, reading, transaction
from ledger.store.outbox_tables import BLOCKS, SENDERS
from ledger.store.tables import METADATA

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


def code_of_opening(path: Path) -> str:
    """For another process: the error's code, or nothing."""
    try:
        open_database(path, FAMILY).close()
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


def test_revisions_make_the_tables_that_the_code_describes(tmp_path: Path) -> None:
    def ours(thing: object, _name: object, kind: str, *_: object) -> bool:
        return kind != "table" or getattr(thing, "name", "") in OUTBOX_TABLES

    with open_database(tmp_path / "a.db", FAMILY) as base, reading(base.engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        differences = compare_metadata(context, METADATA)
        tables = set(inspect(connection).get_table_names())

    assert differences == []
    assert tables == OUTBOX_TABLES | {"alembic_version"}


def test_the_tables_can_stand_in_postgresql_too() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

    made = {
        name: str(CreateTable(table).compile(dialect=dialect))
        for name, table in METADATA.tables.items()
        if name in OUTBOX_TABLES
    }

    assert made.keys() == OUTBOX_TABLES
    assert "raw BYTEA NOT NULL" in made["outbox"]
    assert '"to" BYTEA' in made["outbox"]


def test_a_database_opened_again_keeps_its_rows(tmp_path: Path) -> None:
    with open_database(tmp_path / "a.db", FAMILY) as base, transaction(base.engine) as connection:
        add_sender(connection, 1)

    with open_database(tmp_path / "a.db", FAMILY) as again, reading(again.engine) as connection:
        assert count(connection) == 1


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with open_database(tmp_path / "a.db", FAMILY) as base, transaction(base.engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'outbox_9999'")

    with pytest.raises(Refused) as refusal:
        open_database(tmp_path / "a.db", FAMILY)

    assert refusal.value.code == "store.newer"
    assert refusal.value.fields["family"] == "outbox"


def test_a_family_without_revisions_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no revisions"):
        open_database(tmp_path / "a.db", ("outbox", "nowhere"))


@pytest.mark.slow
def test_a_second_process_is_locked_out_until_the_first_is_done(tmp_path: Path) -> None:
    path = tmp_path / "a.db"

    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as other:
        with open_database(path, FAMILY):
            while_open = other.submit(code_of_opening, path).result()
            with pytest.raises(Refused) as refusal:
                open_database(path, FAMILY)
        afterwards = other.submit(code_of_opening, path).result()

    assert (while_open, afterwards) == ("store.locked", "")
    assert refusal.value.fields == {"path": str(path)}


def test_readers_of_a_projection_need_no_lock(tmp_path: Path) -> None:
    with open_database(tmp_path / "a.db", FAMILY):
        open_database(tmp_path / "a.db", FAMILY, exclusive=False).close()


def test_an_error_rolls_everything_back(tmp_path: Path) -> None:
    def add_and_fail() -> None:
        with transaction(database.engine) as connection:
            add_sender(connection, 1)
            raise KeyError

    with open_database(tmp_path / "a.db", FAMILY) as database:
        with pytest.raises(KeyError):
            add_and_fail()

        with reading(database.engine) as connection:
            assert count(connection) == 0


def test_a_reader_sees_one_state_and_holds_no_writer_up(tmp_path: Path) -> None:
    with open_database(tmp_path / "a.db", FAMILY) as database:
        with reading(database.engine) as reader:
            before = count(reader)
            with transaction(database.engine) as writer:
                add_sender(writer, 1)
            during = count(reader)
        with reading(database.engine) as reader:
            after = count(reader)

    assert (before, during, after) == (0, 0, 1)


def test_writers_wait_for_each_other_from_their_first_statement(tmp_path: Path) -> None:
    """Each reads, then writes what follows from it: none may read while another is at it."""

    def add_one() -> None:
        for _ in range(10):
            with transaction(database.engine) as connection:
                add_sender(connection, count(connection))

    with open_database(tmp_path / "a.db", FAMILY) as database:
        with ThreadPoolExecutor(3) as threads:
            for done in [threads.submit(add_one) for _ in range(3)]:
                done.result()

        with reading(database.engine) as connection:
            assert count(connection) == 30
