"""Points that orders on their way will take, so that nothing is promised twice.

A hold is on its way from its recording until the projection shows it. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from ledger.redeeming.quote import Purse
from ledger.redeeming.values import Lot
from ledger.store.operator_orders import HoldEntry


def pending_of(asked: Iterable[HoldEntry], known: Collection[bytes]) -> Mapping[Purse, int]:
    """Units by (issuer, account) of holds that are asked and that the chain does not know."""
    pending: dict[Purse, int] = defaultdict(int)
    for hold in asked:
        if hold.id not in known:
            pending[hold.issuer, hold.account] += hold.units
    return pending


def without(lots: Iterable[Lot], pending: Mapping[Purse, int]) -> list[Lot]:
    """What is left of the lots, given that each account's earliest points go first."""
    left = dict(pending)
    found = []
    for lot in sorted(lots, key=lambda each: each.epoch):
        purse = (lot.issuer, lot.account)
        gone = min(left.get(purse, 0), lot.units)
        left[purse] = left.get(purse, 0) - gone
        if lot.units > gone:
            found.append(lot._replace(units=lot.units - gone))
    return found
