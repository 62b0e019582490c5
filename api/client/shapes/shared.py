"""Shapes of several resources, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model


class Amount(Model):
    """Points, exactly and as shown. Negative for what is owed."""

    units: int
    points: str


class AnswerShape(Model):
    """发行方的答复与理由 · the issuer's answer and its reason."""

    accepted: bool
    reason: str
    title: str
    fix: str
    words: str
    at: datetime


Phase = Literal["asked", "held", "captured", "ended", "refused", "given"]
"""Where one hold of an order stands."""


class HoldShape(Model):
    """兑换单中的一笔预留 · one hold of an order."""

    id: str
    issuer: int
    account: str
    amount: Amount
    phase: Phase
    captured: Amount
    refunded: Amount


class ProblemShape(Model):
    """出错说明（RFC 9457）· what went wrong and what to do about it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None
    fix: str
    values: dict[str, int | str | bool | None]


Purpose = Literal["redeem", "exchange", "donation"]
"""What an order is for."""


State = Literal[
    "placed",
    "held",
    "undoing",
    "refused",
    "capturing",
    "captured",
    "releasing",
    "released",
    "refunding",
    "refunded",
    "given",
]
"""Where an order stands."""


class OrderShape(Model):
    """兑换单；承兑方看不到钱包与账户 · an order; acceptors see neither wallet nor account."""

    id: str
    wallet: str | None
    purpose: Purpose
    acceptor: int
    amount: Amount
    service_at: datetime
    deadline: datetime
    placed_at: datetime
    state: State
    captured: Amount
    refunded: Amount
    holds: list[HoldShape] | None
    reason: ProblemShape | None
    confirmed: bool
    final: bool
    dry_run: bool | None = None


class OwedShape(Model):
    """核销后谁应付多少 · who would owe how much once captured."""

    member: int
    amount: Amount


class SliceShape(Model):
    """同一到期日的部分 · points of one expiry."""

    amount: Amount
    expires_at: datetime


class PartShape(Model):
    """将从一个账户预留 · one hold that would be placed."""

    issuer: int
    account: str
    amount: Amount
    slices: list[SliceShape]
    why: str


class PositionShape(Model):
    """净头寸：应收减应付 · owed to the member less what it owes."""

    member: int
    amount: Amount


class QuoteShape(Model):
    """试算结果，不预留积分 · what an order would take; nothing is set aside."""

    acceptor: int
    asked: Amount
    amount: Amount
    rounded_off: Amount
    native_points: int | None
    missing: Amount
    parts: list[PartShape]
    owed: list[OwedShape]
    latest_deadline: datetime
