"""A clearing window as one sheet: positions, obligations, and what settles them.

Made from what the chain says; the unit's price was fixed when the window opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.clearing.netting import Payment, bilateral, multilateral, positions_of

OPEN, CLOSED, PUBLISHED, SETTLED = "open", "closed", "published", "settled"
MICRO_YUAN_PER_FEN = 10_000


@dataclass(frozen=True)
class WindowSheet:
    """One window. ``obligations`` are units by (debtor, creditor), ``positions`` by member."""

    number: int
    state: str
    first_block: int
    last_block: int
    """0 while it is open."""
    unit_price_micro_yuan: int
    """Millionths of a yuan for a unit of 0.01 point."""
    obligations: Mapping[tuple[int, int], int]

    @property
    def positions(self) -> dict[int, int]:
        """What each member is owed less what it owes; they sum to zero."""
        return positions_of(self.obligations)

    @property
    def bilateral_nets(self) -> tuple[Payment, ...]:
        """One payment for each pair."""
        return bilateral(self.obligations)

    @property
    def multilateral_nets(self) -> tuple[Payment, ...]:
        """At most n - 1 payments."""
        return multilateral(self.positions)

    def price_fen(self, units: int) -> int:
        """What so many units cost, in fen; rounded down, so a payer never pays a part of one."""
        return units * self.unit_price_micro_yuan // MICRO_YUAN_PER_FEN
