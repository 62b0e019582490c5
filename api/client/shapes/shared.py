"""Shapes of several resources, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.client.answers import Model


class AccountShape(Model):
    """通兑账户 · an account in one issuer's scheme."""

    issuer: int
    account: str
    own_key: bool


Advice = Literal["fund", "tied", "leave"]
"""What the vote tells the fund."""


class Amount(Model):
    """Points, exactly and as shown. Negative for what is owed."""

    units: int
    points: str


class AnswerShape(Model):
    """发行方的答复与理由 · the issuer's answer and its reason."""

    accepted: bool
    reason: str
    title: str
    fix: str
    words: str
    at: datetime


Holder = Literal["resident", "guardian", "delegate", "heir"]
"""Whose hands a card is in."""


class CardShape(Model):
    """通兑卡；只显示卡号末四位 · a card; its number but for the last four is on the card only."""

    id: str
    last_four: str
    wallet: str
    holder: Holder
    delegate: str | None
    made_at: datetime
    made_by: str
    until: datetime | None
    ended_at: datetime | None
    locked_until: datetime | None


Category = Literal[
    "meals",
    "housework",
    "repairs",
    "care",
    "health",
    "hair",
    "learning",
    "culture",
    "sport",
    "travel",
    "goods",
    "other",
]
"""What an offer is of."""


class Confirm(Model):
    """无需其他内容：发送 {} · nothing else to say: send {}."""

    dry_run: bool | None = None


class DecisionShape(Model):
    """基金的决定 · what the fund gives, and why where it differs from the vote."""

    granted: Amount
    reason: str
    at: datetime


class FigureShape(Model):
    """一个数字 · a number and what it counts."""

    what: str
    number: str
    unit: str


class EffectShape(Model):
    """项目成效 · what came of a project."""

    id: str
    words: str
    figures: list[FigureShape]
    on: date
    reported_at: datetime


class Handed(Model):
    """交给持卡人的卡与密码；密码只显示这一次 · a card and its PIN, which is shown this once."""

    card: CardShape
    number: str
    pin: str | None
    card_print: str
    pin_print: str | None


HoldPhase = Literal["held", "captured", "released", "refunded"]
"""Where a hold stands. The last two have ended."""


RedeemingPhase = Literal["asked", "held", "captured", "ended", "refused", "given"]
"""Where one hold of an order stands."""


class HoldShape(Model):
    """兑换单中的一笔预留 · one hold of an order."""

    id: str
    issuer: int
    account: str
    amount: Amount
    phase: RedeemingPhase
    captured: Amount
    refunded: Amount


LinkState = Literal["open", "linked", "refused"]
"""Where it stands."""


class LinkShape(Model):
    """一次绑定申请 · one link that was asked for."""

    id: str
    wallet: str
    scheme: int
    account: str
    state: LinkState
    asked_at: datetime
    due_at: datetime
    answer_: AnswerShape | None = Field(alias="answer")


Measure = Literal["portion", "time", "hour", "day", "piece", "ticket", "kilogram"]
"""What one of an offer is."""


class NoContent(Model):
    """无需内容：发送 {} · nothing to say: send {}."""


OfferState = Literal["draft", "open", "closed"]
"""Where an offer stands."""


class SlotNowShape(Model):
    """时段现况 · a slot as it stands."""

    starts: datetime
    ends: datetime
    capacity: int
    number: int
    left: int
    waiting: int


class OfferShape(Model):
    """兑换项目 · an offer as it stands."""

    id: str
    acceptor: int
    acceptor_name: str
    state: OfferState
    title_zh: str
    title_en: str
    words: str
    price: Amount
    measure: Measure
    measure_word: str
    category: Category
    category_word: str
    district: str
    valid_from: datetime
    valid_until: datetime
    stock: int | None
    left: int | None
    limit_number: int | None
    limit_days: int | None
    schemes: list[int]
    slots: list[SlotNowShape]
    pictures: list[str]
    made_at: datetime
    dry_run: bool | None = None


class OfferPage(Model):
    """兑换项目 · offers: what was looked for with the best first, an acceptor's newest first."""

    offers: list[OfferShape]
    next_cursor: str | None


class ProblemShape(Model):
    """出错说明（RFC 9457）· what went wrong and what to do about it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None
    fix: str
    values: dict[str, int | str | bool | None]


State = Literal[
    "placed",
    "held",
    "undoing",
    "refused",
    "capturing",
    "captured",
    "releasing",
    "released",
    "refunding",
    "refunded",
    "given",
]
"""Where an order stands."""


class TakenShape(Model):
    """兑换单所用的兑换项目 · what an order took of an offer."""

    offer: str
    number: int
    slot: int | None


RedeemingPurpose = Literal["redeem", "exchange", "donation"]
"""What an order is for."""


class OrderShape(Model):
    """兑换单；承兑方看不到钱包与账户 · an order; acceptors see neither wallet nor account."""

    id: str
    wallet: str | None
    purpose: RedeemingPurpose
    acceptor: int
    amount: Amount
    service_at: datetime
    deadline: datetime
    placed_at: datetime
    offer: TakenShape | None
    state: State
    captured: Amount
    refunded: Amount
    holds: list[HoldShape] | None
    reason: ProblemShape | None
    confirmed: bool
    final: bool
    dry_run: bool | None = None


class OwedShape(Model):
    """核销后谁应付多少 · who would owe how much once captured."""

    member: int
    amount: Amount


class SliceShape(Model):
    """同一到期日的部分 · points of one expiry."""

    amount: Amount
    expires_at: datetime


class PartShape(Model):
    """将从一个账户预留 · one hold that would be placed."""

    issuer: int
    account: str
    amount: Amount
    slices: list[SliceShape]
    why: str


class PositionShape(Model):
    """净头寸：应收减应付 · owed to the member less what it owes."""

    member: int
    amount: Amount


class SpendingShape(Model):
    """一笔支出，数量以账本为准 · a spending; its amounts are the ledger's."""

    hold: str
    words: str
    acceptor: int
    phase: HoldPhase
    held: Amount
    spent: Amount
    transaction: str
    noted_at: datetime


class VettingShape(Model):
    """审核 · whether it is put to the vote, and why."""

    accepted: bool
    reason: str
    at: datetime


ProjectsStage = Literal[
    "proposed", "declined", "accepted", "voting", "voted", "refused", "granted", "reported"
]
"""Where a project stands. It follows from what happened, and is stored nowhere."""


class ProjectShape(Model):
    """一个项目，从提议到成效，不含提议人 · a project, never who proposed it."""

    dry_run: bool | None = None
    id: str
    district: str
    title_zh: str
    title_en: str
    words: str
    wanted: Amount
    stage: ProjectsStage
    stage_word: str
    proposed_at: datetime
    round: str | None
    fund: int | None
    vetting: VettingShape | None
    advice: Advice | None
    decision: DecisionShape | None
    fund_account: str | None
    spent: Amount
    spendings: list[SpendingShape]
    effects: list[EffectShape]


class ProjectPage(Model):
    """项目，新的在前 · projects, newest first."""

    projects: list[ProjectShape]
    next_cursor: str | None


class QuoteShape(Model):
    """试算结果，不预留积分 · what an order would take; nothing is set aside."""

    acceptor: int
    asked: Amount
    amount: Amount
    rounded_off: Amount
    native_points: int | None
    missing: Amount
    parts: list[PartShape]
    owed: list[OwedShape]
    latest_deadline: datetime


class TiedShape(Model):
    """这个登录使用的钱包 · the wallet that this sign-in opens."""

    wallet: str


class WalletShape(Model):
    """通兑钱包 · a resident's accounts."""

    id: str
    accounts: list[AccountShape]
    opened_at: datetime


class WordShape(Model):
    """链上何处 · where the chain has it."""

    block: int
    transaction: str


ClaimsKind = Literal["link", "unlink", "correction", "missing"]
"""What is asked."""


HooksKind = Literal[
    "order.held",
    "order.captured",
    "order.released",
    "order.refunded",
    "order.refused",
    "order.step_refused",
    "exchange.held",
    "exchange.captured",
    "exchange.released",
    "exchange.refunded",
    "exchange.refused",
    "exchange.step_refused",
    "donation.given",
    "donation.refused",
    "claim.opened",
    "claim.answered",
    "link.opened",
    "link.answered",
    "window.closed",
    "window.published",
    "window.settled",
    "ticket.taken",
    "ticket.called",
    "ticket.used",
    "ticket.left",
    "wallet.points_expiring",
]
"""What happened. A subject and a word in the past tense."""
