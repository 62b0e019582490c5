"""Orders: placed for a resident, captured, declined or refunded by the acceptor, cancelled."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from api.access import BY_SESSION, OF_A_MEMBER, STAFF, Role, check_own
from api.acting import check_order, check_wallet, looked, ordering, own_wallet
from api.guard import Call, Calling, resource
from api.offers.wanted import bought
from api.orders.answers import on_the_way, settled, shown
from api.orders.schemas import (
    CancelOrder,
    OrderPage,
    OrderShape,
    PartOfOrder,
    PlaceOrder,
)
from api.orders.signed import PrepareCancel, PreparedCancel, PreparedShape, PrepareOrder
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import Confirm, Id, MemberNumber, seconds
from api.trying import triable
from ledger.redeeming.values import State

router = resource("orders", "orders")


@router.post("", status_code=201, operation_id="place_order")
def place_order(call: Calling, body: PlaceOrder, response: Response) -> OrderShape:
    """下兑换单 · Place an order: all its holds, or none. Waits a while for the chain."""
    asked = bought(call, body)
    service_at_s = seconds(body.service_at)
    with ordering(call, body.wallet, asked.acceptor, asked.units, dry_run=body.dry_run):
        order = call.office.service.place_order(
            call.command_id,
            body.wallet,
            asked.acceptor,
            asked.units,
            service_at_s=asked.service_at_s if service_at_s is None else service_at_s,
            deadline_s=seconds(body.deadline),
            signed=[one.signed_hold() for one in body.signed],
            wanted=asked.wanted,
            dry_run=body.dry_run,
            wait_s=call.wait_s,
        )
    if body.dry_run:
        response.status_code = 200
        return shown(call, order, dry_run=True, wanted=asked.wanted)
    call.office.market.taken.note(order.id, asked.wanted)
    return settled(call, response, order)


@router.post("/prepare", operation_id="prepare_order")
def prepare_order(call: Calling, body: PrepareOrder) -> PreparedShape:
    """准备待签内容 · What the resident's own keys have to sign; records nothing."""
    check_wallet(call.caller, body.wallet)
    asked = bought(call, body)
    service_at_s = seconds(body.service_at)
    prepared = call.office.service.prepare(
        body.wallet,
        asked.acceptor,
        asked.units,
        service_at_s=asked.service_at_s if service_at_s is None else service_at_s,
        deadline_s=seconds(body.deadline),
        expires_in_s=body.expires_in_s,
        wanted=asked.wanted,
    )
    return PreparedShape.of(prepared)


@router.get("", operation_id="list_orders")
def list_orders(
    call: Calling,
    limit: Limit = USUAL,
    cursor: Cursor = None,
    wallet: Annotated[Id | None, Query()] = None,
    acceptor: Annotated[MemberNumber | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
) -> OrderPage:
    """兑换单列表 · Orders, newest first. An acceptor sees its own, a resident the own ones."""
    if call.caller.role in BY_SESSION:
        wallet = own_wallet(call.caller)
    if call.caller.role is Role.ACCEPTOR:
        acceptor, wallet = call.caller.member, None
    place = place_of(cursor, 1)
    page = call.office.service.orders(
        cursor=None if place is None else place[0],
        most=limit,
        wallet_id=wallet,
        acceptor=acceptor,
        state=state,
    )
    if call.caller.role in STAFF:
        looked(call, "list_orders", [order.wallet for order in page.orders])
    call.office.market.taken.of_all(order.id for order in page.orders)
    return OrderPage(
        orders=[shown(call, order) for order in page.orders],
        next_cursor=None if page.cursor is None else cursor_of(page.cursor),
    )


@router.get("/{order_id}", operation_id="get_order")
def get_order(call: Calling, order_id: Id, response: Response) -> OrderShape:
    """查询兑换单 · How an order stands; 202 while what was asked of it is on its way."""
    order = call.office.service.order(order_id)
    check_own(call.caller, order.acceptor, "order_id")
    check_order(call, order_id, order.wallet)
    if call.caller.role in STAFF | BY_SESSION:
        looked(call, "get_order", [order.wallet])
    if not order.confirmed and call.patience_s > 0:
        order = call.office.service.order(order_id, wait_s=call.patience_s)
    if not order.confirmed:
        on_the_way(response, f"/v1/orders/{order_id}")
    return shown(call, order)


@router.post("/{order_id}/capture", operation_id="capture_order")
@triable
def capture_order(call: Calling, order_id: Id, body: PartOfOrder, response: Response) -> OrderShape:
    """核销 · The acceptor delivered: all or a part is captured, the rest released."""
    _check_own_order(call, order_id)
    service, wait_s = call.office.service, call.wait_s
    order = service.capture(call.command_id, order_id, body.units, wait_s=wait_s)
    return settled(call, response, order)


@router.post("/{order_id}/release", operation_id="release_order")
@triable
def release_order(call: Calling, order_id: Id, body: Confirm, response: Response) -> OrderShape:
    """婉拒 · The acceptor declines: the points go back."""
    assert body is not None
    _check_own_order(call, order_id)
    order = call.office.service.release(call.command_id, order_id, wait_s=call.wait_s)
    return settled(call, response, order)


@router.post("/{order_id}/refund", operation_id="refund_order")
@triable
def refund_order(call: Calling, order_id: Id, body: PartOfOrder, response: Response) -> OrderShape:
    """退回 · The acceptor gives back all or a part of what was captured, within 90 days."""
    _check_own_order(call, order_id)
    service, wait_s = call.office.service, call.wait_s
    order = service.refund(call.command_id, order_id, body.units, wait_s=wait_s)
    return settled(call, response, order)


@router.post("/{order_id}/cancel", operation_id="cancel_order")
@triable
def cancel_order(call: Calling, order_id: Id, body: CancelOrder, response: Response) -> OrderShape:
    """取消 · The resident cancels, until the time of service."""
    _check_own_wallet(call, order_id)
    service, words = call.office.service, body.words()
    order = service.cancel(call.command_id, order_id, words, wait_s=call.wait_s)
    return settled(call, response, order)


@router.post("/{order_id}/cancel/prepare", operation_id="prepare_cancel")
def prepare_cancel(call: Calling, order_id: Id, body: PrepareCancel) -> PreparedCancel:
    """准备取消的待签内容 · What cancels the holds of accounts with a key of their own."""
    _check_own_wallet(call, order_id)
    expires_at_s = call.office.projection.now_s() + body.expires_in_s
    to_sign = call.office.service.cancel_to_sign(order_id, expires_at_s)
    return PreparedCancel.of(expires_at_s, to_sign)


def _check_own_order(call: Call, order_id: str) -> None:
    """Refused where an acceptor's key is used for another's order."""
    if call.caller.role in OF_A_MEMBER:
        check_own(call.caller, call.office.service.order(order_id).acceptor, "order_id")


def _check_own_wallet(call: Call, order_id: str) -> None:
    """Refused where a session is used for an order that is not the caller's."""
    if call.caller.role in BY_SESSION:
        check_order(call, order_id, call.office.service.order(order_id).wallet)
