"""Mining on an embedded chain, one block at a time, each on disk in the journal before the next.

So a block with another on top of it is journalled: final at depth 1. Knows the node's and the
journal's calls, not how nodes are started.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.chain.journal import BlockRecord, Journal
from ledger.chain.rpc import NodeRefused, Rpc
from ledger.chain.types import enhex, unhex
from ledger.errors import Broken, Unavailable


class BlockMaker:
    """Mines and journals. Not for several threads at once: the chain's owner holds a lock."""

    def __init__(self, rpc: Rpc, journal: Journal) -> None:
        self._rpc = rpc
        self._journal = journal

    @property
    def last_timestamp_s(self) -> int:
        """Time of the newest journalled block, or of block 0."""
        last = self._journal.last
        return last.timestamp_s if last else self._journal.genesis.timestamp_s

    def waiting(self) -> int:
        """Transactions in the pool that the next block can take."""
        return int(self._rpc.call("txpool_status")["pending"], 16)

    def mine(self, timestamp_s: int) -> BlockRecord:
        """Mines a block of that time; returns when it is on disk."""
        self.catch_up()
        mine(self._rpc, timestamp_s)
        return self.catch_up()

    def catch_up(self) -> BlockRecord:
        """Journals what is mined and not journalled yet; the last journalled block.

        Raises Unavailable("chain.went-back") if the node lost journalled blocks.
        """
        last = self._journal.last
        if last is not None:
            shown = self._rpc.call("eth_getBlockByNumber", hex(last.number), False)
            if shown is None or unhex(shown["hash"]) != last.hash:
                raise Unavailable("chain.went-back", number=last.number)
        number = last.number + 1 if last else 1
        while (block := read_block(self._rpc, number)) is not None:
            self._journal.append(block)
            last, number = block, number + 1
        return last or BlockRecord(0, self.last_timestamp_s, b"", ())


def mine(rpc: Rpc, timestamp_s: int) -> None:
    """Makes the node mine one block of that time."""
    rpc.send("evm_setNextBlockTimestamp", timestamp_s)
    rpc.send("evm_mine")


def read_block(rpc: Rpc, number: int) -> BlockRecord | None:
    """A mined block with its raw transactions, or None if there is none of that number."""
    shown = rpc.call("eth_getBlockByNumber", hex(number), False)
    if shown is None:
        return None
    hashes = shown["transactions"]
    raws = rpc.call_many([("eth_getRawTransactionByHash", [name]) for name in hashes])
    whole = tuple(unhex(raw) for raw in raws if isinstance(raw, str))
    if len(whole) != len(hashes):
        raise Unavailable("chain.block-replaced", number=number)
    return BlockRecord(number, int(shown["timestamp"], 16), unhex(shown["hash"]), whole)


def replay(rpc: Rpc, blocks: Iterable[BlockRecord]) -> None:
    """Mines journalled blocks again on a node that nobody else uses; Broken if one comes out other.

    Transactions go one by one: a node takes a batch's in any order, and the order is in the hash.
    """
    for block in blocks:
        for raw in block.raws:
            try:
                rpc.send("eth_sendRawTransaction", enhex(raw))
            except NodeRefused as refusal:
                words = refusal.message
                raise Broken("chain.replay-refused", number=block.number, words=words) from refusal
        mine(rpc, block.timestamp_s)
        again = read_block(rpc, block.number)
        if again is None or again.hash != block.hash:
            raise Broken("chain.replay-differs", number=block.number)
