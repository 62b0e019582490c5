"""Habits of the members' network that no engine of ours has: late blocks, bounded answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ledger.chain.gateway import RECEIPTS_AT_A_TIME, Gateway
from ledger.chain.rpc import Call, Json, NodeRefused, Rpc
from ledger.chain.types import Block, Finality, FinalityKind, enhex

NUMBER, NAME = 7, b"\7" * 32
SHOWN = {
    "number": hex(NUMBER),
    "hash": enhex(NAME),
    "parentHash": "0x" + "06" * 32,
    "gasUsed": "0x0",
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


class Brief(Rpc):
    """A node whose answer to a batch has room for so many receipts, and no more."""

    def __init__(self, most: int) -> None:
        super().__init__("http://localhost")
        self._most = most

    def call_many(self, calls: Sequence[Call]) -> list[Json | NodeRefused]:
        room = [_receipt(params[0]) for _, params in calls[: self._most]]
        left = len(calls) - len(room)
        return room + [NodeRefused("", -32_003, "response too large", b"")] * left


def test_a_block_whose_transactions_are_not_yet_found_by_name_is_waited_for() -> None:
    node = Unready("failed to get receipts from comet block: tx not found: hash=0xab", times=3)

    head = through(node).head()

    assert (head, node.asked) == (NUMBER, 4)


def test_any_other_refusal_is_told_at_once() -> None:
    node = Unready("node is starting", times=1)

    with pytest.raises(NodeRefused) as told:
        through(node).head()

    assert (told.value.message, node.asked) == ("node is starting", 1)


def test_more_receipts_than_one_answer_holds_are_asked_for_in_parts() -> None:
    names = tuple(number.to_bytes(32, "big") for number in range(2 * RECEIPTS_AT_A_TIME + 1))
    block = Block(NUMBER, NAME, b"\6" * 32, 0, names, 0)

    receipts = through(Brief(most=RECEIPTS_AT_A_TIME)).receipts(block, only=names)

    assert [receipt.transaction_hash for receipt in receipts] == list(names)


def through(node: Rpc) -> Gateway:
    return Gateway(node, 1, Finality(FinalityKind.LATEST))


def _receipt(name: str) -> Json:
    return {
        "transactionHash": name,
        "blockNumber": hex(NUMBER),
        "blockHash": enhex(NAME),
        "transactionIndex": name,
        "status": "0x1",
        "gasUsed": "0x5208",
        "logs": [],
    }
