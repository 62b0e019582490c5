"""A proof on the chain in a receipt's place: who needs one still, and what a wrong proof does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ledger.chain.gateway import Gateway
from ledger.chain.rpc import Rpc
from ledger.chain.types import Block, Log, Receipt
from ledger.errors import Unavailable
from tests.ledger.chain.contract import CHAIN_ID, REVERT_DATA, as_topic
from tests.ledger.chain.submitting import SETTLED_ROUNDS, BareNode, Desk, bare_node

pytestmark = pytest.mark.slow
NEVER = b"\7" * 32


class Counting(Gateway):
    """Keeps which receipts it was asked for, and may show logs of other blocks."""

    def __init__(self, node: BareNode) -> None:
        super().__init__(Rpc(node.url), CHAIN_ID, node.gateway.finality)
        self.asked: list[bytes] = []
        self.elsewhere = False

    def receipts(self, block: Block, only: Sequence[bytes] | None = None) -> list[Receipt]:
        self.asked += only or []
        return super().receipts(block, only)

    def logs(self, first: int, last: int, *matching: Sequence[object]) -> list[Log]:
        found = super().logs(first, last, *matching)  # type: ignore[arg-type]
        return [log._replace(block_hash=NEVER) for log in found] if self.elsewhere else found


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareNode]:
    """One node for all of them: keys are fresh."""
    with bare_node(tmp_path_factory.mktemp("node")) as bare:
        yield bare


@pytest.fixture
def gateway(node: BareNode) -> Iterator[Counting]:
    """In the place of the node's own, for a test."""
    before, node.gateway = node.gateway, Counting(node)
    yield node.gateway
    node.gateway = before


@pytest.fixture
def desk(gateway: Counting, node: BareNode, tmp_path: Path) -> Iterator[Desk]:
    """A fresh key with an empty outbox."""
    desk = Desk(node, tmp_path / "outbox.db").open()
    yield desk
    desk.close()


def test_what_shows_its_proof_is_final_without_a_receipt(desk: Desk, gateway: Counting) -> None:
    proof = as_topic(desk.key.address)
    desk.record(("a", b"one"), ("bad", b""), ("b", b"two"), proof=proof)

    desk.turn(SETTLED_ROUNDS)

    good, bad = desk.submitter.find("a"), desk.submitter.find("bad")
    assert desk.states("a", "bad", "b") == ["final", "failed", "final"]
    assert gateway.asked == [bad.hash]
    assert (good.succeeded, good.gas_used, good.revert_data) == (True, None, None)
    assert (bad.succeeded, bad.revert_data) == (False, REVERT_DATA)
    assert bad.gas_used is not None


def test_what_does_not_show_the_proof_promised_is_judged_by_its_receipt(
    desk: Desk, gateway: Counting
) -> None:
    desk.record(("a", b"one"), proof=NEVER)

    desk.turn(SETTLED_ROUNDS)

    row = desk.submitter.find("a")
    assert desk.states("a") == ["final"]
    assert (gateway.asked, row.gas_used is None) == ([row.hash], False)


def test_an_empty_one_in_its_place_shows_no_proof(desk: Desk, gateway: Counting) -> None:
    [row] = desk.record(("a", b"one"), proof=as_topic(desk.key.address))
    replaced = desk.submitter.replace_with_nothing(row.nonce)

    desk.turn(SETTLED_ROUNDS)

    assert desk.states("a") == ["failed"]
    assert gateway.asked == [replaced.nothing_hash]


def test_a_proof_in_another_block_of_that_number_waits_for_the_next_round(
    desk: Desk, gateway: Counting
) -> None:
    desk.record(("a", b"one"), proof=as_topic(desk.key.address))
    desk.turn()
    gateway.elsewhere = True

    with pytest.raises(Unavailable) as refused:
        desk.submitter.step()
    gateway.elsewhere = False
    desk.turn(SETTLED_ROUNDS)

    assert refused.value.code == "chain.block-replaced"
    assert desk.states("a") == ["final"]
