"""A village over each of both databases, one for all tests, empty at the beginning of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.ledger.projects.village import Village, village_over
from tests.support.postgres import Server


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
)
def opened_village(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Village]:
    """On a file, then on a server."""
    folder = tmp_path_factory.mktemp("village")
    place: Path | str = folder / "a.db"
    if request.param == "postgresql":
        place = cast("Server", request.getfixturevalue("postgres")).new()
    with village_over(place, folder) as made:
        yield made


@pytest.fixture
def village(opened_village: Village) -> Village:
    """Nobody lives there yet."""
    opened_village.begin()
    return opened_village
