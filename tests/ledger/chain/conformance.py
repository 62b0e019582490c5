"""What the gateway promises over any node: one suite for every chain that the ledger may stand on.

A subclass gives the fixture ``node``. Keys are fresh, so it may run again on a network that lasts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from ledger.chain.answers import SendMeaning
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import NodeRefused
from ledger.chain.signer import Key, Transaction, contract_address
from ledger.errors import Broken, Unavailable
from tests.ledger.chain.contract import GAS, INIT, REVERT_DATA, TIMESTAMP, as_topic


@dataclass
class Node:
    """A chain under test, with the contract on it."""

    gateway: Gateway
    settle: Callable[[], None]
    """Returns when everything sent is mined and final."""
    deployer: Key = field(default_factory=Key.generate)

    @property
    def contract(self) -> bytes:
        return contract_address(self.deployer.address, 0)

    def signed(self, key: Key, nonce: int, data: bytes = b"x", gas: int = GAS) -> bytes:
        """A raw transaction to the contract."""
        transaction = Transaction(self.contract, data, nonce, gas, self.gateway.chain_id)
        return key.sign_transaction(transaction).raw

    def creation(self) -> bytes:
        """The deployer's first transaction."""
        transaction = Transaction(None, INIT, 0, GAS, self.gateway.chain_id)
        return self.deployer.sign_transaction(transaction).raw

    def deploy(self) -> Node:
        """Puts the contract there."""
        self.gateway.send_raw([self.creation()])
        self.settle()
        return self

    def poke(self, *data: bytes) -> Key:
        """A fresh key that sent these, all mined; its first alone, as some networks want it."""
        key = Key.generate()
        raws = [self.signed(key, nonce, content) for nonce, content in enumerate(data)]
        self.gateway.send_raw(raws[:1])
        self.settle()
        self.gateway.send_raw(raws[1:])
        self.settle()
        return key


class ChainConformance:
    """The suite."""

    def test_the_node_serves_the_chain_that_was_named(self, node: Node) -> None:
        node.gateway.check_chain()
        other = Gateway(node.gateway.rpc, 1, node.gateway.finality)

        with pytest.raises(Broken) as refusal:
            other.check_chain()

        assert refusal.value.fields == {"expected": 1, "found": node.gateway.chain_id}

    def test_blocks_hang_together_up_to_the_head(self, node: Node) -> None:
        node.poke(b"a", b"b")
        head = node.gateway.head()

        blocks = node.gateway.blocks(range(max(0, head - 3), head + 1))

        whole = [block for block in blocks if block is not None]
        assert len(whole) == len(blocks)
        for below, above in pairwise(whole):
            assert above.parent_hash == below.hash
            assert above.number == below.number + 1
            assert above.timestamp_s >= below.timestamp_s

    def test_what_is_settled_is_final(self, node: Node) -> None:
        node.poke(b"settled")

        final = node.gateway.finalized()

        (log,) = node.gateway.logs(0, final, [node.contract])[-1:]
        assert log.data == b"settled"
        assert final <= node.gateway.head()

    def test_logs_are_found_by_contract_and_topic(self, node: Node) -> None:
        key = node.poke(b"one", b"two", b"three")
        topic = as_topic(key.address)

        logs = node.gateway.logs(0, node.gateway.head(), [node.contract], [topic])

        assert [log.data for log in logs] == [b"one", b"two", b"three"]
        assert {log.address for log in logs} == {node.contract}
        assert len({(log.block_hash, log.position) for log in logs}) == 3
        assert node.gateway.logs(0, node.gateway.head(), [key.address]) == []

    def test_ranges_never_go_beyond_the_head(self, node: Node) -> None:
        head = node.gateway.head()

        ranges = list(node.gateway.log_ranges(0, head + 1_000, span_blocks=7))

        assert ranges[-1].last >= head
        assert [r.first for r in ranges[1:]] == [r.last + 1 for r in ranges[:-1]]
        assert list(node.gateway.log_ranges(head + 500, head + 1_000)) == []

    def test_a_refused_call_gives_the_revert_data(self, node: Node) -> None:
        with pytest.raises(NodeRefused) as refusal:
            node.gateway.call(node.contract, b"")

        assert refusal.value.data == REVERT_DATA
        assert refusal.value.reverted

    def test_calls_come_back_in_order_with_refusals_in_place(self, node: Node) -> None:
        first, second = node.gateway.call_many([(node.contract, b""), (node.contract, b"x")])

        assert isinstance(first, NodeRefused)
        assert second == (1).to_bytes(32, "big")

    def test_a_call_sees_who_calls(self, node: Node) -> None:
        key = node.poke(b"a", b"b")

        count = node.gateway.call(node.contract, b"x", sender=key.address)

        assert int.from_bytes(count, "big") == 3

    def test_a_call_sees_the_chains_time_and_not_the_machines(self, node: Node) -> None:
        call = {"data": "0x" + TIMESTAMP.hex()}

        seen = int(node.gateway.rpc.call("eth_call", call, "latest"), 16)

        newest = node.gateway.latest().timestamp_s
        assert newest - 1 <= seen <= newest + 3_600

    def test_receipts_say_what_became_of_each_transaction(self, node: Node) -> None:
        key = node.poke(b"good", b"")
        mined = node.gateway.logs(0, node.gateway.head(), [node.contract], [as_topic(key.address)])
        block = node.gateway.block(mined[0].block_number)
        assert block is not None

        (good,) = node.gateway.receipts(block, [mined[0].transaction_hash, b"\0" * 32])

        assert good.succeeded
        assert good.logs == tuple(mined)
        assert good in node.gateway.receipts(block)

    def test_a_failed_transaction_says_why(self, node: Node) -> None:
        key = node.poke(b"good", b"")
        failing = key.sign_transaction(
            Transaction(node.contract, b"", 1, GAS, node.gateway.chain_id)
        )
        blocks = node.gateway.blocks(range(node.gateway.head() + 1))
        block = next(b for b in blocks if b is not None and failing.hash in b.transactions)

        (bad,) = node.gateway.receipts(block, [failing.hash])
        data = node.gateway.revert_data(bad, key.address, node.contract, b"", GAS)

        assert not bad.succeeded
        assert bad.logs == ()
        assert data == REVERT_DATA

    def test_receipts_of_a_block_that_is_not_there_are_unavailable(self, node: Node) -> None:
        node.poke(b"a")
        head = node.gateway.head()
        blocks = [b for b in node.gateway.blocks(range(head + 1)) if b and b.transactions]
        elsewhere = blocks[-1]._replace(hash=b"\x07" * 32)

        with pytest.raises(Unavailable) as refusal:
            node.gateway.receipts(elsewhere)

        assert refusal.value.fields == {"number": elsewhere.number}

    def test_the_same_bytes_twice_are_known_or_used(self, node: Node) -> None:
        key = Key.generate()
        raw = node.signed(key, 0)

        (first,) = node.gateway.send_raw([raw])
        (second,) = node.gateway.send_raw([raw])
        node.settle()
        (third,) = node.gateway.send_raw([raw])

        assert first.meaning is SendMeaning.ACCEPTED
        assert second.meaning in (SendMeaning.KNOWN, SendMeaning.NONCE_USED)
        assert third.meaning in (SendMeaning.KNOWN, SendMeaning.NONCE_USED)
        assert node.gateway.transaction_count(key.address) == 1

    def test_another_transaction_under_a_used_nonce_is_refused(self, node: Node) -> None:
        key = node.poke(b"a")

        (answer,) = node.gateway.send_raw([node.signed(key, 0, b"other")])

        assert answer.meaning is SendMeaning.NONCE_USED

    def test_more_gas_than_a_transaction_may_have_is_refused(self, node: Node) -> None:
        key = node.poke(b"a")

        (answer,) = node.gateway.send_raw([node.signed(key, 1, gas=16_777_217)])

        assert answer.meaning is SendMeaning.OTHER
        assert answer.words

    def test_code_stands_where_the_contract_was_put(self, node: Node) -> None:
        assert node.gateway.code(node.contract) == INIT[9:]
        assert node.gateway.code(Key.generate().address) == b""

    def test_gas_is_estimated_and_a_revert_said(self, node: Node) -> None:
        key = Key.generate()

        gas = node.gateway.estimate_gas(key.address, node.contract, b"x")

        assert 21_000 < gas < GAS
        with pytest.raises(NodeRefused) as refusal:
            node.gateway.estimate_gas(key.address, node.contract, b"")
        assert refusal.value.data == REVERT_DATA
