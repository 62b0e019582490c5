"""Shapes of projects: what a resident proposes, how it stands, what was spent, what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from api.offers.schemas import word
from api.offers.texts import Lines, LinesGiven, Reason, TitleEnglish, TitleGiven
from api.shapes import (
    UNITS_MOST,
    AccountHex,
    Amount,
    HashHex,
    Id,
    MemberNumber,
    Moment,
    Shape,
    Triable,
    Units,
    example,
    moment,
    show,
)
from ledger.index.columns import HoldPhase
from ledger.projects.values import (
    Advice,
    Decision,
    Draft,
    Effect,
    Figure,
    Project,
    Spending,
    Stage,
    Vetting,
)
from ledger.projects.words import STAGES
from ledger.refusals import Lang

SAMPLE_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
SAMPLE_PROJECT = "4d2b7f10-8c3a-5e61-9a0d-2f7b1c6e5d40"
SAMPLE_ROUND = "6e1c0f52-7d4b-5a3e-8b9f-1a2c3d4e5f60"
_AT, _TEXTS = "2026-05-02T09:30:00+08:00", {
    "title_zh": "楼道扶手",
    "title_en": "Handrails in stairwells",
    "words": "给三栋没有电梯的楼装扶手，老人上下楼有个扶处。",
}  # fmt: skip
_FIGURE = {"what": "装了扶手的楼道 · stairwells", "number": "12", "unit": "个"}
_EFFECT: dict[str, Any] = {"words": "扶手已装好并验收。", "figures": [_FIGURE], "on": "2026-09-30"}
_SPENDING: dict[str, Any] = {"hold": "0x" + "07" * 32, "words": "材料和安装"}


class ProposeProject(Triable):
    """居民提议的项目，属于本人登记的区域；请勿写个人信息 · for the own district; no names."""

    model_config = example(wallet=SAMPLE_WALLET, **_TEXTS, wanted_units=60_000, dry_run=False)

    wallet: Id
    title_zh: TitleGiven
    title_en: TitleEnglish = ""
    words: LinesGiven = Field(description="做什么、为谁做、怎样算做成 · what, for whom")
    wanted_units: Units

    def draft(self) -> Draft:
        """As use cases take it."""
        return Draft(self.title_zh, self.title_en, self.words, self.wanted_units)


class VetProject(Triable):
    """列入某一轮投票，或说明为何不列入 · into a round that has not begun, or why not."""

    model_config = example(
        accepted=True, round=SAMPLE_ROUND, reason="符合基金用途。", dry_run=False
    )

    accepted: bool
    round: Id | None = Field(default=None, description="列入时必填 · needed to accept")
    reason: Reason

    def vetting(self) -> Vetting:
        """As use cases take it."""
        return Vetting(self.accepted, self.reason, self.round)


class DecideProject(Triable):
    """基金的决定；与投票结果不同时须说明理由 · 0 gives nothing; a reason where it differs."""

    model_config = example(granted_units=60_000, reason="", dry_run=False)

    granted_units: Annotated[int, Field(strict=True, ge=0, le=UNITS_MOST)]
    reason: Annotated[Lines, StringConstraints(max_length=1_000)] = ""

    def decision(self) -> Decision:
        """As use cases take it."""
        return Decision(self.granted_units, self.reason)


class NoteSpending(Triable):
    """基金从自己账户作出的一笔预留 · a hold from one of the fund's accounts, on the chain."""

    model_config = example(**_SPENDING, dry_run=False)

    hold: HashHex
    words: TitleGiven


class FigureShape(Shape):
    """一个数字 · a number and what it counts."""

    model_config = example(**_FIGURE)

    what: TitleGiven
    number: Annotated[str, StringConstraints(pattern=r"^-?(0|[1-9]\d{0,11})(\.\d{1,6})?$")]
    unit: Annotated[TitleGiven, StringConstraints(max_length=20)]


class ReportEffect(Triable):
    """项目做成了什么 · what came of it; to mend one, report another."""

    model_config = example(**_EFFECT, dry_run=False)

    words: LinesGiven
    figures: Annotated[list[FigureShape], Field(max_length=10)] = Field(default_factory=list)
    on: dt.date = Field(description="到哪一天为止 · as of which day")

    def told(self) -> list[Figure]:
        """As use cases take them."""
        return [Figure(one.what, one.number, one.unit) for one in self.figures]


class SpendingShape(Shape):
    """一笔支出，数量以账本为准 · a spending; its amounts are the ledger's."""

    model_config = example(
        **_SPENDING,
        acceptor=3,
        phase="captured",
        held={"units": 60000, "points": "600.00"},
        spent={"units": 60000, "points": "600.00"},
        transaction="0x" + "0a" * 32,
        noted_at=_AT,
    )

    hold: HashHex
    words: str
    acceptor: MemberNumber
    phase: HoldPhase
    held: Amount
    spent: Amount = Field(description="已核销减退回，或仍在预留 · captured less refunds, or held")
    transaction: HashHex = Field(description="最近一次变动的交易 · of its last event")
    noted_at: Moment

    @classmethod
    def of(cls, spending: Spending) -> Self:
        """As it is shown."""
        return cls(
            hold=show(spending.hold),
            words=spending.words,
            acceptor=spending.acceptor,
            phase=spending.phase,
            held=Amount.of(spending.held_units),
            spent=Amount.of(spending.spent_units),
            transaction=show(spending.transaction),
            noted_at=moment(spending.noted_s),
        )


class EffectShape(Shape):
    """项目成效 · what came of a project."""

    model_config = example(id="2c0e8f31-9b5a-5d47-8e6f-7a8b9c0d1e2f", **_EFFECT, reported_at=_AT)

    id: str
    words: str
    figures: list[FigureShape]
    on: dt.date
    reported_at: Moment

    @classmethod
    def of(cls, effect: Effect) -> Self:
        """As it is shown."""
        return cls(
            id=effect.id,
            words=effect.words,
            figures=[FigureShape(**one._asdict()) for one in effect.figures],
            on=dt.date.fromisoformat(effect.day),
            reported_at=moment(effect.reported_s),
        )


class VettingShape(Shape):
    """审核 · whether it is put to the vote, and why."""

    model_config = example(accepted=True, reason="符合基金用途。", at=_AT)

    accepted: bool
    reason: str
    at: Moment


class DecisionShape(Shape):
    """基金的决定 · what the fund gives, and why where it differs from the vote."""

    model_config = example(granted={"units": 60000, "points": "600.00"}, reason="", at=_AT)

    granted: Amount
    reason: str
    at: Moment


class ProjectShape(Triable):
    """一个项目，从提议到成效，不含提议人 · a project, never who proposed it."""

    model_config = example(
        id=SAMPLE_PROJECT,
        district="示例街道",
        **_TEXTS,
        wanted={"units": 60000, "points": "600.00"},
        stage="reported",
        stage_word="已公布成效",
        proposed_at=_AT,
        round=SAMPLE_ROUND,
        fund=5,
        vetting=None,
        advice="fund",
        decision=None,
        fund_account="0x" + "00" * 17 + "010005",
        spent={"units": 60000, "points": "600.00"},
        spendings=[],
        effects=[],
        dry_run=False,
    )

    id: str
    district: str
    title_zh: str
    title_en: str
    words: str
    wanted: Amount
    stage: Stage
    stage_word: str
    proposed_at: Moment
    round: str | None
    fund: MemberNumber | None = Field(description="列入其轮次的基金 · of the round")
    vetting: VettingShape | None
    advice: Advice | None = Field(description="投票的建议，计票后才有 · once counted")
    decision: DecisionShape | None
    fund_account: AccountHex | None = Field(
        description="可向它捐赠，专用于本项目 · gifts to it are for this project"
    )
    spent: Amount
    spendings: list[SpendingShape]
    effects: list[EffectShape]

    @classmethod
    def of(cls, project: Project, lang: Lang) -> Self:
        """As it is shown."""
        said = project.draft
        return cls(
            id=project.id,
            district=project.district,
            title_zh=said.title_zh,
            title_en=said.title_en,
            words=said.words,
            wanted=Amount.of(said.wanted_units),
            stage=project.stage,
            stage_word=word(STAGES[project.stage], lang),
            proposed_at=moment(project.proposed_s),
            round=project.round,
            fund=project.fund,
            vetting=_vetting(project),
            advice=project.advice,
            decision=_decision(project),
            fund_account=None if project.account is None else show(project.account),
            spent=Amount.of(project.spent_units),
            spendings=[SpendingShape.of(each) for each in project.spendings],
            effects=[EffectShape.of(each) for each in project.effects],
        )


class ProjectPage(Shape):
    """项目，新的在前 · projects, newest first."""

    model_config = example(projects=[], next_cursor=None)

    projects: list[ProjectShape]
    next_cursor: str | None


def _vetting(project: Project) -> VettingShape | None:
    if project.vetting is None or project.vetted_s is None:
        return None
    at = moment(project.vetted_s)
    return VettingShape(accepted=project.vetting.accepted, reason=project.vetting.reason, at=at)


def _decision(project: Project) -> DecisionShape | None:
    if project.decision is None or project.decided_s is None:
        return None
    granted, at = Amount.of(project.decision.granted_units), moment(project.decided_s)
    return DecisionShape(granted=granted, reason=project.decision.reason, at=at)
