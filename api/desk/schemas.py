"""Shapes of what a desk does: openings, cards handed over, sessions, resets, deaths."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from api.desk import printing
from api.links.schemas import LinkShape
from api.orders.schemas import OrderShape
from api.residents.schemas import (
    SAMPLE_AT,
    SAMPLE_CARD,
    SAMPLE_KEY,
    SAMPLE_SESSION,
    SAMPLE_WALLET,
    CardShape,
)
from api.shapes import AccountHex, Id, MemberNumber, Moment, Shape, Triable, Units, example, moment
from api.wallets.schemas import WalletShape
from ledger.errors import Rejected
from ledger.residents.cards import Fresh
from ledger.residents.deaths import Stage, stage_of
from ledger.residents.opening import Guardian
from ledger.residents.rules import Holder, show_card_number
from ledger.residents.sittings import Opened
from ledger.store.residents_cards import ResetRow
from ledger.store.residents_people import DeathRow
from ledger.units import MONTHS_PER_YEAR

Relation = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20),
    Field(description="关系，不写姓名 · how related, no name"),
]  # fmt: skip
Contact = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=100),
    Field(description="接收消息的号码或地址 · where messages go"),
]  # fmt: skip
Month = Annotated[str, StringConstraints(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$")]
CardNumber = Annotated[str, StringConstraints(min_length=12, max_length=20)]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
_NUMBER = "8137 5520 0427"
_CARD = {
    "id": SAMPLE_CARD,
    "last_four": "0427",
    "wallet": SAMPLE_WALLET,
    "holder": "resident",
    "delegate": None,
    "made_at": SAMPLE_AT,
    "made_by": SAMPLE_KEY,
    "until": None,
    "ended_at": None,
    "locked_until": None,
}
SAMPLE_HANDED = {
    "card": _CARD,
    "number": _NUMBER,
    "pin": "402857",
    "card_print": "<svg/>",
    "pin_print": "<svg/>",
}
HOLDERS = {
    Holder.RESIDENT: "本人 · resident",
    Holder.GUARDIAN: "监护人 · guardian",
    Holder.DELEGATE: "家人代兑 · family delegate",
    Holder.HEIR: "继承人 · heir",
}


class Handed(Shape):
    """交给持卡人的卡与密码；密码只显示这一次 · a card and its PIN, which is shown this once."""

    model_config = example(**SAMPLE_HANDED)

    card: CardShape
    number: str
    pin: str | None = Field(description="十分钟后同一指令也不再显示 · gone after ten minutes")
    card_print: str = Field(description="卡面，SVG · the card's face")
    pin_print: str | None = Field(
        description="密码函，SVG，单独密封 · the PIN letter, to be sealed"
    )

    @classmethod
    def of(cls, fresh: Fresh) -> Self:
        """As it is shown."""
        card, pin = fresh
        number = show_card_number(card.number)
        return cls(
            card=CardShape.of(card),
            number=number,
            pin=pin,
            card_print=printing.card(number, HOLDERS[Holder(card.holder)]),
            pin_print=None if pin is None else printing.pin_letter(card.number, pin),
        )


class LinkHere(Shape):
    """在柜台输入的绑定码 · a code that an issuer gave the resident."""

    model_config = example(scheme=2, code="7K3MQ-X2A9F")

    scheme: MemberNumber
    code: Annotated[str, StringConstraints(max_length=40)]


class GuardianHere(Shape):
    """未满十四周岁孩子的监护人；出生月份不保存 · a child's guardian; the birth is not kept."""

    model_config = example(relation="母亲", birth_month="2018-09")

    relation: Relation
    birth_month: Month

    def guardian(self) -> Guardian:
        """As the use case takes it."""
        year, month = self.birth_month.split("-")
        return Guardian(self.relation, int(year) * MONTHS_PER_YEAR + int(month) - 1)


class OpenAtDesk(Triable):
    """柜台开户：证件已出示，一次同意绑定所有计划 · one visit, one consent, all schemes."""

    model_config = example(
        issuers=[1, 2],
        identity_shown=True,
        consent=True,
        consent_version=1,
        links=[{"scheme": 2, "code": "7K3MQ-X2A9F"}],
        guardian=None,
        contact=None,
    )

    issuers: Annotated[list[MemberNumber], Field(min_length=1, max_length=64)]
    identity_shown: Literal[True] = Field(description="只记已出示，不记证件 · that it was, no more")
    consent: Literal[True]
    consent_version: int
    links: Annotated[list[LinkHere], Field(max_length=64)] = Field(default_factory=list)
    guardian: GuardianHere | None = None
    contact: Contact | None = None


class LinkCodeHere(Shape):
    """给该计划窗口的绑定码，十分钟有效 · for the scheme's own counter."""

    model_config = example(scheme=1, code="9M2QT-0RV5D", expires_at=SAMPLE_AT)

    scheme: MemberNumber
    code: str
    expires_at: Moment


class OpenedAtDesk(Shape):
    """开好的钱包、卡与绑定 · the wallet with its card, and the links that were asked for."""

    model_config = example(
        wallet={"id": SAMPLE_WALLET, "accounts": [], "opened_at": SAMPLE_AT},
        handed=SAMPLE_HANDED,
        guardian_until=None,
        links=[],
        link_codes=[],
    )

    wallet: WalletShape
    handed: Handed
    guardian_until: str | None
    links: list[LinkShape]
    link_codes: list[LinkCodeHere]


class OpenSession(Shape):
    """刷卡开始办理：密码或一次性验证码 · a card with its PIN, or with a one-time code."""

    model_config = example(card=_NUMBER, pin="402857", code=None)

    card: CardNumber
    pin: Digits | None = None
    code: Digits | None = None

    def check(self) -> None:
        """Rejected("resident.pin-or-code") unless one of the two is there."""
        if (self.pin is None) == (self.code is None):
            raise Rejected("resident.pin-or-code", field="pin")


class SessionShape(Shape):
    """会话；以令牌办理，只限此钱包 · requests with its token act for this wallet only."""

    model_config = example(
        id=SAMPLE_SESSION,
        token="tds_s3f2a9c0d1e4b_" + "07" * 32,
        role="resident",
        holder="resident",
        wallet=SAMPLE_WALLET,
        delegate=None,
        ends_at=SAMPLE_AT,
    )

    id: str
    token: str
    role: str
    holder: Holder
    wallet: str
    delegate: str | None
    ends_at: Moment

    @classmethod
    def of(cls, opened: Opened) -> Self:
        """As it is shown, once."""
        sitting, token = opened
        granted = sitting.delegation
        return cls(
            id=sitting.id,
            token=token,
            role="resident" if granted is None else "delegate",
            holder=sitting.holder,
            wallet=sitting.wallet,
            delegate=None if granted is None else granted.id,
            ends_at=moment(sitting.ends_s),
        )


class SendCode(Triable):
    """给持卡人发送一次性验证码 · a one-time code for the card's holder."""

    model_config = example(card=_NUMBER)

    card: CardNumber


class CodeSent(Shape):
    """已受理；不说明卡是否存在 · taken; nothing is said about whether there is such a card."""

    model_config = example(good_s=300)

    good_s: int = Field(description="有效秒数 · seconds")


class AskReset(Triable):
    """当面核对后申请重置：卡，或没有卡的钱包 · a card's PIN, or a card for a wallet without."""

    model_config = example(card=SAMPLE_CARD, wallet=None, lost=False, identity_shown=True)

    card: Id | None = None
    wallet: Id | None = None
    lost: bool = Field(default=False, description="卡已遗失，换新卡号 · a new number too")
    identity_shown: Literal[True]

    def check(self) -> None:
        """Rejected("resident.card-or-wallet") unless one of the two is there."""
        if (self.card is None) == (self.wallet is None):
            raise Rejected("resident.card-or-wallet", field="card")


class ConfirmReset(Triable):
    """第二名工作者当面核对后确认 · another worker has seen the person too."""

    model_config = example(identity_shown=True)

    identity_shown: Literal[True]


class ResetShape(Shape):
    """重置申请 · a reset, and by whom."""

    model_config = example(
        id=SAMPLE_CARD,
        wallet=SAMPLE_WALLET,
        card=SAMPLE_CARD,
        lost=False,
        asked_by=SAMPLE_KEY,
        asked_at=SAMPLE_AT,
        confirmed_by=None,
    )

    id: str
    wallet: str
    card: str | None
    lost: bool
    asked_by: str
    asked_at: Moment
    confirmed_by: str | None

    @classmethod
    def of(cls, row: ResetRow) -> Self:
        """As it is shown."""
        return cls(
            id=row.id,
            wallet=row.wallet,
            card=row.card,
            lost=row.lost,
            asked_by=row.asked_by,
            asked_at=moment(row.asked_s),
            confirmed_by=row.confirmed_by,
        )


class SessionEnded(Shape):
    """会话已结束 · the session is over."""

    model_config = example(id=SAMPLE_SESSION, ended=True)

    id: str
    ended: bool


class ReportDeath(Triable):
    """身故登记：证明已出示 · a death; that proof was shown, never the proof."""

    model_config = example(wallet=SAMPLE_WALLET, proof_shown=True)

    wallet: Id
    proof_shown: Literal[True]


class NameHeir(Triable):
    """继承人到场：证明已出示 · an heir in person; that proof was shown."""

    model_config = example(proof_shown=True, contact=None)

    proof_shown: Literal[True]
    contact: Contact | None = None


class GiveEstate(Triable):
    """余下积分转入社区基金 · what is left goes to the fund; in parts where a cap says so."""

    model_config = example(fund_account="0x0000000000000000000000000000000000000005", units=None)

    fund_account: AccountHex
    units: Units | None = None


class DeathShape(Shape):
    """身故登记 · where a report stands."""

    model_config = example(
        id=SAMPLE_CARD,
        wallet=SAMPLE_WALLET,
        state="reported",
        reported_by=SAMPLE_KEY,
        reported_at=SAMPLE_AT,
        due_at="2026-10-29T09:30:00+08:00",
        heir_card=None,
        order=None,
    )

    id: str
    wallet: str
    state: Stage
    reported_by: str
    reported_at: Moment
    due_at: Moment = Field(description="继承期限 · from then on it goes to the fund")
    heir_card: str | None
    order: OrderShape | None = Field(default=None, description="本次捐赠 · what was given now")

    @classmethod
    def of(cls, row: DeathRow, order: OrderShape | None = None) -> Self:
        """As it is shown."""
        return cls(
            id=row.id,
            wallet=row.wallet,
            state=stage_of(row),
            reported_by=row.reported_by,
            reported_at=moment(row.reported_s),
            due_at=moment(row.due_s),
            heir_card=row.heir_card,
            order=order,
        )
