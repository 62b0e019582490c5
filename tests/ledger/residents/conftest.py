"""A desk over a fresh database, with a clock that the test turns.

``desk`` is over a file; ``both`` over a file and over a server, for what databases might do
differently: races, sums over states, revisions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from ledger.store.engine import open_database
from tests.ledger.residents.desk import FAMILY, Desk
from tests.support.postgres import Server


@contextmanager
def desk_over(where: Path | str, messages: Path) -> Iterator[Desk]:
    """With nobody's wallet yet."""
    with open_database(where, FAMILY, durable=False) as database:
        yield Desk(database.engine, messages)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Over a file."""
    with desk_over(tmp_path / "a.db", tmp_path / "messages") as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """Over either kind of database."""
    where: Path | str = tmp_path / "a.db"
    if request.param == "postgresql":
        where = cast("Server", request.getfixturevalue("postgres")).new()
    with desk_over(where, tmp_path / "messages") as made:
        yield made
