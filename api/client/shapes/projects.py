"""Shapes of projects, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import date

from api.client.answers import Model
from api.client.shapes.shared import FigureShape


class DecideProject(Model):
    """基金的决定；与投票结果不同时须说明理由 · 0 gives nothing; a reason where it differs."""

    dry_run: bool | None = None
    granted_units: int
    reason: str | None = None


class NoteSpending(Model):
    """基金从自己账户作出的一笔预留 · a hold from one of the fund's accounts, on the chain."""

    dry_run: bool | None = None
    hold: str
    words: str


class ProposeProject(Model):
    """居民提议的项目，属于本人登记的区域；请勿写个人信息 · for the own district; no names."""

    dry_run: bool | None = None
    wallet: str
    title_zh: str
    title_en: str | None = None
    words: str
    wanted_units: int


class ReportEffect(Model):
    """项目做成了什么 · what came of it; to mend one, report another."""

    dry_run: bool | None = None
    words: str
    figures: list[FigureShape] | None = None
    on: date


class VetProject(Model):
    """列入某一轮投票，或说明为何不列入 · into a round that has not begun, or why not."""

    dry_run: bool | None = None
    accepted: bool
    round: str | None = None
    reason: str
