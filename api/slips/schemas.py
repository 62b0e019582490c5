"""Shapes of slips."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.orders.schemas import OrderShape
from api.residents.schemas import SAMPLE_AT, SAMPLE_ORDER, SAMPLE_WALLET
from api.shapes import Amount, Id, MemberNumber, Moment, Shape, Triable, Units, example, moment
from ledger.store.residents_deeds import SlipRow


class MakeSlip(Shape):
    """打印凭条：在一个承兑方预留积分 · a slip over a hold at one acceptor."""

    model_config = example(
        wallet=SAMPLE_WALLET, acceptor=3, units=1500, deadline=None, dry_run=False
    )

    wallet: Id
    acceptor: MemberNumber
    units: Units
    deadline: Moment | None = None
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class TakeSlip(Triable):
    """凭条核销：扫描或录入 · what was scanned or typed, and at which desk."""

    model_config = example(slip="TDS1-7K3MQ-X2A9F-9M2QT-0RV5D", desk="示例食堂 1 号窗口")

    slip: Annotated[str, StringConstraints(min_length=20, max_length=60)]
    desk: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = (
        Field(description="在哪里收的，重复核销时告知 · where; told to whoever brings it again")
    )


class SlipShape(Shape):
    """凭条 · a slip; its code stands on the paper only."""

    model_config = example(
        order=SAMPLE_ORDER,
        wallet=SAMPLE_WALLET,
        acceptor=3,
        amount={"units": 1500, "points": "15.00"},
        made_at=SAMPLE_AT,
        taken_at=None,
        taken_desk=None,
        standing=None,
    )

    order: str
    wallet: str | None
    acceptor: MemberNumber
    amount: Amount
    made_at: Moment
    taken_at: Moment | None
    taken_desk: str | None
    standing: OrderShape | None = Field(description="对应的兑换单 · its order, as it stands")

    @classmethod
    def of(cls, row: SlipRow, standing: OrderShape | None) -> Self:
        """As it is shown: the wallet to whoever sees the order's."""
        return cls(
            order=row.order,
            wallet=None if standing is None else standing.wallet,
            acceptor=row.acceptor,
            amount=Amount.of(row.units),
            made_at=moment(row.made_s),
            taken_at=None if row.taken_s is None else moment(row.taken_s),
            taken_desk=row.taken_at,
            standing=standing,
        )
