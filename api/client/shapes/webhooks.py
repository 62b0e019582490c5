"""Shapes of webhooks, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model
from api.client.shapes.shared import HooksKind

DeliveryState = Literal["waiting", "delivered", "parked"]
"""Where one event stands for one webhook."""


class DeliveryShape(Model):
    """一个事件的发送情况 · how sending one event went."""

    event_id: str
    type: HooksKind
    object_id: str
    happened_at: datetime
    state: DeliveryState
    attempts: int
    first_at: datetime | None
    last_at: datetime | None
    next_at: datetime | None
    response_code: int | None
    error_code: str | None
    error: str | None


class DeliveryPage(Model):
    """发送记录，新的在前 · deliveries, of the newest events first."""

    deliveries: list[DeliveryShape]
    next_cursor: str | None


HookState = Literal["active", "disabled"]
"""Whether a webhook is sent to."""


class MakeWebhook(Model):
    """登记接收地址 · where to send, and what."""

    url: str
    events: list[HooksKind] | None = None
    dry_run: bool | None = None


class Pinged(Model):
    """试发结果 · what came of a trial."""

    event_id: str
    delivered: bool
    response_code: int | None
    error_code: str | None
    error: str | None


class Replay(Model):
    """自某时起重发 · send again what happened since, in the chain's time."""

    since: datetime
    dry_run: bool | None = None


class Replayed(Model):
    """将重发多少 · how many events are sent again."""

    events: int
    dry_run: bool | None = None


class WebhookShape(Model):
    """接收地址；密钥只在建立和更换时显示 · a webhook; its secret is shown when made or rotated."""

    id: str
    url: str
    events: list[HooksKind]
    state: HookState
    reason_code: Literal["owner", "gone", "failing", "key-ended", "secret-lost"] | None
    reason: str | None
    failing_since: datetime | None
    former_secret_until: datetime | None
    created_at: datetime
    secret: str | None = None
    dry_run: bool | None = None


class WebhookList(Model):
    """本单位的接收地址 · all of the caller's."""

    webhooks: list[WebhookShape]
