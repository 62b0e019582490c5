"""How the outcome of an order's change is answered: done, on its way, or refused by the chain."""

from __future__ import annotations

from fastapi import Response

from api.access import STAFF, Role
from api.guard import Call
from api.orders.schemas import OrderShape
from api.problems import RETRY_S
from ledger.offers.values import Wanted
from ledger.redeeming.values import Order, Purpose, State


def shown(
    call: Call, order: Order, *, dry_run: bool = False, wanted: Wanted | None = None
) -> OrderShape:
    """The order as the caller may see it. ``wanted``: of one that is not recorded."""
    if not dry_run and order.purpose is Purpose.REDEEM:
        wanted = call.office.market.taken.of(order.id)
    names = call.office.directory.in_language(call.lang)
    accounts = call.caller.role in STAFF | {Role.RESIDENT}
    return OrderShape.of(order, call.lang, names, accounts=accounts, dry_run=dry_run, wanted=wanted)


def settled(call: Call, response: Response, order: Order) -> OrderShape:
    """The order after a change. 202 with the place to look where no block holds it yet.

    Raises the chain's refusal, which the order keeps as its reason.
    """
    if order.reason is not None and not _given_in_part(order):
        raise order.reason
    place = f"/v1/orders/{order.id}"
    response.headers["Location"] = place
    if not order.confirmed:
        on_the_way(response, place)
    return shown(call, order)


def on_the_way(response: Response, place: str) -> None:
    """Makes the answer say: accepted, ask there again."""
    response.status_code = 202
    response.headers["Location"] = place
    response.headers["Retry-After"] = str(RETRY_S)


def _given_in_part(order: Order) -> bool:
    return order.purpose is Purpose.DONATION and order.state is not State.REFUSED
