"""One founded network and one operator for the module's tests: wallets are fresh in each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ledger.redeeming.desk import Operator, operator
from tests.support.network import founded


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator whose chain mines a few blocks a second."""
    with (
        founded(tmp_path_factory.mktemp("chain")) as network,
        operator(network, tmp_path_factory.mktemp("operator")) as made,
    ):
        yield made
