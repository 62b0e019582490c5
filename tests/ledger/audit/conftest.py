"""One honest season on a real chain, played once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ledger.audit.play import Season, play
from tests.support.network import founded


@pytest.fixture(scope="package")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    with founded(tmp_path_factory.mktemp("season")) as network:
        yield play(network)
