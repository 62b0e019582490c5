"""Shapes of windows, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model
from api.client.shapes.shared import Amount, PositionShape


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


class SheetShape(Model):
    """一个窗口的全部头寸、应付与轧差 · one window in full; positions sum to zero."""

    number: int
    state: Literal["open", "closed", "published", "settled"]
    first_block: int
    last_block: int | None
    unit_price_micro_yuan: int
    positions: list[PositionShape]
    obligations: list[ObligationShape]
    bilateral_nets: list[PaymentShape]
    multilateral_nets: list[PaymentShape]
    settlement: list[PaymentShape]


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
