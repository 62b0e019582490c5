"""Who pays whom so that every position of a window comes to zero, with few transfers.

Multilateral: the one who owes most pays the one who is owed most, as much as both allow, and so on.
Each transfer brings one member to zero and the last one two, so n members need at most n - 1.
Bilateral: each pair's two debts set off against each other. Every step is shown with the figures
before and after it, so that anybody can add up. Pure; amounts in units of 0.01 point.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from ledger.errors import Broken


class Payment(NamedTuple):
    """A transfer between two members."""

    payer: int
    payee: int
    units: int


class PositionSum(NamedTuple):
    """How a member's position comes about: ``owed_units - owes_units``."""

    member: int
    owed_units: int
    """By all others together."""
    owes_units: int
    """To all others together."""

    @property
    def units(self) -> int:
        """The position."""
        return self.owed_units - self.owes_units


class SetOff(NamedTuple):
    """Two members' debts against each other: ``forward_units - backward_units`` is left."""

    first: int
    """The lower member number."""
    second: int
    forward_units: int
    """What the first owes the second."""
    backward_units: int
    """What the second owes the first."""

    @property
    def payment(self) -> Payment | None:
        """What is left to pay; None where the debts cancel out."""
        left = self.forward_units - self.backward_units
        if left > 0:
            return Payment(self.first, self.second, left)
        return Payment(self.second, self.first, -left) if left else None


class Step(NamedTuple):
    """One multilateral payment: what both sides had before it is their position after it plus, for
    the payee, or less, for the payer, what is paid."""

    payment: Payment
    payer_before: int
    payee_before: int

    @property
    def payer_after(self) -> int:
        """Zero, unless the payer still owes."""
        return self.payer_before + self.payment.units

    @property
    def payee_after(self) -> int:
        """Zero, unless the payee is still owed."""
        return self.payee_before - self.payment.units


def positions_of(obligations: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """Each member's position from what debtors owe creditors; those at zero are left out."""
    return {one.member: one.units for one in position_sums(obligations) if one.units}


def position_sums(obligations: Mapping[tuple[int, int], int]) -> tuple[PositionSum, ...]:
    """Every member of an obligation with both sums, by number, also where they are equal."""
    owed: dict[int, int] = defaultdict(int)
    owes: dict[int, int] = defaultdict(int)
    for (debtor, creditor), units in obligations.items():
        owes[debtor] += units
        owed[creditor] += units
    return tuple(PositionSum(each, owed[each], owes[each]) for each in sorted({*owed, *owes}))


def set_offs(obligations: Mapping[tuple[int, int], int]) -> tuple[SetOff, ...]:
    """Both debts of each pair that has any, by the pair's numbers."""
    pairs = sorted({(min(pair), max(pair)) for pair in obligations if pair[0] != pair[1]})
    return tuple(
        SetOff(*pair, obligations.get(pair, 0), obligations.get(pair[::-1], 0)) for pair in pairs
    )


def bilateral(obligations: Mapping[tuple[int, int], int]) -> tuple[Payment, ...]:
    """One payment for each pair whose debts do not cancel out, by payer and payee."""
    return tuple(sorted(one.payment for one in set_offs(obligations) if one.payment))


def multilateral(positions: Mapping[int, int]) -> tuple[Payment, ...]:
    """At most n - 1 payments for n members whose position is not zero, largest first.

    Equal amounts go by the lower member number, so the list is the same for everyone who works it
    out. Raises Broken("settling.unbalanced") where the positions do not sum to zero.
    """
    return tuple(step.payment for step in steps_of(positions))


def steps_of(positions: Mapping[int, int]) -> tuple[Step, ...]:
    """The same payments with what each side had before, in the order in which they are found."""
    rest_units = sum(positions.values())
    if rest_units:
        raise Broken("settling.unbalanced", units=rest_units)
    debtors = [(units, member) for member, units in positions.items() if units < 0]
    creditors = [(-units, member) for member, units in positions.items() if units > 0]
    heapq.heapify(debtors)
    heapq.heapify(creditors)
    steps = []
    while debtors:
        debit, payer = heapq.heappop(debtors)
        credit, payee = heapq.heappop(creditors)
        units = min(-debit, -credit)
        steps.append(Step(Payment(payer, payee, units), debit, -credit))
        if debit + units:
            heapq.heappush(debtors, (debit + units, payer))
        if credit + units:
            heapq.heappush(creditors, (credit + units, payee))
    return tuple(steps)
