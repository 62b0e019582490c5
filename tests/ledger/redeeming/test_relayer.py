"""The relayer under pressure: many clients at once, calls short of gas, batches that are seen."""

from __future__ import annotations

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.chain.calls import HoldRequest
from ledger.errors import TongduiError
from ledger.redeeming.calling import hold_call
from ledger.redeeming.values import Order, Phase, State
from ledger.refusals import coded
from ledger.store import operator_commands as commands
from ledger.store import operator_orders as orders
from ledger.store.operator_orders import HoldEntry
from tests.ledger.redeeming.desk import Operator
from tests.support.season import CANTEEN, VOLUNTEER

pytestmark = pytest.mark.slow

CLIENTS = 20


def fresh() -> str:
    """An id that nobody has used."""
    return secrets.token_hex(8)


def test_twenty_clients_at_once_spend_nothing_twice(desk: Operator) -> None:
    """Each asks for a tenth of the wallet, and asks twice under its id."""
    wallet, ids = desk.wallet(minutes=60), [fresh() for _ in range(CLIENTS)]

    def ask(order_id: str) -> Order | str:
        try:
            return desk.service.place_order(order_id, wallet, CANTEEN, 100)
        except TongduiError as error:
            return coded(error).code

    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(ask, ids * 2))

    held = {a.id: {p.id for p in a.parts} for a in answers if isinstance(a, Order)}
    refused = [answer for answer in answers if isinstance(answer, str)]
    assert Counter(refused) == {"hold.insufficient-points": CLIENTS}
    assert len(held) == len(set.union(*held.values())) == 10
    assert {desk.final(order_id).state for order_id in held} == {State.HELD}
    assert desk.service.balance(wallet).total_units == 0


def test_clients_of_many_wallets_share_transactions(desk: Operator) -> None:
    wallets = [desk.wallet(minutes=6) for _ in range(4)]
    before = sum(desk.submitter.status().counts.values())

    with desk.together():
        for wallet in wallets:
            desk.service.place_order(fresh(), wallet, CANTEEN, 100, wait_s=0)
    desk.until(lambda: desk.service.load().waiting == 0)

    assert sum(desk.submitter.status().counts.values()) - before <= len(wallets)
    assert {desk.service.balance(wallet).total_units for wallet in wallets} == {0}
    latency = desk.service.load().latency
    assert latency.observed >= len(wallets)
    assert latency.mean_s > 0


def test_a_call_that_ran_out_of_gas_is_sent_again_with_more(desk: Operator) -> None:
    wallet, order_id, hold_id = desk.wallet(minutes=60), fresh(), secrets.token_bytes(32)
    account = next(a.account for a in desk.service.wallet(wallet).accounts if a.issuer == VOLUNTEER)
    until = desk.network.now_s + 3_600
    request = HoldRequest(hold_id, VOLUNTEER, account, CANTEEN, 100, until, until)

    with desk.work.change() as at:
        row = {
            "id": order_id,
            "wallet": wallet,
            "content": bytes(32),
            "purpose": "redeem",
            "acceptor": CANTEEN,
            "units": 100,
            "service_at_s": until,
            "deadline_s": until,
            "placed_at_s": desk.network.now_s,
        }
        entry = HoldEntry(hold_id, order_id, 0, VOLUNTEER, account, 100, Phase.ASKED)
        orders.add(at.operator, [row], [entry])
        call = hold_call(order_id, request, 1)._replace(gas=30_000)
        commands.add(at.operator, [call])
    desk.until(lambda: desk.service.order(order_id).state is State.HELD)

    assert desk.final(order_id).reason is None
    with desk.work.look() as at:
        kinds = commands.kinds_for(at.operator, hold_id)
        open_calls = commands.of_orders(at.operator, [order_id])
    assert (kinds, open_calls) == (["hold"], {})
