"""Reading stretches of blocks from a node, so whole that the projection needs nothing more.

What was read is consistent: every log's block is the one that the node still has when the stretch
is complete, or Unavailable is raised and the stretch is read again later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ledger.chain.decode import event_topic
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import NodeRefused
from ledger.chain.types import Block, Log, LogRange, enhex, unhex
from ledger.errors import Unavailable
from ledger.events import BatchMinted, DeskAppointed, RateBookReplaced
from ledger.index.lean import lean_part
from ledger.index.project import Contract, Stretch

_MINT = event_topic(BatchMinted)
_APPOINTED = {
    event_topic(RateBookReplaced): Contract.RATE_BOOK,
    event_topic(DeskAppointed): Contract.DESK,
}
SPAN_BLOCKS = 1_000
"""Most blocks of a stretch."""
FIRST_SPAN_BLOCKS = 4
"""Of a process's first: a flood may have put tens of thousands of logs into each block."""
LOGS_WANTED = 10_000
"""About so many logs make a stretch that is worth a transaction and fits in memory."""


class Pace:
    """How many blocks the next stretch takes: as many as hold about the logs wanted."""

    def __init__(self) -> None:
        self.span_blocks = FIRST_SPAN_BLOCKS

    def note(self, part: LogRange, left_out: int = 0) -> None:
        """Fewer at once after a range that was too full, twice as many at most after another.

        ``left_out`` logs count as well: as many rows are made of them.
        """
        blocks = part.last - part.first + 1
        fitting = blocks * LOGS_WANTED // max(1, len(part.logs) + left_out)
        most = min(SPAN_BLOCKS, max(self.span_blocks, 2 * blocks))
        self.span_blocks = max(1, min(most, fitting))


class Reader:
    """Reads for one deployment. Learns of contracts that are put in office on the way."""

    def __init__(
        self,
        gateway: Gateway,
        deployment: Deployment,
        appointed: Mapping[bytes, Contract],
        pace: Pace,
    ) -> None:
        self._gateway = gateway
        self._deployment = deployment
        self.contracts: dict[bytes, Contract] = {
            deployment.registry: Contract.REGISTRY,
            deployment.rate_book: Contract.RATE_BOOK,
            deployment.ledger: Contract.LEDGER,
            deployment.clearing: Contract.CLEARING,
            deployment.desk: Contract.DESK,
        } | dict(appointed)
        self._pace = pace
        self._known = self.contracts
        """Those known before the newest part of ``final``."""

    def final(self, first: int, last: int) -> Iterator[Stretch]:
        """The blocks ``first``..``last``, which stay, part by part, batches' transfers left out."""
        ledger = self._deployment.ledger
        while first <= last:
            self._known = dict(self.contracts)
            others = [address for address in self.contracts if address != ledger]
            until = min(last, first + self._pace.span_blocks - 1)
            lean = lean_part(self._gateway, ledger, others, first, until)
            if lean is None:
                return
            self._pace.note(lean.part, lean.awards)
            yield self._staying(lean.part)._replace(unread=lean.unread)
            first = lean.part.last + 1

    def transferred(self, first: int, last: int) -> Iterator[Stretch]:
        """A stretch of ``final`` once more, with every transfer."""
        self.contracts = dict(self._known)
        while first <= last:
            part = self._part(first, last)
            if part is None:
                raise Unavailable("chain.no-such-block", number=last)
            yield self._staying(part)
            first = part.last + 1

    def loose(self, first: int, last: int, below: bytes) -> Iterator[Stretch]:
        """As ``final``, for blocks that may vanish: all of them, each on the one before.

        ``below`` is the hash of the block before the first, empty where it is not known.
        """
        while first <= last:
            span = list(range(first, min(last, first + self._pace.span_blocks - 1) + 1))
            blocks = self._blocks(span)
            below = _linked(list(blocks.values()), below)
            part = self._part(first, span[-1])
            if part is None or part.last != span[-1]:
                raise Unavailable("chain.no-such-block", number=span[-1])
            logs = self._by_effect(part)
            older = {log.block_number for effect in logs.values() for log in effect}
            stretch = self._whole(part, logs, blocks | self._blocks(sorted(older - {*span})))
            if self._blocks([part.last])[part.last].hash != below:
                raise Unavailable("chain.block-replaced", number=part.last)
            yield stretch
            first = part.last + 1

    def _part(self, first: int, last: int) -> LogRange | None:
        """The first range that the node hands out; the next is longer or shorter by what it held.

        None where the node is not there yet.
        """
        part = next(self._gateway.log_ranges(first, last, tuple(self.contracts)), None)
        if part is not None:
            self._pace.note(part)
        return part

    def _staying(self, part: LogRange) -> Stretch:
        logs = self._by_effect(part)
        numbers = {log.block_number for effect in logs.values() for log in effect}
        return self._whole(part, logs, self._blocks(sorted(numbers | {part.last})))

    def _whole(
        self, part: LogRange, logs: Mapping[int, list[Log]], blocks: Mapping[int, Block]
    ) -> Stretch:
        for log in (log for effect in logs.values() for log in effect):
            if log.block_hash != blocks[log.block_number].hash:
                raise Unavailable("chain.block-replaced", number=log.block_number)
        calldata = self._calldata(part.logs)
        return Stretch(part.first, part.last, logs, blocks, calldata, self.contracts)

    def _by_effect(self, part: LogRange) -> dict[int, list[Log]]:
        """Logs by the block in which they take effect. What a contract said before it was put in
        office takes effect just before its appointment."""
        placed = [((*_place(log), 1, 0, 0), log) for log in part.logs]
        for log in part.logs:
            newcomer = self._newcomer(log)
            if newcomer is None:
                continue
            said = self._gateway.logs(self._deployment.first_block, part.last, [newcomer])
            for one in said:
                early = (*_place(log), 0, *_place(one))
                placed.append(
                    (early if _place(one) < _place(log) else (*_place(one), 1, 0, 0), one)
                )
        if len(placed) > len(part.logs):
            placed.sort(key=lambda pair: pair[0])
        found: dict[int, list[Log]] = {}
        for effect, log in placed:
            found.setdefault(effect[0], []).append(log)
        return found

    def _newcomer(self, log: Log) -> bytes | None:
        """The contract that this log puts in office, if it was not known."""
        kind = _APPOINTED.get(log.topics[0]) if log.topics else None
        if kind is None or log.address != self._deployment.ledger:
            return None
        address = log.topics[1][12:]
        if address in self.contracts or not any(address):
            return None
        self.contracts[address] = kind
        return address

    def _blocks(self, numbers: Sequence[int]) -> dict[int, Block]:
        found = self._gateway.blocks(numbers)
        for number, block in zip(numbers, found, strict=True):
            if block is None:
                raise Unavailable("chain.no-such-block", number=number)
        return {block.number: block for block in found if block is not None}

    def _calldata(self, logs: Sequence[Log]) -> dict[bytes, bytes]:
        """Of the transactions that minted by a direct call, which is how issuers' keys do."""
        mints = [log for log in logs if log.topics and log.topics[0] == _MINT]
        names = list(dict.fromkeys(log.transaction_hash for log in mints))
        asked = [("eth_getTransactionByHash", [enhex(name)]) for name in names]
        found = dict[bytes, bytes]()
        for name, shown in zip(names, self._gateway.rpc.call_many(asked), strict=True):
            if shown is None or isinstance(shown, NodeRefused):
                raise Unavailable("chain.block-replaced", number=mints[0].block_number)
            found[name] = unhex(shown["input"])
        return found


def _linked(blocks: Sequence[Block], below: bytes) -> bytes:
    """The last one's hash; Unavailable unless each stands on the one before."""
    for block in blocks:
        if below and block.parent_hash != below:
            raise Unavailable("chain.block-replaced", number=block.number)
        below = block.hash
    return below


def _place(log: Log) -> tuple[int, int]:
    return log.block_number, log.position
