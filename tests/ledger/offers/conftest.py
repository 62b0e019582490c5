"""A stand over each of both databases, one for all tests, empty at the beginning of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.ledger.offers.stand import Stand, stand
from tests.support.postgres import Server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stand]:
    """On a file, then on a server."""
    folder = tmp_path_factory.mktemp("offers")
    place: Path | str = folder / "a.db"
    if request.param == "postgresql":
        place = cast("Server", request.getfixturevalue("postgres")).new()
    with stand(place, folder / "index.db") as made:
        yield made


@pytest.fixture
def at(opened: Stand) -> Stand:
    """Nothing in it yet."""
    opened.begin()
    return opened
