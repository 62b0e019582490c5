"""Whether twin and contracts hold the same: words, classes, issuers, positions.

Knows both sides and changes neither. What must hold of the contracts alone is in ``witness``.
"""

from __future__ import annotations

from ledger.rules import Block, Clearing, Points
from ledger.rules.lanes import packed
from ledger.units import LANES, epoch_of
from tests.support.evm import Evm
from tests.support.season import CULTURE, FUND_ACCOUNT, KEYS, VOLUNTEER


class Comparing:
    """Both sides of one world, to be compared."""

    evm: Evm
    block: Block
    points: Points
    clearing: Clearing

    def check_accounts(self, accounts: list[str]) -> None:
        """Every word the same on both sides."""
        for issuer in (VOLUNTEER, CULTURE):
            for account in (*accounts, FUND_ACCOUNT):
                word = self.points.word(issuer, account)
                expected = (packed(dict(word.free)), word.this_year, word.last_year)
                assert self.evm.read("PointsLedger", "lotsOf", issuer, account) == expected

    def check_classes(self) -> None:
        """Invariant 1, and every class the same on both sides."""
        for (issuer, epoch), twin in self.points.classes.items():
            assert twin.balances(), (issuer, epoch, twin)
            chain = self.evm.read("PointsLedger", "classOf", issuer, epoch)
            assert chain == tuple(vars(twin).values()), (issuer, epoch)
            held = sum(
                dict(hold.slices).get(epoch, 0)
                for hold in self.points.holds.values()
                if hold and hold.issuer == issuer and not hold.captured
            )
            assert twin.held == held, (issuer, epoch)

    def check_free_sums(self) -> None:
        """Free of a live class is the sum over accounts."""
        now = epoch_of(self.block.time_s)
        for issuer in (VOLUNTEER, CULTURE):
            words = [self.points.word(i, a) for i, a in self.points.words if i == issuer]
            for epoch in range(now, now + LANES):
                there = sum(dict(word.free).get(epoch, 0) for word in words)
                assert self.points.classes[issuer, epoch].free == there, (issuer, epoch)

    def check_issuers(self) -> None:
        """Last batch and recorded loss the same on both sides."""
        for issuer in (VOLUNTEER, CULTURE):
            last_batch, _, _, loss = self.evm.read("PointsLedger", "issuerState", issuer)
            twin = self.points.issuers[issuer]
            assert (last_batch, loss) == (twin.last_batch, twin.loss)

    def check_positions(self) -> None:
        """Invariant 5: zero in every window, and equal to the sums of obligations."""
        for window in self.clearing.windows:
            chain = {
                member: self.evm.read("ClearingHouse", "positionOf", window, member)
                for member in KEYS
            }
            assert sum(chain.values()) == 0
            for member, position in chain.items():
                owed = sum(
                    units * ((creditor == member) - (debtor == member))
                    for (w, debtor, creditor), units in self.clearing.obligations.items()
                    if w == window
                )
                assert position == self.clearing.positions[window, member] == owed
        for issuer in (VOLUNTEER, CULTURE):
            debit = self.evm.read("ClearingHouse", "unsettledDebit", issuer)
            assert debit == self.clearing.unsettled_debit(issuer)
