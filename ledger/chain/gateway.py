"""One EVM network as the rest of the ledger sees it: calls, blocks, logs, receipts, what is final.

Bears the habits of every engine of ours: ranges never go beyond the head and are split when they
hold too much, receipts are asked only of blocks that are known, what is final is a setting.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from ledger.chain.answers import SendAnswer, meaning_of
from ledger.chain.rpc import Json, NodeRefused, Rpc
from ledger.chain.types import (
    Block,
    Finality,
    FinalityKind,
    Log,
    LogRange,
    Receipt,
    block_of,
    enhex,
    log_of,
    receipt_of,
    unhex,
)
from ledger.errors import Broken, Unavailable

LOGS_SPAN_BLOCKS = 1_000
"""Blocks asked for at a time before any splitting."""
LOGS_MAX = 10_000
"""From so many logs on, the members' network refuses a range."""
RECEIPTS_AT_A_TIME = 32
"""Asked for in one request: the members' network answers with 25 MB at most, and the receipt of 500
awards has 0.4."""
INDEXED_S = 5.0
"""How long the newest block of the members' network may be there and not yet be shown."""
_INDEXED_POLL_S = 0.02
_NOT_INDEXED = "tx not found"
_OUT_OF_RANGE = "BlockOutOfRange"
_METHOD_NOT_FOUND = -32601
_TOPIC = Sequence[bytes] | bytes | None

BlockRef = int | str
"""A block's number, or ``latest``."""


class Gateway:
    """One network through one node. Safe to share between threads."""

    def __init__(self, rpc: Rpc, chain_id: int, finality: Finality) -> None:
        self.rpc = rpc
        self.chain_id = chain_id
        self.finality = finality
        self._block_receipts = True

    def check_chain(self) -> None:
        """Broken if the node serves another chain than the settings name."""
        found = int(self.rpc.call("eth_chainId"), 16)
        if found != self.chain_id:
            raise Broken("chain.other-chain", expected=self.chain_id, found=found)

    # Reading contracts

    def call(
        self, to: bytes, data: bytes, *, block: BlockRef = "latest", sender: bytes | None = None
    ) -> bytes:
        """What a contract answers; NodeRefused with the revert data if it says no. Asked again
        where the node mines the newest block at that moment and knows it by number only."""
        deadline = time.monotonic() + INDEXED_S
        while True:
            try:
                return unhex(self.rpc.call("eth_call", _call(to, data, sender), _ref(block)))
            except NodeRefused as refusal:
                passing = block == "latest" and _OUT_OF_RANGE in refusal.message
                if not passing or time.monotonic() > deadline:
                    raise
            time.sleep(_INDEXED_POLL_S)

    def call_many(
        self, calls: Sequence[tuple[bytes, bytes]], *, block: BlockRef = "latest"
    ) -> list[bytes | NodeRefused]:
        """Answers in the order of ``calls`` (contract, data); a refusal stands in its place."""
        asked = [("eth_call", [_call(to, data, None), _ref(block)]) for to, data in calls]
        found = self.rpc.call_many(asked)
        return [a if isinstance(a, NodeRefused) else unhex(a) for a in found]

    def estimate_gas(self, sender: bytes, to: bytes | None, data: bytes) -> int:
        """Gas that it would use on the latest state; NodeRefused if it would revert."""
        return int(self.rpc.call("eth_estimateGas", _call(to, data, sender)), 16)

    def code(self, address: bytes) -> bytes:
        """A contract's code, empty where none stands."""
        return unhex(self.rpc.call("eth_getCode", enhex(address), "latest"))

    def transaction_count(self, address: bytes) -> int:
        """Nonces used up in mined blocks. The pool is never asked: count your own."""
        return int(self.rpc.call("eth_getTransactionCount", enhex(address), "latest"), 16)

    def pending_count(self, address: bytes) -> int:
        """As ``transaction_count``, with what waits in this node's pool where it counts that. For
        finding what others sent with a key; never for choosing a nonce."""
        return int(self.rpc.call("eth_getTransactionCount", enhex(address), "pending"), 16)

    # Blocks

    def head(self) -> int:
        """The newest block's number."""
        return self.latest().number

    def latest(self) -> Block:
        """The newest block."""
        return self._tagged("latest")

    def finalized(self) -> int:
        """The newest final block's number, by the network's setting."""
        if self.finality.kind is FinalityKind.TAG:
            return self._tagged("finalized").number
        return max(0, self.head() - self.finality.depth_blocks)

    def finalized_below(self, head: Block) -> int:
        """As ``finalized``, of a node whose newest block is known: seldom a question more."""
        if self.finality.kind is FinalityKind.TAG:
            return min(self.finalized(), head.number)
        return max(0, head.number - self.finality.depth_blocks)

    def block(self, number: int) -> Block | None:
        """The block of that number on the node's chain, if it is there."""
        return self.blocks([number])[0]

    def blocks(self, numbers: Sequence[int]) -> list[Block | None]:
        """As ``block``, many in one request, in the order asked."""
        asked = [("eth_getBlockByNumber", [hex(number), False]) for number in numbers]
        found = self.rpc.call_many(asked)
        return [None if isinstance(b, NodeRefused) or b is None else block_of(b) for b in found]

    def timestamp_s(self, number: int) -> int:
        """A block's time, seconds since 1970 UTC; Unavailable if the node has no such block."""
        block = self.block(number)
        if block is None:
            raise Unavailable("chain.no-such-block", number=number)
        return block.timestamp_s

    # Logs

    def logs(
        self,
        first: int,
        last: int,
        addresses: Sequence[bytes] = (),
        topics: Sequence[_TOPIC] = (),
    ) -> list[Log]:
        """All matching logs of the blocks ``first``..``last`` that are there, in order."""
        return [
            log for part in self.log_ranges(first, last, addresses, topics) for log in part.logs
        ]

    def log_ranges(
        self,
        first: int,
        last: int,
        addresses: Sequence[bytes] = (),
        topics: Sequence[_TOPIC] = (),
        *,
        span_blocks: int = LOGS_SPAN_BLOCKS,
    ) -> Iterator[LogRange]:
        """As ``logs``, range by range, never beyond the head; a range too full is halved."""
        last = min(last, self.head())
        span = span_blocks
        while first <= last:
            until = min(last, first + span - 1)
            try:
                logs = self._logs(first, until, addresses, topics)
            except NodeRefused:
                if first == until:
                    logs = self._logs_of_receipts(first, addresses, topics)
                else:
                    span = max(1, (until - first + 1) // 2)
                    continue
            yield LogRange(first, until, logs)
            first = until + 1
            if len(logs) < LOGS_MAX // 4:
                span = min(span_blocks, span * 2)

    def _logs(
        self, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[_TOPIC]
    ) -> list[Log]:
        wanted: dict[str, Json] = {"fromBlock": hex(first), "toBlock": hex(last)}
        if addresses:
            wanted["address"] = [enhex(address) for address in addresses]
        if topics:
            wanted["topics"] = [_topic(topic) for topic in topics]
        return [log_of(shown) for shown in self.rpc.call("eth_getLogs", wanted)]

    def _logs_of_receipts(
        self, number: int, addresses: Sequence[bytes], topics: Sequence[_TOPIC]
    ) -> list[Log]:
        """One block holds more than the node hands out at once: its receipts hold them too."""
        block = self.block(number)
        if block is None:
            raise Unavailable("chain.no-such-block", number=number)
        logs = (log for receipt in self.receipts(block) for log in receipt.logs)
        return [
            log
            for log in logs
            if (not addresses or log.address in addresses) and _matches(log, topics)
        ]

    # Receipts

    def receipts(self, block: Block, only: Sequence[bytes] | None = None) -> list[Receipt]:
        """Receipts of a block's transactions, or of those named, in the block's order.

        Raises Unavailable if the block is no longer on the node's chain: read it again.
        """
        known = set(block.transactions)
        wanted = block.transactions if only is None else [h for h in only if h in known]
        if not wanted:
            return []
        shown = self._whole_block(block) if only is None else None
        if shown is None:
            shown = self._named(wanted)
        if any(entry is None or isinstance(entry, NodeRefused) for entry in shown):
            raise Unavailable("chain.block-replaced", number=block.number)
        receipts = sorted((receipt_of(entry) for entry in shown), key=lambda r: r.position)
        if any(receipt.block_hash != block.hash for receipt in receipts):
            raise Unavailable("chain.block-replaced", number=block.number)
        return receipts

    def _whole_block(self, block: Block) -> list[Json] | None:
        """All receipts in one answer, or None where the engine cannot."""
        if not self._block_receipts:
            return None
        try:
            shown = self.rpc.call("eth_getBlockReceipts", hex(block.number))
        except NodeRefused as refusal:
            if refusal.rpc_code == _METHOD_NOT_FOUND:
                self._block_receipts = False
            return None
        complete = isinstance(shown, list) and len(shown) == len(block.transactions)
        return shown if complete else None

    def _named(self, wanted: Sequence[bytes]) -> list[Json]:
        """Receipts by transaction, in as many requests as it takes."""
        asked = [("eth_getTransactionReceipt", [enhex(name)]) for name in wanted]
        starts = range(0, len(asked), RECEIPTS_AT_A_TIME)
        parts = (asked[start : start + RECEIPTS_AT_A_TIME] for start in starts)
        return [shown for part in parts for shown in self.rpc.call_many(part)]

    def revert_data(
        self, mined: Receipt, sender: bytes, to: bytes | None, data: bytes, gas: int
    ) -> bytes:
        """Why a mined transaction failed: its trace where the engine keeps one, else a call again.

        Empty where neither says anything; a call sees the state after its block, so it may be wrong
        about values, never about whether the transaction failed.
        """
        name = enhex(mined.transaction_hash)
        try:
            trace = self.rpc.call("debug_traceTransaction", name, {"tracer": "callTracer"})
            if trace.get("output") is not None:
                return unhex(trace["output"])
        except NodeRefused:
            pass
        again = _call(to, data, sender) | {"gas": hex(gas)}
        for reference in (hex(mined.block_number), "latest"):
            try:
                self.rpc.call("eth_call", again, reference)
            except NodeRefused as refusal:
                if refusal.reverted:
                    return refusal.data
        return b""

    # Sending

    def send_raw(self, raws: Sequence[bytes]) -> list[SendAnswer]:
        """Hands over signed transactions in order. OutcomeUnknown concerns all of them."""
        asked = [("eth_sendRawTransaction", [enhex(raw)]) for raw in raws]
        return [meaning_of(answer) for answer in self.rpc.send_many(asked)]

    def _tagged(self, tag: str) -> Block:
        """Waits where the node has the block and not yet its transactions by name."""
        deadline = time.monotonic() + INDEXED_S
        while True:
            try:
                shown = self.rpc.call("eth_getBlockByNumber", tag, False)
                break
            except NodeRefused as refusal:
                if _NOT_INDEXED not in refusal.message or time.monotonic() > deadline:
                    raise
            time.sleep(_INDEXED_POLL_S)
        if shown is None:
            raise Unavailable("chain.no-such-block", tag=tag)
        return block_of(shown)


def _ref(block: BlockRef) -> str:
    return hex(block) if isinstance(block, int) else block


def _call(to: bytes | None, data: bytes, sender: bytes | None) -> dict[str, Json]:
    call: dict[str, Json] = {"data": enhex(data)}
    if to is not None:
        call["to"] = enhex(to)
    if sender is not None:
        call["from"] = enhex(sender)
    return call


def _topic(topic: _TOPIC) -> Json:
    if topic is None or isinstance(topic, bytes):
        return None if topic is None else enhex(topic)
    return [enhex(choice) for choice in topic]


def _matches(log: Log, topics: Sequence[_TOPIC]) -> bool:
    if len(topics) > len(log.topics):
        return False
    return all(
        wanted is None or (found == wanted if isinstance(wanted, bytes) else found in wanted)
        for wanted, found in zip(topics, log.topics, strict=False)
    )
