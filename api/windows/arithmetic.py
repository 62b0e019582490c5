"""Shapes of how a window's nets come about: every figure with those it is made of."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from api.shapes import Amount, HashHex, MemberNumber, Shape, example, show
from ledger.clearing.netting import PositionSum, SetOff, Step
from ledger.clearing.windows import WindowSheet


def _amount(units: int) -> dict[str, object]:
    return Amount.of(units).model_dump()


class PositionSumShape(Shape):
    """净头寸 = 应收 − 应付 · position = owed − owes."""

    model_config = example(member=3, owed=_amount(1700), owes=_amount(200), position=_amount(1500))

    member: MemberNumber
    owed: Amount = Field(description="各方应付其合计 · by all others")
    owes: Amount = Field(description="其应付各方合计 · to all others")
    position: Amount

    @classmethod
    def of(cls, one: PositionSum) -> Self:
        """As it is shown."""
        return cls(
            member=one.member,
            owed=Amount.of(one.owed_units),
            owes=Amount.of(one.owes_units),
            position=Amount.of(one.units),
        )


class SetOffShape(Shape):
    """双边轧差：net = forward − backward，正数由 first 付 · paid by the first where positive."""

    model_config = example(
        first=1, second=3, forward=_amount(1700), backward=_amount(200), net=_amount(1500)
    )

    first: MemberNumber
    second: MemberNumber
    forward: Amount = Field(description="first 应付 second · what the first owes the second")
    backward: Amount = Field(description="second 应付 first · what the second owes the first")
    net: Amount

    @classmethod
    def of(cls, one: SetOff) -> Self:
        """As it is shown."""
        return cls(
            first=one.first,
            second=one.second,
            forward=Amount.of(one.forward_units),
            backward=Amount.of(one.backward_units),
            net=Amount.of(one.forward_units - one.backward_units),
        )


class StepShape(Shape):
    """多边轧差的一步：payer_before + paid = payer_after，payee_before − paid = payee_after
    · one step of the multilateral net."""

    model_config = example(
        payer=1,
        payee=3,
        payer_before=_amount(-1500),
        payee_before=_amount(1500),
        paid=_amount(1500),
        payer_after=_amount(0),
        payee_after=_amount(0),
    )

    payer: MemberNumber
    payee: MemberNumber
    payer_before: Amount
    payee_before: Amount
    paid: Amount
    payer_after: Amount
    payee_after: Amount

    @classmethod
    def of(cls, step: Step) -> Self:
        """As it is shown."""
        return cls(
            payer=step.payment.payer,
            payee=step.payment.payee,
            payer_before=Amount.of(step.payer_before),
            payee_before=Amount.of(step.payee_before),
            paid=Amount.of(step.payment.units),
            payer_after=Amount.of(step.payer_after),
            payee_after=Amount.of(step.payee_after),
        )


class ArithmeticShape(Shape):
    """算式：各数相加即得 · how the nets come about."""

    model_config = example(
        positions=[
            {"member": 1, "owed": _amount(200), "owes": _amount(1700), "position": _amount(-1500)},
            {"member": 3, "owed": _amount(1700), "owes": _amount(200), "position": _amount(1500)},
        ],
        sum=_amount(0),
        bilateral=[],
        multilateral=[],
    )

    positions: list[PositionSumShape]
    sum: Amount = Field(description="全部净头寸之和，恒为零 · of all positions: always zero")
    bilateral: list[SetOffShape]
    multilateral: list[StepShape]

    @classmethod
    def of(cls, sheet: WindowSheet) -> Self:
        """As it is shown."""
        return cls(
            positions=[PositionSumShape.of(one) for one in sheet.position_sums],
            sum=Amount.of(sum(sheet.positions.values())),
            bilateral=[SetOffShape.of(one) for one in sheet.set_offs],
            multilateral=[StepShape.of(step) for step in sheet.steps],
        )


class PublishedShape(Shape):
    """链上的结算清单 · where the chain has the settlement list."""

    model_config = example(by=4, block=40, transaction="0x" + "07" * 32, settles=True)

    by: MemberNumber = Field(description="由谁公布 · who published it")
    block: int
    transaction: HashHex
    settles: bool = Field(
        description="按清单划付后各方头寸归零（复算） · worked out again: it brings all to zero"
    )

    @classmethod
    def of(cls, sheet: WindowSheet) -> Self | None:
        """As it is shown; None while nobody has published one."""
        if sheet.published is None:
            return None
        by, block, name = sheet.published
        return cls(by=by, block=block, transaction=show(name), settles=sheet.settles)
