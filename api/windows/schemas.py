"""Shapes of clearing windows: positions, obligations, what settles them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field

from api.shapes import Amount, MemberNumber, Moment, Shape, example, moment
from api.windows.arithmetic import ArithmeticShape, PublishedShape
from ledger.clearing.netting import Payment
from ledger.clearing.windows import CLOSED, OPEN, PUBLISHED, SETTLED, WindowSheet, state_of
from ledger.index.rows import SettlementTransferRow, WindowRow
from ledger.redeeming.values import Relayed

WindowState = Literal["open", "closed", "published", "settled"]
_AMOUNT = {"units": 1500, "points": "15.00"}
_ZERO = {"units": 0, "points": "0.00"}
_ROW = {
    "number": 1,
    "state": "open",
    "first_block": 12,
    "last_block": None,
    "opened_at": "2026-05-01T01:00:00+08:00",
    "unit_price_micro_yuan": 10_000,
}


class WindowShape(Shape):
    """清算窗口 · a clearing window."""

    model_config = example(**_ROW)

    number: int
    state: WindowState
    first_block: int
    last_block: int | None
    opened_at: Moment
    unit_price_micro_yuan: int = Field(description="每 0.01 积分的价格，百万分之一元")

    @classmethod
    def of(cls, row: WindowRow) -> Self:
        """As it is shown."""
        return cls(
            number=row.number,
            state=_word(state_of(row)),
            first_block=row.first_block,
            last_block=row.last_block,
            opened_at=moment(row.opened_at_s),
            unit_price_micro_yuan=row.unit_price_micro_yuan,
        )


class WindowPage(Shape):
    """清算窗口，新的在前 · windows, newest first."""

    model_config = example(windows=[_ROW], next_cursor=None)

    windows: list[WindowShape]
    next_cursor: str | None


class PositionShape(Shape):
    """净头寸：应收减应付 · owed to the member less what it owes."""

    model_config = example(member=3, amount=_AMOUNT)

    member: MemberNumber
    amount: Amount


class ObligationShape(Shape):
    """应付 · what one member owes another."""

    model_config = example(debtor=1, creditor=3, amount=_AMOUNT)

    debtor: MemberNumber
    creditor: MemberNumber
    amount: Amount


class PaymentShape(Shape):
    """一笔结算 · one payment that settles."""

    model_config = example(
        payer=1, payee=3, amount=_AMOUNT, fen=1500, payer_confirmed=False, payee_confirmed=False
    )

    payer: MemberNumber
    payee: MemberNumber
    amount: Amount
    fen: int = Field(description="金额，分 · in fen, rounded down")
    payer_confirmed: bool = False
    payee_confirmed: bool = False


class SheetShape(Shape):
    """一个窗口的全部头寸、应付与轧差 · one window in full; positions sum to zero."""

    model_config = example(
        number=1,
        state="open",
        first_block=12,
        last_block=None,
        as_of_block=57,
        as_of="2026-05-01T01:10:00+08:00",
        unit_price_micro_yuan=10_000,
        positions=[
            {"member": 1, "amount": {"units": -1500, "points": "-15.00"}},
            {"member": 3, "amount": _AMOUNT},
        ],
        obligations=[{"debtor": 1, "creditor": 3, "amount": _AMOUNT}],
        bilateral_nets=[],
        multilateral_nets=[],
        arithmetic={"positions": [], "sum": _ZERO, "bilateral": [], "multilateral": []},
        settlement=[],
        published=None,
    )

    number: int
    state: WindowState
    first_block: int
    last_block: int | None
    as_of_block: int | None = Field(
        description="所依据的最新区块；关闭后为空，数字不再变 · the newest block that figures of"
        " an open window know of; null once it is closed, when they stay"
    )
    as_of: Moment | None
    unit_price_micro_yuan: int
    positions: list[PositionShape]
    obligations: list[ObligationShape]
    bilateral_nets: list[PaymentShape]
    multilateral_nets: list[PaymentShape]
    arithmetic: ArithmeticShape
    settlement: list[PaymentShape] = Field(description="已公布的结算 · as published")
    published: PublishedShape | None = Field(description="未公布为空 · null until it is published")

    @classmethod
    def of(cls, sheet: WindowSheet) -> Self:
        """As it is shown."""
        return cls(
            number=sheet.number,
            state=_word(sheet.state),
            first_block=sheet.first_block,
            last_block=sheet.last_block or None,
            as_of_block=sheet.as_of_block if sheet.state == OPEN else None,
            as_of=moment(sheet.as_of_s) if sheet.state == OPEN else None,
            unit_price_micro_yuan=sheet.unit_price_micro_yuan,
            positions=[
                PositionShape(member=member, amount=Amount.of(units))
                for member, units in sheet.positions.items()
            ],
            obligations=[
                ObligationShape(debtor=debtor, creditor=creditor, amount=Amount.of(units))
                for (debtor, creditor), units in sorted(sheet.obligations.items())
            ],
            bilateral_nets=[payment_of(sheet, payment) for payment in sheet.bilateral_nets],
            multilateral_nets=[payment_of(sheet, payment) for payment in sheet.multilateral_nets],
            arithmetic=ArithmeticShape.of(sheet),
            settlement=[_confirmed(sheet, transfer) for transfer in sheet.transfers],
            published=PublishedShape.of(sheet),
        )


class DryRun(Shape):
    """只检查，还是办理 · check only, or do it."""

    model_config = example(dry_run=False)

    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class ChangeShape(Shape):
    """已提交的变更 · a change that was relayed."""

    model_config = example(
        id="8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90",
        window=1,
        confirmed=True,
        final=False,
        dry_run=False,
        settlement=[],
    )

    id: str
    window: int
    confirmed: bool
    final: bool
    dry_run: bool = False
    settlement: list[PaymentShape] = Field(description="公布或将公布的结算 · what is published")

    @classmethod
    def of(cls, relayed: Relayed, window: int, settlement: Sequence[PaymentShape] = ()) -> Self:
        """As it is shown."""
        return cls(
            id=relayed.id,
            window=window,
            confirmed=relayed.confirmed,
            final=relayed.final,
            settlement=list(settlement),
        )


def payment_of(sheet: WindowSheet, payment: Payment) -> PaymentShape:
    """One payment of a window, with its price."""
    return PaymentShape(
        payer=payment.payer,
        payee=payment.payee,
        amount=Amount.of(payment.units),
        fen=sheet.price_fen(payment.units),
    )


def _confirmed(sheet: WindowSheet, transfer: SettlementTransferRow) -> PaymentShape:
    return PaymentShape(
        payer=transfer.payer,
        payee=transfer.payee,
        amount=Amount.of(transfer.units),
        fen=sheet.price_fen(transfer.units),
        payer_confirmed=transfer.payer_confirmed_block is not None,
        payee_confirmed=transfer.payee_confirmed_block is not None,
    )


def _word(state: str) -> WindowState:
    words: dict[str, WindowState] = {
        OPEN: "open",
        CLOSED: "closed",
        PUBLISHED: "published",
        SETTLED: "settled",
    }
    return words[state]
