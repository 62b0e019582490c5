"""Shapes of acceptors and of applications to become one."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.offers.texts import Organisation, Reason, Title, TitleGiven
from api.ratings.schemas import CountsShape
from api.shapes import HashHex, Id, MemberNumber, Moment, Shape, example, given, moment
from ledger.offers.choices import Category
from ledger.offers.values import Application, ApplicationState

_AT = "2026-05-02T09:30:00+08:00"
_APPLICATION = "1b9d6bcd-bbfd-5b2d-9b5d-ab8dfbbd4bed"
_CONTACT = {
    "office": "示例街道综合服务办公室",
    "phone": "028-00000000",
    "mail": "office@example.com",
}
_SAID: dict[str, Any] = {
    "organisation": "示例社区食堂",
    "contact": _CONTACT,
    "categories": ["meals"],
    "contract": "示例合同 2026-017",
    "documents": [{"name": "营业执照", "sha256": "0x" + "0a" * 32}],
}
_REFUSED = {"properties": {"accepted": {"const": False}, "code": {"type": "null"}}}
_COUNTS = {"good": 120, "fair": 10, "poor": None}
MemberCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,31}$")]


class Contact(Shape):
    """单位联系方式，不写个人 · of the office, not of a person."""

    model_config = example(**_CONTACT)

    office: TitleGiven
    phone: Title = ""
    mail: Title = ""


class DocumentHash(Shape):
    """材料的摘要；材料本身另行递交 · of a document that is handed in elsewhere."""

    model_config = example(name="营业执照", sha256="0x" + "0a" * 32)

    name: TitleGiven
    sha256: HashHex


class ApplicationContent(Shape):
    """申请成为承兑方的内容 · what an organisation says when it applies."""

    model_config = example(**_SAID)

    organisation: Organisation
    contact: Contact
    categories: Annotated[list[Category], Field(min_length=1, max_length=12)]
    contract: Title = Field(default="", description="合同编号 · reference of the contract")
    documents: Annotated[list[DocumentHash], Field(max_length=20)] = Field(default_factory=list)


class Apply(ApplicationContent):
    """申请成为承兑方 · an organisation applies."""

    model_config = example(**_SAID, dry_run=False)

    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")

    def told(self) -> dict[str, Any]:
        """As it is kept, but for the organisation's name."""
        return self.model_dump(mode="json", exclude={"organisation", "dry_run"})


class Decide(Shape):
    """审核意见；同意时须写入会代码 · with a code where it is agreed to."""

    model_config = example(
        {"anyOf": [given("code", accepted={"const": True}), _REFUSED]},
        accepted=True,
        reason="资料齐全，现场查看合格。",
        code="CANTEEN2",
        dry_run=False,
    )

    accepted: bool
    reason: Reason
    code: MemberCode | None = Field(
        default=None, description="理事会将登记的代码 · under which the council will add it"
    )
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")

    @model_validator(mode="after")
    def _check_code(self) -> Self:
        """A refused one gets no code."""
        if self.code is not None and not self.accepted:
            raise PydanticCustomError("code_refused", "a refusal names no code")
        return self


class ApplicationStateShape(Shape):
    """申请进度 · how far it is; for everybody who knows its id."""

    model_config = example(
        id=_APPLICATION, state="joined", member=6, reason="资料齐全。", applied_at=_AT,
        decided_at=_AT, dry_run=False,
    )  # fmt: skip

    id: Id
    state: ApplicationState
    member: MemberNumber | None = Field(description="入会后的成员编号 · once the council added it")
    reason: str | None
    applied_at: Moment
    decided_at: Moment | None
    dry_run: bool = False

    @classmethod
    def of_progress(cls, one: Application, *, dry_run: bool = False) -> Self:
        """As it is shown to whoever applied."""
        return cls(**_progress(one), dry_run=dry_run)


class ApplicationShape(ApplicationContent):
    """一份申请 · an application as the operator's staff see it."""

    model_config = example(
        **_SAID, id=_APPLICATION, state="vetted", member=None, code="CANTEEN2", reason="资料齐全。",
        applied_at=_AT, decided_at=_AT, dry_run=False,
    )  # fmt: skip

    id: Id
    state: ApplicationState
    member: MemberNumber | None
    code: str | None
    reason: str | None
    applied_at: Moment
    decided_at: Moment | None
    dry_run: bool = False

    @classmethod
    def of(cls, one: Application, *, dry_run: bool = False) -> Self:
        """As it is shown."""
        said = {"organisation": one.organisation, **one.told}
        return cls(**said, **_progress(one), code=one.code, dry_run=dry_run)


class ApplicationPage(Shape):
    """申请，新的在前 · applications, newest first."""

    model_config = example(applications=[], next_cursor=None)

    applications: list[ApplicationShape]
    next_cursor: str | None


class AcceptorShape(Shape):
    """承兑方 · who takes points."""

    model_config = example(member=3, name="社区食堂", categories=["meals"], ratings=_COUNTS)

    member: MemberNumber
    name: str
    categories: list[Category] = Field(description="申请时所报 · as it applied for them")
    ratings: CountsShape


class AcceptorList(Shape):
    """全部承兑方 · all acceptors, in the order of joining."""

    model_config = example(acceptors=[])

    acceptors: list[AcceptorShape]


def _progress(one: Application) -> dict[str, Any]:
    return {
        "id": one.id, "state": one.state, "member": one.member, "reason": one.reason,
        "applied_at": moment(one.applied_s),
        "decided_at": None if one.decided_s is None else moment(one.decided_s),
    }  # fmt: skip
