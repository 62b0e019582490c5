"""Exchanges: asked by a resident, credited by the other issuer's agent from its own premises."""

from __future__ import annotations

from fastapi import Response

from api.access import STAFF, check_own
from api.acting import looked, ordering
from api.exchanges.schemas import Exchange, ExchangeCreditShape
from api.guard import Calling, resource
from api.orders.answers import settled, shown
from api.orders.schemas import OrderShape
from api.shapes import HashHex, unshow

router = resource("exchanges", "orders")


@router.post("", status_code=201, operation_id="exchange")
def exchange(call: Calling, body: Exchange, response: Response) -> OrderShape:
    """互换 · Exchange into another scheme; an order whose acceptor is that issuer."""
    with ordering(call, body.wallet, body.into, body.units, dry_run=body.dry_run):
        order = call.office.service.exchange(
            call.command_id,
            body.wallet,
            body.into,
            body.units,
            dry_run=body.dry_run,
            wait_s=call.wait_s,
        )
    if body.dry_run:
        response.status_code = 200
        return shown(call, order, dry_run=True)
    return settled(call, response, order)


@router.get("/{hold_id}", operation_id="get_exchange")
def get_exchange(call: Calling, hold_id: HashHex) -> ExchangeCreditShape:
    """查询入账对象 · For the issuer's agent: which account to credit, and how much."""
    credit = call.office.service.exchange_for(unshow(hold_id))
    check_own(call.caller, credit.issuer, "hold_id")
    if call.caller.role in STAFF:
        looked(call, "get_exchange", [call.office.service.order(credit.order).wallet])
    return ExchangeCreditShape.of(credit)
