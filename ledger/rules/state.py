"""What the rules remember: block, members' terms, classes, holds, corrections."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.rules.lanes import Slices, packed, unpacked

_TIME_MASK = 2**40 - 1


@dataclass
class Block:
    """The only clock: the present block's time (seconds since 1970) and number."""

    time_s: int
    number: int


@dataclass
class Class:
    """Points of one issuer with one expiry epoch, in units."""

    minted: int = 0
    free: int = 0
    held: int = 0
    captured: int = 0
    expired: int = 0
    corrected: int = 0
    refunded_in: int = 0
    carried_in: int = 0
    carried_out: int = 0

    def balances(self) -> bool:
        """Invariant 1."""
        come = self.minted + self.refunded_in + self.carried_in
        gone = self.captured + self.expired + self.corrected + self.carried_out
        return come == self.free + self.held + gone


@dataclass(frozen=True)
class Hold:
    """Points of one account set aside. ``deadline_s`` is the capture's, then the refunds'."""

    issuer: int
    acceptor: int
    account: str
    deadline_s: int
    service_at_s: int
    epoch: int
    slices: tuple[tuple[int, int], ...]
    captured: bool = False

    def total(self) -> int:
        return sum(units for _, units in self.slices)

    def words(self) -> tuple[int, int]:
        """``terms`` and ``points`` as ``IPointsLedger.Hold`` lays them out."""
        terms = int(self.account, 16) << 96 | self.acceptor << 80 | self.deadline_s << 40
        points = self.issuer << 208 | self.epoch << 192 | packed(dict(self.slices))
        return terms | self.service_at_s, points

    @classmethod
    def of_words(cls, terms: int, points: int, *, captured: bool) -> Hold:
        """The reverse of ``words``; the words do not say whether it was captured."""
        epoch = points >> 192 & 0xFFFF
        return cls(
            issuer=points >> 208,
            acceptor=terms >> 80 & 0xFFFF,
            account=f"0x{terms >> 96:040x}",
            deadline_s=terms >> 40 & _TIME_MASK,
            service_at_s=terms & _TIME_MASK,
            epoch=epoch,
            slices=tuple(unpacked(points, epoch).items()),
            captured=captured,
        )


@dataclass(frozen=True)
class AwardWord:
    """One row of a batch: who, for what, when, how much in native units."""

    account: str
    activity: int
    month: int
    quantity: int


@dataclass
class Award:
    """What a batch's row left behind where it was clipped or corrected; amounts in units."""

    word: AwardWord
    clipped_to: int | None = None
    corrected: int = 0
    corrections: int = 0


@dataclass(frozen=True)
class Correction:
    """A linked opposite entry. What ``slices`` lack of ``due`` is the issuer's loss."""

    issuer: int
    account: str
    month: int
    slices: tuple[tuple[int, int], ...]
    due: int
    award: tuple[int, int, int]

    def taken(self) -> Slices:
        return dict(self.slices)
