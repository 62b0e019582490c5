"""One wallet's month from everything that ever moved its points. Pure.

What a resident has is what is free and not expired, and what is held for orders that are not
finished: an order placed takes nothing yet, a capture does. Opening and closing are counted from
the movements themselves, each line from what it tells of; so that they add up says something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.errors import Broken
from ledger.index.columns import EntryKind, HoldPhase
from ledger.monthly.values import Earned, Expiring, Kind, Line, Statement, Sums
from ledger.store.index_months import AwardLine, EntryLine, HoldLine, Moved
from ledger.units import MONTHS_PER_EPOCH, end_of_epoch, start_of_month

_KINDS = {
    EntryKind.AWARD: Kind.EARNED,
    EntryKind.CORRECTION: Kind.CORRECTED,
    EntryKind.REVERSAL: Kind.CORRECTED,
    EntryKind.REFUND: Kind.REFUNDED,
    EntryKind.DONATION: Kind.GIVEN,
}
"""Entries that change what the resident has; the others move it between free and held."""


class Bounds(NamedTuple):
    """A month on the chain: its blocks are ``first <= block < end``."""

    month: int
    first: int
    end: int
    over: bool
    until_s: int
    """The month's end, or the newest block's time before it."""

    @property
    def epoch(self) -> int:
        """What expires no earlier than this is good when the month begins."""
        return self.month // MONTHS_PER_EPOCH

    @property
    def closing_epoch(self) -> int:
        """The same when it has ended."""
        return (self.month + 1) // MONTHS_PER_EPOCH if self.over else self.epoch


def reckoned(wallet: str, moved: Moved, bounds: Bounds, times: Mapping[int, int]) -> Statement:
    """The statement; ``times`` are those of the month's blocks.

    Raises Broken("monthly.does-not-add-up") where opening and lines do not come to the closing.
    """
    opening = _free(moved, bounds.first)
    closing = _free(moved, bounds.end)
    lines = sorted(_lines(moved, bounds, times, closing), key=lambda line: line.time_s)
    by_issuer = tuple(_sums(moved, bounds, (opening, closing), lines))
    for sums in by_issuer:
        if not sums.ties_out:
            raise Broken("monthly.does-not-add-up", member=sums.issuer, id=wallet)
    expiring = (
        Expiring(end_of_epoch(epoch), issuer, units)
        for (epoch, issuer), units in sorted(closing.items())
        if units and epoch >= bounds.closing_epoch
    )
    return Statement(
        wallet, bounds.month, bounds.over, bounds.until_s, tuple(lines), by_issuer,
        tuple(expiring),
    )  # fmt: skip


def _free(moved: Moved, before: int) -> dict[tuple[int, int], int]:
    """Units by (epoch, issuer) that were free before a block; passed epochs as they were left."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    rows: Sequence[Sequence[AwardLine | EntryLine]] = (moved.awards, moved.entries)
    for some in rows:
        for row in some:
            if row.block < before:
                found[row.epoch, row.issuer] += row.units
    return found


def _held(moved: Moved, before: int) -> dict[int, int]:
    """Units by issuer that were set aside when a block began."""
    found: dict[int, int] = defaultdict(int)
    for hold in moved.holds:
        if hold.placed_block < before and _end(moved, hold) >= before:
            found[hold.issuer] += hold.held_units
    return found


def _end(moved: Moved, hold: HoldLine) -> int:
    """The block in which a hold ended; far away for one that has not."""
    if hold.phase == HoldPhase.HELD:
        return 1 << 62
    capture = moved.captures.get(hold.id)
    return hold.block if capture is None else capture.block


def _lines(
    moved: Moved,
    bounds: Bounds,
    times: Mapping[int, int],
    closing: Mapping[tuple[int, int], int],
) -> Iterator[Line]:
    """Everything that changed what the resident has, award by award and hold by hold."""
    acceptors = {hold.id: hold.acceptor for hold in moved.holds}
    for award in moved.awards:
        if bounds.first <= award.block < bounds.end:
            what = Earned(award.activity, award.month, award.quantity, award.full_units)
            yield Line(Kind.EARNED, times[award.block], award.issuer, award.units, earned=what)
    for entry in moved.entries:
        kind = _KINDS.get(EntryKind(entry.kind))
        if kind is not None and bounds.first <= entry.block < bounds.end:
            by = acceptors.get(entry.reference) if kind is Kind.REFUNDED else None
            yield Line(kind, times[entry.block], entry.issuer, entry.units, by)
    for hold in moved.holds:
        capture = moved.captures.get(hold.id)
        if capture is not None and bounds.first <= capture.block < bounds.end:
            yield Line(Kind.SPENT, capture.time_s, hold.issuer, -capture.units, hold.acceptor)
        if hold.expired_units and bounds.first <= hold.block < bounds.end:
            yield Line(Kind.EXPIRED, times[hold.block], hold.issuer, -hold.expired_units)
    if bounds.closing_epoch > bounds.epoch:
        last_s = start_of_month(bounds.month + 1)
        for (epoch, issuer), units in sorted(closing.items()):
            if epoch == bounds.epoch and units:
                yield Line(Kind.EXPIRED, last_s, issuer, -units)


def _sums(
    moved: Moved,
    bounds: Bounds,
    free: tuple[Mapping[tuple[int, int], int], Mapping[tuple[int, int], int]],
    lines: Sequence[Line],
) -> Iterator[Sums]:
    held = (_held(moved, bounds.first), _held(moved, bounds.end))
    opening = _alive(free[0], bounds.epoch, held[0])
    closing = _alive(free[1], bounds.closing_epoch, held[1])
    by_kind: dict[tuple[int, Kind], int] = defaultdict(int)
    for line in lines:
        by_kind[line.issuer, line.kind] += line.units
    for issuer in sorted({*opening, *closing, *(line.issuer for line in lines)}):
        sums = Sums(
            issuer=issuer,
            opening=opening.get(issuer, 0),
            earned=by_kind[issuer, Kind.EARNED],
            corrected=by_kind[issuer, Kind.CORRECTED],
            spent=-by_kind[issuer, Kind.SPENT],
            refunded=by_kind[issuer, Kind.REFUNDED],
            given=-by_kind[issuer, Kind.GIVEN],
            expired=-by_kind[issuer, Kind.EXPIRED],
            closing=closing.get(issuer, 0),
            held=held[1].get(issuer, 0),
        )
        if any(sums[1:]):
            yield sums


def _alive(
    free: Mapping[tuple[int, int], int], epoch: int, held: Mapping[int, int]
) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int, held)
    for (at, issuer), units in free.items():
        if at >= epoch:
            found[issuer] += units
    return found
