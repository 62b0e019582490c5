"""Shapes of clearing, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from typing import Literal

from api.client.answers import Model

Action = Literal["close", "confirm", "propose", "accept"]
"""What a member says to the clearing house."""


class Prepare(Model):
    """要办什么：close 关闭当前窗口；confirm 确认划付（window、place）；propose 提出争议（window、
    debtor、creditor、units、reason）；accept 接受争议（dispute）· which call, and its values.
    """

    action: Action
    window: int | None = None
    place: int | None = None
    debtor: int | None = None
    creditor: int | None = None
    units: int | None = None
    reason: str | None = None
    dispute: str | None = None


class SendOwn(Model):
    """本单位密钥签名的交易 · a transaction signed by the member's own key."""

    raw: str
    dry_run: bool | None = None


class SentShape(Model):
    """已转发的交易 · a transaction that was sent on."""

    transaction: str
    call: str
    block: int | None
    confirmed: bool
    dry_run: bool


class ClearingPreparedShape(Model):
    """待签名的交易（EIP-155 传统格式，手续费为零）· a legacy transaction to sign."""

    to: str
    data: str
    nonce: int
    gas: int
    gas_price_wei: int
    chain_id: int
    digest: str
    dispute: str | None
    reason_hash: str | None
