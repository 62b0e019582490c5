"""``/my``: what a resident has in one number, what expires when, orders, where points came from."""

from __future__ import annotations

from itertools import islice

from starlette.responses import Response

from api.web.page import Page
from api.web.resident.views import awards_shown, expiring, orders_shown, own_accounts
from api.web.surfaces import RESIDENT

TEMPLATE = "resident/home.html"
ORDERS, AWARDS = 5, 10
"""Of each the newest; in big type fewer."""


@RESIDENT.get("")
def home(page: Page) -> Response:
    """The first page after signing in."""
    wallet = page.client.get_my().wallet
    if wallet is None:
        return page.show("resident/no_wallet.html")
    balance = page.client.get_balance(wallet)
    few = 3 if page.big else None
    orders = islice(page.client.list_orders(wallet=wallet, limit=few or ORDERS), few or ORDERS)
    awards = islice(page.client.list_awards(wallet, limit=few or AWARDS), few or AWARDS)
    return page.show(
        TEMPLATE,
        total=balance.total.units,
        as_of=balance.as_of,
        schemes=[(page.member(one.issuer), one.amount.units) for one in balance.by_issuer],
        expiring=expiring(balance),
        orders=orders_shown(page, orders, own_accounts(page, wallet), balance.as_of),
        awards=awards_shown(page, awards),
    )


@RESIDENT.post("")
def cancel(page: Page) -> Response:
    """Cancels an order that its acceptor has not delivered."""
    order_id, command = page.form.needed("order"), page.form.command
    order = page.client.cancel_order(order_id, idempotency_key=command)
    on_its_way = order.answer.on_its_way
    page.tell(page.t("resident.cancelling" if on_its_way else "resident.cancelled"))
    return page.go(RESIDENT.home)
