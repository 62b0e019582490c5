"""Webhooks: an owner's servers are told what happens; it manages them here, and sees the log."""

from __future__ import annotations

import asyncio
import secrets
from typing import Annotated

from fastapi import Query, Response

from api.events.schemas import EventShape
from api.guard import Call, Calling, resource
from api.hooks.audience import reader_of
from api.hooks.messages import message_of
from api.hooks.schemas import (
    DeliveryPage,
    DeliveryShape,
    MakeWebhook,
    Pinged,
    Replay,
    Replayed,
    WebhookList,
    WebhookShape,
)
from api.hooks.sending import Answer, Sender, addresses_of
from api.hooks.words import ERRORS, told
from api.idempotency import NOT_KEPT
from api.orders.schemas import NoContent
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import Confirm, Id, moment, seconds
from api.trying import triable
from ledger.errors import Rejected
from ledger.hooks.addresses import is_public, target_of
from ledger.store.hooks_rows import HookRow, Owner
from ledger.store.hooks_tables import DeliveryState, HookState

router = resource("webhooks", "events")


@router.post(
    "",
    status_code=201,
    operation_id="make_webhook",
    responses={200: {"model": WebhookShape, "description": "只检查 · checked only"}},
)
def make_webhook(call: Calling, body: MakeWebhook, response: Response) -> WebhookShape:
    """登记接收地址，密钥只显示这一次 · Have events sent to a server; the secret is shown once."""
    kinds = [str(kind) for kind in body.events]
    call.office.heralds.webhooks.check(call.command_id, _owner(call), body.url)
    _check_public(call, body.url)
    if body.dry_run:
        response.status_code = 200
        return _planned(call, body)
    hook = call.office.heralds.webhooks.make(
        call.command_id, _owner(call), call.caller.key_id, body.url, kinds
    )
    response.headers["Location"] = f"/v1/webhooks/{hook.id}"
    response.headers.update(NOT_KEPT)
    return WebhookShape.of(hook, call.lang, secret=hook.rotated_by is None)


@router.get("", operation_id="list_webhooks")
def list_webhooks(call: Calling) -> WebhookList:
    """接收地址列表 · All of the caller's webhooks; there are few."""
    every = call.office.heralds.webhooks.every(_owner(call))
    return WebhookList(webhooks=[WebhookShape.of(hook, call.lang) for hook in every])


@router.get("/{webhook_id}", operation_id="get_webhook")
def get_webhook(call: Calling, webhook_id: Id) -> WebhookShape:
    """查询接收地址 · One webhook, and whether it takes what is sent."""
    return WebhookShape.of(call.office.heralds.webhooks.read(_owner(call), webhook_id), call.lang)


@router.delete("/{webhook_id}", status_code=204, operation_id="delete_webhook")
@triable
def delete_webhook(call: Calling, webhook_id: Id) -> None:
    """删除接收地址和发送记录 · Forget a webhook and its log."""
    call.office.heralds.webhooks.drop(_owner(call), webhook_id)


@router.post("/{webhook_id}/rotate", operation_id="rotate_webhook")
@triable
def rotate_webhook(
    call: Calling, webhook_id: Id, body: Confirm, response: Response
) -> WebhookShape:
    """更换密钥，旧的再签名一天 · A new secret, shown once; the former signs too for a day."""
    assert body is not None
    response.headers.update(NOT_KEPT)
    hook = call.office.heralds.webhooks.rotate(call.command_id, _owner(call), webhook_id)
    return WebhookShape.of(hook, call.lang, secret=True)


@router.post("/{webhook_id}/disable", operation_id="disable_webhook")
@triable
def disable_webhook(call: Calling, webhook_id: Id, body: Confirm) -> WebhookShape:
    """停用 · Send nothing until it is enabled; what waits goes on waiting."""
    assert body is not None
    return WebhookShape.of(
        call.office.heralds.webhooks.disable(_owner(call), webhook_id), call.lang
    )


@router.post("/{webhook_id}/enable", operation_id="enable_webhook")
@triable
def enable_webhook(call: Calling, webhook_id: Id, body: Confirm) -> WebhookShape:
    """启用，从停下处继续 · Go on where it stopped, for as long as this key works."""
    assert body is not None
    hook = call.office.heralds.webhooks.enable(_owner(call), webhook_id, call.caller.key_id)
    return WebhookShape.of(hook, call.lang)


@router.post("/{webhook_id}/ping", operation_id="ping_webhook")
def ping_webhook(call: Calling, webhook_id: Id, body: NoContent) -> Pinged:
    """试发一条并给出结果 · Send one message now, and say what came back."""
    assert body is not None
    hook = call.office.heralds.webhooks.signing(_owner(call), webhook_id)
    call.office.guesses.take(f"ping {call.caller.role} {call.caller.member}")
    event_id = f"evt_{secrets.token_hex(16)}"
    now_s = int(call.office.clock())
    event = EventShape.ping(event_id, hook.id, now_s)
    answer = asyncio.run(_send_once(call.office.heralds.sender(), hook, event, now_s))
    return Pinged(
        event_id=event_id,
        delivered=answer.code is not None and 200 <= answer.code < 300,
        response_code=answer.code,
        error_code=answer.error,
        error=told(ERRORS, answer.error, call.lang),
    )


@router.post("/{webhook_id}/replay", operation_id="replay_webhook")
def replay_webhook(call: Calling, webhook_id: Id, body: Replay) -> Replayed:
    """自某时起重发 · Send again what happened since, delivered or not, under the same ids."""
    owner = _owner(call)
    count = call.office.heralds.webhooks.replay(
        owner, webhook_id, reader_of(owner), seconds(body.since), dry_run=body.dry_run
    )
    return Replayed(events=count, dry_run=body.dry_run)


@router.get("/{webhook_id}/deliveries", operation_id="list_deliveries")
def list_deliveries(
    call: Calling,
    webhook_id: Id,
    state: Annotated[DeliveryState | None, Query()] = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> DeliveryPage:
    """发送记录 · What was sent, what waits, what was given up, of the newest events first."""
    place = place_of(cursor, 1)
    found = call.office.heralds.webhooks.log(
        _owner(call), webhook_id, state, None if place is None else place[0], limit + 1
    )
    page = found[:limit]
    return DeliveryPage(
        deliveries=[DeliveryShape.of(one, call.lang) for one in page],
        next_cursor=cursor_of(page[-1].event.seq) if len(found) > limit else None,
    )


def _owner(call: Call) -> Owner:
    return Owner(str(call.caller.role), call.caller.member)


def _check_public(call: Call, url: str) -> None:
    """Says at once what sending would find out; a name that leads nowhere yet may do so later."""
    settings = call.office.settings
    if settings.webhook_private_addresses:
        return
    target = target_of(url, plain=settings.webhook_plain_http)
    try:
        found = asyncio.run(addresses_of(target))
    except OSError:
        return
    if not all(map(is_public, found)):
        raise Rejected("hook.address-inside", field="url", host=target.host)


async def _send_once(sender: Sender, hook: HookRow, event: EventShape, now_s: int) -> Answer:
    try:
        return await sender.post(hook.url, *message_of(hook, event, now_s))
    finally:
        await sender.close()


def _planned(call: Call, body: MakeWebhook) -> WebhookShape:
    return WebhookShape(
        id=call.command_id,
        url=body.url,
        events=body.events,
        state=HookState.ACTIVE,
        reason_code=None,
        reason=None,
        failing_since=None,
        former_secret_until=None,
        created_at=moment(int(call.office.clock())),
        dry_run=True,
    )
