"""The projection: logs of some blocks as row changes, the same whoever does it and how often. Pure.

Each contract is believed only what is its own to say. Knows no node and no database.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from ledger.chain.decode import decode, event_topic
from ledger.chain.types import Block, Log
from ledger.errors import Broken
from ledger.events import (
    AwardClipped,
    AwardCorrected,
    BatchMinted,
    CorrectionReversed,
    Donated,
    Event,
    HoldCaptured,
    HoldPlaced,
    HoldRefunded,
    HoldReleased,
    Transfer,
)
from ledger.index import project_clearing, project_holds, project_members, project_mints
from ledger.index.changes import RowChanges
from ledger.index.here import Handler, Here, merged, move_of
from ledger.index.rows import BlockRow, HoldRow


class Contract(enum.Enum):
    """What an address is to us."""

    REGISTRY = enum.auto()
    RATE_BOOK = enum.auto()
    LEDGER = enum.auto()
    CLEARING = enum.auto()
    DESK = enum.auto()


class Stretch(NamedTuple):
    """Some consecutive blocks' events of ours, with what it takes to read them."""

    first: int
    last: int
    logs: Mapping[int, Sequence[Log]]
    """In order, by the block in which they take effect: what a contract said before it was put in
    office takes effect with its appointment."""
    blocks: Mapping[int, Block]
    """By number: those that hold the logs, the last one, and all where they may vanish."""
    calldata: Mapping[bytes, bytes]
    """By hash, of the transactions that minted."""
    contracts: Mapping[bytes, Contract]
    """By address."""
    unread: Set[int] = frozenset()
    """Blocks in which points moved by batches only, whose transfers are to be reckoned."""


HANDLERS: Mapping[Contract, Mapping[type, Handler]] = {
    Contract.REGISTRY: project_members.REGISTRY,
    Contract.RATE_BOOK: project_members.RATE_BOOK,
    Contract.LEDGER: merged(project_members.LEDGER, project_mints.HANDLERS, project_holds.HANDLERS),
    Contract.CLEARING: project_clearing.HANDLERS,
    Contract.DESK: project_members.DESK,
}
EXPLAINING = frozenset(
    {
        BatchMinted, AwardCorrected, CorrectionReversed,
        HoldPlaced, HoldCaptured, HoldReleased, HoldRefunded, Donated,
    }
)  # fmt: skip
"""Events that say why the transfers before them happened."""
_TRANSFER = event_topic(Transfer)
_OF_HOLDS = frozenset(map(event_topic, (HoldCaptured, HoldReleased, HoldRefunded)))


class Projection:
    """Turns one stretch into changes."""

    def __init__(self, changes: RowChanges, stretch: Stretch) -> None:
        self._changes = changes
        self._stretch = stretch
        self._contracts = stretch.contracts
        self._waiting: list[Log] = []
        """Transfers that nothing has explained yet."""
        self._clips: list[tuple[int, AwardClipped]] = []

    def run(self, logs: Sequence[Log]) -> None:
        """The changes that these logs make; Broken where they can't be accounted for."""
        held = [log.topics[1] for log in logs if log.topics and log.topics[0] in _OF_HOLDS]
        self._changes.prefetch(HoldRow, held)
        for number in sorted({log.block_number for log in logs}):
            block = self._stretch.blocks[number]
            self._changes.put(BlockRow(number, block.hash, block.timestamp_s))
        ledgers = [who for who, what in self._contracts.items() if what is Contract.LEDGER]
        for log in logs:
            if log.topics and log.topics[0] == _TRANSFER and log.address in ledgers:
                self._waiting.append(log)
            else:
                self._take(log)
        self._require_explained(self._waiting)

    def _take(self, log: Log) -> None:
        event = decode(log)
        contract = self._contracts[log.address]
        if isinstance(event, AwardClipped) and contract is Contract.LEDGER:
            self._clips.append((log.position, event))
            return
        handler = HANDLERS[contract].get(type(event))
        if handler is not None and event is not None:
            handler(self._changes, event, self._here(log, event))

    def _here(self, log: Log, event: Event) -> Here:
        moves, clips = list[Log](), list[tuple[int, AwardClipped]]()
        if type(event) in EXPLAINING:
            moves, self._waiting = self._waiting, []
            clips, self._clips = self._clips, []
            foreign = [m for m in moves if m.transaction_hash != log.transaction_hash]
            self._require_explained(foreign)
        return Here(
            block=log.block_number,
            position=log.position,
            transaction=log.transaction_hash,
            time_s=self._stretch.blocks[log.block_number].timestamp_s,
            contract=log.address,
            moves=[move_of(move) for move in moves],
            clips=clips,
            calldata=self._stretch.calldata.get(log.transaction_hash, b""),
            unread=log.block_number in self._stretch.unread,
        )

    @staticmethod
    def _require_explained(logs: Sequence[Log]) -> None:
        if logs:
            number, name = logs[0].block_number, logs[0].transaction_hash
            raise Broken("index.unexplained-transfers", number=number, transaction=name)
