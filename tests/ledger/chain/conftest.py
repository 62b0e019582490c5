"""Chains for the tests: one shared by a module, or fresh ones in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.chain.embedded import EmbeddedChain
from ledger.chain.engine import Anvil, Engine
from ledger.chain.journal import Genesis
from scripts.node import foundry_binary
from tests.ledger.chain.contract import CHAIN_ID, START_S, creation

GENESIS = Genesis(CHAIN_ID, START_S, 1_000_000_000)


@pytest.fixture(scope="session")
def anvil() -> Engine:
    """The engine of almost every test; `make setup` installs it."""
    binary = foundry_binary("anvil")
    assert binary is not None, "no anvil here: run `make setup`"
    return Anvil(binary)


@pytest.fixture
def open_chain(anvil: Engine, tmp_path: Path) -> Iterator[Callable[[], EmbeddedChain]]:
    """Starts the chain of the test's folder, again after a stop or a kill."""
    opened: list[EmbeddedChain] = []

    def open_it() -> EmbeddedChain:
        chain = EmbeddedChain(tmp_path / "chain", anvil, GENESIS)
        chain.start()
        opened.append(chain)
        return chain

    yield open_it
    for chain in opened:
        chain.stop()


@pytest.fixture
def chain(open_chain: Callable[[], EmbeddedChain]) -> EmbeddedChain:
    """A fresh chain with the contract on it, settled."""
    chain = open_chain()
    chain.gateway().send_raw([creation()])
    chain.settle()
    return chain
