"""A chain as an audit reads it: headers in order, then spans of few transactions with their logs.

Memory is bounded by ``SPAN_TRANSACTIONS``, whatever the node would hand out at once; the next span
is fetched while the one before is judged. Checks that blocks hang together and that logs belong to
transactions of their block. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from ledger.audit.findings import Findings
from ledger.chain.gateway import Gateway
from ledger.chain.types import Block, Log, unhex
from ledger.errors import Unavailable
from ledger.units import MONTHS_PER_EPOCH, first_landing_epoch, month_of

HEADERS = 256
"""Headers asked for at once."""
SPAN_TRANSACTIONS = 16
"""Transactions of a span, unless one block holds more: some 8,000 awards."""
_Item = TypeVar("_Item")


class Moment(NamedTuple):
    """When something happened: the block, its time, and what follows from it."""

    block: int
    time_s: int
    month: int
    epoch: int
    landing: int
    """First epoch in which points may land."""


class Call(NamedTuple):
    """A transaction: who called whom with what. ``to`` is empty where it created a contract."""

    hash: bytes
    sender: bytes
    to: bytes
    data: bytes


class Span(NamedTuple):
    """Consecutive blocks, read whole."""

    last: int
    moments: dict[int, Moment]
    calls: dict[bytes, Call]
    logs: list[Log]


class Feed:
    """The blocks ``first``..``last`` of one node, and all logs of ``addresses`` in them."""

    def __init__(self, gateway: Gateway, addresses: Sequence[bytes], findings: Findings) -> None:
        self._gateway = gateway
        self._addresses = addresses
        self._findings = findings
        self._parent: Block | None = None

    def spans(self, first: int, last: int) -> Iterator[Span]:
        """Each block is in exactly one span. Unavailable if the node lacks one."""
        return _ahead(self._spans(first, last))

    def _spans(self, first: int, last: int) -> Iterator[Span]:
        for start in range(first, last + 1, HEADERS):
            numbers = range(start, min(start + HEADERS, last + 1))
            blocks = [self._linked(n, b) for n, b in self._headers(numbers)]
            for part in _parts(blocks):
                yield self._span(part)

    def _headers(self, numbers: range) -> Iterator[tuple[int, Block | None]]:
        return zip(numbers, self._gateway.blocks(numbers), strict=True)

    def _linked(self, number: int, block: Block | None) -> Block:
        if block is None:
            raise Unavailable("chain.no-such-block", number=number)
        before = self._parent
        if before is not None and block.parent_hash != before.hash:
            self._findings.add(
                "block-unlinked", block=number, expected=before.hash, found=block.parent_hash
            )
        self._parent = block
        return block

    def _span(self, blocks: list[Block]) -> Span:
        busy = [block for block in blocks if block.transactions]
        moments = {block.number: moment(block.number, block.timestamp_s) for block in busy}
        if not busy:
            return Span(blocks[-1].number, {}, {}, [])
        calls = self._calls(busy)
        by_number = {block.number: block for block in busy}
        logs = self._gateway.logs(busy[0].number, busy[-1].number, self._addresses)
        sound = [log for log in logs if self._belongs(log, by_number, calls)]
        return Span(blocks[-1].number, moments, calls, sound)

    def _calls(self, blocks: list[Block]) -> dict[bytes, Call]:
        asked = [("eth_getBlockByNumber", [hex(block.number), True]) for block in blocks]
        found = dict[bytes, Call]()
        for block, shown in zip(blocks, self._gateway.rpc.call_many(asked), strict=True):
            if not isinstance(shown, dict) or unhex(shown["hash"]) != block.hash:
                raise Unavailable("chain.block-replaced", number=block.number)
            if any(isinstance(listed, str) for listed in shown["transactions"]):
                raise Unavailable("audit.no-calldata", number=block.number)
            found |= {call.hash: call for call in map(_call, shown["transactions"])}
        return found

    def _belongs(self, log: Log, blocks: dict[int, Block], calls: dict[bytes, Call]) -> bool:
        block = blocks.get(log.block_number)
        same = block is not None and block.hash == log.block_hash
        if same and log.transaction_hash in calls:
            return True
        self._findings.add("log-astray", block=log.block_number, transaction=log.transaction_hash)
        return False


def moment(block: int, time_s: int) -> Moment:
    """The moment of a block with that time."""
    month = month_of(time_s)
    return Moment(block, time_s, month, month // MONTHS_PER_EPOCH, first_landing_epoch(time_s))


def _parts(blocks: list[Block]) -> Iterator[list[Block]]:
    """Consecutive blocks with at most so many transactions together, or a single one."""
    part: list[Block] = []
    count = 0
    for block in blocks:
        if part and count + len(block.transactions) > SPAN_TRANSACTIONS:
            yield part
            part, count = [], 0
        part.append(block)
        count += len(block.transactions)
    if part:
        yield part


def _call(shown: dict[str, Any]) -> Call:
    to = shown.get("to")
    return Call(
        unhex(shown["hash"]), unhex(shown["from"]), unhex(to) if to else b"", unhex(shown["input"])
    )


def _ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """The same items, the next one made in a thread while the one before is used."""
    end = object()
    with ThreadPoolExecutor(1, "audit-feed") as pool:
        coming = pool.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, items, end)
            yield item  # type: ignore[misc]
