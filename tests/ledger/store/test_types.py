"""Columns keep every value as it was, and sort numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.exc import StatementError

from ledger.store.engine import Engine, open_database, reading, transaction
from ledger.store.types import UINT256_MAX, UInt256, address, digest
from tests.support.postgres import Server

VALUES = Table(
    "kept",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("number", UInt256()),
    Column("account", address()),
    Column("name", digest()),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database with one table."""
    place = "sqlite://"
    if request.param == "postgresql":
        place = cast("Server", request.getfixturevalue("postgres")).new()
    with open_database(place, ("outbox",)) as database:
        VALUES.create(database.engine)
        yield database.engine


@given(st.lists(st.integers(0, UINT256_MAX) | st.integers(0, 300), max_size=8))
def test_numbers_of_256_bits_come_back_sorted_as_numbers(
    engine: Engine, numbers: list[int]
) -> None:
    with transaction(engine) as connection:
        connection.execute(VALUES.delete())
        for number in numbers:
            connection.execute(VALUES.insert().values(number=number))

    with reading(engine) as connection:
        chosen = VALUES.select().with_only_columns(VALUES.c.number).order_by(VALUES.c.number)
        assert connection.execute(chosen).scalars().all() == sorted(numbers)


def test_bytes_come_back_as_they_were_and_nothing_as_nothing(engine: Engine) -> None:
    with transaction(engine) as connection:
        connection.execute(VALUES.delete())
        connection.execute(VALUES.insert().values(account=b"\0" * 20, name=b"\xff" * 32))

    with reading(engine) as connection:
        (row,) = connection.execute(VALUES.select())
    assert row[1:] == (None, b"\0" * 20, b"\xff" * 32)


@pytest.mark.parametrize(
    ("column", "value"),
    [("number", -1), ("number", 2**256), ("account", b"x" * 19), ("name", b"x" * 33)],
)
def test_what_does_not_fit_is_refused(engine: Engine, column: str, value: object) -> None:
    with pytest.raises(StatementError, match="belong"), transaction(engine) as connection:
        connection.execute(VALUES.insert().values(**{column: value}))
