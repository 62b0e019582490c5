"""The gateway's suite over Anvil, over the fallback, and over a node that the environment names."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.chain.embedded import EmbeddedChain
from ledger.chain.engine import Engine, Fallback
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import Rpc
from ledger.chain.types import Finality
from tests.ledger.chain.conformance import ChainConformance, Node
from tests.ledger.chain.conftest import GENESIS

pytestmark = pytest.mark.slow
ELSEWHERE = os.environ.get("TONGDUI_TEST_NODE")
"""`URL CHAIN_ID FINALITY` of a running network, to run the same suite there."""


def served(engine: Engine, folder: Path) -> Iterator[Node]:
    """An embedded chain with the contract."""
    with EmbeddedChain(folder, engine, GENESIS) as chain:
        yield Node(chain.gateway(), chain.settle).deploy()


class TestAnvil(ChainConformance):
    """The embedded chain."""

    @pytest.fixture(scope="class")
    @classmethod
    def node(cls, anvil: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
        yield from served(anvil, tmp_path_factory.mktemp("anvil"))


class TestFallback(ChainConformance):
    """The embedded chain where Anvil can't run."""

    @pytest.fixture(scope="class")
    @classmethod
    def node(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
        yield from served(Fallback(), tmp_path_factory.mktemp("fallback"))


if ELSEWHERE:

    class TestElsewhere(ChainConformance):
        """A network that mines by itself."""

        @pytest.fixture(scope="class")
        @classmethod
        def node(cls) -> Node:
            assert ELSEWHERE is not None
            url, chain_id, finality = ELSEWHERE.split(" ", 2)
            gateway = Gateway(Rpc(url), int(chain_id), Finality.parse(finality))

            def settle() -> None:
                goal = gateway.head() + 2
                while gateway.finalized() < goal:
                    time.sleep(0.1)

            return Node(gateway, settle).deploy()
