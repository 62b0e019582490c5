"""A window is shown, closed and settled with the operator's key."""

from __future__ import annotations

import secrets

import pytest

from ledger.clearing.netting import Payment
from ledger.clearing.windows import CLOSED, OPEN, PUBLISHED
from ledger.redeeming.values import State
from ledger.rules import RuleRefusal
from tests.ledger.redeeming.desk import Operator
from tests.support.season import CANTEEN, CULTURE, VOLUNTEER

pytestmark = pytest.mark.slow


def fresh() -> str:
    """An id that nobody has used."""
    return secrets.token_hex(8)


def test_a_window_is_closed_and_settled_with_few_transfers(desk: Operator) -> None:
    service, order_id, closing, publishing = desk.service, fresh(), fresh(), fresh()
    wallet = desk.wallet(minutes=60, yuan=100)
    service.place_order(order_id, wallet, CANTEEN, 2_000)
    service.capture(fresh(), order_id)
    assert desk.final(order_id).state is State.CAPTURED
    with desk.quiet():
        desk.network.chain.advance_to(desk.network.now_s + 3_600)

    before = service.window(1)
    closed = service.close_window(closing)
    again = service.close_window(closing)
    with desk.quiet():
        desk.network.chain.mine()
    settlement = service.settlement_of(1)
    published = service.publish_settlement(publishing, 1)

    assert (before.state, before.positions[CANTEEN]) == (OPEN, 2_000)
    assert before.obligations == {(VOLUNTEER, CANTEEN): 500, (CULTURE, CANTEEN): 1_500}
    assert (closed.reason, closed.confirmed, again.confirmed) == (None, True, True)
    assert settlement == (Payment(CULTURE, CANTEEN, 1_500), Payment(VOLUNTEER, CANTEEN, 500))
    assert (published.reason, published.confirmed) == (None, True)
    assert [sheet.state for sheet in service.windows()] == [PUBLISHED, OPEN]


def test_what_the_clearing_house_refuses_is_told(desk: Operator) -> None:
    service = desk.service
    latest = service.windows()[-1].number

    young = service.close_window(fresh())
    with pytest.raises(RuleRefusal) as still_open:
        service.settlement_of(latest)
    with pytest.raises(RuleRefusal) as unknown:
        service.window(99)

    assert young.reason is not None
    assert (young.reason.code, young.reason.fields["window"]) == (
        "clearing.window-too-young",
        latest,
    )
    assert (still_open.value.name, still_open.value.values) == ("WindowStillOpen", (latest,))
    assert (unknown.value.name, unknown.value.values) == ("WindowUnknown", (99,))


def test_totals_are_those_of_the_orders(desk: Operator) -> None:
    totals = desk.service.totals()

    assert totals.by_state[State.CAPTURED] >= 1
    assert totals.captured_units >= 2_000
    assert totals.refunded_units <= totals.captured_units
    assert CLOSED not in {sheet.state for sheet in desk.service.windows()}
