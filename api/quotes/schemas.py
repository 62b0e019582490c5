"""Shapes of quotes."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field

from api.offers.wanted import PURPOSE, Buying
from api.shapes import (
    AccountHex,
    Amount,
    Id,
    MemberNumber,
    Moment,
    Shape,
    example,
    moment,
    show,
)
from ledger.redeeming.values import Part, Quote, Slice

_ACCOUNT = "0xac00000000000000000000000000000000000002"
_AMOUNT = {"units": 1500, "points": "15.00"}
_EXPIRES = "2027-07-01T00:00:00+08:00"
_NOTHING = {"units": 0, "points": "0.00"}
SAMPLE: dict[str, Any] = {
    "acceptor": 3,
    "asked": _AMOUNT,
    "amount": _AMOUNT,
    "rounded_off": _NOTHING,
    "native_points": None,
    "missing": _NOTHING,
    "parts": [],
    "owed": [{"member": 1, "amount": _AMOUNT}],
    "latest_deadline": "2026-06-01T09:30:00+08:00",
}
"""A quote as documentation shows it."""


class AskQuote(Buying):
    """试算一张兑换单 · what an order of this size would take."""

    model_config = example(
        PURPOSE,
        wallet="5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11",
        acceptor=3,
        units=1500,
        deadline=None,
    )

    wallet: Id
    deadline: Moment | None = None


class SliceShape(Shape):
    """同一到期日的部分 · points of one expiry."""

    model_config = example(amount=_AMOUNT, expires_at=_EXPIRES)

    amount: Amount
    expires_at: Moment

    @classmethod
    def of(cls, piece: Slice) -> Self:
        """As it is shown."""
        return cls(amount=Amount.of(piece.units), expires_at=moment(piece.expires_at_s))


class PartShape(Shape):
    """将从一个账户预留 · one hold that would be placed."""

    model_config = example(
        issuer=1, account=_ACCOUNT, amount=_AMOUNT, slices=[], why="earliest-expiry"
    )

    issuer: MemberNumber
    account: AccountHex
    amount: Amount
    slices: list[SliceShape]
    why: str = Field(description="earliest-expiry, fewest-accounts")

    @classmethod
    def of(cls, part: Part) -> Self:
        """As it is shown."""
        return cls(
            issuer=part.issuer,
            account=show(part.account),
            amount=Amount.of(part.units),
            slices=[SliceShape.of(piece) for piece in part.slices],
            why=str(part.why),
        )


class OwedShape(Shape):
    """核销后谁应付多少 · who would owe how much once captured."""

    model_config = example(member=1, amount=_AMOUNT)

    member: MemberNumber
    amount: Amount


class QuoteShape(Shape):
    """试算结果，不预留积分 · what an order would take; nothing is set aside."""

    model_config = example(**SAMPLE)

    acceptor: MemberNumber
    asked: Amount
    amount: Amount
    rounded_off: Amount = Field(description="互换只取整数积分 · below a whole native point")
    native_points: int | None = Field(
        description="换入的对方积分 · whole points of the other scheme"
    )
    missing: Amount
    parts: list[PartShape]
    owed: list[OwedShape]
    latest_deadline: Moment

    @classmethod
    def of(cls, quote: Quote) -> Self:
        """As it is shown."""
        return cls(
            acceptor=quote.acceptor,
            asked=Amount.of(quote.asked_units),
            amount=Amount.of(quote.units),
            rounded_off=Amount.of(quote.rounded_off_units),
            native_points=quote.native_points,
            missing=Amount.of(quote.missing_units),
            parts=[PartShape.of(part) for part in quote.parts],
            owed=[
                OwedShape(member=member, amount=Amount.of(units))
                for member, units in sorted(quote.owed.items())
            ],
            latest_deadline=moment(quote.latest_deadline_s),
        )
