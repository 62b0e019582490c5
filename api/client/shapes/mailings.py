"""Shapes of mailings, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model


class LetterShape(Model):
    """名单上的一位 · one of the list; its address as it was when it was noted."""

    place: int
    wallet: str
    lang: Literal["zh", "en"]
    address: str | None
    card: str | None


class LetterPage(Model):
    """名单，按投递顺序 · who is in it, in the order of the post."""

    letters: list[LetterShape]
    next_cursor: str | None


Way = Literal["paper", "sms"]
"""How a monthly statement goes out."""


class MailingShape(Model):
    """一次寄送；名单只记一次 · a mailing; who is in it is noted once."""

    id: str
    month: str
    way: Way
    letters: int
    unreachable: int
    made_at: datetime
    made_by: str
    dry_run: bool | None = None


class MailingPage(Model):
    """寄送列表，新的月份在前 · mailings, newest month first."""

    mailings: list[MailingShape]
    next_cursor: str | None


class MakeMailing(Model):
    """一个月、一种方式 · one month, one way."""

    dry_run: bool | None = None
    month: str
    way: Way
