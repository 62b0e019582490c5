"""A town over each of both databases, one for all tests, empty at the beginning of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.ledger.reminders.town import Town, town_over
from tests.support.postgres import Server


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
)
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """On a file, then on a server."""
    folder = tmp_path_factory.mktemp("town")
    place: Path | str = folder / "a.db"
    if request.param == "postgresql":
        place = cast("Server", request.getfixturevalue("postgres")).new()
    with town_over(place, folder) as made:
        yield made


@pytest.fixture
def town(opened: Town) -> Town:
    """Nobody lives there yet."""
    opened.begin()
    return opened
