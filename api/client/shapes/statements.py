"""Shapes of statements, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model
from api.client.shapes.shared import Amount, WordShape


class CarriedShape(Model):
    """期初中的一个窗口 · one window of the opening."""

    window: int
    amount: Amount
    settled_meanwhile: bool


class DifferenceShape(Model):
    """一个不一致的兑换单 · an order that does not match."""

    order: str
    outcome: Literal["differs", "only-till", "other-window", "only-statement"]
    result: str
    note: str
    till: Amount
    statement: Amount
    difference: Amount
    windows: list[int]
    lines: list[int]


class InvoiceShape(Model):
    """发票编号 · the reference of the member's invoice."""

    reference: str
    noted_at: datetime


class HeadingShape(Model):
    """一期对账单 · one statement of a list."""

    window: int
    member: int
    state: Literal["open", "closed", "published", "settled"]
    net: Amount
    invoice: InvoiceShape | None


class HeadingPage(Model):
    """对账单列表，新的在前 · statements, newest first."""

    statements: list[HeadingShape]
    next_cursor: str | None


class OriginShape(Model):
    """所冲回的原始记录 · what a line undoes."""

    window: int
    block: int | None
    at: datetime | None
    late: bool


class LineShape(Model):
    """一行明细。交付方见兑换单，应付方见链上预留 · the side that delivered sees the order."""

    at: datetime
    kind: Literal["capture", "refund", "dispute"]
    debtor: int
    creditor: int
    scheme: int | None
    amount: Amount
    order: str | None
    hold: str | None
    dispute: str | None
    origin: OriginShape | None
    block: int
    position: int
    transaction: str


class NoteInvoice(Model):
    """本单位的发票编号 · the member's own reference."""

    reference: str
    dry_run: bool | None = None


class NotedShape(Model):
    """已记下的发票编号 · a reference as it was noted."""

    window: int
    member: int
    invoice: InvoiceShape
    dry_run: bool


class SumsShape(Model):
    """合计：net = captures + refunds + disputes · lines added up."""

    captures: Amount
    refunds: Amount
    disputes: Amount
    net: Amount


class TransferShape(Model):
    """一笔划付与双方确认 · a payment and both confirmations."""

    place: int
    payer: int
    payee: int
    amount: Amount
    fen: int
    by_payer: WordShape | None
    by_payee: WordShape | None


class WithShape(Model):
    """与一个对方：net = owed − owes · dealings with another member."""

    other: int
    owed: Amount
    owes: Amount
    net: Amount


class StatementsBalanceShape(Model):
    """closing = opening + net − settled；各期首尾相接 · one's closing is the next one's opening."""

    opening: Amount
    net: Amount
    settled: Amount
    closing: Amount
    net_fen: int
    carried: list[CarriedShape]


class StatementShape(Model):
    """一个成员单位一个窗口的对账单；金额正数为其应收 · positive is owed to the member."""

    window: int
    member: int
    state: Literal["open", "closed", "published", "settled"]
    first_block: int
    last_block: int
    opened_at: datetime
    until: datetime
    unit_price_micro_yuan: int
    balance: StatementsBalanceShape
    owed: SumsShape
    owes: SumsShape
    together: SumsShape
    by_other: list[WithShape]
    settlement: list[TransferShape]
    published: WordShape | None
    invoice: InvoiceShape | None
    lines_count: int
    pdf_parts: int
    lines: list[LineShape]
    next_cursor: str | None


class UnreadShape(Model):
    """读不了的行 · a line that could not be read."""

    line: int
    field: str
    why: str


class TillShape(Model):
    """收银与对账单：difference = till − statement = 各差额之和 · the sum of all differences."""

    window: int
    member: int
    lines: int
    matched: int
    till: Amount
    statement: Amount
    difference: Amount
    differences: list[DifferenceShape]
    unread: list[UnreadShape]


StatementsForm = Literal["xlsx", "pdf"]
"""Of a document."""
