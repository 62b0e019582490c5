"""What a resident's monthly statement says. Pure.

Amounts are units of 0.01 point, times seconds since 1970 of the chain. A month's points are good
through its last moment, so what expires with it stands in its own statement, and its closing is the
next one's opening.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import NamedTuple

from ledger.units import month_of


class Kind(enum.StrEnum):
    """What a line tells of. A line's units are signed as they change what the resident has."""

    EARNED = "earned"
    CORRECTED = "corrected"
    """By the issuer; also what a correction's reversal gave back."""
    SPENT = "spent"
    REFUNDED = "refunded"
    GIVEN = "given"
    """To the community fund."""
    EXPIRED = "expired"


class Earned(NamedTuple):
    """For what points were awarded, and how they were reckoned."""

    activity: int
    month: int
    """Of occurrence."""
    quantity: int
    """In the activity's smallest unit."""
    full_units: int
    """What it would have been without the annual cap."""


class Line(NamedTuple):
    """One thing that changed what the resident has."""

    kind: Kind
    time_s: int
    issuer: int
    units: int
    acceptor: int | None = None
    """Where it was spent, or who gave it back."""
    earned: Earned | None = None


class Sums(NamedTuple):
    """One scheme's month. ``closing`` is counted apart from the rest, which must add up to it."""

    issuer: int
    opening: int
    earned: int
    corrected: int
    spent: int
    """As a positive number, like ``given`` and ``expired``."""
    refunded: int
    given: int
    expired: int
    closing: int
    """Of it, ``held`` is set aside for orders that are not finished."""
    held: int

    @property
    def ties_out(self) -> bool:
        """Whether it adds up."""
        plus = self.opening + self.earned + self.corrected + self.refunded
        return plus - self.spent - self.given - self.expired == self.closing


class Expiring(NamedTuple):
    """What is left of one scheme's points with one last moment."""

    expires_s: int
    issuer: int
    units: int


class Seen(NamedTuple):
    """Somebody looked at the resident's data in that month."""

    time_s: int
    role: str
    label: str
    what: str


class Statement(NamedTuple):
    """One wallet's month."""

    wallet: str
    month: int
    over: bool
    """Whether the month is; else it is as of ``until_s``."""
    until_s: int
    lines: tuple[Line, ...]
    by_issuer: tuple[Sums, ...]
    expiring: tuple[Expiring, ...]
    """Earliest first; what is held is not among it."""
    seen: tuple[Seen, ...] = ()

    @property
    def together(self) -> Sums:
        """All schemes; its issuer is 0."""
        return together(self.by_issuer)

    def of(self, *kinds: Kind) -> list[Line]:
        """The lines of these kinds, in order."""
        return [line for line in self.lines if line.kind in kinds]

    def next_expiry(self) -> tuple[int, int]:
        """(when, how much) of what expires first; (0, 0) where there is nothing."""
        if not self.expiring:
            return 0, 0
        first_s = self.expiring[0].expires_s
        return first_s, sum(one.units for one in self.expiring if one.expires_s == first_s)


def together(every: Iterable[Sums]) -> Sums:
    """The sums of sums."""
    rows = [one[1:] for one in every]
    return Sums(0, *(sum(column) for column in zip(*rows, strict=True))) if rows else NOTHING


NOTHING = Sums(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def last_day(expires_s: int) -> tuple[int, int, int]:
    """(year, month, day) of the last day on which points are good that expire at that moment."""
    year, index = divmod(month_of(expires_s - 1), 12)
    return year, index + 1, {5: 30, 11: 31}[index]
