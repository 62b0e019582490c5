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
"""Orders that wait, on one page: the oldest."""
READ_MOST = 1_000
"""The API lists the newest first; of more than these the oldest are not found."""
DELIVERED = 10


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
    held = islice(page.client.list_orders(state="held", limit=MOST), READ_MOST)
    waiting = sorted(held, key=lambda one: one.placed_at)
    done = islice(page.client.list_orders(state="captured", limit=DELIVERED), DELIVERED)
    return page.show(
        "counter/home.html",
        name=page.note("name"),
        waiting=_shown(waiting[:MOST]),
        more=len(waiting) > MOST,
        done=_shown(done),
    )


@COUNTER.post("")
def take(page: Page) -> Response:
    """One step of one order: delivered, declined, or given back."""
    client, order_id = page.client, page.form.needed("order")
    steps = {
        "capture": client.capture_order,
        "release": client.release_order,
        "refund": client.refund_order,
    }
    step = page.form.choice("step", steps)
    order = steps[step](order_id, idempotency_key=page.form.command)
    number = _number(order.id)
    if order.answer.on_its_way:
        page.tell(page.t("counter.on_its_way", number=number), "note")
    elif step == "capture":
        back = {"step": "refund", "order": order.id}
        page.tell(page.t("counter.said.capture", number=number), undo=COUNTER.home, fields=back)
    else:
        page.tell(page.t(f"counter.said.{step}", number=number))
    return page.go(COUNTER.home)


def _shown(orders: Iterable[OrderShape]) -> list[OrderShown]:
    return [
        OrderShown(one.id, _number(one.id), one.placed_at, one.deadline, one.amount.units)
        for one in orders
    ]


def _number(order_id: str) -> str:
    return order_id[:8]
