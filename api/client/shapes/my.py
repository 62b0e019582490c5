"""Shapes of my, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model


class AskShare(Model):
    """取密钥的另一半：密码须附证明 · for the half that is kept here; of a PIN, with its proof."""

    verifier: str | None = None


class ContactsShape(Model):
    """我的找回联系人；needed 为空即没有指定 · who may give the wallet back; null: nobody."""

    needed: int | None
    name: str | None
    contacts: int
    made_at: datetime | None


EnvelopesKind = Literal["passkey", "pin", "contacts", "hardware"]
"""What opens it."""


class EnvelopeShape(Model):
    """一种打开方式；没有它的钥匙，接口也打不开 · one way in, which nobody here can use."""

    id: str
    kind: EnvelopesKind
    wallet: str
    version: int
    label: str
    made_at: datetime
    secret: str | None
    salt: str | None
    rounds: int | None
    iv: str | None
    ciphertext: str | None
    credential: str | None
    account: str | None
    key: str | None
    point: str | None
    needed: int | None
    tries_left: int | None
    locked_until: datetime | None


class EnvelopeList(Model):
    """钱包的打开方式 · all ways to open a wallet's secret."""

    envelopes: list[EnvelopeShape]


EventKind = Literal[
    "signed-in",
    "signed-out",
    "refresh-reused",
    "sign-in-code",
    "contact-code",
    "tied",
    "untied",
    "contacts-set",
    "contacts-dropped",
    "recovery-confirmed",
    "recovery-ready",
    "recovery-cancelled",
    "recovered",
    "envelope-stored",
    "envelope-dropped",
    "envelope-locked",
    "envelope-lifted",
    "envelope-opened",
    "key-asked",
    "key-withdrawn",
]
"""What happened."""


class MyShape(Model):
    """我是谁：只有会话与钱包，没有姓名 · whose request it is: a session and a wallet, no name."""

    session: str | None
    provider: str
    wallet: str | None


class OpenOwn(Model):
    """第一次登录：选计划、同意、开立钱包 · schemes, consent, and a wallet."""

    dry_run: bool | None = None
    issuers: list[int]
    consent: Literal[True]
    consent_version: int


class SeatShape(Model):
    """我是谁的联系人：只有对方起的称呼 · whose contact I am: the name they chose, no more."""

    seat: str
    name: str


class SeatList(Model):
    """我是哪些人的联系人 · whose contact I am."""

    contact_of: list[SeatShape]


class OidcSessionShape(Model):
    """一个会话 · one session."""

    id: str
    provider: str
    opened_at: datetime
    until: datetime
    this_one: bool


class SessionList(Model):
    """没有结束的会话，新的在前 · sessions that have not ended, newest first."""

    sessions: list[OidcSessionShape]


class SetContacts(Model):
    """指定找回联系人：每人给的码，几位确认即可 · codes that contacts gave, how many suffice."""

    dry_run: bool | None = None
    codes: list[str]
    needed: int
    name: str


class ShareShape(Model):
    """密钥的另一半；不能缓存 · the half of a key, for no store."""

    share: str


class StoreForContacts(Model):
    """由找回联系人的凭条打开的信封 · opened by contacts' slips and the half that is kept here."""

    dry_run: bool | None = None
    version: Literal[1]
    label: str
    secret: str
    salt: str
    iv: str
    ciphertext: str
    share: str
    needed: int


class StoreHardwareKey(Model):
    """为一个账户登记的硬件密钥：浏览器使用它所需的 · what a browser needs to use such a key."""

    dry_run: bool | None = None
    label: str
    account: str
    key: str
    credential: str
    point: str


class StorePasskey(Model):
    """由通行密钥打开的信封 · opened by what a passkey gives (WebAuthn PRF)."""

    dry_run: bool | None = None
    version: Literal[1]
    label: str
    secret: str
    salt: str
    iv: str
    ciphertext: str
    credential: str


class StorePin(Model):
    """由密码打开的信封；密钥的一半由接口保管 · opened by a PIN and the half that is kept here."""

    dry_run: bool | None = None
    version: Literal[1]
    label: str
    secret: str
    salt: str
    iv: str
    ciphertext: str
    rounds: int
    share: str
    verifier: str


class TieShape(Model):
    """一个登录方式 · one sign-in of a wallet."""

    id: str
    provider: str
    tied_at: datetime


class TieList(Model):
    """钱包的登录方式 · sign-ins of a wallet."""

    sign_ins: list[TieShape]


class TypeCode(Model):
    """输入一次性码 · type a one-time code."""

    dry_run: bool | None = None
    code: str


class OidcEventShape(Model):
    """一件关于登录的事 · something that happened to the wallet's sign-ins."""

    kind: EventKind
    at: datetime
    by: str
    recovery: str | None


class OidcEventPage(Model):
    """登录与找回的记录，新的在前 · what happened, newest first."""

    events: list[OidcEventShape]
    next_cursor: str | None
