"""What is asked of the projection for residents' monthly statements: which blocks a month has, and
all that ever moved some accounts' points.

Repository only, on the projection's database: takes the caller's connection, commits nothing. Times
are seconds since 1970 of the chain, amounts units of 0.01 point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, func, select

from ledger.index.columns import ClearingKind
from ledger.index.rows import AwardRow, BlockRow, ClearingEntryRow, EntryRow, HoldRow, LotRow
from ledger.store.index_query import rows
from ledger.store.index_tables import TABLES, TRAIL
from ledger.units import epoch_of

KEYS_AT_A_TIME = 500
"""Keys of one statement: databases bound how many values it may carry."""
_AWARD, _ENTRY, _HOLD = (TABLES[kind].c for kind in (AwardRow, EntryRow, HoldRow))
_CLEARING = TABLES[ClearingEntryRow].c
T = TypeVar("T")


class AwardLine(NamedTuple):
    """An award, as much as a statement says of it; fields as ``AwardRow`` has them."""

    block: int
    position: int
    issuer: int
    account: bytes
    epoch: int
    units: int
    full_units: int
    activity: int
    month: int
    quantity: int


class EntryLine(NamedTuple):
    """What moved points otherwise; fields as ``EntryRow`` has them."""

    block: int
    position: int
    issuer: int
    account: bytes
    epoch: int
    units: int
    kind: str
    reference: bytes


class HoldLine(NamedTuple):
    """A hold; fields as ``HoldRow`` has them."""

    id: bytes
    phase: str
    issuer: int
    account: bytes
    acceptor: int
    held_units: int
    expired_units: int
    placed_block: int
    block: int


class CaptureLine(NamedTuple):
    """When a hold was captured, and how much of it."""

    hold: bytes
    block: int
    position: int
    units: int
    time_s: int


class Moved(NamedTuple):
    """Everything that ever moved some accounts' points, in order of place."""

    awards: list[AwardLine]
    entries: list[EntryLine]
    holds: list[HoldLine]
    captures: dict[bytes, CaptureLine]


def first_block_from(connection: Connection, time_s: int) -> int:
    """The number of the first block of that time or later that says anything of ours; one past the
    newest where there is none. Blocks' times never fall, so it is found by halving."""
    c = TABLES[BlockRow].c
    low, newest = 0, connection.execute(select(func.max(c.number))).scalar_one()
    if newest is None:
        return 0
    high = newest + 1
    while low < high:
        middle = (low + high) // 2
        at = select(c.number, c.time_s).where(c.number >= middle).order_by(c.number).limit(1)
        number, found_s = connection.execute(at).one()
        if found_s >= time_s:
            high = middle
        else:
            low = number + 1
    return low


def final_time_s(connection: Connection) -> int | None:
    """Up to which moment nothing can change any more; None before the first block."""
    oldest = select(TRAIL.c.time_s).order_by(TRAIL.c.number).limit(1)
    found: int | None = connection.execute(oldest).scalar_one_or_none()
    return found


def expiring_lots(
    connection: Connection, accounts: Sequence[bytes], time_s: int, epoch: int
) -> list[LotRow]:
    """What these accounts have free that lives no longer than an epoch, earliest first."""
    c = TABLES[LotRow].c
    found: list[LotRow] = []
    for part in _parts(accounts):
        fits = (c.account.in_(part), c.epoch >= epoch_of(time_s), c.epoch <= epoch)
        found += rows(connection, LotRow, *fits, c.free_units > 0, by=("epoch", "issuer"))
    return found


def moved(connection: Connection, accounts: Sequence[bytes], until_block: int) -> Moved:
    """What moved the accounts' points in the blocks before ``until_block``; their holds as they
    stand now."""
    awards: list[AwardLine] = []
    entries: list[EntryLine] = []
    holds: list[HoldLine] = []
    for part in _parts(accounts):
        of_awards = select(*(_AWARD[name] for name in AwardLine._fields)).where(
            _AWARD.account.in_(part), _AWARD.block < until_block
        )
        awards += [AwardLine(*row) for row in connection.execute(of_awards)]
        of_entries = select(*(_ENTRY[name] for name in EntryLine._fields)).where(
            _ENTRY.account.in_(part), _ENTRY.block < until_block
        )
        entries += [EntryLine(*row) for row in connection.execute(of_entries)]
        of_holds = select(*(_HOLD[name] for name in HoldLine._fields)).where(
            _HOLD.account.in_(part), _HOLD.placed_block < until_block
        )
        holds += [HoldLine(*row) for row in connection.execute(of_holds)]
    awards.sort(key=lambda row: row[:2])
    entries.sort(key=lambda row: row[:2])
    return Moved(awards, entries, holds, _captures(connection, [hold.id for hold in holds]))


def _captures(connection: Connection, holds: Sequence[bytes]) -> dict[bytes, CaptureLine]:
    c, found = _CLEARING, dict[bytes, CaptureLine]()
    for part in _parts(holds):
        chosen = select(c.reference, c.block, c.position, c.units, c.time_s).where(
            c.reference.in_(part), c.kind == ClearingKind.CAPTURE
        )
        found |= {row[0]: CaptureLine(*row) for row in connection.execute(chosen)}
    return found


def _parts(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    return (keys[at : at + KEYS_AT_A_TIME] for at in range(0, len(keys), KEYS_AT_A_TIME))
