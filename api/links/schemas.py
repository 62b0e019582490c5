"""Shapes of links and one-time codes."""

from __future__ import annotations

import enum
from typing import Annotated, Literal, Self

from pydantic import Field

from api.claims.schemas import AnswerShape
from api.links import consent
from api.shapes import AccountHex, Id, MemberNumber, Moment, Shape, Triable, example, moment, show
from ledger.claims import REASONS
from ledger.redeeming.claiming import Claim
from ledger.refusals import Lang

_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
_CLAIM = "c2d7b0a4-90a5-5b7e-8f0e-0d1a5c2b7e33"
_ACCOUNT = "0xac00000000000000000000000000000000000001"
_CODE = "7K3MQ-X2A9F"
_AT, _DUE = "2026-05-02T09:30:00+08:00", "2026-05-17T09:30:00+08:00"
_DONE = REASONS["link.done"]

Typed = Annotated[str, Field(min_length=1, max_length=40, description="绑定码 · one-time code")]


class ConsentShape(Shape):
    """居民同意的文本 · what the resident agrees to."""

    model_config = example(version=consent.VERSION, zh=consent.ZH, en=consent.EN)

    version: int
    zh: str
    en: str


class Agreed(Triable):
    """居民看过现行文本并同意 · the resident has read the present wording and agrees."""

    model_config = example(wallet=_WALLET, scheme=1, consent=True, consent_version=1)

    wallet: Id
    scheme: MemberNumber = Field(description="哪个发行方的计划 · the issuer whose scheme it is")
    consent: Literal[True]
    consent_version: int


class MakeLink(Agreed):
    """用发行方给的绑定码绑定 · link by the code that the issuer gave."""

    model_config = example(wallet=_WALLET, scheme=1, code=_CODE, consent=True, consent_version=1)

    code: Typed


class MakeCode(Agreed):
    """为钱包在一个计划的账户生成绑定码 · a code for the wallet's account in one scheme."""

    model_config = example(wallet=_WALLET, scheme=1, consent=True, consent_version=1)


class CodeShape(Shape):
    """绑定码：念给发行方的经办人 · to be told to the issuer's clerk."""

    model_config = example(code=_CODE, expires_at=_AT)

    code: str
    expires_at: Moment


class RedeemCode(Triable):
    """会员报出的绑定码 · the code that a member told."""

    model_config = example(code=_CODE)

    code: Typed


class Redeemed(Shape):
    """绑定码所指的账户；绑定完成后须答复这件申请 · the account; the claim is to be answered."""

    model_config = example(
        claim=_CLAIM, scheme=1, account=_ACCOUNT, consent_version=1, asked_at=_AT
    )

    claim: str
    scheme: MemberNumber
    account: AccountHex
    consent_version: int
    asked_at: Moment

    @classmethod
    def of(cls, claim: Claim) -> Self:
        """As it is shown."""
        return cls(
            claim=claim.id, scheme=claim.scheme, account=show(claim.account),
            consent_version=claim.content["consent"]["version"], asked_at=moment(claim.asked_s),
        )  # fmt: skip


class LinkState(enum.StrEnum):
    """Where it stands."""

    OPEN = "open"
    LINKED = "linked"
    REFUSED = "refused"


class LinkShape(Shape):
    """一次绑定申请 · one link that was asked for."""

    model_config = example(
        id=_CLAIM, wallet=_WALLET, scheme=1, account=_ACCOUNT, state="linked", asked_at=_AT,
        due_at=_DUE,
        answer={
            "accepted": True, "reason": "link.done", "title": _DONE.zh, "fix": _DONE.fix_zh,
            "words": "", "at": _AT,
        },
    )  # fmt: skip

    id: str
    wallet: str
    scheme: MemberNumber
    account: AccountHex
    state: LinkState
    asked_at: Moment
    due_at: Moment
    answer: AnswerShape | None

    @classmethod
    def of(cls, claim: Claim, lang: Lang) -> Self:
        """As it is shown."""
        answer, state = claim.answer, LinkState.OPEN
        if answer is not None:
            state = LinkState.LINKED if answer["accepted"] else LinkState.REFUSED
        return cls(
            id=claim.id, wallet=claim.wallet, scheme=claim.scheme, account=show(claim.account),
            state=state, asked_at=moment(claim.asked_s), due_at=moment(claim.due_s),
            answer=None if answer is None else AnswerShape.of(dict(answer), lang),
        )  # fmt: skip
