"""Who took a nonce of ours: for an outbox whose database was put back to an older day.

What a lost database had recorded after that day is on the chain under nonces that the older one
still gives out, or gave to something else. Nodes do not say which transaction used a nonce, so
blocks are read from the newest one back. Knows no database.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.chain.gateway import Gateway
from ledger.chain.rpc import NodeRefused
from ledger.chain.types import enhex, unhex
from ledger.errors import Unavailable

BLOCKS_AT_A_TIME = 50
"""Whole blocks in one request: a full one holds some hundred kilobytes of calldata."""


class Taker(NamedTuple):
    """The transaction that used a nonce, and where it was mined."""

    hash: bytes
    block_number: int
    block_hash: bytes


def takers(gateway: Gateway, sender: bytes, nonces: Iterable[int]) -> dict[int, Taker]:
    """The transactions of ``sender`` under these nonces, all of which the chain counts as used.

    Raises Unavailable where the node does not show a block, or changes its chain meanwhile.
    """
    wanted, found = set(nonces), dict[int, Taker]()
    who, last = enhex(sender).lower(), gateway.head()
    while wanted - found.keys():
        if last < 0:
            raise Unavailable("chain.no-such-block", number=0)
        first = max(0, last - BLOCKS_AT_A_TIME + 1)
        numbers = range(last, first - 1, -1)
        asked = [("eth_getBlockByNumber", [hex(number), True]) for number in numbers]
        for number, block in zip(numbers, gateway.rpc.call_many(asked), strict=True):
            if block is None or isinstance(block, NodeRefused):
                raise Unavailable("chain.no-such-block", number=number)
            for shown in block["transactions"]:
                nonce = int(shown["nonce"], 16)
                if shown["from"].lower() == who and nonce in wanted:
                    found[nonce] = Taker(unhex(shown["hash"]), number, unhex(block["hash"]))
        last = first - 1
    return found
