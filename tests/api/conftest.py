"""One running API for the tests that only add to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.serving import City, city_in


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Shared: each test opens wallets of its own."""
    with city_in(tmp_path_factory.mktemp("city")) as made:
        yield made
