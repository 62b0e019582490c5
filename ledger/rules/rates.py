"""What an activity is worth by month of occurrence: ``contracts/RateBook.sol``."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.rules.refusal import require
from ledger.rules.state import Block
from ledger.units import month_of


@dataclass(frozen=True)
class Rate:
    """Units of 0.01 point per ``denominator`` native quantities, from a month on."""

    from_month: int
    numerator: int
    denominator: int

    def convert(self, quantity: int) -> int:
        """Rounds down: the issuer never pays a fraction of a unit."""
        return quantity * self.numerator // self.denominator


class Rates:
    """Append-only versions by activity. A later book answers from the one before it until its own
    first version, so that replacing it never changes what an earlier award was worth."""

    def __init__(self, block: Block, predecessor: Rates | None = None) -> None:
        self._block = block
        self._predecessor = predecessor
        self.issuers: dict[int, int] = {}
        self.versions: dict[int, list[Rate]] = {}

    def add_activity(self, activity: int, issuer: int) -> None:
        fresh = self.rate_of(activity, 0)[0] == 0 and issuer != 0
        require(fresh, "ActivityExists", activity)
        self.issuers[activity] = issuer

    def add_rate(self, activity: int, rate: Rate) -> None:
        require(self.rate_of(activity, 0)[0] != 0, "ActivityMissing", activity)
        sound = rate.numerator != 0 and rate.denominator != 0
        require(sound, "RateMalformed", activity, rate.numerator, rate.denominator)
        earliest = month_of(self._block.time_s) + 1
        if self.versions.get(activity):
            earliest = max(earliest, self.versions[activity][-1].from_month + 1)
        in_future = rate.from_month >= earliest
        require(in_future, "RateNotInFuture", activity, rate.from_month, earliest)
        self.versions.setdefault(activity, []).append(rate)

    def rate_of(self, activity: int, month: int) -> tuple[int, Rate | None]:
        """The activity's issuer (0: unknown) and the version in force, None before the first."""
        before: tuple[int, Rate | None] = (0, None)
        if self._predecessor is not None and activity not in self.issuers:
            before = self._predecessor.rate_of(activity, month)
        in_force = [r for r in self.versions.get(activity, []) if r.from_month <= month]
        issuer = self.issuers.get(activity, before[0])
        return issuer, in_force[-1] if in_force else before[1]
