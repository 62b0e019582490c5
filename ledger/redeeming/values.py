"""What the redemption service takes and answers: wallets, balances, quotes, orders.

Plain values, made anew for each answer. Accounts are 20 bytes, hold ids 32, amounts units of 0.01
point, times seconds since 1970. Members are numbers: who shows them knows their names.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ledger.chain.calls import DonationRequest, HoldRequest
from ledger.errors import TongduiError

WAIT_S = 10.0
"""How long a change waits for the chain unless told otherwise."""
PAGE = 50
"""Lines of a page unless told otherwise."""


class Account(NamedTuple):
    """An account of a wallet in one issuer's scheme."""

    issuer: int
    account: bytes
    own_key: bool
    """Whether it is the address of a key of the resident's: only that key speaks for it."""


@dataclass(frozen=True)
class Wallet:
    """A resident's list of accounts: the only place that ties them together."""

    id: str
    accounts: tuple[Account, ...]
    opened_at_s: int


class Lot(NamedTuple):
    """Free points of one account with one expiry."""

    account: bytes
    issuer: int
    epoch: int
    units: int
    expires_at_s: int
    """From then on they are expired."""


@dataclass(frozen=True)
class Balance:
    """What a wallet can spend, as of a block."""

    wallet: str
    lots: tuple[Lot, ...]
    """Earliest expiry first."""
    by_issuer: Mapping[int, int]
    total_units: int
    asked_units: int
    """Of these, units that orders on their way to the chain will hold."""
    block: int
    time_s: int


class Why(enum.StrEnum):
    """Why a quote takes points from where it does."""

    EARLIEST = "earliest-expiry"
    """They expire first."""
    FEWEST = "fewest-accounts"
    """Of several accounts with the same expiry, they need the fewest holds."""


class Slice(NamedTuple):
    """Points of one expiry inside a part."""

    epoch: int
    units: int
    expires_at_s: int


@dataclass(frozen=True)
class Part:
    """One hold that a quote proposes."""

    issuer: int
    account: bytes
    units: int
    slices: tuple[Slice, ...]
    why: Why


@dataclass(frozen=True)
class Quote:
    """What an order would take, and who would owe for it. Nothing is set aside yet."""

    acceptor: int
    asked_units: int
    units: int
    """What it would hold: less than asked where an exchange takes whole native points only."""
    rounded_off_units: int
    """Asked, and left with the resident, because the other scheme has no part of a point."""
    native_points: int | None
    """Whole points of the acceptor's scheme; None where it is no exchange."""
    missing_units: int
    parts: tuple[Part, ...]
    owed: Mapping[int, int]
    """Units by the member that would owe them: an issuer, or who follows it."""
    latest_deadline_s: int
    """The latest deadline that the earliest of its points allow."""


class State(enum.StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    """Recorded; its holds are on their way to the chain."""
    HELD = "held"
    UNDOING = "undoing"
    """One of its holds was refused, so the others are being released."""
    REFUSED = "refused"
    CAPTURING = "capturing"
    CAPTURED = "captured"
    RELEASING = "releasing"
    RELEASED = "released"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    GIVEN = "given"
    """A donation that reached the fund, as far as it was not refused."""


class Purpose(enum.StrEnum):
    """What an order is for."""

    REDEEM = "redeem"
    EXCHANGE = "exchange"
    """The acceptor is an issuer: the points become points of its own scheme."""
    DONATION = "donation"


class Phase(enum.StrEnum):
    """Where one hold of an order stands."""

    ASKED = "asked"
    HELD = "held"
    CAPTURED = "captured"
    ENDED = "ended"
    """Released, or refunded whole."""
    REFUSED = "refused"
    GIVEN = "given"


@dataclass(frozen=True)
class HoldPart:
    """One hold (or gift) of an order."""

    id: bytes
    issuer: int
    account: bytes
    units: int
    phase: Phase
    captured_units: int
    refunded_units: int


@dataclass(frozen=True)
class Order:
    """An order as it stands, gifts included."""

    id: str
    wallet: str
    purpose: Purpose
    acceptor: int
    """For a donation the fund's member."""
    units: int
    service_at_s: int
    deadline_s: int
    placed_at_s: int
    """The chain's time when it was recorded."""
    state: State
    captured_units: int
    refunded_units: int
    parts: tuple[HoldPart, ...]
    reason: TongduiError | None
    """Why the last step was refused, as an error with code and fields."""
    confirmed: bool
    """Whether all that was asked of it stands in a block; else it is on its way."""
    final: bool
    """Whether that block stays."""


@dataclass(frozen=True)
class Page:
    """A part of a list, newest first; ``cursor`` asks for the next, None at the end."""

    orders: tuple[Order, ...]
    cursor: int | None


class Signed(NamedTuple):
    """A resident's own word: the 65-byte signature, good until ``expires_at_s``."""

    expires_at_s: int
    signature: bytes


class SignedHold(NamedTuple):
    """A hold under the account's own key, as ``prepare`` proposed it.

    ``Signed(0, b"")`` leaves one to the operator, where the account has no key.
    """

    request: HoldRequest
    signed: Signed


class SignedGift(NamedTuple):
    """A gift under the account's own key."""

    request: DonationRequest
    signed: Signed


class ToSign(NamedTuple):
    """What a resident's key signs: the digest, and the same as EIP-712 typed data to show."""

    digest: bytes
    typed_data: dict[str, Any]


@dataclass(frozen=True)
class Prepared:
    """A quote with one thing to sign for each of its holds, in the order of the requests."""

    quote: Quote
    requests: tuple[HoldRequest, ...]
    expires_at_s: int
    to_sign: tuple[ToSign, ...]


@dataclass(frozen=True)
class PreparedGift:
    """The same for a gift to the fund."""

    quote: Quote
    requests: tuple[DonationRequest, ...]
    expires_at_s: int
    to_sign: tuple[ToSign, ...]


@dataclass(frozen=True)
class Relayed:
    """A change other than an order's: a key's registration, a window's close, a settlement."""

    id: str
    reason: TongduiError | None
    confirmed: bool
    final: bool


@dataclass(frozen=True)
class ExchangeCredit:
    """What an issuer's agent needs to credit an exchange in its own system, keyed by the hold."""

    hold_id: bytes
    order: str
    issuer: int
    account: bytes
    """The wallet's account with that issuer, which the agent has a member id for."""
    units: int
    native_points: int


@dataclass(frozen=True)
class Totals:
    """Sums over all orders: how many by state, and units."""

    by_state: Mapping[State, int]
    held_units: int
    captured_units: int
    refunded_units: int
    given_units: int
