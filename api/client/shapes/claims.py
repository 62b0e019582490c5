"""Shapes of claims, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.client.answers import Model
from api.client.shapes.shared import AnswerShape, ClaimsKind


class About(Model):
    """哪一次授予：链上的批号与行，或事项与日期 · which award: batch and row, or the deed."""

    batch: int | None = None
    row: int | None = None
    activity: int | None = None
    day: str | None = None
    quantity: int | None = None


Asked = Literal["correction", "missing", "unlink"]
"""What a resident may ask here; links have a resource of their own."""


class ClaimShape(Model):
    """一件申请；发行方看不到钱包 · one claim; issuers are not shown the wallet."""

    id: str
    kind: ClaimsKind
    wallet: str | None
    scheme: int
    account: str
    about: About
    words: str
    consent_version: int | None
    code: str | None
    redeemed: bool
    asked_at: datetime
    due_at: datetime
    answer_: AnswerShape | None = Field(alias="answer")


class ClaimPage(Model):
    """申请，先提出的在前 · claims in the order of asking."""

    claims: list[ClaimShape]
    next_cursor: str | None


class GiveAnswer(Model):
    """发行方的答复 · the issuer's answer."""

    dry_run: bool | None = None
    accepted: bool
    reason: str
    words: str | None = None
    account: str | None = None


class MakeClaim(Model):
    """向发行方提出：更正、补记或解除绑定 · to correct, to add, to end the link."""

    dry_run: bool | None = None
    wallet: str
    scheme: int
    kind: Asked
    about: About | None = None
    words: str | None = None


Shown = Literal["open", "answered"]
"""Which of them."""
