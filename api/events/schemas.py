"""Shapes of events: the same in webhooks, in the list and in the stream."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from api.shapes import Amount, HashHex, MemberNumber, Moment, Shape, example, moment
from ledger.claims import Kind as ClaimKind
from ledger.hooks.events import PING, Kind, Subject
from ledger.redeeming.values import State
from ledger.store.hooks_events import EventRow

_ORDER = "8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90"
_CLAIM = "c2d7b0a4-90a5-5b7e-8f0e-0d1a5c2b7e33"
_HOOK = "0d6f3a52-5c1e-5b27-8a55-2f6f7b6d9a10"
_TICKET = "7c1de2f3-2b4c-5a6d-8e7f-90a1b2c3d4e5"
_REMINDER = "2b7c8d9e-0f1a-4b2c-8d3e-4f5a6b7c8d9e"
_OFFER = "3f0d5a1e-6b7c-5d8e-9f00-1a2b3c4d5e6f"
_AT, _LATER = "2026-05-02T09:30:00+08:00", "2026-05-09T09:30:00+08:00"
_ABOUT_ORDER = {
    "object": "order",
    "id": _ORDER,
    "url": f"/v1/orders/{_ORDER}",
    "state": "captured",
    "acceptor": 3,
    "amount": {"units": 1500, "points": "15.00"},
    "captured": {"units": 1500, "points": "15.00"},
    "refunded": {"units": 0, "points": "0.00"},
    "service_at": _LATER,
    "deadline": _LATER,
    "holds": [],
}


class AboutOrder(Shape):
    """兑换单、互换或捐赠 · an order, exchange or donation, as it stood then."""

    model_config = example(**_ABOUT_ORDER)

    object: Literal["order", "exchange", "donation"]
    id: str
    url: str
    state: State
    acceptor: MemberNumber
    amount: Amount
    captured: Amount
    refunded: Amount
    service_at: Moment
    deadline: Moment
    holds: list[HashHex] = Field(description="互换的预留编号 · of an exchange: ids of its holds")


class AboutClaim(Shape):
    """申请或绑定 · a claim or a link."""

    model_config = example(
        object="claim",
        id=_CLAIM,
        url=f"/v1/claims/{_CLAIM}",
        scheme=2,
        kind="correction",
        due=_LATER,
        accepted=None,
    )

    object: Literal["claim", "link"]
    id: str
    url: str
    scheme: MemberNumber
    kind: ClaimKind
    due: Moment
    accepted: bool | None = Field(description="尚无答复时为空 · null while there is no answer")


class AboutWindow(Shape):
    """清算窗口 · a clearing window."""

    model_config = example(object="window", id="7", url="/v1/windows/7", number=7)

    object: Literal["window"]
    id: str
    url: str
    number: int


class AboutTicket(Shape):
    """排队号；叫到后请在 until 之前下单 · a ticket; once called, order before ``until``."""

    model_config = example(
        object="ticket",
        id=_TICKET,
        url=f"/v1/tickets/{_TICKET}",
        offer=_OFFER,
        slot=1,
        until=_LATER,
    )

    object: Literal["ticket"]
    id: str
    url: str
    offer: str
    slot: int
    until: Moment


class AboutReminder(Shape):
    """到期提醒：只有编号与数量，不写钱包 · a reminder: what and when, never whose."""

    model_config = example(
        object="wallet",
        id=_REMINDER,
        url=f"/v1/reminders/{_REMINDER}",
        amount={"units": 3500, "points": "35.00"},
        expires_at=_LATER,
        days_before=14,
    )

    object: Literal["wallet"]
    id: str = Field(description="提醒的编号，不是钱包的 · of the reminder, not of the wallet")
    url: str
    amount: Amount
    expires_at: Moment
    days_before: int


class AboutWebhook(Shape):
    """试发 · a trial, of the webhook itself."""

    model_config = example(object="webhook", id=_HOOK, url=f"/v1/webhooks/{_HOOK}")

    object: Literal["webhook"]
    id: str
    url: str


About = Annotated[
    AboutOrder | AboutClaim | AboutWindow | AboutTicket | AboutReminder | AboutWebhook,
    Field(discriminator="object"),
]


class EventShape(Shape):
    """事件：同一事件编号不变，可据此去重 · an event; the same one keeps its id, wherever told."""

    model_config = example(
        id="evt_5f0c6a523c0e4b279a550f6f7b6d9a10",
        type="order.captured",
        timestamp=_AT,
        data=_ABOUT_ORDER,
    )

    id: str
    type: Kind | Literal["webhook.ping"]
    timestamp: Moment = Field(description="账本时间 · the chain's time")
    data: About

    @classmethod
    def of(cls, row: EventRow) -> Self:
        """As it is shown."""
        return cls(
            id=row.id,
            type=Kind(row.kind),
            timestamp=moment(row.at_s),
            data=_about(row, json.loads(row.content)),
        )

    @classmethod
    def ping(cls, event_id: str, hook_id: str, now_s: int) -> Self:
        """A trial of a webhook."""
        about = AboutWebhook(object="webhook", id=hook_id, url=f"/v1/webhooks/{hook_id}")
        return cls(id=event_id, type=PING, timestamp=moment(now_s), data=about)


class EventPage(Shape):
    """事件，旧的在前；next_cursor 总有，供下次从此处继续 · events, oldest first; where to go on."""

    model_config = example(events=[], next_cursor="0", more=False)

    events: list[EventShape]
    next_cursor: str = Field(description="下次由此继续 · from where to ask next, also at the end")
    more: bool = Field(description="还有 · whether there is more now")


def _about(
    row: EventRow, content: dict[str, Any]
) -> AboutOrder | AboutClaim | AboutWindow | AboutTicket | AboutReminder:
    subject = Subject(row.subject)
    if subject is Subject.WALLET:
        return AboutReminder(
            object=subject.value,
            id=row.object,
            url=f"/v1/reminders/{row.object}",
            amount=Amount.of(content["units"]),
            expires_at=moment(content["expires_s"]),
            days_before=content["days"],
        )
    if subject is Subject.TICKET:
        return AboutTicket(
            object=subject.value,
            id=row.object,
            url=f"/v1/tickets/{row.object}",
            offer=content["offer"],
            slot=content["slot"],
            until=moment(content["until_s"]),
        )
    if subject is Subject.WINDOW:
        url = f"/v1/windows/{row.object}"
        return AboutWindow(object="window", id=row.object, url=url, number=content["number"])
    if subject in (Subject.CLAIM, Subject.LINK):
        return AboutClaim(
            object=subject.value,
            id=row.object,
            url=f"/v1/{subject}s/{row.object}",
            scheme=content["scheme"],
            kind=ClaimKind(content["kind"]),
            due=moment(content["due_s"]),
            accepted=content["accepted"],
        )
    return AboutOrder(
        object=subject.value,
        id=row.object,
        url=f"/v1/orders/{row.object}",
        state=State(content["state"]),
        acceptor=content["acceptor"],
        amount=Amount.of(content["units"]),
        captured=Amount.of(content["captured_units"]),
        refunded=Amount.of(content["refunded_units"]),
        service_at=moment(content["service_at_s"]),
        deadline=moment(content["deadline_s"]),
        holds=content["holds"],
    )
