"""Asking a node for a range's logs without the transfers of batches, nine tenths of all it holds.

The ledger is asked for everything but transfers, whoever else speaks for everything; transfers only
of those blocks in which something other than a batch moved points.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.chain.decode import event_topic, topics_of
from ledger.chain.gateway import Gateway
from ledger.chain.types import Log, LogRange
from ledger.events import BatchMinted, Transfer
from ledger.index.project import EXPLAINING

_TRANSFER, _MINT = event_topic(Transfer), event_topic(BatchMinted)
_SPOKEN = sorted(topics_of("PointsLedger") - {_TRANSFER})
"""All that the ledger says but transfers."""
_MOVING = frozenset(map(event_topic, EXPLAINING - {BatchMinted}))


class Lean(NamedTuple):
    """A range's logs, and the blocks in it whose transfers are to be reckoned."""

    part: LogRange
    unread: frozenset[int]

    @property
    def awards(self) -> int:
        """About so many transfers were left out."""
        mints = (log for log in self.part.logs if log.block_number in self.unread)
        return sum(int.from_bytes(log.data[:32], "big") for log in mints if _says(log, _MINT))


def lean_part(
    gateway: Gateway, ledger: bytes, others: Sequence[bytes], first: int, last: int
) -> Lean | None:
    """The first range that the node hands out; None where the node is not there yet."""
    part = next(gateway.log_ranges(first, last, [ledger], [_SPOKEN]), None)
    if part is None:
        return None
    moving = sorted({log.block_number for log in part.logs if log.topics[0] in _MOVING})
    logs = part.logs + gateway.logs(part.first, part.last, others)
    for number in moving:
        logs += gateway.logs(number, number, [ledger], [_TRANSFER])
    if len(logs) > len(part.logs):
        logs.sort(key=_place)
    minting = {log.block_number for log in part.logs if log.topics[0] == _MINT}
    return Lean(part._replace(logs=logs), frozenset(minting - {*moving}))


def _says(log: Log, topic: bytes) -> bool:
    return bool(log.topics) and log.topics[0] == topic


def _place(log: Log) -> tuple[int, int]:
    return log.block_number, log.position
