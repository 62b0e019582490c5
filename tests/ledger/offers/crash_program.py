"""A process that plays a day of offers under fixed names, or is killed on the way.

Started again it asks for the same once more: what was done is found, the rest is done.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from ledger.errors import Refused
from ledger.faults import from_setting
from ledger.offers.onboarding import Decision
from ledger.offers.shelf import Shelf
from ledger.offers.values import OfferState, Slot, Ticket, TicketState, Wanted
from ledger.store import operator_orders as orders
from ledger.store import operator_wallets as wallets
from ledger.store.engine import transaction
from tests.ledger.offers.stand import ACCEPTOR, HAIRCUT, NOW_S, Stand, stand

SLOT = Slot(NOW_S + 3_600, NOW_S + 7_200, 1)
WALLETS = ("first", "second", "third", "fourth")


def play(folder: Path, fault: str | None) -> None:
    """The whole day."""
    with stand(folder / "a.db", folder / "index.db", from_setting(fault)) as at:
        _offers(at)
        _queue(at)
        _applications(at)


def _offers(at: Stand) -> None:
    offering = at.market.offering
    for name, draft in (("slots", HAIRCUT._replace(slots=(SLOT,))), ("never", HAIRCUT)):
        offering.create(name, ACCEPTOR, draft)
    if offering.read("slots").state is not OfferState.CLOSED:
        offering.open("slots")
    offering.close("never")
    offering.create("over", ACCEPTOR, HAIRCUT)
    if offering.read("over").state is OfferState.DRAFT:
        offering.open("over")
    offering.close("over")


def _queue(at: Stand) -> None:
    """One has the place; three wait: one leaves, one is called and orders, one called leaves."""
    queue = at.market.queueing
    for wallet in WALLETS:
        with transaction(at.engine) as connection:
            if wallets.opened_at_s(connection, wallet) is None:
                wallets.add(connection, wallet, NOW_S, [])
    _order(at, "o-first", "first")
    tickets = {wallet: _ticket(at, wallet) for wallet in WALLETS[1:]}
    queue.leave("t-second")
    _refuse(at, "o-first")
    queue.call()
    if tickets["third"].state is not TicketState.LEFT:
        queue.leave("t-third")
    _order(at, "o-fourth", "fourth")


def _ticket(at: Stand, wallet: str) -> Ticket:
    return at.market.queueing.take(f"t-{wallet}", wallet, "slots", 1)


def _order(at: Stand, name: str, wallet: str) -> None:
    wanted = Wanted("slots", 1, 1)
    with contextlib.suppress(Refused), transaction(at.engine, at.faults) as connection:
        if orders.find(connection, name) is None:
            shelf = Shelf(connection, [wanted], NOW_S, to_take=True)
            shelf.judged(wallet, ACCEPTOR, HAIRCUT.price_units, wanted)
            orders.add(connection, [at.order_row(name, wallet, HAIRCUT.price_units)], [])
            shelf.take(name, wallet, wanted)
            shelf.write()


def _refuse(at: Stand, name: str) -> None:
    with transaction(at.engine) as connection:
        row = orders.find(connection, name)
        if row is not None and row.state == "placed":
            orders.move(connection, [name], "placed", "refused")


def _applications(at: Stand) -> None:
    onboarding = at.market.onboarding
    for name, decision in (
        ("yes", Decision(True, "好。", "NEW1")),
        ("no", Decision(False, "否。")),
    ):
        onboarding.apply(name, "示例单位", {"categories": []})
        onboarding.decide(name, decision)
