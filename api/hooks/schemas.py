"""Shapes of webhooks and of their deliveries."""

from __future__ import annotations

import json
from typing import Annotated, Literal, Self

from pydantic import Field

from api.hooks.words import ERRORS, REASONS, told
from api.shapes import Moment, Shape, example, moment
from ledger.hooks.addresses import URL_CHARACTERS
from ledger.hooks.events import Kind
from ledger.hooks.keeping import Listed
from ledger.refusals import Lang
from ledger.store.hooks_rows import HookRow
from ledger.store.hooks_tables import DeliveryState, HookState

_HOOK = "0d6f3a52-5c1e-5b27-8a55-2f6f7b6d9a10"
_AT, _LATER = "2026-05-02T09:30:00+08:00", "2026-05-03T09:30:00+08:00"
_URL = "https://hooks.example.org/tongdui"
_SECRET = "whsec_" + "c2FtcGxl" * 5
_SHOWN = {
    "id": _HOOK,
    "url": _URL,
    "events": ["order.held"],
    "state": "active",
    "reason_code": None,
    "reason": None,
    "failing_since": None,
    "former_secret_until": None,
    "created_at": _AT,
    "secret": None,
    "dry_run": False,
}
Kinds = Annotated[
    list[Kind], Field(max_length=40, description="要哪些事件；空为全部 · which events; none: all")
]


class MakeWebhook(Shape):
    """登记接收地址 · where to send, and what."""

    model_config = example(url=_URL, events=["order.held"], dry_run=False)

    url: Annotated[str, Field(min_length=1, max_length=URL_CHARACTERS, description="https://…")]
    events: Kinds = Field(default_factory=list)
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class WebhookShape(Shape):
    """接收地址；密钥只在建立和更换时显示 · a webhook; its secret is shown when made or rotated."""

    model_config = example(**_SHOWN)

    id: str
    url: str
    events: Kinds
    state: HookState
    reason_code: Literal["owner", "gone", "failing", "key-ended", "secret-lost"] | None
    reason: str | None = Field(description="为何停用 · why it is disabled")
    failing_since: Moment | None = Field(description="自此未送达过 · nothing was taken since")
    former_secret_until: Moment | None = Field(description="旧密钥同时签名至 · also signs until")
    created_at: Moment
    secret: str | None = Field(default=None, description="只显示一次 · shown once")
    dry_run: bool = False

    @classmethod
    def of(cls, row: HookRow, lang: Lang, *, secret: bool = False) -> Self:
        """As it is shown, with the secret where this is the time to."""
        until_s = row.former_until_s
        return cls.model_validate(
            {
                "id": row.id,
                "url": row.url,
                "events": json.loads(row.kinds),
                "state": row.state,
                "reason_code": row.reason,
                "reason": told(REASONS, row.reason, lang),
                "failing_since": None
                if row.failing_since_s is None
                else moment(row.failing_since_s),
                "former_secret_until": None if until_s is None else moment(until_s),
                "created_at": moment(row.created_s),
                "secret": row.secret if secret else None,
            }
        )


class WebhookList(Shape):
    """本单位的接收地址 · all of the caller's."""

    model_config = example(webhooks=[_SHOWN])

    webhooks: list[WebhookShape]


class Pinged(Shape):
    """试发结果 · what came of a trial."""

    model_config = example(
        event_id="evt_5f0c6a523c0e4b279a550f6f7b6d9a10",
        delivered=True,
        response_code=204,
        error_code=None,
        error=None,
    )

    event_id: str
    delivered: bool
    response_code: int | None
    error_code: str | None
    error: str | None


class Replay(Shape):
    """自某时起重发 · send again what happened since, in the chain's time."""

    model_config = example(since=_AT, dry_run=False)

    since: Moment
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class Replayed(Shape):
    """将重发多少 · how many events are sent again."""

    model_config = example(events=12, dry_run=False)

    events: int
    dry_run: bool = False


class DeliveryShape(Shape):
    """一个事件的发送情况 · how sending one event went."""

    model_config = example(
        event_id="evt_5f0c6a523c0e4b279a550f6f7b6d9a10",
        type="order.captured",
        object_id="8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90",
        happened_at=_AT,
        state="waiting",
        attempts=1,
        first_at=_AT,
        last_at=_AT,
        next_at=_LATER,
        response_code=500,
        error_code=None,
        error=None,
    )

    event_id: str
    type: Kind
    object_id: str
    happened_at: Moment = Field(description="账本时间 · the chain's time")
    state: DeliveryState
    attempts: int
    first_at: Moment | None
    last_at: Moment | None
    next_at: Moment | None = Field(
        description="最早何时再试 · when it is tried next, at the earliest"
    )
    response_code: int | None
    error_code: str | None
    error: str | None

    @classmethod
    def of(cls, listed: Listed, lang: Lang) -> Self:
        """As it is shown."""
        row, event = listed
        waits = row.state == DeliveryState.WAITING
        return cls(
            event_id=event.id,
            type=Kind(event.kind),
            object_id=event.object,
            happened_at=moment(event.at_s),
            state=DeliveryState(row.state),
            attempts=row.attempts,
            first_at=None if row.first_s is None else moment(row.first_s),
            last_at=None if row.last_s is None else moment(row.last_s),
            next_at=moment(row.due_s) if waits else None,
            response_code=row.code,
            error_code=row.error,
            error=told(ERRORS, row.error, lang),
        )


class DeliveryPage(Shape):
    """发送记录，新的在前 · deliveries, of the newest events first."""

    model_config = example(deliveries=[], next_cursor=None)

    deliveries: list[DeliveryShape]
    next_cursor: str | None
