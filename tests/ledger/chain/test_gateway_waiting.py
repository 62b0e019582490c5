"""The newest block may be there before the node can show it: asked again for a while, no longer."""

from __future__ import annotations

import pytest

from ledger.chain.gateway import Gateway
from ledger.chain.rpc import Json, NodeRefused, Rpc
from ledger.chain.types import Finality, FinalityKind

NUMBER = 7
SHOWN = {
    "number": hex(NUMBER),
    "hash": "0x" + "07" * 32,
    "parentHash": "0x" + "06" * 32,
    "timestamp": "0x6a000000",
    "transactions": [],
}


class Unready(Rpc):
    """A node that refuses in these words, so many times, before it shows its newest block."""

    def __init__(self, words: str, times: int) -> None:
        super().__init__("http://localhost")
        self.asked = 0
        self._words = words
        self._times = times

    def call(self, method: str, *params: Json) -> Json:
        self.asked += 1
        if self.asked <= self._times:
            raise NodeRefused(method, -32_000, self._words, b"")
        return SHOWN


def through(node: Rpc) -> Gateway:
    return Gateway(node, 1, Finality(FinalityKind.LATEST))


def test_a_block_whose_transactions_are_not_yet_found_by_name_is_waited_for() -> None:
    node = Unready("failed to get receipts from comet block: tx not found: hash=0xab", times=3)

    head = through(node).head()

    assert (head, node.asked) == (NUMBER, 4)


def test_any_other_refusal_is_told_at_once() -> None:
    node = Unready("node is starting", times=1)

    with pytest.raises(NodeRefused) as told:
        through(node).head()

    assert (told.value.message, node.asked) == ("node is starting", 1)
