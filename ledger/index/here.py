"""Where and when an event happened, with the transfers that it explains. Pure.

The ledger says what moved (ERC-6909 ``Transfer``) before it says why: every transfer belongs to the
next event of a batch, hold, correction or gift in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias, TypeVar

from ledger.chain.types import Log
from ledger.errors import Broken
from ledger.events import AwardClipped
from ledger.index.changes import RowChanges
from ledger.index.columns import EntryKind
from ledger.index.rows import EntryRow, LotRow, Row

NOBODY = bytes(20)
"""The account that points come from when minted and go to when spent."""
R = TypeVar("R", bound=Row)


class Move(NamedTuple):
    """One transfer: units of a class from account to account."""

    position: int
    sender: bytes
    receiver: bytes
    issuer: int
    epoch: int
    caller: bytes
    """Who called the ledger: an issuer, or a desk."""
    units: int


class Here(NamedTuple):
    """Place and time of an event."""

    block: int
    position: int
    transaction: bytes
    time_s: int
    """The block's, in seconds since 1970."""
    contract: bytes
    """Which said it."""
    moves: list[Move]
    """What it explains, in order."""
    clips: list[tuple[int, AwardClipped]]
    """Clipped awards of a batch, each with its position."""
    calldata: bytes
    """Of the transaction, where it minted."""
    unread: bool
    """Whether the transfers of its block were left to be reckoned."""


Handler: TypeAlias = Callable[[RowChanges, Any, Here], None]
"""Turns one kind of event into row changes."""


def move_of(log: Log) -> Move:
    """A ``Transfer`` read by hand: it is by far the most frequent event."""
    _, sender, receiver, token = log.topics
    number, data = int.from_bytes, log.data
    issuer, epoch = number(token[28:30], "big"), number(token[30:], "big")
    caller, units = data[12:32], number(data[32:], "big")
    return Move(log.position, sender[12:], receiver[12:], issuer, epoch, caller, units)


def known(changes: RowChanges, here: Here, kind: type[R], *key: object) -> R:
    """The row that an event presupposes; Broken if the projection lacks it."""
    row = changes.get(kind, *key)
    if row is None:
        raise Broken("index.unknown-row", kind=kind.__name__, number=here.block)
    return row


def book_moves(changes: RowChanges, here: Here, kind: EntryKind, reference: bytes) -> None:
    """The transfers change lots, and stand as entries of the accounts that they touch."""
    lots, entries = changes.sums(LotRow), list[EntryRow]()
    for move in here.moves:
        for account, units in ((move.sender, -move.units), (move.receiver, move.units)):
            if account == NOBODY:
                continue
            lots.setdefault((account, move.issuer, move.epoch), [0])[0] += units
            entries.append(
                EntryRow(
                    here.block, move.position, account, move.issuer, move.epoch,
                    units, kind, reference, here.transaction,
                )
            )  # fmt: skip
    changes.add(EntryRow, entries)


def text_of(code: bytes) -> str:
    """A short public name, padded with zeros on chain."""
    return code.rstrip(b"\0").decode("ascii", "replace")


def merged(*tables: Mapping[type, Handler]) -> dict[type, Handler]:
    """Handlers by event, from several tables."""
    return {event: handler for table in tables for event, handler in table.items()}
