"""Lost pools, gaps, and transactions that a node never takes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from ledger.chain.answers import SendAnswer, SendMeaning
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import Rpc
from ledger.chain.sending import Habits
from ledger.errors import Refused
from ledger.store.outbox_tables import State
from tests.ledger.chain.contract import CHAIN_ID, GAS
from tests.ledger.chain.submitting import (
    BLOCK_GAS,
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


def test_a_lost_pool_is_sent_again_after_some_blocks(desk: Desk) -> None:
    recorded = desk.record(("a", b"one"), ("b", b"two"))
    desk.submitter.step()
    desk.node.lose_pool()

    desk.turn(HABITS.resend_blocks + SETTLED_ROUNDS)

    assert desk.node.poked(desk.key) == [b"one", b"two"]
    assert [desk.submitter.find(row.id).raw for row in recorded] == [row.raw for row in recorded]
    assert [desk.submitter.find(row.id).attempts for row in recorded] == [2, 2]


def test_a_lost_pool_is_sent_again_after_some_time_without_blocks(desk: Desk) -> None:
    desk.record(("a", b"one"), ("b", b"two"))
    desk.submitter.step()
    desk.node.lose_pool()

    early = desk.submitter.step()
    desk.clock.now_s += HABITS.resend_s
    late = desk.submitter.step()

    assert (early.sent, late.sent) == (0, 2)
    desk.node.lose_pool()


def test_what_the_node_still_has_is_not_sent_in_vain(desk: Desk) -> None:
    desk.record(("a", b"one"), ("b", b"two"))
    desk.submitter.step()
    desk.clock.now_s += HABITS.resend_s

    again = desk.submitter.step()

    assert again.sent == 1
    assert desk.submitter.find("b").attempts == 1
    desk.node.lose_pool()


def test_a_gap_is_filled_by_sending_the_earlier_ones(desk: Desk) -> None:
    """The first never reached the node: it holds the others until the first is sent again."""
    first, *_ = desk.record(("a", b"one"), ("b", b"two"), ("c", b"three"))
    desk.submitter.step()
    desk.node.rpc.send("anvil_dropTransaction", "0x" + first.hash.hex())

    desk.turn(HABITS.resend_blocks + SETTLED_ROUNDS)

    assert desk.states("a", "b", "c") == ["final"] * 3
    assert desk.node.poked(desk.key) == [b"one", b"two", b"three"]


class Strict(Gateway):
    """Refuses a nonce whose earlier ones it does not have, as the members' network does."""

    def send_raw(self, raws: Sequence[bytes]) -> list[SendAnswer]:
        return [self._one_by_one(raw) for raw in raws]

    def _one_by_one(self, raw: bytes) -> SendAnswer:
        (answer,) = super().send_raw([raw])
        if int(self.rpc.call("txpool_status")["queued"], 16) == 0:
            return answer
        self.rpc.send("anvil_dropAllTransactions")  # the pool is empty but for this one
        return SendAnswer(SendMeaning.NONCE_AHEAD, "invalid nonce; got 3, expected 0")


def test_a_node_that_misses_earlier_ones_gets_them_at_once(
    node: BareNode, tmp_path: Path, closing: ExitStack
) -> None:
    strict = BareNode(node.url)
    strict.gateway = Strict(Rpc(node.url), CHAIN_ID, node.gateway.finality)
    desk = closing.enter_context(Desk(strict, tmp_path / "outbox.db", habits=HABITS).open())
    desk.record(("a", b"one"), ("b", b"two"), ("c", b"three"))
    desk.submitter.step()
    node.lose_pool()
    desk.record(("d", b"four"))

    round_ = desk.submitter.step()
    desk.turn(SETTLED_ROUNDS)

    assert round_.sent == 4
    assert [desk.submitter.find(name).attempts for name in "abcd"] == [2, 2, 2, 2]
    assert node.poked(desk.key) == [b"one", b"two", b"three", b"four"]


def test_one_that_the_node_never_takes_is_reported_and_can_be_given_up(desk: Desk) -> None:
    desk.record(("fine", b"one"))
    desk.record(("poison", b"two"), gas=BLOCK_GAS + 1)
    desk.record(("behind", b"three"))

    for _ in range(HABITS.refusals_until_stuck):
        desk.turn()
        desk.clock.now_s += 60
    (trouble,) = desk.submitter.status().troubles
    waiting = desk.states("fine", "poison", "behind")
    desk.submitter.replace_with_nothing(trouble.nonce)
    desk.turn(SETTLED_ROUNDS)

    assert waiting[1] == "recorded"
    assert (trouble.id, trouble.nonce, trouble.stuck) == ("poison", 1, True)
    assert "gas" in trouble.words
    assert desk.states("fine", "poison", "behind") == ["final", "failed", "final"]
    assert desk.submitter.find("poison").replaced
    assert desk.node.poked(desk.key) == [b"one", b"three"]
    assert desk.submitter.status().troubles == []


def test_a_refused_one_is_tried_less_and_less_often(desk: Desk) -> None:
    desk.record(("poison", b"two"), gas=BLOCK_GAS + 1)

    attempts = []
    for _ in range(8):
        desk.submitter.step()
        attempts.append(desk.submitter.find("poison").attempts)
        desk.clock.now_s += 0.5

    assert attempts == [1, 2, 2, 3, 3, 3, 3, 4]


def test_one_that_is_taken_and_never_mined_is_reported(desk: Desk) -> None:
    """Too little gas to begin with: this node finds out when it mines, and says nothing."""
    desk.record(("poison", b"x" * 500), gas=21_001)

    desk.turn((HABITS.resend_blocks + 1) * HABITS.refusals_until_stuck)
    (trouble,) = desk.submitter.status().troubles
    desk.submitter.replace_with_nothing(trouble.nonce)
    desk.turn(SETTLED_ROUNDS)

    assert (trouble.id, trouble.stuck) == ("poison", True)
    assert trouble.words == f"taken {trouble.attempts} times, in no block yet"
    assert desk.states("poison") == ["failed"]


def test_what_was_given_up_counts_if_it_got_through_after_all(desk: Desk) -> None:
    desk.record(("a", b"one"))
    desk.submitter.step()
    desk.submitter.replace_with_nothing(0)

    desk.turn(SETTLED_ROUNDS)
    with pytest.raises(Refused) as refusal:
        desk.submitter.replace_with_nothing(0)

    assert desk.states("a") == ["final"]
    assert desk.node.poked(desk.key) == [b"one"]
    assert refusal.value.code == "outbox.already-mined"


def test_a_node_that_dies_with_its_pool_is_sent_to_again(
    chain: EmbeddedChain, tmp_path: Path, closing: ExitStack
) -> None:
    habits = Habits(resend_s=0.5)
    desk = Desk(BareNode(chain.url), tmp_path / "outbox.db", habits=habits, real_time=True)
    desk.node.gateway = chain.gateway()
    closing.enter_context(desk.open())
    desk.record(*((f"c{n}", b"%d" % n) for n in range(6)))
    desk.submitter.step()
    chain.mine()
    desk.submitter.step()
    assert chain._node is not None
    os.kill(chain._node.process.pid, signal.SIGKILL)
    chain._node.process.wait()
    enough = threading.Event()
    runner = threading.Thread(target=desk.submitter.run, args=(enough, 0.05))
    runner.start()

    chain.start_mining(0.05, clock=None)
    rows = [desk.submitter.wait(f"c{n}", timeout_s=20) for n in range(6)]
    enough.set()
    runner.join()

    assert {row.state for row in rows} == {State.FINAL}
    assert desk.node.poked(desk.key) == [b"%d" % n for n in range(6)]
    assert all(row.gas == GAS for row in rows)
