"""Shapes of claims and of their answers."""

from __future__ import annotations

import enum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from api.shapes import (
    AccountHex,
    Id,
    MemberNumber,
    Moment,
    Shape,
    Triable,
    example,
    given,
    moment,
    show,
)
from ledger.claims import REASONS, Kind
from ledger.redeeming.claiming import Claim
from ledger.refusals import Lang

_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
_CLAIM = "c2d7b0a4-90a5-5b7e-8f0e-0d1a5c2b7e33"
_ACCOUNT = "0xac00000000000000000000000000000000000002"
_AT, _DUE = "2026-05-02T09:30:00+08:00", "2026-05-17T09:30:00+08:00"
_ABOUT = {"activity": 101, "day": "2026-04-18", "batch": None, "row": None, "quantity": 120}
_NAMED = {"anyOf": [given("batch", "row"), given("activity", "day")]}
_DONE = REASONS["claim.corrected"]
_ANSWER = {
    "accepted": True, "reason": "claim.corrected", "title": _DONE.zh, "fix": _DONE.fix_zh,
    "words": "已按签到表改为 120 分钟。", "at": "2026-05-04T10:00:00+08:00",
}  # fmt: skip
WORDS_MOST = 1_000

Words = Annotated[str, Field(max_length=WORDS_MOST)]


class Asked(enum.StrEnum):
    """What a resident may ask here; links have a resource of their own."""

    CORRECTION = Kind.CORRECTION
    MISSING = Kind.MISSING
    UNLINK = Kind.UNLINK


class About(Shape):
    """哪一次授予：链上的批号与行，或事项与日期 · which award: batch and row, or the deed."""

    model_config = example(**_ABOUT)

    batch: Annotated[int, Field(ge=1)] | None = None
    row: Annotated[int, Field(ge=0)] | None = None
    activity: Annotated[int, Field(ge=1)] | None = None
    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    quantity: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="居民认为的数量 · as the resident has it, in the smallest unit"
    )


class MakeClaim(Triable):
    """向发行方提出：更正、补记或解除绑定 · to correct, to add, to end the link."""

    model_config = example(
        {"anyOf": [given(kind={"const": "unlink"}), given(about=_NAMED)]},
        wallet=_WALLET,
        scheme=1,
        kind="correction",
        about=_ABOUT,
        words="当天服务两小时。",
    )

    wallet: Id
    scheme: MemberNumber = Field(description="哪个发行方的计划 · the issuer whose scheme it is")
    kind: Asked
    about: About = About()
    words: Words = ""

    @model_validator(mode="after")
    def _check_about(self) -> Self:
        """A correction or a missing award must say which deed."""
        told = self.about
        named = (told.batch is not None and told.row is not None) or (told.activity and told.day)
        if self.kind is not Asked.UNLINK and not named:
            raise ValueError("about: say batch and row, or activity and day")
        return self


class AnswerShape(Shape):
    """发行方的答复与理由 · the issuer's answer and its reason."""

    model_config = example(**_ANSWER)

    accepted: bool
    reason: str = Field(description="理由代号 · the reason's stable code")
    title: str = Field(description="理由 · the reason in words")
    fix: str = Field(description="居民可以怎么办 · what the resident can do")
    words: str = Field(description="经办人的话 · the clerk's own words")
    at: Moment

    @classmethod
    def of(cls, answer: dict[str, Any], lang: Lang) -> Self:
        """As it is shown."""
        why = REASONS[answer["reason"]]
        title, fix = (why.zh, why.fix_zh) if lang == "zh" else (why.en, why.fix_en)
        return cls(
            accepted=answer["accepted"], reason=answer["reason"], title=title, fix=fix,
            words=answer["words"], at=moment(answer["at_s"]),
        )  # fmt: skip


class ClaimShape(Shape):
    """一件申请；发行方看不到钱包 · one claim; issuers are not shown the wallet."""

    model_config = example(
        id=_CLAIM, kind="correction", wallet=_WALLET, scheme=1, account=_ACCOUNT, about=_ABOUT,
        words="当天服务两小时。", consent_version=None, code=None, redeemed=False, asked_at=_AT,
        due_at=_DUE, answer=_ANSWER,
    )  # fmt: skip

    id: str
    kind: Kind
    wallet: str | None
    scheme: MemberNumber
    account: AccountHex
    about: About
    words: str
    consent_version: int | None
    code: str | None = Field(description="居民输入的绑定码，仅发行方可见 · for the issuer alone")
    redeemed: bool = Field(description="由发行方兑换钱包的绑定码而来 · from a redeemed code")
    asked_at: Moment
    due_at: Moment = Field(description="应答复的时间 · by when an answer is due")
    answer: AnswerShape | None

    @classmethod
    def of(cls, claim: Claim, lang: Lang, *, for_issuer: bool) -> Self:
        """As it is shown to a desk, or to the issuer's agent."""
        content, answer = claim.content, claim.answer
        return cls(
            id=claim.id, kind=claim.kind, wallet=None if for_issuer else claim.wallet,
            scheme=claim.scheme, account=show(claim.account),
            about=About(**content.get("about", {})), words=content.get("words", ""),
            consent_version=content.get("consent", {}).get("version"),
            code=claim.code if for_issuer else None, redeemed=content.get("redeemed", False),
            asked_at=moment(claim.asked_s), due_at=moment(claim.due_s),
            answer=None if answer is None else AnswerShape.of(dict(answer), lang),
        )  # fmt: skip


class ClaimPage(Shape):
    """申请，先提出的在前 · claims in the order of asking."""

    model_config = example(claims=[], next_cursor=None)

    claims: list[ClaimShape]
    next_cursor: str | None


class GiveAnswer(Triable):
    """发行方的答复 · the issuer's answer."""

    model_config = example(
        accepted=True, reason="claim.corrected", words="已按签到表改为 120 分钟。", account=None
    )

    accepted: bool
    reason: Annotated[str, Field(max_length=60)]
    words: Words = ""
    account: AccountHex | None = Field(
        default=None,
        description="居民在本计划原来的账户 · the resident's earlier account, for link.taken-over",
    )
