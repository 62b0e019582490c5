"""Shapes of wallets, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from api.client.answers import Model
from api.client.shapes.shared import Amount, CardShape


class AccountKeyShape(Model):
    """一个账户的密钥；没有则由运营方在限额内托管 · whose word counts for one account."""

    issuer: int
    account: str
    key: str | None
    in_effect: bool
    effective_at: datetime | None
    changes: int


class ActShape(Model):
    """柜台代办的一笔兑换 · an order placed at a desk, and by whom."""

    order: str
    acceptor: int
    amount: Amount
    at: datetime
    session: str
    worker: str
    delegate: str | None


class ActPage(Model):
    """柜台代办记录，新的在前 · acts, newest first."""

    acts: list[ActShape]
    next_cursor: str | None


class AwardShape(Model):
    """一次授予；少于应得时为年度上限所限 · one award, less than in full where a cap clips it."""

    issuer: int
    account: str
    activity: int
    month: str
    quantity: int
    amount: Amount
    full_amount: Amount
    corrected: Amount
    expires_at: datetime | None
    block: int


class AwardPage(Model):
    """授予记录，新的在前 · awards, newest first."""

    awards: list[AwardShape]
    next_cursor: str | None


class CardList(Model):
    """钱包的通兑卡 · a wallet's cards, ended ones and delegates' too."""

    cards: list[CardShape]


Reminders = Literal["off", "list", "contact"]
"""How a resident hears that points are about to expire."""


Statements = Literal["off", "paper", "sms"]
"""Whether a resident gets monthly statements unasked. They can be read at any time."""


class ChooseNotices(Model):
    """提醒与月报的选择，整体替换 · what is wanted, all of it anew."""

    dry_run: bool | None = None
    reminders: Reminders
    statements: Statements
    lang: Literal["zh", "en"] | None = None
    address: str | None = None


class EarnedFor(Model):
    """为什么获得：数量 × 折算率 · for what: so much, at this rate."""

    activity: int
    month: str
    quantity: int
    numerator: int
    denominator: int
    full_amount: Amount


class ExpiringShape(Model):
    """一个到期日上还剩的 · what is left with one last moment."""

    expires_at: datetime
    scheme: int
    amount: Amount


class HomeShape(Model):
    """钱包的所在区域；空为未登记 · the wallet's district; empty: nobody has said."""

    dry_run: bool | None = None
    wallet: str
    district: str
    said_at: datetime | None
    said_by: str
    changeable_from: datetime | None


class IssuerAmount(Model):
    """某发行方的积分 · points of one issuer."""

    issuer: int
    amount: Amount


class KeyChange(Model):
    """已提交的密钥登记 · a registration that was relayed."""

    account: str
    key: str
    confirmed: bool
    final: bool


class KeyList(Model):
    """账户的密钥，以及推导密钥所需的地址 · keys, and the addresses that they are derived for."""

    wallet: str
    chain_id: int
    ledger: str
    desk: str
    accounts: list[AccountKeyShape]


class KeyWithdrawal(Model):
    """已提交的撤回 · a withdrawal that was relayed."""

    account: str
    confirmed: bool
    final: bool


class LookShape(Model):
    """当月的一次查看 · somebody looked in that month."""

    at: datetime
    role: str
    label: str
    what: str


class LotShape(Model):
    """同一到期日的可用积分 · free points of one expiry."""

    issuer: int
    account: str
    amount: Amount
    expires_at: datetime


LoginsPurpose = Literal["sign-in", "contact"]
"""What a wallet's code is for."""


class MakeWalletCode(Model):
    """为钱包生成一次性码：用于登录，或做别人的联系人 · to sign in, or to be a contact."""

    dry_run: bool | None = None
    purpose: LoginsPurpose


class MessageShape(Model):
    """给居民的消息；验证码发出后不留内容 · a message; a code's words go once it is sent."""

    kind: str
    words: str
    order: str | None
    made_at: datetime
    sent_at: datetime | None


class MessagePage(Model):
    """消息，新的在前 · messages, newest first."""

    messages: list[MessageShape]
    next_cursor: str | None


class MonthLine(Model):
    """一项变动；amount 带符号 · one change, signed."""

    kind: Literal["earned", "corrected", "spent", "refunded", "given", "expired"]
    at: datetime
    scheme: int
    amount: Amount
    acceptor: int | None
    earned: EarnedFor | None


class MonthSums(Model):
    """期初 + 获得 + 更正 + 退回 - 用掉 - 捐赠 - 到期 = 期末 · it adds up to its closing."""

    scheme: int | None
    opening: Amount
    earned: Amount
    corrected: Amount
    spent: Amount
    refunded: Amount
    given: Amount
    expired: Amount
    closing: Amount
    held: Amount


class MonthShape(Model):
    """居民月报；当月的截至 until · a month's statement; of the present month as of ``until``."""

    wallet: str
    month: str
    over: bool
    until: datetime
    together: MonthSums
    by_scheme: list[MonthSums]
    lines: list[MonthLine]
    expiring: list[ExpiringShape]
    seen: list[LookShape]


class NoticesShape(Model):
    """居民选择收到什么；chosen_at 为空即默认 · what is wanted; not chosen_at: the usual."""

    reminders: Reminders
    statements: Statements
    lang: Literal["zh", "en"]
    address: str | None
    reaches: bool
    chosen_at: datetime | None
    dry_run: bool | None = None


class OpenWallet(Model):
    """为居民开立通兑钱包，每个发行方一个随机账户 · a wallet with a random account per issuer."""

    dry_run: bool | None = None
    issuers: list[int]
    own_keys: dict[str, str] | None = None


class PrepareKey(Model):
    """为账户登记居民自持的密钥 · a key of the resident's for one account."""

    account: str
    key: str
    expires_in_s: int | None = None


class PreparedKey(Model):
    """登记密钥的待签内容 · what registers the key."""

    digest: str
    typed_data: dict[str, Any]
    expires_at: datetime


class RegisterKey(Model):
    """登记密钥：由该密钥签名，已有密钥时由原密钥签名 · signed by the key, or by the one before."""

    dry_run: bool | None = None
    expires_at: datetime
    signature: str
    account: str
    key: str


class SetDistrict(Model):
    """登记所在区域：在哪里提议和投票 · where the wallet proposes and votes."""

    dry_run: bool | None = None
    district: str


class ViewShape(Model):
    """一次查看：何时、谁、看了什么、为什么 · when, who, what, and why where that was said."""

    at: datetime
    who: str
    role: str
    label: str
    what: str
    why: str


class ViewPage(Model):
    """查看记录，新的在前 · looks, newest first."""

    views: list[ViewShape]
    next_cursor: str | None


class WalletCode(Model):
    """一次性码，只显示一次 · a one-time code, shown once."""

    code: str
    expires_at: datetime


class WithdrawKey(Model):
    """撤回一个账户尚未生效的密钥 · whose key is taken back before it takes effect."""

    dry_run: bool | None = None
    account: str


class WalletsBalanceShape(Model):
    """可用积分，最早到期的在前 · what can be spent, earliest expiry first."""

    wallet: str
    total: Amount
    asked: Amount
    by_issuer: list[IssuerAmount]
    lots: list[LotShape]
    block: int
    as_of: datetime
