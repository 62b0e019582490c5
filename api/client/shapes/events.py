"""Shapes of events, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model
from api.client.shapes.shared import Amount, ClaimsKind, HooksKind, State


class AboutClaim(Model):
    """申请或绑定 · a claim or a link."""

    object: Literal["claim", "link"]
    id: str
    url: str
    scheme: int
    kind: ClaimsKind
    due: datetime
    accepted: bool | None


class AboutOrder(Model):
    """兑换单、互换或捐赠 · an order, exchange or donation, as it stood then."""

    object: Literal["order", "exchange", "donation"]
    id: str
    url: str
    state: State
    acceptor: int
    amount: Amount
    captured: Amount
    refunded: Amount
    service_at: datetime
    deadline: datetime
    holds: list[str]


class AboutReminder(Model):
    """到期提醒：只有编号与数量，不写钱包 · a reminder: what and when, never whose."""

    object: Literal["wallet"]
    id: str
    url: str
    amount: Amount
    expires_at: datetime
    days_before: int


class AboutTicket(Model):
    """排队号；叫到后请在 until 之前下单 · a ticket; once called, order before ``until``."""

    object: Literal["ticket"]
    id: str
    url: str
    offer: str
    slot: int
    until: datetime


class AboutWebhook(Model):
    """试发 · a trial, of the webhook itself."""

    object: Literal["webhook"]
    id: str
    url: str


class AboutWindow(Model):
    """清算窗口 · a clearing window."""

    object: Literal["window"]
    id: str
    url: str
    number: int


class EventsEventShape(Model):
    """事件：同一事件编号不变，可据此去重 · an event; the same one keeps its id, wherever told."""

    id: str
    type: HooksKind | Literal["webhook.ping"]
    timestamp: datetime
    data: AboutOrder | AboutClaim | AboutWindow | AboutTicket | AboutReminder | AboutWebhook


class EventsEventPage(Model):
    """事件，旧的在前；next_cursor 总有，供下次从此处继续 · events, oldest first; where to go on."""

    events: list[EventsEventShape]
    next_cursor: str
    more: bool
