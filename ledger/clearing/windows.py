"""A clearing window as one sheet: positions, obligations, and what settles them.

Made from what the chain says; the unit's price was fixed when the window opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ledger.clearing.netting import (
    Payment,
    PositionSum,
    SetOff,
    Step,
    bilateral,
    multilateral,
    position_sums,
    positions_of,
    set_offs,
    steps_of,
)
from ledger.index.rows import SettlementTransferRow, WindowRow

OPEN, CLOSED, PUBLISHED, SETTLED = "open", "closed", "published", "settled"
MICRO_YUAN_PER_FEN = 10_000


class Published(NamedTuple):
    """Where the chain has a window's settlement."""

    by: int
    block: int
    transaction: bytes


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
    opened_at_s: int = 0
    as_of_block: int = 0
    """The newest block that these figures know of."""
    as_of_s: int = 0
    """That block's time."""
    transfers: tuple[SettlementTransferRow, ...] = ()
    """The settlement that stands on the chain; empty until it is published."""
    published: Published | None = None

    @property
    def positions(self) -> dict[int, int]:
        """What each member is owed less what it owes; they sum to zero."""
        return positions_of(self.obligations)

    @property
    def position_sums(self) -> tuple[PositionSum, ...]:
        """How each position comes about."""
        return position_sums(self.obligations)

    @property
    def set_offs(self) -> tuple[SetOff, ...]:
        """How each pair's debts are set off."""
        return set_offs(self.obligations)

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the multilateral payments are found, one after another."""
        return steps_of(self.positions)

    @property
    def settles(self) -> bool:
        """Whether the published transfers bring every position to zero: the contract saw to it, and
        here it is worked out once more."""
        left = dict(self.positions)
        for transfer in self.transfers:
            left[transfer.payer] = left.get(transfer.payer, 0) + transfer.units
            left[transfer.payee] = left.get(transfer.payee, 0) - transfer.units
        return self.published is not None and not any(left.values())

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
        return price_fen(units, self.unit_price_micro_yuan)


def state_of(row: WindowRow) -> str:
    """Open, closed, published or settled."""
    if row.published_block is not None:
        return PUBLISHED if row.settled_block is None else SETTLED
    return OPEN if row.last_block is None else CLOSED


def published_of(row: WindowRow) -> Published | None:
    """Where its settlement stands; None while there is none."""
    by, block, name = row.published_by, row.published_block, row.published_transaction
    return None if by is None or block is None or name is None else Published(by, block, name)


def price_fen(units: int, unit_price_micro_yuan: int) -> int:
    """What so many units cost, in fen; rounded down, so a payer never pays a part of one."""
    return units * unit_price_micro_yuan // MICRO_YUAN_PER_FEN
