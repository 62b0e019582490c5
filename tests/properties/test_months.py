"""Monthly statements of random histories, played on the pure core: whatever happens, each adds up
to what the core says that the account has."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.index.columns import EntryKind, HoldPhase
from ledger.monthly.reckoning import Bounds, reckoned
from ledger.monthly.values import Kind, Statement
from ledger.rules import Block, Clearing, Points, Rates, Registry, RuleRefusal
from ledger.rules.holding import Releaser
from ledger.store.index_months import AwardLine, CaptureLine, EntryLine, HoldLine, Moved
from ledger.units import DAY_S, epoch_of, first_landing_epoch, month_of, start_of_month

ACCOUNT, FUND = "0x" + "ac" * 20, f"0x{4:040x}"
BYTES = bytes.fromhex(ACCOUNT[2:])
ISSUERS, CANTEEN, BEGIN = (1, 2), 3, 2026 * 12 + 4
ROLES = (1, 1, 2, 16)
OFTEN = ("earn", "hold", "hold", "capture", "capture", "refund", "refund")
RARELY = ("earn", "release", "cancel", "give", "correct")
STEPS = st.lists(
    st.tuples(
        st.sampled_from((*OFTEN, *RARELY)),
        st.sampled_from(ISSUERS),
        st.integers(1, 300),
        st.sampled_from((0, 0, 0, 1, 2, 5, 9, 16, 45)),
    ),
    min_size=10,
    max_size=60,
)
"""What happens, to whose points, how much, and how many days pass then."""


@dataclass
class Played:
    """One account's history: as the core has it, and as a projection would hold it."""

    core: Points
    awards: list[AwardLine] = field(default_factory=list)
    entries: list[EntryLine] = field(default_factory=list)
    holds: dict[bytes, HoldLine] = field(default_factory=dict)
    captures: dict[bytes, CaptureLine] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)
    firsts: dict[int, int] = field(default_factory=dict)
    """First blocks by month."""
    has: dict[int, dict[int, int]] = field(default_factory=dict)
    """What the account has when a month begins, by issuer: the core's word for it."""
    happened: dict[tuple[int, Kind], int] = field(default_factory=lambda: defaultdict(int))
    """Units by (month, kind), as the core answered."""

    def wait(self, days: int) -> None:
        """Into a later block; what the account has is noted where a month begins."""
        block = self.core.block
        later_s = block.time_s + days * DAY_S + 60
        for month in range(month_of(block.time_s) + 1, month_of(later_s) + 1):
            block.time_s = start_of_month(month)
            self.has[month], self.firsts[month] = self.now_has(), block.number + 1
        block.time_s, block.number = later_s, block.number + 1
        self.times[block.number] = later_s

    def now_has(self) -> dict[int, int]:
        """Free and held, by issuer."""
        found = {one: self.core.word(one, ACCOUNT).total() for one in ISSUERS}
        for hold in self.core.holds.values():
            if hold is not None and not hold.captured:
                found[hold.issuer] += hold.total()
        return {issuer: units for issuer, units in found.items() if units}

    def step(self, what: str, issuer: int, units: int) -> None:
        """One thing that happens, unless a rule says no."""
        with contextlib.suppress(RuleRefusal, StopIteration):
            getattr(self, what)(issuer, units)

    def earn(self, issuer: int, units: int) -> None:
        """As a mint lands it."""
        month, core = month_of(self.core.block.time_s), self.core
        epoch = max(month // 6 + units % 3, first_landing_epoch(core.block.time_s))
        units *= 5
        core.words[issuer, ACCOUNT] = core.word(issuer, ACCOUNT).plus(issuer, ACCOUNT, epoch, units)
        core.classes[issuer, epoch].free += units
        place = (core.block.number, 0, issuer, BYTES, epoch, units, units)
        self.awards.append(AwardLine(*place, 101, month, units))
        self._count(Kind.EARNED, units)

    def hold(self, issuer: int, units: int) -> None:
        """For the canteen; also across the end of a half-year."""
        name, now_s = len(self.holds).to_bytes(32, "big"), self.core.block.time_s
        with self._moving(issuer, EntryKind.HOLD, name):
            until = now_s + (units % 25 + 1) * DAY_S
            self.core.place_hold(name, issuer, ACCOUNT, CANTEEN, units, until, until)
        number = self.core.block.number
        self.holds[name] = HoldLine(
            name, HoldPhase.HELD, issuer, BYTES, CANTEEN, units, 0, number, number
        )

    def capture(self, issuer: int, units: int) -> None:
        """All of one, or a part."""
        name, held = self._hold(issuer, captured=False)
        taken = min(units, held)
        with self._moving(issuer, EntryKind.REST, name):
            self.core.capture(name, taken)
        block = self.core.block
        self.captures[name] = CaptureLine(name, block.number, 9, taken, block.time_s)
        self.holds[name] = self.holds[name]._replace(phase=HoldPhase.CAPTURED, block=block.number)
        self._count(Kind.SPENT, -taken)

    def release(self, issuer: int, _units: int) -> None:
        """By the acceptor: what is too old comes back to a later class."""
        self._release(issuer, Releaser.ACCEPTOR)

    def cancel(self, issuer: int, _units: int) -> None:
        """By the resident: what has expired meanwhile stays expired."""
        self._release(issuer, Releaser.RESIDENT)

    def refund(self, issuer: int, units: int) -> None:
        """A part or all of what is left."""
        name, left = self._hold(issuer, captured=True)
        with self._moving(issuer, EntryKind.REFUND, name):
            self.core.refund(name, min(units, left))
        self.holds[name] = self.holds[name]._replace(block=self.core.block.number)
        self._count(Kind.REFUNDED, min(units, left))

    def give(self, issuer: int, units: int) -> None:
        """To the fund."""
        name = b"g" + len(self.entries).to_bytes(31, "big")
        with self._moving(issuer, EntryKind.DONATION, name):
            self.core.donate(name, issuer, ACCOUNT, FUND, units)
        self._count(Kind.GIVEN, -units)

    def correct(self, issuer: int, units: int) -> None:
        """As much as is there is taken."""
        slices = self.core.word(issuer, ACCOUNT).earliest(units)
        with self._moving(issuer, EntryKind.CORRECTION, b"c" * 32):
            word = self.core.word(issuer, ACCOUNT)
            self.core.words[issuer, ACCOUNT] = word.without(slices)
        self._count(Kind.CORRECTED, -sum(slices.values()))

    def statement(self, month: int) -> Statement:
        """Of a month that is over."""
        bounds = Bounds(month, self.firsts[month], self.firsts[month + 1], True, 0)
        moved = Moved(self.awards, self.entries, list(self.holds.values()), self.captures)
        return reckoned("w", moved, bounds, self.times)

    def _release(self, issuer: int, by: Releaser) -> None:
        name, held = self._hold(issuer, captured=False)
        before = sum(units for units in self._free(issuer).values())
        with self._moving(issuer, EntryKind.RELEASE, name):
            self.core.release(name, by)
        expired = held - (sum(self._free(issuer).values()) - before)
        self.holds[name] = self.holds[name]._replace(
            phase=HoldPhase.RELEASED, expired_units=expired, block=self.core.block.number
        )
        self._count(Kind.EXPIRED, -expired)

    def _hold(self, issuer: int, *, captured: bool) -> tuple[bytes, int]:
        return next(
            (name, hold.total())
            for name, hold in reversed(self.core.holds.items())
            if hold is not None and hold.captured == captured and hold.issuer == issuer
        )

    def _free(self, issuer: int) -> dict[int, int]:
        return dict(self.core.word(issuer, ACCOUNT).free)

    @contextlib.contextmanager
    def _moving(self, issuer: int, kind: EntryKind, name: bytes) -> Iterator[None]:
        """Notes, as the ledger's transfers would, by how much each lane changed."""
        before = self._free(issuer)
        yield
        after = self._free(issuer)
        for place, epoch in enumerate(sorted({*before, *after})):
            units = after.get(epoch, 0) - before.get(epoch, 0)
            if units:
                at = (self.core.block.number, place, issuer, BYTES, epoch)
                self.entries.append(EntryLine(*at, units, kind, name))

    def _count(self, kind: Kind, units: int) -> None:
        self.happened[month_of(self.core.block.time_s), kind] += units


def begun() -> Played:
    """Two issuers, an acceptor and a fund, in May 2026."""
    registry = Registry()
    for number, role in enumerate(ROLES, 1):
        registry.add(f"0x{number:02x}" + "00" * 19, role)
    block = Block(start_of_month(BEGIN) + 3_600, 10)
    clearing = Clearing(block, registry)
    played = Played(Points(block, registry, Rates(block), clearing))
    played.firsts[BEGIN], played.has[BEGIN] = 0, {}
    played.times[10] = block.time_s
    return played


@settings(max_examples=150)
@given(STEPS)
def test_opening_and_all_that_happened_come_to_the_closing_in_every_month(
    steps: list[tuple[str, int, int, int]],
) -> None:
    played = begun()
    for what, issuer, units, days in steps:
        played.step(what, issuer, units)
        played.wait(days)
    played.wait(31)

    for month in sorted(played.has)[:-1]:
        made = played.statement(month)
        opening = {one.issuer: one.opening for one in made.by_issuer if one.opening}
        closing = {one.issuer: one.closing for one in made.by_issuer if one.closing}
        assert opening == played.has[month]
        assert closing == played.has[month + 1]
        assert sum(one.units for one in made.expiring) == sum(
            one.closing - one.held for one in made.by_issuer
        )
        for kind in Kind:
            told = sum(line.units for line in made.of(kind))
            lapsed = 0
            if kind is Kind.EXPIRED:
                lapsed = _lapsed(made)
            assert told - lapsed == played.happened.get((month, kind), 0)


def _lapsed(made: Statement) -> int:
    """What expired with the month itself, which the core says by leaving it out."""
    last_s = start_of_month(made.month + 1)
    return sum(line.units for line in made.of(Kind.EXPIRED) if line.time_s == last_s)


def test_the_histories_reach_what_is_hard() -> None:
    played, december = begun(), BEGIN + 7
    played.step("earn", 1, 180)  # lives until the end of the year, as May is too late for June
    for _ in range(5):
        played.wait(45)
    played.step("hold", 1, 524)
    played.wait(22)
    played.step("cancel", 1, 1)
    played.wait(40)
    last, first = played.statement(december), played.statement(december + 1)

    assert epoch_of(start_of_month(december + 1)) == epoch_of(start_of_month(december)) + 1
    assert (last.together.opening, last.together.closing, last.together.held) == (900, 524, 524)
    assert (last.together.expired, first.together.expired) == (376, 524)
