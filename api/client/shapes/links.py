"""Shapes of links, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.client.answers import Model
from api.client.shapes.shared import AnswerShape


class ConsentShape(Model):
    """居民同意的文本 · what the resident agrees to."""

    version: int
    zh: str
    en: str


LinkState = Literal["open", "linked", "refused"]
"""Where it stands."""


class LinkShape(Model):
    """一次绑定申请 · one link that was asked for."""

    id: str
    wallet: str
    scheme: int
    account: str
    state: LinkState
    asked_at: datetime
    due_at: datetime
    answer_: AnswerShape | None = Field(alias="answer")


class MakeLink(Model):
    """用发行方给的绑定码绑定 · link by the code that the issuer gave."""

    wallet: str
    scheme: int
    consent: Literal[True]
    consent_version: int
    code: str
