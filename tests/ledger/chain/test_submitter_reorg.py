"""Blocks that vanish give their transactions back; final ones that vanish stop everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from ledger.chain.gateway import Gateway
from ledger.chain.rpc import Rpc
from ledger.chain.sending import Habits
from ledger.chain.types import Block
from ledger.errors import Broken, Unavailable
from ledger.store.outbox_tables import State
from tests.ledger.chain.contract import CHAIN_ID, as_topic
from tests.ledger.chain.submitting import (
    DEPTH_BLOCKS,
    SETTLED_ROUNDS,
    BareNode,
    Desk,
    bare_node,
)

pytestmark = pytest.mark.slow

HABITS = Habits(first_alone=False, resend_blocks=3, resend_s=10, refusals_until_stuck=3)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareNode]:
    """One node for all of them: keys are fresh."""
    with bare_node(tmp_path_factory.mktemp("node")) as bare:
        yield bare


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """Closes what a test opens."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def desk(node: BareNode, tmp_path: Path) -> Iterator[Desk]:
    """A fresh key with an empty outbox, which may send several at once."""
    desk = Desk(node, tmp_path / "outbox.db", habits=HABITS).open()
    yield desk
    desk.close()


@pytest.mark.parametrize("proven", [False, True])
@pytest.mark.parametrize("blocks", [1, 2])
def test_a_block_that_vanished_gives_its_transactions_back(
    desk: Desk, blocks: int, proven: bool
) -> None:
    proof = as_topic(desk.key.address) if proven else None
    desk.record(("a", b"one"), ("bad", b""), proof=proof)
    desk.turn(blocks)
    desk.submitter.step()
    mined = desk.states("a", "bad")
    desk.node.roll_back(blocks)

    back = desk.submitter.step()
    after = desk.submitter.find("bad")
    desk.turn(SETTLED_ROUNDS)

    assert mined == ["mined", "mined"]
    assert (back.vanished, back.sent) == (2, 2)
    assert (after.state, after.block_number, after.succeeded) == (State.SENT, None, None)
    assert desk.states("a", "bad") == ["final", "failed"]
    assert desk.node.poked(desk.key) == [b"one"]


def test_a_reorganised_block_is_noticed_at_the_same_height(desk: Desk) -> None:
    desk.record(("a", b"one"))
    desk.turn()
    desk.submitter.step()
    head = desk.node.gateway.head()
    desk.node.rpc.send("anvil_reorg", 1, [])
    desk.node.lose_pool()

    back = desk.submitter.step()
    desk.turn(SETTLED_ROUNDS)

    assert desk.node.gateway.head() == head + SETTLED_ROUNDS
    assert back.vanished == 1
    assert desk.states("a") == ["final"]
    assert desk.node.poked(desk.key) == [b"one"]


class Racing(Gateway):
    """The chain changes between the question for its head and the one for its new blocks."""

    node: BareNode
    known: int | None = None
    """Once set: how far the reader has come."""

    def blocks(self, numbers: Sequence[int]) -> list[Block | None]:
        if self.known is not None and numbers[0] > self.known:
            self.known = None
            self.node.roll_back(2)
            self.node.rpc.send("evm_increaseTime", 100)
            self.node.mine(2)
        return super().blocks(numbers)


def test_a_chain_that_changes_while_it_is_read_is_read_again(
    node: BareNode, tmp_path: Path, closing: ExitStack
) -> None:
    gateway = Racing(Rpc(node.url), CHAIN_ID, node.gateway.finality)
    gateway.node = node
    racing = BareNode(node.url)
    racing.gateway = gateway
    desk = closing.enter_context(Desk(racing, tmp_path / "outbox.db", habits=HABITS).open())
    desk.record(("a", b"one"))
    desk.turn()
    desk.submitter.step()
    node.mine()
    gateway.known = node.gateway.head() - 1

    desk.submitter.step()
    before = desk.submitter.status().block
    back = desk.submitter.step()
    desk.turn(SETTLED_ROUNDS)

    assert before == node.gateway.head() - SETTLED_ROUNDS - 1
    assert back.vanished == 1
    assert desk.states("a") == ["final"]
    assert node.poked(desk.key) == [b"one"]


class Receding(Gateway):
    """The node is set back between the question for its head and the one for what was read."""

    node: BareNode
    armed: bool = False

    def blocks(self, numbers: Sequence[int]) -> list[Block | None]:
        if self.armed:
            self.armed = False
            self.node.roll_back(DEPTH_BLOCKS + 3)
        return super().blocks(numbers)


def test_a_node_set_back_between_two_questions_is_behind_and_has_replaced_nothing(
    node: BareNode, tmp_path: Path, closing: ExitStack
) -> None:
    gateway = Receding(Rpc(node.url), CHAIN_ID, node.gateway.finality)
    gateway.node = node
    receding = BareNode(node.url)
    receding.gateway = gateway
    desk = closing.enter_context(Desk(receding, tmp_path / "outbox.db", habits=HABITS).open())
    node.mine(DEPTH_BLOCKS + 2)
    desk.submitter.step()
    node.mine()
    head = node.gateway.head()
    gateway.armed = True

    with pytest.raises(Unavailable) as behind:
        desk.submitter.step()

    assert behind.value.code == "chain.node-behind"
    assert behind.value.fields == {"head": head, "final": head - 1 - DEPTH_BLOCKS}


def test_a_chain_may_go_back_to_its_final_block_after_idle_ones(desk: Desk) -> None:
    desk.node.mine(20)
    desk.submitter.step()
    desk.node.roll_back(DEPTH_BLOCKS)

    desk.submitter.step()

    assert desk.submitter.status().block == desk.node.gateway.head()


def test_a_final_block_that_was_replaced_stops_everything(desk: Desk) -> None:
    desk.record(("a", b"one"))
    desk.turn(DEPTH_BLOCKS + 2)
    desk.node.roll_back(DEPTH_BLOCKS + 2)

    with pytest.raises(Unavailable) as behind:
        desk.submitter.step()
    desk.node.rpc.send("evm_increaseTime", 100)
    desk.node.mine(DEPTH_BLOCKS + 3)
    with pytest.raises(Broken) as broken:
        desk.submitter.step()

    assert behind.value.code == "chain.node-behind"
    assert broken.value.code == "chain.final-replaced"
    assert desk.states("a") == ["final"]
