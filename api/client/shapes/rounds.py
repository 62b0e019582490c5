"""Shapes of rounds, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model
from api.client.shapes.shared import Advice, Amount


class CallOffRound(Model):
    """取消一轮投票：票全部删除，项目重新等待审核 · its voices go, its projects wait again."""

    dry_run: bool | None = None
    reason: str


class GiveVoice(Model):
    """给一个项目投票，结束前可改 · for one project; changed until the end."""

    dry_run: bool | None = None
    wallet: str
    project: str


class PlanRound(Model):
    """一轮投票：一小时至六十天 · a round of voting, an hour to sixty days long."""

    dry_run: bool | None = None
    fund: int
    district: str
    title_zh: str
    title_en: str | None = None
    begins: datetime
    ends: datetime
    budget_units: int


class ResultShape(Model):
    """一个项目的得票 · what the round says of a project."""

    project: str
    voices: int | None
    rank: int | None
    advice: Advice


ProjectsPhase = Literal["planned", "voting", "counting", "counted", "called-off"]
"""Where a round stands, by the clock."""


class RoundShape(Model):
    """一轮投票 · a round of voting; counted, it says what the vote advises."""

    dry_run: bool | None = None
    id: str
    fund: int
    district: str
    title_zh: str
    title_en: str
    begins: datetime
    ends: datetime
    budget: Amount
    phase: ProjectsPhase
    phase_word: str
    projects: list[str]
    results: list[ResultShape]
    counted_at: datetime | None
    reason: str | None


class RoundPage(Model):
    """投票轮次，新的在前 · rounds, newest first."""

    rounds: list[RoundShape]
    next_cursor: str | None


class TakeVoiceBack(Model):
    """撤回本轮的票 · the wallet has no voice in the round then, unless it gives one again."""

    dry_run: bool | None = None
    wallet: str


class VoiceNoted(Model):
    """已记下；答复会保存，所以不写投给谁 · noted; this answer is kept and says not for what."""

    dry_run: bool | None = None
    round: str
    changeable_until: datetime


class VoiceShape(Model):
    """本人在本轮的票，只有本人能看 · the caller's own voice, and nobody else's."""

    round: str
    project: str | None
    changeable_until: datetime
