"""What a desk prints of a wallet: its card again, and a receipt of what was done."""

from __future__ import annotations

import enum
from typing import Annotated

from fastapi import Query, Response

from api.acting import check_order, looked
from api.desk import printing
from api.desk.schemas import HOLDERS
from api.guard import Calling, resource
from api.shapes import Amount, Id, moment
from ledger.errors import Rejected
from ledger.redeeming.values import Order
from ledger.residents.rules import Holder, show_card_number
from ledger.store.residents_deeds import ActRow

router = resource("desk", "desk")
SVG = {200: {"content": {printing.MEDIA_TYPE: {"schema": {"type": "string"}}}}}
RECEIPT = {
    200: {
        "content": {
            printing.MEDIA_TYPE: {"schema": {"type": "string"}},
            "text/plain": {"schema": {"type": "string"}},
        }
    }
}


class Form(enum.StrEnum):
    """What a printer takes."""

    SVG = "svg"
    TEXT = "text"


@router.get(
    "/cards/{card_id}/print",
    operation_id="print_card",
    status_code=200,
    response_class=Response,
    responses=SVG,  # type: ignore[arg-type]
)
def print_card(call: Calling, card_id: Id) -> Response:
    """打印卡面 · The card's face; never its PIN."""
    card = call.office.residents.cards.card(card_id)
    looked(call, "print_card", [card.wallet])
    shown = printing.card(show_card_number(card.number), HOLDERS[Holder(card.holder)])
    return Response(shown, media_type=printing.MEDIA_TYPE)


@router.get(
    "/receipts/{order_id}",
    operation_id="print_receipt",
    status_code=200,
    response_class=Response,
    responses=RECEIPT,  # type: ignore[arg-type]
)
def print_receipt(
    call: Calling,
    order_id: Id,
    form: Annotated[Form, Query(description="格式 · what the printer takes")] = Form.SVG,
) -> Response:
    """纸质回执 · A receipt of an order placed at a desk: with the worker, without the wallet."""
    order = call.office.service.order(order_id)
    check_order(call, order_id, order.wallet)
    act = call.office.residents.acting.act(order_id)
    if act is None:
        raise Rejected("request.no-such-item", field="order_id")
    looked(call, "print_receipt", [order.wallet])
    name = call.office.directory.in_language("zh")(order.acceptor)
    lines = receipt_lines(order, act, name or str(order.acceptor))
    if form is Form.TEXT:
        return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")
    return Response(printing.receipt(lines), media_type=printing.MEDIA_TYPE)


def receipt_lines(order: Order, act: ActRow, acceptor: str) -> list[str]:
    """What the resident takes home."""
    when = moment(act.at_s).strftime("%Y-%m-%d %H:%M")
    by = "本人 resident" if act.delegation is None else "代兑人 delegate"
    return [
        "通兑回执 · Tongdui receipt",
        f"时间 time  {when}",
        f"承兑方 at  {acceptor}",
        f"积分 points  {Amount.of(act.units).points}",
        f"状态 state  {order.state}",
        f"办理 by  {by}",
        f"经办 worker  {act.worker}",
        f"会话 session  {act.session}",
        f"单号 order  {order.id[:18]}",
        f"  {order.id[18:]}",
    ]
