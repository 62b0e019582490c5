"""Slips: printed for a resident, taken without network, entered by the acceptor later."""

from __future__ import annotations

from fastapi import Response

from api.access import check_own
from api.acting import check_order, check_wallet, looked, ordering
from api.desk import printing
from api.desk.prints import SVG
from api.guard import Call, Calling, resource
from api.orders.answers import settled, shown
from api.shapes import Amount, Id, moment, seconds
from api.slips.schemas import MakeSlip, SlipShape, TakeSlip
from api.trying import triable
from ledger.redeeming.values import Order
from ledger.residents.slips import Taken
from ledger.store.residents_deeds import SlipRow

router = resource("slips", "desk")


@router.post("", status_code=201, operation_id="make_slip")
def make_slip(call: Calling, body: MakeSlip, response: Response) -> SlipShape:
    """打印凭条 · Hold points at one acceptor and print it on paper."""
    check_wallet(call.caller, body.wallet)

    def place() -> Order:
        with ordering(call, body.wallet, body.acceptor, body.units, dry_run=body.dry_run):
            return call.office.service.place_order(
                call.command_id,
                body.wallet,
                body.acceptor,
                body.units,
                deadline_s=seconds(body.deadline),
                dry_run=body.dry_run,
                wait_s=call.wait_s,
            )

    slips, terms = call.office.residents.slips, (body.acceptor, body.units)
    if body.dry_run:
        response.status_code, order = 200, place()
        row = slips.blank(call.command_id, body.wallet, terms, call.caller.key_id)
        return SlipShape.of(row, shown(call, order, dry_run=True))
    row, order = slips.make(call.command_id, body.wallet, terms, call.caller.key_id, place)
    return SlipShape.of(row, settled(call, response, order))


@router.post("/take", operation_id="take_slip")
@triable
def take_slip(call: Calling, body: TakeSlip, response: Response) -> SlipShape:
    """凭条核销：只付一次 · Enter a slip; brought again, it says where it was taken first."""
    service, slips = call.office.service, call.office.residents.slips
    row = slips.find(body.slip)
    check_own(call.caller, row.acceptor, "slip")
    taken = Taken(call.command_id, call.caller.key_id, body.desk)

    def capture() -> Order:
        return service.capture(call.command_id, row.order, wait_s=call.wait_s)

    order = slips.take(row, service.order(row.order), taken, capture)
    return SlipShape.of(slips.read(row.order), settled(call, response, order))


@router.get("/{order_id}", operation_id="get_slip")
def get_slip(call: Calling, order_id: Id) -> SlipShape:
    """查询凭条 · Whether a slip was taken, where, and how its order stands."""
    row, order = _own(call, order_id)
    looked(call, "get_slip", [order.wallet])
    return SlipShape.of(row, shown(call, order))


@router.get(
    "/{order_id}/print",
    operation_id="print_slip",
    status_code=200,
    response_class=Response,
    responses=SVG,  # type: ignore[arg-type]
)
def print_slip(call: Calling, order_id: Id) -> Response:
    """打印凭条纸面 · The paper, with its code and QR code."""
    row, order = _own(call, order_id)
    looked(call, "print_slip", [order.wallet])
    name = call.office.directory.in_language("zh")(row.acceptor)
    until = moment(order.deadline_s).strftime("%Y-%m-%d %H:%M")
    lines = (
        "通兑凭条 · Tongdui slip",
        f"只限承兑方 only at  {name or row.acceptor}",
        f"积分 points  {Amount.of(row.units).points}",
        f"有效期 until  {until}",
        "只付一次，请交给窗口 · pays once: hand it over",
    )
    text = call.office.residents.slips.text(row)
    return Response(printing.slip(text, lines), media_type=printing.MEDIA_TYPE)


def _own(call: Call, order_id: str) -> tuple[SlipRow, Order]:
    """The slip and its order, which the caller may know of."""
    row = call.office.residents.slips.read(order_id)
    order = call.office.service.order(order_id)
    check_order(call, order_id, order.wallet)
    return row, order
