"""Residents' monthly statements put together from the projection, many wallets at a time.

One look serves a part of them, so that a city's statements take no more memory than a part's.
Knows no HTTP and no documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ledger.errors import Refused
from ledger.monthly.reckoning import Bounds, reckoned
from ledger.monthly.values import Seen, Statement
from ledger.redeeming.seeing import indexed
from ledger.redeeming.wallets import read_wallet, read_wallets
from ledger.redeeming.workplace import Look, Workplace
from ledger.store import index_months as months
from ledger.store import index_network as network
from ledger.store import residents_deeds as deeds
from ledger.store.index_months import Moved
from ledger.units import month_of, start_of_month


class Monthly:
    """Statements at one workplace. Safe to use from any thread."""

    def __init__(self, work: Workplace) -> None:
        self._work = work

    def read(self, wallet: str, month: int) -> Statement:
        """Of a month that is over, or of the present one as far as it has come.

        Raises Rejected("wallet.unknown"); Refused: monthly.to-come, monthly.before-opening.
        """
        with self._work.look() as at:
            opened_s = read_wallet(at, wallet).opened_at_s
            bounds = bounds_of(at, month)
            if month < month_of(opened_s):
                raise Refused("monthly.before-opening", since_s=opened_s)
            return _compiled(at, [wallet], bounds)[wallet]

    def many(self, wallets: Sequence[str], month: int) -> dict[str, Statement]:
        """Of those of these wallets that there are. Raises Refused("monthly.to-come")."""
        with self._work.look() as at:
            return _compiled(at, wallets, bounds_of(at, month))


def bounds_of(at: Look, month: int) -> Bounds:
    """Which blocks a month has; Refused("monthly.to-come") for one that has not begun."""
    newest, begins_s = indexed(at.projection), start_of_month(month)
    if newest.time_s < begins_s:
        raise Refused("monthly.to-come", since_s=begins_s)
    first = months.first_block_from(at.projection, begins_s)
    if not is_over(at, month):
        return Bounds(month, first, newest.block + 1, False, newest.time_s)
    ends_s = start_of_month(month + 1)
    end = months.first_block_from(at.projection, ends_s)
    return Bounds(month, first, end, True, ends_s)


def is_over(at: Look, month: int) -> bool:
    """Whether a month has passed for good: no block that may vanish is in it."""
    final_s = months.final_time_s(at.projection)
    return final_s is not None and final_s >= start_of_month(month + 1)


def _compiled(at: Look, names: Sequence[str], bounds: Bounds) -> dict[str, Statement]:
    wallets = {wallet.id: wallet for wallet in read_wallets(at, names)}
    owner = {one.account: wallet.id for wallet in wallets.values() for one in wallet.accounts}
    every = months.moved(at.projection, list(owner), bounds.end)
    times = network.times_of(at.projection, _blocks(every, bounds))
    seen = _seen(at, list(wallets), bounds)
    by_wallet = _by_wallet(every, owner)
    return {
        name: reckoned(name, by_wallet[name], bounds, times)._replace(seen=tuple(seen[name]))
        for name in names
        if name in wallets
    }


def _blocks(every: Moved, bounds: Bounds) -> list[int]:
    """Of the month, those in which anything of this happened."""
    found = {row.block for row in every.awards}
    found |= {row.block for row in every.entries}
    found |= {row.block for row in every.holds}
    return [block for block in found if bounds.first <= block < bounds.end]


def _by_wallet(every: Moved, owner: Mapping[bytes, str]) -> dict[str, Moved]:
    found: dict[str, Moved] = defaultdict(lambda: Moved([], [], [], {}))
    for award in every.awards:
        found[owner[award.account]].awards.append(award)
    for entry in every.entries:
        found[owner[entry.account]].entries.append(entry)
    for hold in every.holds:
        mine = found[owner[hold.account]]
        mine.holds.append(hold)
        if hold.id in every.captures:
            mine.captures[hold.id] = every.captures[hold.id]
    return found


def _seen(at: Look, wallets: Sequence[str], bounds: Bounds) -> dict[str, list[Seen]]:
    """Who looked in the month."""
    found: dict[str, list[Seen]] = defaultdict(list)
    since_s = start_of_month(bounds.month)
    for row in deeds.views_between(at.operator, wallets, since_s, bounds.until_s):
        found[row.wallet].append(Seen(row.at_s, row.role, row.label, row.what))
    return found
