"""What the first pass remembers: the twin's registry, rates, classes and clearing, fed by events.

Its size depends on members, rates, windows, open and refundable holds and corrections, never on how
many awards there were. Events of the registry and the rate books are applied here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.audit.feed import Moment
from ledger.audit.findings import Findings
from ledger.audit.spill import Spill
from ledger.events import (
    ActivityAdded,
    Event,
    IssuerTermsChanged,
    MemberAdded,
    MemberHostChanged,
    MemberKeyChanged,
    MemberStatusChanged,
    RateAgreed,
    SuccessorNamed,
)
from ledger.rules import Block, Clearing, Points, Rates, Registry, RuleRefusal
from ledger.rules.rates import Rate
from ledger.rules.registry import Terms
from ledger.units import MONTHS_PER_EPOCH


@dataclass(frozen=True)
class StandingCorrection:
    """A correction that may still be reversed; amounts in units."""

    issuer: int
    account: bytes
    month: int
    epoch: int
    slices: tuple[tuple[int, int], ...]
    due: int
    award: bytes


@dataclass(frozen=True)
class OpenHold:
    """A hold that is not at its end: its two words, its phase, the desk that placed it."""

    terms: int
    points: int
    captured: bool
    desk: bytes


@dataclass
class Counts:
    """How much was read."""

    batches: int = 0
    awards: int = 0
    holds: int = 0
    corrections: int = 0


@dataclass
class World:
    """State, findings and spills, handed to every judge of the first pass."""

    findings: Findings
    accounts: Spill
    """Entries by account."""
    keys: Spill
    """Where each award's key was minted."""
    ids: Spill
    """Where each hold's or gift's id was used."""
    block: Block
    registry: Registry = field(default_factory=Registry)
    books: dict[bytes, Rates] = field(default_factory=dict)
    """Rate books by address, in the order in which they were first heard of."""
    book_order: list[bytes] = field(default_factory=list)
    """Those in force, one after the other; the last is the present one."""
    desks: list[bytes] = field(default_factory=list)
    """Desks in the order in which they were first heard of; records name them by their place."""
    holds: dict[bytes, OpenHold] = field(default_factory=dict)
    corrections: dict[bytes, StandingCorrection] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)

    def __post_init__(self) -> None:
        self.clearing = Clearing(self.block, self.registry)
        self.points = Points(self.block, self.registry, Rates(self.block), self.clearing)

    def arrive(self, moment: Moment) -> None:
        """Brings the clock to a block."""
        self.block.number, self.block.time_s = moment.block, moment.time_s

    def rate_of(self, activity: int, month: int) -> tuple[int, Rate | None]:
        """The activity's issuer and its rate by the book in force, as ``RateBook`` answers."""
        return self._rate_of(len(self.book_order) - 1, activity, month)

    def _rate_of(self, place: int, activity: int, month: int) -> tuple[int, Rate | None]:
        if place < 0:
            return 0, None
        book = self.books[self.book_order[place]]
        owner = book.issuers.get(activity, 0)
        in_force = [r for r in book.versions.get(activity, []) if r.from_month <= month]
        rate = in_force[-1] if in_force else None
        if owner:
            return owner, rate
        owner, older = self._rate_of(place - 1, activity, month)
        return owner, rate or older

    def desk_number(self, desk: bytes) -> int:
        """The desk's place, given to it at first sight."""
        if desk not in self.desks:
            self.desks.append(desk)
        return self.desks.index(desk)

    def replace_book(self, book: bytes) -> None:
        """A rate book takes over; one that says no more than its predecessor is heard of here."""
        self.books.setdefault(book, Rates(self.block))
        self.book_order.append(book)

    def take_rate(self, book: bytes, event: ActivityAdded | RateAgreed, moment: Moment) -> None:
        """Applies an event of a rate book; a version must be agreed before its month."""
        rates = self.books.setdefault(book, Rates(self.block))
        if isinstance(event, ActivityAdded):
            rates.issuers[event.activity] = event.issuer
            rates.versions.setdefault(event.activity, [])
            return
        versions = rates.versions.setdefault(event.activity, [])
        late = event.from_month <= moment.month
        if late:
            self.findings.add(
                "rate-too-late",
                activity=event.activity,
                version=event.version,
                from_month=event.from_month,
                agreed_month=moment.month,
            )
        rising = not versions or versions[-1].from_month < event.from_month
        if event.version != len(versions) + 1 or not rising:
            self.findings.add(
                "rate-out-of-order",
                activity=event.activity,
                expected=len(versions) + 1,
                found=event.version,
                from_month=event.from_month,
            )
        versions.append(Rate(event.from_month, event.numerator, max(event.denominator, 1)))

    def take_member(self, event: Event) -> None:
        """Applies an event of the registry; one of a member that never joined is a finding."""
        try:
            self._take_member(event)
        except RuleRefusal as refusal:
            self.findings.add("member-unknown", event=type(event).__name__, rule=refusal.name)

    def _take_member(self, event: Event) -> None:
        registry = self.registry
        if isinstance(event, MemberAdded):
            number = registry.add(hexed(event.key), event.roles)
            if number != event.member:
                self.findings.add("member-gap", expected=number, found=event.member)
        elif isinstance(event, MemberStatusChanged):
            registry.known(event.member).status = event.status
        elif isinstance(event, MemberKeyChanged):
            registry.known(event.member).key = hexed(event.new_key)
        elif isinstance(event, MemberHostChanged):
            registry.known(event.member).host = event.host
        elif isinstance(event, SuccessorNamed):
            registry.known(event.member).successor = event.successor
        elif isinstance(event, IssuerTermsChanged):
            registry.known(event.member)
            registry.terms[event.member] = Terms(*event[1:])

    # Classes

    def land(self, issuer: int, epoch: int, units: int, moment: Moment) -> int:
        """Books points that come back, carried where they must be; the epoch they land in."""
        landing = max(epoch, moment.landing)
        classes = self.points.classes
        if landing != epoch:
            classes[issuer, epoch].carried_out += units
            classes[issuer, landing].carried_in += units
        classes[issuer, landing].free += units
        return landing

    def forget(self) -> None:
        """Drops captured holds whose refunds' deadline is past: nothing can happen to them."""
        now = self.block.time_s
        over = [i for i, h in self.holds.items() if h.captured and h.terms >> 40 & _TIME < now]
        for hold_id in over:
            del self.holds[hold_id]


_TIME = 2**40 - 1


def hexed(address: bytes) -> str:
    """As the twin names accounts and keys."""
    return "0x" + address.hex()


def epoch_of_month(month: int) -> int:
    """The half-year of a month."""
    return month // MONTHS_PER_EPOCH
