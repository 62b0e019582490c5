"""Shapes of statements: sums with their parts, lines, transfers, invoices, and matched tills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from api.shapes import Amount, MemberNumber, Moment, Shape, example, moment
from api.statements.parts import (
    BalanceShape,
    InvoiceShape,
    LineShape,
    SumsShape,
    TransferShape,
    WithShape,
    WordShape,
)
from ledger.clearing.statement import Line, Statement
from ledger.statements.paper import parts_of
from ledger.statements.service import Heading

WindowState = Literal["open", "closed", "published", "settled"]
_AMOUNT = {"units": 1500, "points": "15.00"}
_ZERO = {"units": 0, "points": "0.00"}
_SUMS = {"captures": _AMOUNT, "refunds": _ZERO, "disputes": _ZERO, "net": _AMOUNT}
_NO_SUMS = {"captures": _ZERO, "refunds": _ZERO, "disputes": _ZERO, "net": _ZERO}


class HeadingShape(Shape):
    """一期对账单 · one statement of a list."""

    model_config = example(window=2, member=3, state="closed", net=_AMOUNT, invoice=None)

    window: int
    member: MemberNumber
    state: WindowState
    net: Amount
    invoice: InvoiceShape | None

    @classmethod
    def of(cls, heading: Heading, member: int) -> Self:
        """As it is shown."""
        return cls.model_validate(
            {
                "window": heading.window,
                "member": member,
                "state": heading.state,
                "net": Amount.of(heading.units),
                "invoice": None if heading.invoice is None else InvoiceShape.of(heading.invoice),
            }
        )


class HeadingPage(Shape):
    """对账单列表，新的在前 · statements, newest first."""

    model_config = example(
        statements=[{"window": 2, "member": 3, "state": "closed", "net": _AMOUNT, "invoice": None}],
        next_cursor=None,
    )

    statements: list[HeadingShape]
    next_cursor: str | None


class StatementShape(Shape):
    """一个成员单位一个窗口的对账单；金额正数为其应收 · positive is owed to the member."""

    model_config = example(
        window=2,
        member=3,
        state="closed",
        first_block=30,
        last_block=40,
        opened_at="2026-05-01T01:00:00+08:00",
        until="2026-05-02T02:00:00+08:00",
        unit_price_micro_yuan=10_000,
        balance={
            "opening": _ZERO,
            "net": _AMOUNT,
            "settled": _ZERO,
            "closing": _AMOUNT,
            "net_fen": 1500,
            "carried": [],
        },
        owed=_SUMS,
        owes=_NO_SUMS,
        together=_SUMS,
        by_other=[],
        settlement=[],
        published=None,
        invoice=None,
        lines_count=1,
        pdf_parts=1,
        lines=[],
        next_cursor=None,
    )

    window: int
    member: MemberNumber
    state: WindowState
    first_block: int
    last_block: int = Field(description="未关闭时为所依据的最新区块 · while open, the newest known")
    opened_at: Moment
    until: Moment = Field(description="关闭时间；未关闭时为最新区块时间 · closed, or as of")
    unit_price_micro_yuan: int
    balance: BalanceShape
    owed: SumsShape = Field(description="应收 · of what the member is owed")
    owes: SumsShape = Field(description="应付 · of what the member owes")
    together: SumsShape
    by_other: list[WithShape]
    settlement: list[TransferShape]
    published: WordShape | None
    invoice: InvoiceShape | None
    lines_count: int
    pdf_parts: int = Field(description="打印文件的个数 · how many files the PDF is")
    lines: list[LineShape] = Field(description="一页明细 · a page of the lines")
    next_cursor: str | None

    @classmethod
    def of(cls, made: Statement, lines: Sequence[Line], next_cursor: str | None) -> Self:
        """As it is shown, with a page of its lines."""
        return cls.model_validate(
            {
                "window": made.window,
                "member": made.member,
                "state": made.state,
                "first_block": made.first_block,
                "last_block": made.last_block,
                "opened_at": moment(made.opened_at_s),
                "until": moment(made.as_of_s),
                "unit_price_micro_yuan": made.unit_price_micro_yuan,
                "balance": BalanceShape.of(made),
                "owed": SumsShape.of(made.owed),
                "owes": SumsShape.of(made.owes),
                "together": SumsShape.of(made.sums),
                "by_other": [WithShape.of(one) for one in made.by_other],
                "settlement": [TransferShape.of(one) for one in made.transfers],
                "published": WordShape.of(made.published),
                "invoice": None if made.invoice is None else InvoiceShape.of(made.invoice),
                "lines_count": len(made.lines),
                "pdf_parts": parts_of(made),
                "lines": [LineShape.of(line, made) for line in lines],
                "next_cursor": next_cursor,
            }
        )


class NoteInvoice(Shape):
    """本单位的发票编号 · the member's own reference."""

    model_config = example(reference="FP-2026-0007", dry_run=False)

    reference: Annotated[
        str, StringConstraints(pattern=r"^[\w./#()（）-]+$", min_length=1, max_length=64)
    ]
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class NotedShape(Shape):
    """已记下的发票编号 · a reference as it was noted."""

    model_config = example(
        window=2,
        member=3,
        invoice={"reference": "FP-2026-0007", "noted_at": "2026-05-03T09:00:00+08:00"},
        dry_run=False,
    )

    window: int
    member: MemberNumber
    invoice: InvoiceShape
    dry_run: bool
