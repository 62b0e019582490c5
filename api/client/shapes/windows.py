"""Shapes of windows, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model
from api.client.shapes.shared import Amount, PositionShape


class PositionSumShape(Model):
    """净头寸 = 应收 − 应付 · position = owed − owes."""

    member: int
    owed: Amount
    owes: Amount
    position: Amount


class SetOffShape(Model):
    """双边轧差：net = forward − backward，正数由 first 付 · paid by the first where positive."""

    first: int
    second: int
    forward: Amount
    backward: Amount
    net: Amount


class StepShape(Model):
    """多边轧差的一步：payer_before + paid = payer_after，payee_before − paid = payee_after
    one step of the multilateral net.
    """

    payer: int
    payee: int
    payer_before: Amount
    payee_before: Amount
    paid: Amount
    payer_after: Amount
    payee_after: Amount


class ArithmeticShape(Model):
    """算式：各数相加即得 · how the nets come about."""

    positions: list[PositionSumShape]
    sum: Amount
    bilateral: list[SetOffShape]
    multilateral: list[StepShape]


class PaymentShape(Model):
    """一笔结算 · one payment that settles."""

    payer: int
    payee: int
    amount: Amount
    fen: int
    payer_confirmed: bool | None = None
    payee_confirmed: bool | None = None


class ChangeShape(Model):
    """已提交的变更 · a change that was relayed."""

    id: str
    window: int
    confirmed: bool
    final: bool
    dry_run: bool | None = None
    settlement: list[PaymentShape]


class DryRun(Model):
    """只检查，还是办理 · check only, or do it."""

    dry_run: bool | None = None


class ObligationShape(Model):
    """应付 · what one member owes another."""

    debtor: int
    creditor: int
    amount: Amount


class PublishedShape(Model):
    """链上的结算清单 · where the chain has the settlement list."""

    by: int
    block: int
    transaction: str
    settles: bool


class SheetShape(Model):
    """一个窗口的全部头寸、应付与轧差 · one window in full; positions sum to zero."""

    number: int
    state: Literal["open", "closed", "published", "settled"]
    first_block: int
    last_block: int | None
    as_of_block: int | None
    as_of: datetime | None
    unit_price_micro_yuan: int
    positions: list[PositionShape]
    obligations: list[ObligationShape]
    bilateral_nets: list[PaymentShape]
    multilateral_nets: list[PaymentShape]
    arithmetic: ArithmeticShape
    settlement: list[PaymentShape]
    published: PublishedShape | None


class WindowShape(Model):
    """清算窗口 · a clearing window."""

    number: int
    state: Literal["open", "closed", "published", "settled"]
    first_block: int
    last_block: int | None
    opened_at: datetime
    unit_price_micro_yuan: int


class WindowPage(Model):
    """清算窗口，新的在前 · windows, newest first."""

    windows: list[WindowShape]
    next_cursor: str | None
