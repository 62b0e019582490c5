"""All use cases around offers, as the HTTP interface is handed them."""

from __future__ import annotations

from typing import NamedTuple, Self

from ledger.offers.offering import Offering
from ledger.offers.onboarding import Onboarding
from ledger.offers.queue import Queueing
from ledger.offers.rating import Rated
from ledger.offers.remembered import Remembered
from ledger.offers.wishing import Wishing
from ledger.redeeming.workplace import Workplace


class Market(NamedTuple):
    """One operator's."""

    offering: Offering
    taken: Remembered
    queueing: Queueing
    onboarding: Onboarding
    wishing: Wishing
    rated: Rated

    def tend(self) -> None:
        """What a process does now and then: calls whoever waits for a place that is free, and sums
        up what ended orders took."""
        self.queueing.call()
        self.offering.fold()

    @classmethod
    def at(cls, work: Workplace) -> Self:
        """All of them at one workplace."""
        offering, queueing = Offering(work), Queueing(work)
        taken = Remembered(offering)
        return cls(offering, taken, queueing, Onboarding(work), Wishing(work), Rated(work))
