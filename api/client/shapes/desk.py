"""Shapes of desk, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model
from api.client.shapes.shared import Handed, Holder, LinkShape, OrderShape, WalletShape


class AskReset(Model):
    """当面核对后申请重置：卡，或没有卡的钱包 · a card's PIN, or a card for a wallet without."""

    dry_run: bool | None = None
    card: str | None = None
    wallet: str | None = None
    lost: bool | None = None
    identity_shown: Literal[True]


class CodeSent(Model):
    """已受理；不说明卡是否存在 · taken; nothing is said about whether there is such a card."""

    good_s: int


class ConfirmReset(Model):
    """第二名工作者当面核对后确认 · another worker has seen the person too."""

    dry_run: bool | None = None
    identity_shown: Literal[True]


ResidentsStage = Literal["reported", "withdrawn", "given"]
"""Where a report stands."""


class DeathShape(Model):
    """身故登记 · where a report stands."""

    id: str
    wallet: str
    state: ResidentsStage
    reported_by: str
    reported_at: datetime
    due_at: datetime
    heir_card: str | None
    order: OrderShape | None = None


class GiveEstate(Model):
    """余下积分转入社区基金 · what is left goes to the fund; in parts where a cap says so."""

    dry_run: bool | None = None
    fund_account: str
    units: int | None = None


class GuardianHere(Model):
    """未满十四周岁孩子的监护人；出生月份不保存 · a child's guardian; the birth is not kept."""

    relation: str
    birth_month: str


class LinkCodeHere(Model):
    """给该计划窗口的绑定码，十分钟有效 · for the scheme's own counter."""

    scheme: int
    code: str
    expires_at: datetime


class LinkHere(Model):
    """在柜台输入的绑定码 · a code that an issuer gave the resident."""

    scheme: int
    code: str


class NameHeir(Model):
    """继承人到场：证明已出示 · an heir in person; that proof was shown."""

    dry_run: bool | None = None
    proof_shown: Literal[True]
    contact: str | None = None


class OpenAtDesk(Model):
    """柜台开户：证件已出示，一次同意绑定所有计划 · one visit, one consent, all schemes."""

    dry_run: bool | None = None
    issuers: list[int]
    identity_shown: Literal[True]
    consent: Literal[True]
    consent_version: int
    links: list[LinkHere] | None = None
    guardian: GuardianHere | None = None
    contact: str | None = None


class OpenSession(Model):
    """刷卡开始办理：密码或一次性验证码 · a card with its PIN, or with a one-time code."""

    card: str
    pin: str | None = None
    code: str | None = None


class OpenedAtDesk(Model):
    """开好的钱包、卡与绑定 · the wallet with its card, and the links that were asked for."""

    wallet: WalletShape
    handed: Handed
    guardian_until: str | None
    links: list[LinkShape]
    link_codes: list[LinkCodeHere]


class ReportDeath(Model):
    """身故登记：证明已出示 · a death; that proof was shown, never the proof."""

    dry_run: bool | None = None
    wallet: str
    proof_shown: Literal[True]


class ResetShape(Model):
    """重置申请 · a reset, and by whom."""

    id: str
    wallet: str
    card: str | None
    lost: bool
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None


class SendCode(Model):
    """给持卡人发送一次性验证码 · a one-time code for the card's holder."""

    dry_run: bool | None = None
    card: str


class SessionEnded(Model):
    """会话已结束 · the session is over."""

    id: str
    ended: bool


DeskForm = Literal["svg", "text"]
"""What a printer takes."""


class DeskSessionShape(Model):
    """会话；以令牌办理，只限此钱包 · requests with its token act for this wallet only."""

    id: str
    token: str
    role: str
    holder: Holder
    wallet: str
    delegate: str | None
    ends_at: datetime
