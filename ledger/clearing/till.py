"""An acceptor's till against its statement: by order, what agrees, and what is missing on a side.

A till may write an order more than once, such as a sale and its return, so what counts is the sum
of each order. The difference of the two totals is the sum of the differences that are listed. Pure.
Amounts are signed units of 0.01 point.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger.clearing.statement import Line


class Outcome(enum.StrEnum):
    """What became of one line of the till, or of one order of the statement."""

    MATCHED = "matched"
    DIFFERS = "differs"
    """Both have the order, with other sums."""
    ONLY_TILL = "only-till"
    """The statement has no such order."""
    OTHER_WINDOW = "other-window"
    """It stands in the statement of another window."""
    ONLY_STATEMENT = "only-statement"
    """The till has no such order."""
    UNREADABLE = "unreadable"
    """The line says no order or no amount."""


class TillLine(NamedTuple):
    """One line of the till's file that could be read."""

    line: int
    """Its number in the file."""
    order: str
    units: int


class Verdict(NamedTuple):
    """What is found about an order. ``till_units`` and ``statement_units`` are its sums."""

    outcome: Outcome
    order: str
    till_units: int
    statement_units: int
    windows: tuple[int, ...] = ()
    """Where else it stands."""

    @property
    def difference_units(self) -> int:
        """The till's less the statement's."""
        return self.till_units - self.statement_units


@dataclass(frozen=True)
class Matching:
    """Both sides, order by order."""

    verdicts: Mapping[str, Verdict]
    """Of every order that either side has."""

    @property
    def till_units(self) -> int:
        """All of the till's lines that could be read."""
        return sum(one.till_units for one in self.verdicts.values())

    @property
    def statement_units(self) -> int:
        """What the statement owes the acceptor for orders."""
        return sum(one.statement_units for one in self.verdicts.values())

    @property
    def difference_units(self) -> int:
        """The sum of all differences."""
        return self.till_units - self.statement_units

    def of(self, outcome: Outcome) -> list[Verdict]:
        """Orders with this outcome, by id."""
        found = [one for one in self.verdicts.values() if one.outcome is outcome]
        return sorted(found, key=lambda one: one.order)


def order_sums(lines: Sequence[Line]) -> dict[str, int]:
    """What a statement says of each order; lines without one are left out."""
    sums = dict[str, int]()
    for line in lines:
        if line.order is not None:
            sums[line.order] = sums.get(line.order, 0) + line.units
    return sums


def match(
    till: Iterable[TillLine],
    statement: Mapping[str, int],
    elsewhere: Mapping[str, Sequence[int]],
) -> Matching:
    """``statement`` has units by order; ``elsewhere`` other windows of the acceptor by order."""
    sums = dict[str, int]()
    for line in till:
        sums[line.order] = sums.get(line.order, 0) + line.units
    verdicts = {}
    for order in [*sums, *(order for order in statement if order not in sums)]:
        there, here = sums.get(order, 0), statement.get(order, 0)
        outcome = _outcome(order, sums, statement, elsewhere)
        verdicts[order] = Verdict(outcome, order, there, here, tuple(elsewhere.get(order, ())))
    return Matching(verdicts)


def _outcome(
    order: str,
    till: Mapping[str, int],
    statement: Mapping[str, int],
    elsewhere: Mapping[str, Sequence[int]],
) -> Outcome:
    if order not in till:
        return Outcome.ONLY_STATEMENT
    if order not in statement:
        return Outcome.OTHER_WINDOW if elsewhere.get(order) else Outcome.ONLY_TILL
    return Outcome.MATCHED if till[order] == statement[order] else Outcome.DIFFERS
