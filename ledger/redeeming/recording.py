"""What a client asks for under an id, the plan it becomes, and the plan's rows.

Orders, holds and calls of many plans are written with a statement for each kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.offers.values import Wanted
from ledger.redeeming.calling import gift_call, hold_call
from ledger.redeeming.planning import PlannedGift, PlannedHold, Situation, Times
from ledger.redeeming.values import (
    HoldPart,
    Order,
    Phase,
    Purpose,
    SignedGift,
    SignedHold,
    State,
)
from ledger.redeeming.workplace import Look, content_of
from ledger.store import operator_commands as commands
from ledger.store import operator_orders as orders
from ledger.store.operator_orders import HoldEntry


class Asked(NamedTuple):
    """What a client asked for under an id."""

    order_id: str
    wallet_id: str
    acceptor: int
    units: int
    times: Times
    signed: tuple[SignedHold, ...] = ()
    wanted: Wanted | None = None
    """What it takes of an offer, where it is for one."""

    def content(self) -> bytes:
        """Of all of it but the id."""
        said = self[1:] if self.wanted is not None else self[1:-1]
        return content_of("order", *said)


class AskedGift(NamedTuple):
    """A gift that a client asked for under an id."""

    order_id: str
    wallet_id: str
    fund_account: bytes
    units: int
    signed: tuple[SignedGift, ...] = ()

    @property
    def wanted(self) -> None:
        """A gift is for no offer."""

    def content(self) -> bytes:
        """Of all of it but the id."""
        return content_of("donation", *self[1:])


class Plan(NamedTuple):
    """An order ready to be recorded."""

    now: Situation
    purpose: Purpose
    acceptor: int
    units: int
    service_at_s: int
    deadline_s: int
    holds: Sequence[PlannedHold | PlannedGift]


def write(at: Look, news: Sequence[tuple[Asked | AskedGift, Plan]]) -> None:
    """Orders, their holds and the calls for the desk, a statement for each kind."""
    rows, entries, calls = [], [], []
    for asked, plan in news:
        rows.append(_row(asked, plan))
        for place, hold in enumerate(plan.holds):
            entry = (hold.request[0], asked.order_id, place, *purse_of(hold))
            entries.append(HoldEntry(*entry, Phase.ASKED))
            calls.append(_call(asked.order_id, hold))
    orders.add(at.operator, rows, entries)
    commands.add(at.operator, calls)


def _row(asked: Asked | AskedGift, plan: Plan) -> dict[str, object]:
    return {
        "id": asked.order_id,
        "wallet": asked.wallet_id,
        "content": asked.content(),
        "purpose": plan.purpose,
        "acceptor": plan.acceptor,
        "units": plan.units,
        "service_at_s": plan.service_at_s,
        "deadline_s": plan.deadline_s,
        "placed_at_s": plan.now.seen.at.time_s,
    }


def _call(order_id: str, hold: PlannedHold | PlannedGift) -> commands.Call:
    if isinstance(hold, PlannedHold):
        return hold_call(order_id, hold.request, hold.slices, hold.signed)
    return gift_call(order_id, hold.request, hold.slices, hold.signed)


def purse_of(hold: PlannedHold | PlannedGift) -> tuple[int, bytes, int]:
    """(issuer, account, units) that it takes."""
    request = hold.request
    return request.issuer, request.account, request.units


def new_order(asked: Asked | AskedGift, plan: Plan) -> Order:
    """The order as it stands when it is recorded."""
    parts = (HoldPart(h.request[0], *purse_of(h), Phase.ASKED, 0, 0) for h in plan.holds)
    return Order(
        id=asked.order_id,
        wallet=asked.wallet_id,
        purpose=plan.purpose,
        acceptor=plan.acceptor,
        units=plan.units,
        service_at_s=plan.service_at_s,
        deadline_s=plan.deadline_s,
        placed_at_s=plan.now.seen.at.time_s,
        state=State.PLACED,
        captured_units=0,
        refunded_units=0,
        parts=tuple(parts),
        reason=None,
        confirmed=False,
        final=False,
    )
