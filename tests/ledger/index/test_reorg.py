"""Where the chain goes back the projection follows; where it breaks its word, it begins again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ledger.chain import calls
from ledger.chain.abi import abi
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import Rpc
from ledger.chain.signer import Transaction
from ledger.chain.types import Finality
from ledger.index.index import Index, open_index
from ledger.store.engine import Database
from ledger.units import DAY_S, month_of
from tests.ledger.chain.submitting import Historied
from tests.support.network import CHAIN_ID, GAS, KEYS, Network, founded
from tests.support.season import CANTEEN, MINUTES, OPERATING, VOLUNTEER

pytestmark = pytest.mark.slow
ANNE, BEN = b"\xa1" * 20, b"\xa2" * 20
HOLD = b"\x51" * 32


@dataclass
class World:
    """A network whose blocks are mined past its journal, so that they can vanish."""

    network: Network
    databases: list[Database]

    def index(self, finality: str, where: Path | str = "sqlite://") -> Index:
        """A fresh one."""
        final = Finality.parse(finality)
        self.databases.append(open_index(where))
        gateway = Gateway(Rpc(self.network.chain.url), CHAIN_ID, final)
        deployment = replace(self.network.deployment, finality=final)
        return Index(self.databases[-1].engine, gateway, deployment)

    def send(self, member: int, contract: str, data: bytes) -> None:
        """One transaction in a block of its own."""
        key, gateway = KEYS[member], self.network.gateway
        to = self.network.deployment.contracts[contract]
        nonce = gateway.transaction_count(key.address)
        gateway.send_raw([key.sign_transaction(Transaction(to, data, nonce, GAS, CHAIN_ID)).raw])
        self.mine()
        block = gateway.latest()
        assert all(receipt.succeeded for receipt in gateway.receipts(block))
        assert len(block.transactions) == 1

    def mint(self, number: int, *rows: tuple[bytes, int]) -> None:
        """(account, minutes) of this month."""
        month = month_of(self.network.gateway.latest().timestamp_s)
        words = [calls.award_word(who, MINUTES, month, quantity) for who, quantity in rows]
        keys = [(number * 100 + row).to_bytes(32, "big") for row in range(len(rows))]
        self.send(VOLUNTEER, "PointsLedger", calls.mint_batch(number, words, keys, b"\2" * 32))

    def hold(self, units: int) -> None:
        """Anne's, at the canteen."""
        until = self.network.gateway.latest().timestamp_s + DAY_S
        request = calls.HoldRequest(HOLD, VOLUNTEER, ANNE, CANTEEN, units, until, until)
        self.send(OPERATING, "RedemptionDesk", calls.hold(request))

    def mine(self, blocks: int = 1) -> None:
        """Empty ones, unless something waits."""
        for _ in range(blocks):
            self.network.chain.rpc.send("evm_mine")

    def roll_back(self, blocks: int) -> None:
        """These are gone, and what was in them."""
        self.network.chain.rpc.send("anvil_rollback", blocks)
        self.network.chain.rpc.send("anvil_dropAllTransactions")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One network a test: it is taken apart."""
    with founded(tmp_path / "chain", Historied) as network:
        world = World(network, [])
        world.mint(1, (ANNE, 600), (BEN, 60))
        yield world
        for database in world.databases:
            database.close()


def test_replaced_blocks_are_undone_exactly(world: World) -> None:
    index = world.index("depth 20")
    world.hold(900)
    index.catch_up()
    at_the_fork = index.digest()
    world.mint(2, (ANNE, 30), (BEN, 600), (BEN, 6))
    world.send(CANTEEN, "MemberRegistry", abi("MemberRegistry").call("chooseHost", 0))
    index.catch_up()
    before = index.digest()
    world.roll_back(2)

    gone = index.catch_up()
    back = index.digest()
    world.mint(2, (BEN, 12))
    world.mine(2)
    other = index.catch_up()

    assert (gone.undone, gone.rebuilt, other.undone) == (2, False, 0)
    assert before != at_the_fork == back
    assert index.digest() == _fresh(world)
    assert (index.status().rollbacks, index.status().rebuilds) == (1, 0)


def test_a_longer_chain_in_place_of_the_blocks_read_is_followed(world: World) -> None:
    index = world.index("depth 20")
    world.hold(900)
    world.mint(2, (BEN, 600))
    index.catch_up()
    world.roll_back(2)
    world.mint(2, (ANNE, 60))
    world.hold(450)
    world.mint(3, (BEN, 60))

    progress = index.catch_up()

    assert (progress.undone, progress.rebuilt) == (2, False)
    assert index.digest() == _fresh(world)


def test_blocks_replaced_at_the_same_height_are_noticed(world: World) -> None:
    index = world.index("depth 20")
    world.hold(900)
    world.mine(3)
    index.catch_up()
    before = world.network.gateway.latest()
    world.network.chain.rpc.send("anvil_reorg", 5, [])
    after = world.network.gateway.latest()

    progress = index.step()

    assert (before.number, before.hash != after.hash) == (after.number, True)
    assert (progress.rebuilt, progress.complete) == (False, True)
    assert 4 <= progress.undone <= 6
    assert index.digest() == _fresh(world)


@pytest.mark.parametrize(
    ("finality", "change"),
    [
        ("depth 1", lambda world: world.roll_back(4)),
        ("latest", lambda world: world.roll_back(1)),
        ("latest", lambda world: world.network.chain.rpc.send("anvil_reorg", 4, [])),
        ("depth 1", lambda world: world.network.chain.rpc.send("anvil_reorg", 5, [])),
    ],
    ids=["went back", "went back by one", "other hash", "other hash below the head"],
)
def test_a_chain_that_breaks_its_word_is_indexed_from_the_beginning(
    world: World, finality: str, change: Callable[[World], None], caplog: pytest.LogCaptureFixture
) -> None:
    index = world.index(finality)
    world.hold(900)
    world.mint(2, (BEN, 600))
    world.mine(3)
    index.catch_up()
    change(world)

    progress = index.step()

    assert (progress.rebuilt, progress.complete) == (True, True)
    assert index.status().rebuilds == 1
    assert "building again" in caplog.text
    assert index.digest() == _fresh(world)


def test_undoing_survives_a_restart(world: World, tmp_path: Path) -> None:
    index = world.index("depth 20", tmp_path / "index.db")
    world.hold(900)
    world.mint(2, (BEN, 600))
    index.catch_up()
    world.databases.pop().close()
    world.roll_back(2)
    world.mint(2, (ANNE, 6))

    again = world.index("depth 20", tmp_path / "index.db")
    progress = again.catch_up()

    assert progress.undone == 2
    assert again.digest() == _fresh(world)


def test_it_follows_the_head_until_told_that_it_is_enough(world: World, tmp_path: Path) -> None:
    index, enough = world.index("depth 1", tmp_path / "index.db"), threading.Event()
    follower = threading.Thread(target=index.run, args=(enough, 0.01))
    follower.start()
    try:
        world.hold(900)
        deadline_s = time.monotonic() + 20
        while index.status().indexed != world.network.gateway.head():
            assert time.monotonic() < deadline_s
            enough.wait(0.01)
    finally:
        enough.set()
        follower.join()

    assert index.status().failure is None
    assert index.digest() == _fresh(world)


def _fresh(world: World) -> bytes:
    """The digest of an index that knows nothing of what vanished."""
    fresh = world.index("latest")
    fresh.catch_up()
    return fresh.digest()
