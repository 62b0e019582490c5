"""The commands of a random season: earning, spending, correcting, stopping, settling, and time.

``test_twin`` adds the signed channel, disputes and members, and runs it all.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ledger.rules.desk import HoldRequest
from ledger.rules.registry import Terms
from ledger.rules.state import AwardWord
from ledger.units import DAY_S, epoch_of, month_of
from tests.properties.machine import Pair
from tests.support.season import CANTEEN, CULTURE, MINUTES, SPENDING, VOLUNTEER, account
from tests.support.signing import address, key

OWN_KEY = key(31)
ACCOUNTS = [*(account(number) for number in range(3)), address(OWN_KEY)]
"""Three in custody at first, and one that is its own key's address."""
JUMPS = [
    *(1, 600, 3_600, 12 * 3_600, DAY_S, 3 * DAY_S, 5 * DAY_S, 13 * DAY_S, 25 * DAY_S),
    *(60 * DAY_S, 85 * DAY_S, 190 * DAY_S, 400 * DAY_S, 800 * DAY_S),
]
"""Seconds; the long ones cross months, epochs and years."""

JUMPS_IN_A_STOP = st.lists(st.sampled_from([3_600, DAY_S, 20 * DAY_S]), max_size=2)

issuers = st.sampled_from([VOLUNTEER, CULTURE])
holders = st.sampled_from(ACCOUNTS)
seldom = st.integers(0, 39).map(lambda n: n == 7)
months_back = st.integers(0, 39).map(lambda n: {0: -1, 1: 13, 2: 8, 3: 6, 4: 2, 5: 1}.get(n, 0))
quantities = st.integers(0, 59).map(
    lambda n: {0: 0, 1: 2**63}.get(n, (60, 61, 600, 3_000, 90_000)[n % 5])
)
rows = st.lists(
    st.tuples(
        holders,
        seldom,
        months_back,
        quantities,
    ),
    min_size=1,
    max_size=4,
)


class Season(RuleBasedStateMachine):
    """A few residents, two issuers, one canteen, and years of time."""

    pair: Pair

    def start(self, pair: Pair) -> None:
        self.pair = pair
        self.ids = 0
        for issuer, activity in ((VOLUNTEER, MINUTES), (CULTURE, SPENDING)):
            now = month_of(self.pair.block.time_s)
            words = [AwardWord(who, activity, now, 3_000) for who in ACCOUNTS]
            self.pair.mint(issuer, 1, words, [self._id() for _ in words])

    @rule(seconds=st.sampled_from(JUMPS))
    def time_passes(self, seconds: int) -> None:
        self.pair.tick(seconds)

    @rule(issuer=issuers, rows=rows, wrong_number=seldom, falling=seldom)
    def mint(
        self,
        issuer: int,
        rows: list[tuple[str, bool, int, int]],
        wrong_number: bool,
        falling: bool,
    ) -> None:
        own, other = (MINUTES, SPENDING) if issuer == VOLUNTEER else (SPENDING, MINUTES)
        now = month_of(self.pair.block.time_s)
        words = [
            AwardWord(who, other if foreign else own, now - back, quantity)
            for who, foreign, back, quantity in rows
        ]
        number = self.pair.points.issuers[issuer].last_batch + 1 + wrong_number
        keys = [self._id() for _ in rows]
        self.pair.mint(issuer, number, words, keys[::-1] if falling else keys)

    @rule(
        issuer=issuers,
        holder=holders,
        acceptor=st.sampled_from([CANTEEN, CANTEEN, CULTURE, VOLUNTEER]),
        units=st.sampled_from([1, 100, 300, 400, 1_000, 12_000, 60_000]),
        lasts=st.sampled_from([600, DAY_S, 13 * DAY_S, 14 * DAY_S, 30 * DAY_S, 31 * DAY_S]),
        repeat=seldom,
    )
    def hold(
        self, issuer: int, holder: str, acceptor: int, units: int, lasts: int, repeat: bool
    ) -> None:
        hold_id = (self.ids if repeat else self._id()).to_bytes(32, "big")
        now = self.pair.block.time_s
        asked = (hold_id, issuer, holder, acceptor, units, now + lasts, now + lasts // 2)
        self.pair.hold(HoldRequest(*asked))

    @rule(
        issuer=issuers,
        holder=holders,
        units=st.sampled_from([300, 1_000, 5_000]),
        waits=st.lists(st.sampled_from(JUMPS), min_size=3, max_size=3),
        parts=st.lists(st.sampled_from([1, 2, 3, 4]), min_size=3, max_size=3),
    )
    def deal(
        self, issuer: int, holder: str, units: int, waits: list[int], parts: list[int]
    ) -> None:
        """A hold from start to end: capture of a part of it, refunds of parts of that."""
        hold_id = self.name()
        now = self.pair.block.time_s
        asked = (hold_id, issuer, holder, CANTEEN, units, now + 14 * DAY_S, now + DAY_S)
        self.pair.hold(HoldRequest(*asked))
        if hold_id not in self.pair.entries:
            return
        for wait, part, step in zip(waits, parts, ("capture", "refund", "refund"), strict=True):
            self.pair.tick(wait)
            (self.pair.capture if step == "capture" else self.pair.refund)(hold_id, units // part)
        if parts[0] == parts[1]:
            self.pair.end(hold_id, "decline")

    @precondition(lambda self: self.pair.entries)
    @rule(data=st.data(), units=st.sampled_from([0, 1, 100, 300, 1_000, 12_000]))
    def capture(self, data: st.DataObject, units: int) -> None:
        self.pair.capture(data.draw(st.sampled_from(list(self.pair.entries))), units)

    @precondition(lambda self: self.pair.entries)
    @rule(data=st.data(), units=st.sampled_from([0, 1, 50, 100, 1_000, 12_000]))
    def refund(self, data: st.DataObject, units: int) -> None:
        self.pair.refund(data.draw(st.sampled_from(list(self.pair.entries))), units)

    @precondition(lambda self: self.pair.entries)
    @rule(data=st.data(), how=st.sampled_from(["decline", "cancel", "releaseOverdue"]))
    def end(self, data: st.DataObject, how: str) -> None:
        self.pair.end(data.draw(st.sampled_from(list(self.pair.entries))), how)

    @rule(issuer=issuers, holder=holders, units=st.sampled_from([0, 1, 500, 12_000]))
    def donate(self, issuer: int, holder: str, units: int) -> None:
        self.pair.donate(self.name(), issuer, holder, units)

    @precondition(lambda self: self.pair.batches)
    @rule(data=st.data(), quantity=st.sampled_from([0, 0, 30, 300, 20_000]))
    def correct(self, data: st.DataObject, quantity: int) -> None:
        batch = data.draw(st.sampled_from(list(self.pair.batches)))
        row = data.draw(st.integers(0, len(self.pair.batches[batch][0]) - 1))
        self.pair.correct(*batch, row, quantity)

    @precondition(lambda self: self.pair.corrections)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        self.pair.reverse(data.draw(st.sampled_from(list(self.pair.corrections))))

    @rule(issuer=issuers, back=st.integers(0, 3))
    def book_expiry(self, issuer: int, back: int) -> None:
        self.pair.book_expiry(issuer, epoch_of(self.pair.block.time_s) - back)

    @rule(how=st.sampled_from(["pause", "stopStrictly", "stopStrictly"]), during=JUMPS_IN_A_STOP)
    def stop(self, how: str, during: list[int]) -> None:
        """A stop, tries of everything a hold can meet while it lasts, and its end."""
        self.pair.stop(how)
        for seconds in during:
            self.pair.tick(seconds)
            for hold_id in list(self.pair.entries)[-2:]:
                self.pair.capture(hold_id, 100)
                self.pair.end(hold_id, "releaseOverdue")
        self.pair.stop("resume")

    @rule()
    def close_window(self) -> None:
        self.pair.close_window()

    @rule(data=st.data(), off=st.sampled_from([0, 0, 0, 1]))
    def settle(self, data: st.DataObject, off: int) -> None:
        window = data.draw(st.integers(1, len(self.pair.clearing.windows)))
        self.pair.settle(window, self._transfers(window, off))

    @rule(
        issuer=issuers,
        tight=st.sampled_from([2_000, *[10**9] * 3]),
        which=st.integers(0, 3),
        validity=st.sampled_from([2, 2, 1, 3, 4, 5, 6]),
    )
    def change_terms(self, issuer: int, tight: int, which: int, validity: int) -> None:
        one, two, three, four = (tight if which == n else 10**9 for n in range(4))
        annual_cap = 20_000 if issuer == CULTURE else 0
        terms = Terms(one, two, three, four, annual_cap, validity, 100)
        self.pair.change_terms(issuer, terms)

    @rule(member=st.sampled_from([VOLUNTEER, CANTEEN]), suspended=seldom)
    def change_status(self, member: int, suspended: bool) -> None:
        self.pair.change_status(member, 2 if suspended else 1)

    @invariant()
    def both_sides_agree(self) -> None:
        self.pair.check_accounts(ACCOUNTS)
        self.pair.check_classes()
        self.pair.check_free_sums()
        self.pair.check_issuers()
        self.pair.check_positions()

    def _id(self) -> int:
        self.ids += 1
        return self.ids

    def name(self) -> bytes:
        """A fresh id of 32 bytes."""
        return self._id().to_bytes(32, "big")

    def _transfers(self, window: int, off: int) -> list[tuple[int, int, int]]:
        """Greedy: the first who owes pays the first who is owed."""
        positions = self.pair.clearing.positions
        left = {m: u for (w, m), u in sorted(positions.items()) if w == window and u}
        found = []
        while len(left) > 1:
            payer = next(m for m, u in left.items() if u < 0)
            payee = next(m for m, u in left.items() if u > 0)
            units = min(-left[payer], left[payee])
            found.append((payer, payee, units + off))
            left[payer] += units
            left[payee] -= units
            left = {m: u for m, u in left.items() if u}
        return found
