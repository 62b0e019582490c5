"""Shapes of exchanges into another issuer's scheme."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from api.shapes import (
    AccountHex,
    Amount,
    HashHex,
    Id,
    MemberNumber,
    Shape,
    Units,
    example,
    show,
)
from ledger.redeeming.values import ExchangeCredit


class Exchange(Shape):
    """换成另一发行方的积分，只取整数 · into another scheme, whole points of it only."""

    model_config = example(
        wallet="5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11", into=2, units=1500, dry_run=False
    )

    wallet: Id
    into: MemberNumber = Field(description="换入哪个发行方 · the issuer whose points are wanted")
    units: Units
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class ExchangeCreditShape(Shape):
    """发行方据此在本系统入账 · what the issuer credits in its own system, keyed by the hold."""

    model_config = example(
        hold_id="0x" + "07" * 32,
        order="8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90",
        issuer=2,
        account="0xac00000000000000000000000000000000000002",
        amount={"units": 1500, "points": "15.00"},
        native_points=15,
    )

    hold_id: HashHex
    order: str
    issuer: MemberNumber
    account: AccountHex
    amount: Amount
    native_points: int

    @classmethod
    def of(cls, credit: ExchangeCredit) -> Self:
        """As it is shown."""
        return cls(
            hold_id=show(credit.hold_id),
            order=credit.order,
            issuer=credit.issuer,
            account=show(credit.account),
            amount=Amount.of(credit.units),
            native_points=credit.native_points,
        )
