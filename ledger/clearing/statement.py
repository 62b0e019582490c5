"""One member's statement of one window: what it was owed and owed, and how the sums come about.

Follows from the chain alone, but for order ids and the invoice's reference. ``opening`` is the sum
of the member's positions in earlier windows that were not settled when this one began; ``closing``
is that, plus the net of this window, less what was settled meanwhile, so one statement's closing is
the next one's opening. Pure. Amounts are units of 0.01 point, signed as the member sees them:
positive is owed to it. Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ledger.clearing.windows import price_fen
from ledger.index.columns import ClearingKind


class Part(NamedTuple):
    """The member's position in one window, as a part of a sum over windows."""

    window: int
    units: int


class Origin(NamedTuple):
    """What a line undoes: the capture of a refund, or the window of a dispute."""

    window: int
    block: int | None
    """Of the capture."""
    time_s: int | None


class Line(NamedTuple):
    """One change of an obligation in which the member is a side."""

    block: int
    position: int
    """Of the log in its block."""
    time_s: int
    kind: ClearingKind
    debtor: int
    creditor: int
    scheme: int | None
    """Whose points; the debtor is somebody else where a successor took them over."""
    units: int
    """Signed as the member sees it."""
    order: str | None
    """For the side that delivered."""
    hold: bytes | None
    """For the side that owes, which sees holds on the chain and no orders."""
    dispute: bytes | None
    origin: Origin | None
    """None for a capture."""
    transaction: bytes

    def other(self, member: int) -> int:
        """The other side."""
        return self.creditor if member == self.debtor else self.debtor

    def is_late(self, window: int) -> bool:
        """Whether it undoes something of an earlier window."""
        return self.origin is not None and self.origin.window < window


class Sums(NamedTuple):
    """Lines added up: ``net = captures + refunds + disputes``, each of them signed."""

    captures_units: int
    refunds_units: int
    disputes_units: int

    @property
    def net_units(self) -> int:
        """All three together."""
        return sum(self)


class With(NamedTuple):
    """The member's dealings with another one in this window."""

    other: int
    owed_units: int
    """By the other, to the member."""
    owes_units: int
    """By the member, to the other."""

    @property
    def net_units(self) -> int:
        """Positive where the other owes."""
        return self.owed_units - self.owes_units


class Confirmation(NamedTuple):
    """One side's word that a payment was made, on the chain."""

    block: int
    transaction: bytes


class Transfer(NamedTuple):
    """One payment of the window's settlement in which the member is a side."""

    place: int
    payer: int
    payee: int
    units: int
    fen: int
    by_payer: Confirmation | None
    by_payee: Confirmation | None


class Invoice(NamedTuple):
    """The member's own reference of its invoice."""

    reference: str
    noted_s: int
    """By the clock of whoever keeps it."""


@dataclass(frozen=True)
class Statement:
    """What the member's two formal documents and the interface show alike."""

    window: int
    member: int
    state: str
    first_block: int
    last_block: int
    """Of the window; while it is open, the newest block that the statement knows of."""
    opened_at_s: int
    as_of_s: int
    """When the window was closed; while it is open, the newest block's time."""
    unit_price_micro_yuan: int
    carried: tuple[Part, ...]
    """Earlier windows that were not settled when this one began: they sum to the opening."""
    settled: tuple[Part, ...]
    """Of those, and settled while this one was open."""
    lines: tuple[Line, ...]
    """In the order of the chain."""
    transfers: tuple[Transfer, ...]
    published: Confirmation | None
    """Where the settlement list was published."""
    invoice: Invoice | None

    @property
    def opening_units(self) -> int:
        """Not settled when the window began."""
        return sum(part.units for part in self.carried)

    @property
    def settled_units(self) -> int:
        """Of the opening, settled meanwhile."""
        return sum(part.units for part in self.settled)

    @property
    def sums(self) -> Sums:
        """Of all lines."""
        return _sums(self.lines)

    @property
    def owed(self) -> Sums:
        """Of the lines in which the member is owed."""
        return _sums(line for line in self.lines if line.creditor == self.member)

    @property
    def owes(self) -> Sums:
        """Of the lines in which the member owes."""
        return _sums(line for line in self.lines if line.creditor != self.member)

    @property
    def net_units(self) -> int:
        """The position in this window."""
        return self.sums.net_units

    @property
    def net_fen(self) -> int:
        """Its price, sign kept; a part of a fen is dropped."""
        price = price_fen(abs(self.net_units), self.unit_price_micro_yuan)
        return price if self.net_units >= 0 else -price

    @property
    def closing_units(self) -> int:
        """Not settled when the window ended."""
        return self.opening_units + self.net_units - self.settled_units

    @property
    def late(self) -> tuple[Line, ...]:
        """Lines that undo something of an earlier window."""
        return tuple(line for line in self.lines if line.is_late(self.window))

    @property
    def by_other(self) -> tuple[With, ...]:
        """By the other side's number; their nets sum to the statement's."""
        owed, owes = dict[int, int](), dict[int, int]()
        for line in self.lines:
            into, units = (
                (owed, line.units) if line.creditor == self.member else (owes, -line.units)
            )
            other = line.other(self.member)
            into[other] = into.get(other, 0) + units
        return tuple(With(n, owed.get(n, 0), owes.get(n, 0)) for n in sorted({*owed, *owes}))


def _sums(lines: Iterable[Line]) -> Sums:
    found = dict.fromkeys(ClearingKind, 0)
    for line in lines:
        found[line.kind] += line.units
    return Sums(
        found[ClearingKind.CAPTURE], found[ClearingKind.REFUND], found[ClearingKind.DISPUTE]
    )
