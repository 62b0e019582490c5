"""Shapes of rounds, voices, districts of wallets, and of what a fund has."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field

from api.offers.schemas import word
from api.offers.texts import DistrictGiven, Reason, TitleEnglish, TitleGiven
from api.projects.schemas import SAMPLE_PROJECT, SAMPLE_ROUND, SAMPLE_WALLET
from api.shapes import (
    AccountHex,
    Amount,
    Id,
    MemberNumber,
    Moment,
    Shape,
    Triable,
    Units,
    example,
    moment,
    seconds,
    show,
)
from ledger.projects.values import Advice, Home, Phase, Plan, Purse, Result, Round, Voice
from ledger.projects.words import PHASES
from ledger.refusals import Lang

_BEGINS, _ENDS = "2026-06-01T08:00:00+08:00", "2026-06-15T20:00:00+08:00"
_SAID: dict[str, Any] = {
    "fund": 5,
    "district": "示例街道",
    "title_zh": "夏季项目投票",
    "title_en": "Summer projects",
    "begins": _BEGINS,
    "ends": _ENDS,
}
_FEW = "取整到 5，不足 5 不公布 · in steps of five; fewer are not told"


class PlanRound(Triable):
    """一轮投票：一小时至六十天 · a round of voting, an hour to sixty days long."""

    model_config = example(**_SAID, budget_units=200_000, dry_run=False)

    fund: MemberNumber
    district: DistrictGiven
    title_zh: TitleGiven
    title_en: TitleEnglish = ""
    begins: Moment
    ends: Moment
    budget_units: Units = Field(description="本轮最多支持 · most that it means to give")

    def plan(self) -> Plan:
        """As use cases take it."""
        return Plan(
            self.fund, self.district, self.title_zh, self.title_en, seconds(self.begins),
            seconds(self.ends), self.budget_units,
        )  # fmt: skip


class CallOffRound(Triable):
    """取消一轮投票：票全部删除，项目重新等待审核 · its voices go, its projects wait again."""

    model_config = example(reason="日期有误，另行安排。", dry_run=False)

    reason: Reason


class ResultShape(Shape):
    """一个项目的得票 · what the round says of a project."""

    model_config = example(project=SAMPLE_PROJECT, voices=35, rank=1, advice="fund")

    project: str
    voices: int | None = Field(description=_FEW)
    rank: int | None = Field(description="票数相同则名次相同 · the same for as many voices")
    advice: Advice = Field(description="建议支持 fund、并列由基金取舍 tied、不建议 leave")

    @classmethod
    def of(cls, result: Result) -> Self:
        """As it is shown."""
        return cls(**result._asdict())


class RoundShape(Triable):
    """一轮投票 · a round of voting; counted, it says what the vote advises."""

    model_config = example(
        id=SAMPLE_ROUND,
        **_SAID,
        budget={"units": 200000, "points": "2000.00"},
        phase="planned",
        phase_word="未开始",
        projects=[SAMPLE_PROJECT],
        results=[],
        counted_at=None,
        reason=None,
        dry_run=False,
    )

    id: str
    fund: MemberNumber
    district: str
    title_zh: str
    title_en: str
    begins: Moment
    ends: Moment
    budget: Amount
    phase: Phase
    phase_word: str
    projects: list[str]
    results: list[ResultShape] = Field(description="计票后才有 · once counted")
    counted_at: Moment | None
    reason: str | None = Field(description="取消的原因 · of calling it off")

    @classmethod
    def of(cls, found: Round, lang: Lang) -> Self:
        """As it is shown."""
        plan = found.plan
        return cls(
            id=found.id,
            fund=plan.fund,
            district=plan.district,
            title_zh=plan.title_zh,
            title_en=plan.title_en,
            begins=moment(plan.begins_s),
            ends=moment(plan.ends_s),
            budget=Amount.of(plan.budget_units),
            phase=found.phase,
            phase_word=word(PHASES[found.phase], lang),
            projects=list(found.projects),
            results=[ResultShape.of(each) for each in found.results],
            counted_at=None if found.counted_s is None else moment(found.counted_s),
            reason=found.reason,
        )


class RoundPage(Shape):
    """投票轮次，新的在前 · rounds, newest first."""

    model_config = example(rounds=[], next_cursor=None)

    rounds: list[RoundShape]
    next_cursor: str | None


class GiveVoice(Triable):
    """给一个项目投票，结束前可改 · for one project; changed until the end."""

    model_config = example(wallet=SAMPLE_WALLET, project=SAMPLE_PROJECT, dry_run=False)

    wallet: Id
    project: Id


class TakeVoiceBack(Triable):
    """撤回本轮的票 · the wallet has no voice in the round then, unless it gives one again."""

    model_config = example(wallet=SAMPLE_WALLET, dry_run=False)

    wallet: Id


class VoiceNoted(Triable):
    """已记下；答复会保存，所以不写投给谁 · noted; this answer is kept and says not for what."""

    model_config = example(round=SAMPLE_ROUND, changeable_until=_ENDS, dry_run=False)

    round: str
    changeable_until: Moment

    @classmethod
    def of(cls, voice: Voice) -> Self:
        """As it is shown."""
        return cls(round=voice.round, changeable_until=moment(voice.changeable_until_s))


class VoiceShape(Shape):
    """本人在本轮的票，只有本人能看 · the caller's own voice, and nobody else's."""

    model_config = example(round=SAMPLE_ROUND, project=SAMPLE_PROJECT, changeable_until=_ENDS)

    round: str
    project: str | None = Field(description="没有投、已撤回或已计票为空 · none, or counted")
    changeable_until: Moment

    @classmethod
    def of(cls, voice: Voice) -> Self:
        """As it is shown."""
        until = moment(voice.changeable_until_s)
        return cls(round=voice.round, project=voice.project, changeable_until=until)


class SetDistrict(Triable):
    """登记所在区域：在哪里提议和投票 · where the wallet proposes and votes."""

    model_config = example(district="示例街道", dry_run=False)

    district: DistrictGiven


class HomeShape(Triable):
    """钱包的所在区域；空为未登记 · the wallet's district; empty: nobody has said."""

    model_config = example(
        wallet=SAMPLE_WALLET,
        district="示例街道",
        said_at=_BEGINS,
        said_by="",
        changeable_from=None,
        dry_run=False,
    )

    wallet: str
    district: str
    said_at: Moment | None
    said_by: str = Field(description="社区工作者的密钥；空为本人 · a worker's key, or the resident")
    changeable_from: Moment | None = Field(description="本人何时可再改 · when it may change again")

    @classmethod
    def of(cls, home: Home) -> Self:
        """As it is shown."""
        from_s = home.changeable_from_s
        return cls(
            wallet=home.wallet,
            district=home.district,
            said_at=None if home.said_s is None else moment(home.said_s),
            said_by=home.said_by,
            changeable_from=None if from_s is None else moment(from_s),
        )


class DistrictList(Shape):
    """可登记的区域 · the districts that a wallet can name."""

    model_config = example(districts=["示例街道"])

    districts: list[str]


class ProjectPurse(Shape):
    """某项目专用账户中的积分 · what a project's own account has."""

    model_config = example(project=SAMPLE_PROJECT, free={"units": 500, "points": "5.00"})

    project: str
    free: Amount


class FundShape(Shape):
    """基金在账本上的积分，不含已过期的 · what the fund has on the ledger, nothing expired."""

    model_config = example(
        fund=5,
        account="0x" + "00" * 19 + "05",
        free={"units": 300000, "points": "3000.00"},
        held={"units": 0, "points": "0.00"},
        promised={"units": 60000, "points": "600.00"},
        available={"units": 240000, "points": "2400.00"},
        projects=[],
        block=1042,
        as_of=_BEGINS,
    )

    fund: MemberNumber
    account: AccountHex = Field(description="通用账户 · for everything")
    free: Amount
    held: Amount = Field(description="已预留，待核销 · set aside for acceptors, of all accounts")
    promised: Amount = Field(description="已批准未支出 · granted and not spent yet")
    available: Amount = Field(description="还可批准 · can still be granted")
    projects: list[ProjectPurse]
    block: int
    as_of: Moment

    @classmethod
    def of(cls, purse: Purse) -> Self:
        """As it is shown."""
        return cls(
            fund=purse.fund,
            account=show(purse.account),
            free=Amount.of(purse.free_units),
            held=Amount.of(purse.held_units),
            promised=Amount.of(purse.promised_units),
            available=Amount.of(purse.available_units),
            projects=[
                ProjectPurse(project=name, free=Amount.of(units))
                for name, units in sorted(purse.of_projects.items())
            ],
            block=purse.block,
            as_of=moment(purse.time_s),
        )
