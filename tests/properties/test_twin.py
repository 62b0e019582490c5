"""Random seasons: contracts and pure twin answer alike, and DOMAIN.md's invariants always hold.

Signed and custodial channels, disputes, rates and members on top of the rules in ``season``.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from ledger.rules.clearing import Dispute
from ledger.rules.desk import HoldRequest
from ledger.rules.rates import Rate
from ledger.rules.registry import LEAVING
from ledger.units import DAY_S, month_of
from tests.properties.commands import Commands, Signer
from tests.properties.season import ACCOUNTS, OWN_KEY, Season, holders, issuers, seldom
from tests.support.passkey import Authenticator
from tests.support.reading import STRANGER
from tests.support.season import (
    CANTEEN,
    CHARITY,
    CULTURE,
    FUND_ACCOUNT,
    KEYS,
    MINUTES,
    OPERATING,
    SPENDING,
    VOLUNTEER,
)
from tests.support.signing import key

pytestmark = pytest.mark.slow

PASSKEY = Authenticator(34, keeps_count=True)
SIGNERS: list[Signer] = [OWN_KEY, key(32), PASSKEY]
MEMBERS = [VOLUNTEER, CULTURE, CANTEEN, OPERATING, CHARITY]
signers = st.sampled_from(SIGNERS)


class FullSeason(Season):
    """A season in which residents sign, members dispute and the council decides."""

    pair: Commands

    @initialize()
    def begin(self) -> None:
        self.start(Commands())
        self.disputes: list[bytes] = []
        own = ACCOUNTS[-1]
        self.pair.register_key(STRANGER, own, OWN_KEY, OWN_KEY, self.pair.block.time_s)

    @rule(
        issuer=issuers,
        holder=st.sampled_from([ACCOUNTS[-1], *ACCOUNTS]),
        units=st.sampled_from([1, 300, 1_000, 40_000]),
        lasts=st.sampled_from([600, DAY_S, 13 * DAY_S]),
        other=seldom,
        forged=seldom,
        late=seldom,
        copied=seldom,
    )
    def hold_signed(
        self,
        issuer: int,
        holder: str,
        units: int,
        lasts: int,
        other: bool,
        forged: bool,
        late: bool,
        copied: bool,
    ) -> None:
        PASSKEY.counter -= copied  # a copy of the key counts what was counted before
        now = self.pair.block.time_s
        asked = (self.name(), issuer, holder, CANTEEN, units, now + lasts, now + lasts // 2)
        signer = SIGNERS[1] if other else self.pair.signers.get(holder, OWN_KEY)
        self.pair.hold_signed(HoldRequest(*asked), now - late, signer, forged)

    @precondition(lambda self: self.pair.entries)
    @rule(data=st.data(), other=seldom, late=seldom)
    def cancel_signed(self, data: st.DataObject, other: bool, late: bool) -> None:
        hold_id = data.draw(st.sampled_from(list(self.pair.entries)[-3:]))
        hold = self.pair.points.holds[hold_id]
        signer = self.pair.signers.get(hold.account if hold else "", OWN_KEY)
        signer = SIGNERS[1] if other else signer
        self.pair.cancel_signed(hold_id, self.pair.block.time_s - late, signer)

    @rule(issuer=issuers, holder=holders, units=st.sampled_from([1, 500]), late=seldom)
    def donate_signed(self, issuer: int, holder: str, units: int, late: bool) -> None:
        signer = self.pair.signers.get(holder, OWN_KEY)
        until = self.pair.block.time_s - late
        self.pair.donate_signed(self.name(), issuer, holder, units, until, signer)

    @rule(holder=holders, new=signers, stranger=seldom, other=seldom, late=seldom)
    def register_key(
        self, holder: str, new: Signer, stranger: bool, other: bool, late: bool
    ) -> None:
        fresh = SIGNERS[SIGNERS.index(new)]
        record = self.pair.record(holder)
        old = record.key and self.pair.block.time_s >= record.effective_at_s
        signer = self.pair.signers[holder] if old and not other else fresh
        sender = STRANGER if stranger else KEYS[OPERATING]
        until = self.pair.block.time_s - late
        self.pair.register_key(sender, holder, fresh, signer, until)

    @rule(holder=holders)
    def withdraw_key(self, holder: str) -> None:
        self.pair.withdraw_key(holder)

    @rule(issuer=issuers, units=st.sampled_from([1, 300, 20_000]), other=seldom)
    def hold_from_fund(self, issuer: int, units: int, other: bool) -> None:
        """Of what has just been given, among other points."""
        for holder in ACCOUNTS[:2]:
            self.pair.donate(self.name(), issuer, holder, 200)
        now = self.pair.block.time_s
        asked = (self.name(), issuer, FUND_ACCOUNT, CANTEEN, units, now + DAY_S, now + DAY_S)
        self.pair.hold_from_fund(OPERATING if other else CHARITY, HoldRequest(*asked))

    @rule(monthly=st.sampled_from([400, 50_000, 50_000]), daily=st.sampled_from([900, 90_000]))
    def set_caps(self, monthly: int, daily: int) -> None:
        self.pair.set_caps(monthly, daily)

    @rule(
        issuer=issuers,
        units=st.sampled_from([100, 400]),
        part=st.sampled_from([1, 2, 3]),
        creditor_asks=st.booleans(),
        wrong=seldom,
        over=seldom,
    )
    def dispute(
        self, issuer: int, units: int, part: int, creditor_asks: bool, wrong: bool, over: bool
    ) -> None:
        """A deal under the resident's own key, its window closed, and a part of it disputed."""
        now, hold_id = self.pair.block.time_s, self.name()
        asked = (hold_id, issuer, ACCOUNTS[-1], CANTEEN, units, now + DAY_S, now)
        signer = self.pair.signers[ACCOUNTS[-1]]
        self.pair.hold_signed(HoldRequest(*asked), now, signer, forged=False)
        if hold_id not in self.pair.entries:
            return
        window = self.pair.clearing.open_window()
        self.pair.capture(hold_id, units)
        for wait in (600, 1):
            self.pair.tick(wait)
            self.pair.close_window()
        debtor = self.pair.registry.debtor_of(issuer)
        proposer = CANTEEN if creditor_asks else debtor
        entry = Dispute(window, debtor, CANTEEN, proposer, units // part + over * 10**9)
        dispute_id = self.name()
        self.pair.propose(CHARITY if wrong else proposer, dispute_id, entry)
        self.disputes.append(dispute_id)
        if part != 3:
            self.answer(dispute_id, wrong=False)

    @precondition(lambda self: self.disputes)
    @rule(data=st.data(), wrong=seldom)
    def accept(self, data: st.DataObject, wrong: bool) -> None:
        self.answer(data.draw(st.sampled_from(self.disputes)), wrong)

    def answer(self, dispute_id: bytes, wrong: bool) -> None:
        entry = self.pair.clearing.disputes.get(dispute_id)
        sides = (entry.debtor, entry.creditor) if entry else (VOLUNTEER, CANTEEN)
        other = next(s for s in (*sides, VOLUNTEER) if not entry or s != entry.proposer)
        self.pair.accept(entry.proposer if wrong and entry else other, dispute_id)

    @rule(
        member=issuers,
        successor=st.sampled_from([VOLUNTEER, CULTURE, CANTEEN]),
        now=st.integers(0, 9).map(lambda n: n == 7),
    )
    def leave(self, member: int, successor: int, now: bool) -> None:
        """Now and then a member leaves; at any time somebody asks for a successor."""
        if now:
            self.pair.change_status(member, LEAVING)
        self.pair.name_successor(member, successor)

    @rule(host=st.sampled_from([OPERATING, OPERATING, 0, VOLUNTEER]))
    def choose_host(self, host: int) -> None:
        self.pair.choose_host(CANTEEN, host)

    @rule(
        activity=st.sampled_from([MINUTES, SPENDING]),
        ahead=st.integers(0, 3),
        numerator=st.sampled_from([0, 15, 700, 1_000]),
    )
    def add_rate(self, activity: int, ahead: int, numerator: int) -> None:
        month = month_of(self.pair.block.time_s) + ahead
        self.pair.add_rate(activity, Rate(month, numerator, 60 if activity == MINUTES else 100))

    @precondition(lambda self: self.pair.batches)
    @rule(data=st.data(), quantity=st.sampled_from([0, 30]))
    def correct_closed(self, data: st.DataObject, quantity: int) -> None:
        batch = data.draw(st.sampled_from(list(self.pair.batches)))
        self.pair.correct(*batch, 0, quantity, closed=True)

    @precondition(lambda self: self.pair.corrections)
    @rule(data=st.data())
    def reverse_closed(self, data: st.DataObject) -> None:
        which = data.draw(st.sampled_from(list(self.pair.corrections)))
        self.pair.reverse(which, closed=True)

    @rule(strict=st.booleans())
    def nothing_hinders(self, strict: bool) -> None:
        """Invariant 9: in any stop."""
        self.pair.stop("stopStrictly" if strict else "pause")
        self.pair.check_nothing_hinders()
        self.pair.stop("resume")

    @invariant()
    def the_chain_alone_keeps_its_invariants(self) -> None:
        self.pair.witness.check([*ACCOUNTS, FUND_ACCOUNT], (VOLUNTEER, CULTURE), MEMBERS)
        self.pair.check_debtors()


TestSeason = FullSeason.TestCase
TestSeason.settings = settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
