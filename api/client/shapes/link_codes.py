"""Shapes of link codes, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model


class CodeShape(Model):
    """绑定码：念给发行方的经办人 · to be told to the issuer's clerk."""

    code: str
    expires_at: datetime


class MakeCode(Model):
    """为钱包在一个计划的账户生成绑定码 · a code for the wallet's account in one scheme."""

    dry_run: bool | None = None
    wallet: str
    scheme: int
    consent: Literal[True]
    consent_version: int


class RedeemCode(Model):
    """会员报出的绑定码 · the code that a member told."""

    dry_run: bool | None = None
    code: str


class Redeemed(Model):
    """绑定码所指的账户；绑定完成后须答复这件申请 · the account; the claim is to be answered."""

    claim: str
    scheme: int
    account: str
    consent_version: int
    asked_at: datetime
