"""Which points an order takes: earliest expiry first across the wallet, in as few holds as it can.

The ledger itself takes an account's earliest points first, so only the amount for each account is
chosen here. An exchange takes whole points of the other scheme from each account: what an account
has beyond them by one expiry waits for its next. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.redeeming.values import Lot, Part, Quote, Slice, Why
from ledger.rules.holding import LONGEST_HOLD_S, PAST_EXPIRY_S
from ledger.rules.lanes import take
from ledger.rules.registry import ACCEPTOR, ISSUER, Registry
from ledger.units import end_of_epoch

Purse = tuple[int, bytes]
"""(issuer, account): what one hold takes from."""


@dataclass
class _Taking:
    """What is taken so far, in units by purse."""

    step: int
    rest: int
    reached: dict[Purse, int] = field(default_factory=lambda: defaultdict(int))
    """All that the purse has up to the present expiry."""
    taken: dict[Purse, int] = field(default_factory=dict)
    chosen: set[Purse] = field(default_factory=set)
    """Purses that were preferred to others of the same expiry."""

    def offers(self, purse: Purse) -> int:
        """What the purse can add now, in whole steps."""
        return self.reached[purse] // self.step * self.step - self.taken.get(purse, 0)

    def take_epoch(self, lots: Sequence[Lot]) -> None:
        """Takes what is left to take from points of one expiry: of purses in use already, then of
        those that have most, so that the fewest are needed."""
        for lot in lots:
            self.reached[lot.issuer, lot.account] += lot.units
        purses = {(lot.issuer, lot.account) for lot in lots}
        offers = [units for units in map(self.offers, purses) if units]
        choice = len(offers) > 1 and sum(offers) > self.rest
        for purse in sorted(purses, key=lambda p: (p not in self.taken, -self.offers(p), p)):
            units = min(self.offers(purse), self.rest)
            if units:
                if purse not in self.taken and choice:
                    self.chosen.add(purse)
                self.taken[purse] = self.taken.get(purse, 0) + units
                self.rest -= units


def quote(
    lots: Iterable[Lot], acceptor: int, asked_units: int, registry: Registry, now_s: int
) -> Quote:
    """What an order of ``asked_units`` would hold, also where points are missing.

    ``lots`` are free and alive. ``registry`` is the pure core's; the acceptor's status is judged
    elsewhere. For an exchange the amount is rounded down to whole native points, in favour of the
    resident, who keeps the rest; the acceptor's own points are not exchanged into themselves.
    """
    step = exchange_step(registry, acceptor)
    usable = [lot for lot in lots if not (step and lot.issuer == acceptor)]
    wanted = asked_units // step * step if step else asked_units
    taking = _Taking(step or 1, wanted)
    for epoch in sorted({lot.epoch for lot in usable}):
        taking.take_epoch([lot for lot in usable if lot.epoch == epoch])
    parts = tuple(_part(purse, units, usable, taking.chosen) for purse, units in _in_order(taking))
    units = wanted - taking.rest
    return Quote(
        acceptor=acceptor,
        asked_units=asked_units,
        units=units,
        rounded_off_units=asked_units - wanted,
        native_points=units // step if step else None,
        missing_units=taking.rest,
        parts=parts,
        owed=_owed(parts, registry),
        latest_deadline_s=_latest_deadline(parts, now_s),
    )


def exchange_step(registry: Registry, acceptor: int) -> int:
    """Units of one whole native point where the acceptor is an issuer only; else 0."""
    member = registry.members.get(acceptor)
    if member is None or member.roles & ACCEPTOR or not member.roles & ISSUER:
        return 0
    terms = registry.terms.get(acceptor)
    return terms.units_per_native_point if terms else 0


def _in_order(taking: _Taking) -> list[tuple[Purse, int]]:
    return [(purse, units) for purse, units in taking.taken.items() if units]


def _part(purse: Purse, units: int, lots: Sequence[Lot], chosen: set[Purse]) -> Part:
    issuer, account = purse
    lanes = tuple((x.epoch, x.units) for x in lots if (x.issuer, x.account) == purse)
    slices = (Slice(epoch, part, end_of_epoch(epoch)) for epoch, part in take(lanes, units).items())
    why = Why.FEWEST if purse in chosen else Why.EARLIEST
    return Part(issuer, account, units, tuple(slices), why)


def _owed(parts: Iterable[Part], registry: Registry) -> Mapping[int, int]:
    owed: dict[int, int] = defaultdict(int)
    for part in parts:
        owed[registry.debtor_of(part.issuer)] += part.units
    return dict(sorted(owed.items()))


def _latest_deadline(parts: Sequence[Part], now_s: int) -> int:
    """30 days from now, and 14 days after the earliest date of any hold's points."""
    ends = (part.slices[0].expires_at_s + PAST_EXPIRY_S for part in parts)
    return min((now_s + LONGEST_HOLD_S, *ends))
