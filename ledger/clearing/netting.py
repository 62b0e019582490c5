"""Who pays whom so that every position of a window comes to zero, with few transfers.

Multilateral: the one who owes most pays the one who is owed most, as much as both allow, and so on.
Each transfer brings one member to zero and the last one two, so n members need at most n - 1.
Bilateral: each pair's two debts set off against each other. Pure; amounts in units of 0.01 point.
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


def positions_of(obligations: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """Each member's position from what debtors owe creditors; those at zero are left out."""
    positions: dict[int, int] = defaultdict(int)
    for (debtor, creditor), units in obligations.items():
        positions[debtor] -= units
        positions[creditor] += units
    return {member: units for member, units in sorted(positions.items()) if units}


def bilateral(obligations: Mapping[tuple[int, int], int]) -> tuple[Payment, ...]:
    """One payment for each pair whose debts do not cancel out, by payer and payee."""
    nets: dict[tuple[int, int], int] = defaultdict(int)
    for (debtor, creditor), units in obligations.items():
        nets[debtor, creditor] += units
        nets[creditor, debtor] -= units
    return tuple(Payment(*pair, units) for pair, units in sorted(nets.items()) if units > 0)


def multilateral(positions: Mapping[int, int]) -> tuple[Payment, ...]:
    """At most n - 1 payments for n members whose position is not zero, largest first.

    Equal amounts go by the lower member number, so the list is the same for everyone who works it
    out. Raises Broken("settling.unbalanced") where the positions do not sum to zero.
    """
    rest_units = sum(positions.values())
    if rest_units:
        raise Broken("settling.unbalanced", units=rest_units)
    debtors = [(units, member) for member, units in positions.items() if units < 0]
    creditors = [(-units, member) for member, units in positions.items() if units > 0]
    heapq.heapify(debtors)
    heapq.heapify(creditors)
    payments = []
    while debtors:
        debit, payer = heapq.heappop(debtors)
        credit, payee = heapq.heappop(creditors)
        units = min(-debit, -credit)
        payments.append(Payment(payer, payee, units))
        if debit + units:
            heapq.heappush(debtors, (debit + units, payer))
        if credit + units:
            heapq.heappush(creditors, (credit + units, payee))
    return tuple(payments)
