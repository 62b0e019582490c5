"""``/counter``: orders that wait to be delivered, the oldest first, and those delivered last.

A delivery that was the wrong person's is undone by giving it back, as long as the domain allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from starlette.responses import Response

from api.client.shapes.shared import OrderShape
from api.web.page import Page
from api.web.surfaces import COUNTER

MOST = 100
"""Orders that wait, on one page."""
DELIVERED = 10
STEPS = ("capture", "release", "refund")


class OrderShown(NamedTuple):
    """One order as staff see it: nothing of whose it is."""

    id: str
    number: str
    """What the resident reads out: the first figures of the order's id."""
    placed_at: datetime
    deadline: datetime
    units: int


@COUNTER.get("")
def home(page: Page) -> Response:
    """What waits, and what was done last."""
    waiting = list(islice(page.client.list_orders(state="held", limit=MOST), MOST))
    done = islice(page.client.list_orders(state="captured", limit=DELIVERED), DELIVERED)
    return page.show(
        "counter/home.html",
        name=page.note("name"),
        waiting=_shown(sorted(waiting, key=lambda one: one.placed_at)),
        more=len(waiting) == MOST,
        done=_shown(done),
    )


@COUNTER.post("")
def take(page: Page) -> Response:
    """One step of one order: delivered, declined, or given back."""
    step, order_id = page.form.choice("step", STEPS), page.form.needed("order")
    name = page.form.command_for(step)
    if step == "capture":
        order = page.client.capture_order(order_id, idempotency_key=name)
    elif step == "release":
        order = page.client.release_order(order_id, idempotency_key=name)
    else:
        order = page.client.refund_order(order_id, idempotency_key=name)
    words = page.t(f"counter.said.{step}", number=_number(order.id))
    back = {"step": "refund", "order": order.id} if step == "capture" else None
    if order.answer.on_its_way:
        page.tell(page.t("counter.on_its_way", number=_number(order.id)), "note")
    else:
        page.tell(words, undo=COUNTER.home if back else "", fields=back)
    return page.go(COUNTER.home)


def _shown(orders: Iterable[OrderShape]) -> list[OrderShown]:
    return [
        OrderShown(one.id, _number(one.id), one.placed_at, one.deadline, one.amount.units)
        for one in orders
    ]


def _number(order_id: str) -> str:
    return order_id[:8]
