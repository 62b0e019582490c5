"""Shapes of donations, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.client.answers import Model
from api.client.shapes.shared import QuoteShape


class GiftTerms(Model):
    """一笔捐赠的内容 · what one gift says."""

    donation_id: str
    issuer: int
    account: str
    fund_account: str
    units: int


class SignedGiftShape(Model):
    """居民自持密钥签名的捐赠 · a gift under the resident's own key."""

    expires_at: datetime
    signature: str
    gift: GiftTerms


class Donate(Model):
    """捐给社区基金的账户 · a gift to an account of the community fund."""

    wallet: str
    fund_account: str
    units: int
    signed: list[SignedGiftShape] | None = None
    dry_run: bool | None = None


class GiftToSign(Model):
    """一笔捐赠的待签内容 · one gift to sign."""

    digest: str
    typed_data: dict[str, Any]
    gift: GiftTerms


class PrepareDonation(Model):
    """为自持密钥的居民准备待签内容 · what the resident's keys have to sign."""

    wallet: str
    fund_account: str
    units: int
    expires_in_s: int | None = None


class PreparedDonation(Model):
    """待签内容；签名后随捐赠提交 · sign each, then donate with the signatures."""

    quote: QuoteShape
    expires_at: datetime
    to_sign: list[GiftToSign]
