"""Shapes of orders, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.client.answers import Model
from api.client.shapes.shared import OrderShape, QuoteShape


class CancelSignature(Model):
    """居民对取消一笔预留的签名 · the resident's word for one hold."""

    expires_at: datetime
    signature: str
    hold_id: str


class CancelOrder(Model):
    """居民取消；自持密钥的账户须附签名 · the resident's own cancel."""

    dry_run: bool | None = None
    signed: list[CancelSignature] | None = None


class CancelToSign(Model):
    """取消一笔预留的待签内容 · what cancels one hold."""

    digest: str
    typed_data: dict[str, Any]
    hold_id: str


class HoldTerms(Model):
    """一笔预留的内容 · what one hold says."""

    hold_id: str
    issuer: int
    account: str
    acceptor: int
    units: int
    deadline: datetime
    service_at: datetime


class OrderPage(Model):
    """兑换单，新的在前 · orders, newest first."""

    orders: list[OrderShape]
    next_cursor: str | None


class PartOfOrder(Model):
    """核销或退回的数量；缺省为全部 · how much; all of it where units is missing."""

    dry_run: bool | None = None
    units: int | None = None


class SignedHoldShape(Model):
    """居民自持密钥签名的预留 · a hold under the resident's own key."""

    expires_at: datetime
    signature: str
    hold: HoldTerms


class PlaceOrder(Model):
    """下兑换单：全部预留成功，或全部不预留 · all its holds or none."""

    acceptor: int | None = None
    units: int | None = None
    offer: str | None = None
    number: int | None = None
    slot: int | None = None
    wallet: str
    service_at: datetime | None = None
    deadline: datetime | None = None
    signed: list[SignedHoldShape] | None = None
    dry_run: bool | None = None


class PrepareCancel(Model):
    """准备取消的待签内容 · what cancels holds of accounts with a key of their own."""

    expires_in_s: int | None = None


class PrepareOrder(Model):
    """为自持密钥的居民准备待签内容 · what the resident's keys have to sign."""

    acceptor: int | None = None
    units: int | None = None
    offer: str | None = None
    number: int | None = None
    slot: int | None = None
    wallet: str
    service_at: datetime | None = None
    deadline: datetime | None = None
    expires_in_s: int | None = None


class PreparedCancel(Model):
    """待签内容；签名后随取消提交 · sign each, then cancel with the signatures."""

    expires_at: datetime
    to_sign: list[CancelToSign]


class ToSignShape(Model):
    """一笔预留的待签内容（EIP-712）· one hold to sign."""

    digest: str
    typed_data: dict[str, Any]
    hold: HoldTerms


class OrdersPreparedShape(Model):
    """待签内容；签名后随下单提交 · sign each, then place the order with the signatures."""

    quote: QuoteShape
    expires_at: datetime
    to_sign: list[ToSignShape]
