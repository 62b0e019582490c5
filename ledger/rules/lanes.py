"""One word per (issuer, account): six lanes by expiry epoch and two years' counters.

Mirrors ``contracts/Lanes.sol`` with lists for lanes instead of bits. Slices are {epoch: units}.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.rules.refusal import RuleRefusal
from ledger.units import COUNTER_MAX, LANE_BITS, LANE_MAX, LANES

Slices = dict[int, int]
"""Units by expiry epoch, earliest first, none of them zero."""


@dataclass(frozen=True)
class Word:
    """Free units by live epoch, as of ``epoch``; units issued in its year and the one before."""

    epoch: int
    free: tuple[tuple[int, int], ...] = ()
    this_year: int = 0
    last_year: int = 0

    def present(self, now_epoch: int) -> Word:
        """Brought to the present: passed epochs drop, the year's counters shift."""
        if self.epoch == now_epoch:
            return self
        years = now_epoch // 2 - self.epoch // 2
        this_year = self.this_year if years == 0 else 0
        last_year = self.last_year if years == 0 else self.this_year if years == 1 else 0
        alive = tuple((epoch, units) for epoch, units in self.free if epoch >= now_epoch)
        return Word(now_epoch, alive, this_year, last_year)

    def total(self) -> int:
        """Units free in all live epochs."""
        return sum(units for _, units in self.free)

    def earliest(self, units: int) -> Slices:
        """Up to ``units``, earliest epoch first."""
        return take(self.free, units)

    def without(self, slices: Slices) -> Word:
        left = ((epoch, units - slices.get(epoch, 0)) for epoch, units in self.free)
        return replace(self, free=tuple((epoch, units) for epoch, units in left if units))

    def plus(self, issuer: int, account: str, epoch: int, units: int) -> Word:
        """Units added to a lane; LaneOverflow where 32 bits do not hold them."""
        lanes = dict(self.free)
        lanes[epoch] = lanes.get(epoch, 0) + units
        if lanes[epoch] > LANE_MAX:
            raise RuleRefusal("LaneOverflow", issuer, account, epoch)
        return replace(self, free=tuple(sorted(lanes.items())))

    def issued(self, this_year: bool) -> int:
        return self.this_year if this_year else self.last_year

    def with_issued(self, this_year: bool, units: int) -> Word:
        """The year's counter set; it saturates, which only an issuer without a cap can reach."""
        units = min(units, COUNTER_MAX)
        return replace(self, this_year=units) if this_year else replace(self, last_year=units)


def take(lanes: tuple[tuple[int, int], ...], units: int, *, latest_first: bool = False) -> Slices:
    """Up to ``units`` of the lanes, in order of expiry or its reverse; sorted by epoch."""
    slices: Slices = {}
    for epoch, there in sorted(lanes, reverse=latest_first):
        slice_units = min(there, units)
        if slice_units:
            slices[epoch] = slice_units
        units -= slice_units
    return dict(sorted(slices.items()))


def packed(slices: Slices) -> int:
    """Slices as the contracts' uint192: lane = epoch mod 6, 32 bits each."""
    return sum(units << (epoch % LANES * LANE_BITS) for epoch, units in slices.items())


def unpacked(lanes: int, first_epoch: int) -> Slices:
    """The reverse of ``packed``, for lanes that begin at ``first_epoch``."""
    found = {
        epoch: lanes >> (epoch % LANES * LANE_BITS) & LANE_MAX
        for epoch in range(first_epoch, first_epoch + LANES)
    }
    return {epoch: units for epoch, units in found.items() if units}
