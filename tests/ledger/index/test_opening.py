"""The projection's database: no migrations, one writer, another version or ledger begins anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from ledger.errors import Refused
from ledger.index.rows import KINDS, BatchRow, MemberRow, RateRow
from ledger.store import index_schema as schema
from ledger.store.engine import reading, transaction
from ledger.store.index_changes import Changes, undo_above
from ledger.store.index_network import Standing, standing
from ledger.store.index_query import one, rows
from ledger.store.index_schema import open_index
from ledger.store.index_tables import INDEX_METADATA, PLACE, PREFIX, TABLES, VERSION, names

LEDGER = b"\x1e" * 20
MEMBER = MemberRow(1, b"\1" * 20, 1, 1, 0, 0, "0xVOL", 7)
HIGH = 2**64 - 1


def test_what_is_written_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with open_index(path) as opened, transaction(opened.engine) as connection:
        schema.begin(connection, 5, LEDGER)
        changes = Changes(connection)
        changes.put(MEMBER)
        changes.write(None)

    with open_index(path) as opened, reading(opened.engine) as connection:
        assert standing(connection) == Standing(VERSION, 5, LEDGER, 0, 0)
        assert rows(connection, MemberRow) == [MEMBER]


def test_another_version_is_dropped_by_the_writer_and_refused_to_readers(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with open_index(path) as opened, transaction(opened.engine) as connection:
        schema.begin(connection, 5, LEDGER)
        connection.execute(PLACE.update().values(version=VERSION + 1))
        connection.exec_driver_sql(f"CREATE TABLE {PREFIX}of_another_time (a INTEGER)")

    with pytest.raises(Refused, match=r"^index\.other-version"):
        open_index(path, exclusive=False)

    with open_index(path) as opened, reading(opened.engine) as connection:
        assert standing(connection) is None
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert set(found.scalars()) == set(INDEX_METADATA.tables)


def test_one_process_writes_and_others_read(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with open_index(path):
        with pytest.raises(Refused, match=r"^store\.locked"):
            open_index(path)
        open_index(path, exclusive=False).close()


def test_rows_of_another_ledger_are_taken_away() -> None:
    with open_index("sqlite://") as opened, transaction(opened.engine) as connection:
        schema.begin(connection, 5, LEDGER)
        changes = Changes(connection)
        changes.put(MEMBER)
        changes.write(None)

        same = schema.begin(connection, 5, LEDGER)
        kept = rows(connection, MemberRow)
        other = schema.begin(connection, 5, b"\x2e" * 20)

        assert (same.ledger, kept) == (LEDGER, [MEMBER])
        assert (other.ledger, rows(connection, MemberRow)) == (b"\x2e" * 20, [])


def test_numbers_of_64_bits_keep_their_value() -> None:
    rate = RateRow(LEDGER, 1, 1, 24_000, HIGH, 2**63, b"\0" * 32, 1)
    with open_index("sqlite://") as opened, transaction(opened.engine) as connection:
        changes = Changes(connection)
        changes.put(rate)
        changes.write(None)

        assert one(connection, RateRow, LEDGER, 1, 1) == rate


def test_undo_puts_back_changed_fresh_and_replaced_rows() -> None:
    batch = (1, 1, 1, 0, 5, b"\1" * 32, b"\2" * 32, True, 2, 0, b"\3" * 32)
    with open_index("sqlite://") as opened, transaction(opened.engine) as connection:
        first = Changes(connection)
        first.put(MEMBER)
        first.write(None)
        before = schema.digest(connection)
        for block in (2, 3):
            later = Changes(connection)
            later.put(MEMBER._replace(status=block, code="\x00ok"))
            later.add(BatchRow, [(1, block, *batch[2:])])
            later.write(block)

        undo_above(connection, 1)

        assert rows(connection, MemberRow) == [MEMBER]
        assert schema.digest(connection) == before


def test_every_kind_has_a_table_with_its_fields_that_postgresql_takes_too() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for kind in KINDS:
        table = TABLES[kind]
        assert tuple(table.columns.keys()) == names(kind)
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
