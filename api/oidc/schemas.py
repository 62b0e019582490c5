"""Shapes of sign-ins, sessions and ties."""

from __future__ import annotations

import enum
from typing import Annotated, Literal, Self

from pydantic import Field

from api.links import consent
from api.shapes import Id, MemberNumber, Moment, Shape, Triable, example, moment
from ledger.logins.sessions import Tokens
from ledger.logins.tying import Purpose
from ledger.store.logins_sessions import EventRow, SessionRow
from ledger.store.logins_signing import TieRow

_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
_TIE = "c2d7b0a4-90a5-5b7e-8f0e-0d1a5c2b7e33"
_SESSION = "5f2c9a7e11b0"
_CODE = "7K3MQ-X2A9F"
_AT, _LATER = "2026-05-02T09:30:00+08:00", "2026-06-01T09:30:00+08:00"
_VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

Typed = Annotated[str, Field(min_length=1, max_length=40, description="一次性码 · one-time code")]


class ProviderShape(Shape):
    """一个登录服务 · a provider to sign in with."""

    model_config = example(name="city", zh="市民账号", en="City account", start="/v1/sign-in/city")

    name: str
    zh: str
    en: str
    start: str = Field(description="从这里开始登录 · where a sign-in begins")


class ProviderList(Shape):
    """可用的登录服务 · what residents can sign in with."""

    model_config = example(providers=[])

    providers: list[ProviderShape]


class Enter(Shape):
    """登录后页面用凭条换会话 · the page takes its session."""

    model_config = example(ticket="Yc7bDs1k", verifier=_VERIFIER)

    ticket: Annotated[str, Field(min_length=1, max_length=100)]
    verifier: Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{43,128}$")] = Field(
        description="开始登录前页面自己保存的随机串 · what the page kept since it began"
    )


class Renew(Shape):
    """续期 · renew the session."""

    model_config = example(refresh="tdf_…")

    refresh: Annotated[str, Field(min_length=1, max_length=100)]


class SessionTokens(Shape):
    """会话的两个凭据，只显示一次 · a session's tokens, shown once."""

    model_config = example(
        session=_SESSION, access="tdr_…", access_until=_AT, refresh="tdf_…", until=_LATER,
        wallet=_WALLET,
    )  # fmt: skip

    session: str
    access: str = Field(description="写在 Authorization: Bearer 之后 · sent as the bearer token")
    access_until: Moment
    refresh: str = Field(description="只能用一次，用于续期 · renews both, once")
    until: Moment
    wallet: str | None = Field(description="尚无钱包时为空 · null until a wallet is opened")

    @classmethod
    def of(cls, tokens: Tokens) -> Self:
        """As it is shown."""
        return cls(
            session=tokens.session, access=tokens.access,
            access_until=moment(tokens.access_ends_s), refresh=tokens.refresh,
            until=moment(tokens.ends_s), wallet=tokens.wallet,
        )  # fmt: skip


class MyShape(Shape):
    """我是谁：只有会话与钱包，没有姓名 · whose request it is: a session and a wallet, no name."""

    model_config = example(session=_SESSION, provider="city", wallet=_WALLET)

    session: str | None
    provider: str
    wallet: str | None


class SessionShape(Shape):
    """一个会话 · one session."""

    model_config = example(
        id=_SESSION, provider="city", opened_at=_AT, until=_LATER, this_one=True
    )  # fmt: skip

    id: str
    provider: str
    opened_at: Moment
    until: Moment
    this_one: bool

    @classmethod
    def of(cls, row: SessionRow, mine: str) -> Self:
        """As it is shown."""
        return cls(
            id=row.id, provider=row.provider, opened_at=moment(row.opened_s),
            until=moment(row.ends_s), this_one=row.id == mine,
        )  # fmt: skip


class SessionList(Shape):
    """没有结束的会话，新的在前 · sessions that have not ended, newest first."""

    model_config = example(sessions=[])

    sessions: list[SessionShape]


class OpenOwn(Triable):
    """第一次登录：选计划、同意、开立钱包 · schemes, consent, and a wallet."""

    model_config = example(issuers=[1, 2], consent=True, consent_version=consent.VERSION)

    issuers: Annotated[list[MemberNumber], Field(min_length=1, max_length=64)]
    consent: Literal[True]
    consent_version: int


class TypeCode(Triable):
    """输入一次性码 · type a one-time code."""

    model_config = example(code=_CODE)

    code: Typed


class TiedShape(Shape):
    """这个登录使用的钱包 · the wallet that this sign-in opens."""

    model_config = example(wallet=_WALLET)

    wallet: str


class TieShape(Shape):
    """一个登录方式 · one sign-in of a wallet."""

    model_config = example(id=_TIE, provider="city", tied_at=_AT)

    id: str
    provider: str
    tied_at: Moment

    @classmethod
    def of(cls, row: TieRow) -> Self:
        """As it is shown."""
        return cls(id=row.id, provider=row.provider, tied_at=moment(row.tied_s))


class TieList(Shape):
    """钱包的登录方式 · sign-ins of a wallet."""

    model_config = example(sign_ins=[])

    sign_ins: list[TieShape]


class MakeWalletCode(Triable):
    """为钱包生成一次性码：用于登录，或做别人的联系人 · to sign in, or to be a contact."""

    model_config = example(purpose="sign-in")

    purpose: Purpose


class WalletCode(Shape):
    """一次性码，只显示一次 · a one-time code, shown once."""

    model_config = example(code=_CODE, expires_at=_AT)

    code: str
    expires_at: Moment


class EventKind(enum.StrEnum):
    """What happened."""

    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    REFRESH_REUSED = "refresh-reused"
    SIGN_IN_CODE = "sign-in-code"
    CONTACT_CODE = "contact-code"
    TIED = "tied"
    UNTIED = "untied"
    CONTACTS_SET = "contacts-set"
    CONTACTS_DROPPED = "contacts-dropped"
    RECOVERY_CONFIRMED = "recovery-confirmed"
    RECOVERY_READY = "recovery-ready"
    RECOVERY_CANCELLED = "recovery-cancelled"
    RECOVERED = "recovered"
    ENVELOPE_STORED = "envelope-stored"
    ENVELOPE_DROPPED = "envelope-dropped"
    ENVELOPE_LOCKED = "envelope-locked"
    ENVELOPE_LIFTED = "envelope-lifted"
    ENVELOPE_OPENED = "envelope-opened"
    KEY_ASKED = "key-asked"
    KEY_WITHDRAWN = "key-withdrawn"


class EventShape(Shape):
    """一件关于登录的事 · something that happened to the wallet's sign-ins."""

    model_config = example(kind="signed-in", at=_AT, by=_SESSION, recovery=None)

    kind: EventKind
    at: Moment
    by: str = Field(description="哪把密钥或哪个会话 · which key or session; empty: time")
    recovery: str | None

    @classmethod
    def of(cls, row: EventRow) -> Self:
        """As it is shown."""
        return cls(kind=EventKind(row.kind), at=moment(row.at_s), by=row.by, recovery=row.about)


class EventPage(Shape):
    """登录与找回的记录，新的在前 · what happened, newest first."""

    model_config = example(events=[], next_cursor=None)

    events: list[EventShape]
    next_cursor: str | None


class SetContacts(Triable):
    """指定找回联系人：每人给的码，几位确认即可 · codes that contacts gave, how many suffice."""

    model_config = example(codes=[_CODE, "2V8CD-9PQ0R"], needed=2, name="小满的钱包")

    codes: Annotated[list[Typed], Field(min_length=2, max_length=7)]
    needed: Annotated[int, Field(ge=1, le=7)]
    name: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        description="联系人看到的称呼 · what contacts see of whose it is"
    )


class ContactsShape(Shape):
    """我的找回联系人；needed 为空即没有指定 · who may give the wallet back; null: nobody."""

    model_config = example(needed=2, name="小满的钱包", contacts=2, made_at=_AT)

    needed: int | None
    name: str | None
    contacts: int
    made_at: Moment | None


class SeatShape(Shape):
    """我是谁的联系人：只有对方起的称呼 · whose contact I am: the name they chose, no more."""

    model_config = example(seat=f"{_TIE}-0", name="小满的钱包")

    seat: str
    name: str


class SeatList(Shape):
    """我是哪些人的联系人 · whose contact I am."""

    model_config = example(contact_of=[])

    contact_of: list[SeatShape]


class AskRecovery(Triable):
    """用新的登录找回钱包：发送 {} · get a wallet back by this new sign-in: send {}."""

    model_config = example()


class ConfirmRecovery(Triable):
    """联系人确认：对方报来的找回码，是哪一位 · the code I was told, and whose it is."""

    model_config = example(code=_CODE, seat=f"{_TIE}-0", wallet=None)

    code: Typed
    seat: Annotated[str, Field(min_length=1, max_length=110)]
    wallet: Id | None = Field(
        default=None, description="柜台代办时联系人的钱包 · at a desk: the contact's wallet"
    )


class RecoveryState(enum.StrEnum):
    """Where it stands."""

    ASKED = "asked"
    WAITING = "waiting"
    READY = "ready"
    DONE = "done"
    CANCELLED = "cancelled"
    LATE = "late"


class RecoveryShape(Shape):
    """一次找回 · one recovery."""

    model_config = example(
        id=_TIE, state="asked", confirmed=1, needed=2, asked_at=_AT, confirm_by=_LATER,
        ready_at=None, code=None,
    )  # fmt: skip

    id: str
    state: RecoveryState
    confirmed: int
    needed: int | None
    asked_at: Moment
    confirm_by: Moment
    ready_at: Moment | None
    code: str | None = Field(
        description="告诉联系人的找回码，只显示一次 · for contacts, shown once"
    )


class RecoveryList(Shape):
    """找回的申请，新的在前 · recoveries, newest first."""

    model_config = example(recoveries=[])

    recoveries: list[RecoveryShape]
