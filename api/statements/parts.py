"""Shapes that a statement is made of."""

from __future__ import annotations

from typing import Literal, Self, overload

from pydantic import Field

from api.shapes import Amount, HashHex, MemberNumber, Moment, Shape, example, moment, show
from ledger.clearing.statement import Confirmation, Invoice, Line, Statement, Sums, Transfer, With

_AMOUNT = {"units": 1500, "points": "15.00"}
_ZERO = {"units": 0, "points": "0.00"}
_WORD = {"block": 41, "transaction": "0x" + "07" * 32}


class WordShape(Shape):
    """链上何处 · where the chain has it."""

    model_config = example(**_WORD)

    block: int
    transaction: HashHex

    @overload
    @classmethod
    def of(cls, word: Confirmation) -> Self: ...
    @overload
    @classmethod
    def of(cls, word: None) -> None: ...
    @overload
    @classmethod
    def of(cls, word: Confirmation | None) -> Self | None: ...
    @classmethod
    def of(cls, word: Confirmation | None) -> Self | None:
        """As it is shown."""
        return None if word is None else cls(block=word.block, transaction=show(word.transaction))


class InvoiceShape(Shape):
    """发票编号 · the reference of the member's invoice."""

    model_config = example(reference="FP-2026-0007", noted_at="2026-05-03T09:00:00+08:00")

    reference: str
    noted_at: Moment

    @classmethod
    def of(cls, invoice: Invoice) -> Self:
        """As it is shown."""
        return cls(reference=invoice.reference, noted_at=moment(invoice.noted_s))


class SumsShape(Shape):
    """合计：net = captures + refunds + disputes · lines added up."""

    model_config = example(captures=_AMOUNT, refunds=_ZERO, disputes=_ZERO, net=_AMOUNT)

    captures: Amount
    refunds: Amount
    disputes: Amount
    net: Amount

    @classmethod
    def of(cls, sums: Sums) -> Self:
        """As it is shown."""
        return cls(
            captures=Amount.of(sums.captures_units),
            refunds=Amount.of(sums.refunds_units),
            disputes=Amount.of(sums.disputes_units),
            net=Amount.of(sums.net_units),
        )


class CarriedShape(Shape):
    """期初中的一个窗口 · one window of the opening."""

    model_config = example(window=1, amount=_AMOUNT, settled_meanwhile=True)

    window: int
    amount: Amount
    settled_meanwhile: bool


class BalanceShape(Shape):
    """closing = opening + net − settled；各期首尾相接 · one's closing is the next one's opening."""

    model_config = example(
        opening=_ZERO, net=_AMOUNT, settled=_ZERO, closing=_AMOUNT, net_fen=1500, carried=[]
    )

    opening: Amount
    net: Amount
    settled: Amount
    closing: Amount
    net_fen: int = Field(description="本窗口净额，分 · net in fen, rounded down")
    carried: list[CarriedShape] = Field(description="期初构成 · what the opening is made of")

    @classmethod
    def of(cls, made: Statement) -> Self:
        """As it is shown."""
        settled = {part.window for part in made.settled}
        return cls(
            opening=Amount.of(made.opening_units),
            net=Amount.of(made.net_units),
            settled=Amount.of(made.settled_units),
            closing=Amount.of(made.closing_units),
            net_fen=made.net_fen,
            carried=[
                CarriedShape(
                    window=part.window,
                    amount=Amount.of(part.units),
                    settled_meanwhile=part.window in settled,
                )
                for part in made.carried
            ],
        )


class WithShape(Shape):
    """与一个对方：net = owed − owes · dealings with another member."""

    model_config = example(other=1, owed=_AMOUNT, owes=_ZERO, net=_AMOUNT)

    other: MemberNumber
    owed: Amount
    owes: Amount
    net: Amount

    @classmethod
    def of(cls, one: With) -> Self:
        """As it is shown."""
        return cls(
            other=one.other,
            owed=Amount.of(one.owed_units),
            owes=Amount.of(one.owes_units),
            net=Amount.of(one.net_units),
        )


class TransferShape(Shape):
    """一笔划付与双方确认 · a payment and both confirmations."""

    model_config = example(
        place=0, payer=1, payee=3, amount=_AMOUNT, fen=1500, by_payer=_WORD, by_payee=None
    )

    place: int
    payer: MemberNumber
    payee: MemberNumber
    amount: Amount
    fen: int
    by_payer: WordShape | None
    by_payee: WordShape | None

    @classmethod
    def of(cls, one: Transfer) -> Self:
        """As it is shown."""
        return cls(
            place=one.place,
            payer=one.payer,
            payee=one.payee,
            amount=Amount.of(one.units),
            fen=one.fen,
            by_payer=WordShape.of(one.by_payer),
            by_payee=WordShape.of(one.by_payee),
        )


class OriginShape(Shape):
    """所冲回的原始记录 · what a line undoes."""

    model_config = example(window=1, block=20, at="2026-05-01T01:26:40+08:00", late=True)

    window: int
    block: int | None
    at: Moment | None
    late: bool = Field(description="原始记录在更早的窗口 · of an earlier window")


class LineShape(Shape):
    """一行明细。交付方见兑换单，应付方见链上预留 · the side that delivered sees the order."""

    model_config = example(
        at="2026-05-01T02:00:00+08:00",
        kind="capture",
        debtor=1,
        creditor=3,
        scheme=1,
        amount=_AMOUNT,
        order="8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90",
        hold=None,
        dispute=None,
        origin=None,
        block=31,
        position=2,
        transaction="0x" + "07" * 32,
    )

    at: Moment
    kind: Literal["capture", "refund", "dispute"]
    debtor: MemberNumber
    creditor: MemberNumber
    scheme: MemberNumber | None = Field(description="谁的积分 · whose points")
    amount: Amount
    order: str | None
    hold: HashHex | None
    dispute: HashHex | None
    origin: OriginShape | None
    block: int
    position: int
    transaction: HashHex

    @classmethod
    def of(cls, line: Line, made: Statement) -> Self:
        """As it is shown in that statement."""
        origin = line.origin
        return cls.model_validate(
            {
                "at": moment(line.time_s),
                "kind": str(line.kind),
                "debtor": line.debtor,
                "creditor": line.creditor,
                "scheme": line.scheme,
                "amount": Amount.of(line.units),
                "order": line.order,
                "hold": None if line.hold is None else show(line.hold),
                "dispute": None if line.dispute is None else show(line.dispute),
                "origin": None
                if origin is None
                else OriginShape(
                    window=origin.window,
                    block=origin.block,
                    at=None if origin.time_s is None else moment(origin.time_s),
                    late=line.is_late(made.window),
                ),
                "block": line.block,
                "position": line.position,
                "transaction": show(line.transaction),
            }
        )
