"""Orders through the service on a real chain: every flow, one after the other."""

from __future__ import annotations

import secrets

import pytest

from ledger.chain import calls
from ledger.chain.calls import HoldWords
from ledger.redeeming.values import Order, Phase, Purpose, State
from tests.ledger.redeeming.desk import DAY_S, Operator
from tests.support.network import KEYS
from tests.support.season import CANTEEN, CHARITY, CULTURE, FUND_ACCOUNT, VOLUNTEER

FUND = bytes.fromhex(FUND_ACCOUNT[2:])

pytestmark = pytest.mark.slow


def fresh() -> str:
    """An id that nobody has used."""
    return secrets.token_hex(8)


def sums(order: Order) -> tuple[State, int, int]:
    return order.state, order.captured_units, order.refunded_units


def test_an_order_over_two_schemes_is_held_captured_in_part_and_refunded(desk: Operator) -> None:
    wallet, order_id = desk.wallet(minutes=600, yuan=1_000), fresh()

    held = desk.service.place_order(order_id, wallet, CANTEEN, 20_000)
    final = desk.final(order_id)
    captured = desk.service.capture(fresh(), order_id, 12_000)
    part = desk.service.refund(fresh(), order_id, 5_000)
    whole = desk.service.refund(fresh(), order_id)

    assert (held.state, held.confirmed, held.reason) == (State.HELD, True, None)
    assert (final.state, final.final) == (State.HELD, True)
    assert [(p.issuer, p.units) for p in held.parts] == [(CULTURE, 15_000), (VOLUNTEER, 5_000)]
    assert sums(captured) == (State.CAPTURED, 12_000, 0)
    assert sums(part) == (State.CAPTURED, 12_000, 5_000)
    assert sums(whole) == (State.REFUNDED, 12_000, 12_000)
    assert desk.service.balance(wallet).total_units == 25_000


def test_a_capture_takes_the_earliest_points_over_all_holds(desk: Operator) -> None:
    wallet, order_id = desk.wallet(minutes=60, yuan=1_000), fresh()
    desk.service.place_order(order_id, wallet, CANTEEN, 1_400)

    captured = desk.service.capture(fresh(), order_id, 500)
    final = desk.final(order_id)

    assert sums(captured) == (State.CAPTURED, 500, 0)
    assert sum(p.captured_units for p in final.parts) == 500
    assert desk.service.balance(wallet).total_units == 16_000 - 500


def test_the_acceptor_declines_and_the_resident_cancels(desk: Operator) -> None:
    wallet, declined, cancelled = desk.wallet(minutes=60), fresh(), fresh()
    desk.service.place_order(declined, wallet, CANTEEN, 400)
    desk.service.place_order(cancelled, wallet, CANTEEN, 500)

    first = desk.service.release(fresh(), declined)
    second = desk.service.cancel(fresh(), cancelled)

    assert (first.state, second.state) == (State.RELEASED, State.RELEASED)
    assert desk.service.balance(wallet).total_units == 1_000


def test_a_gift_moves_points_of_every_account_to_the_fund(desk: Operator) -> None:
    wallet, order_id = desk.wallet(minutes=60, yuan=10), fresh()

    given = desk.service.donate(order_id, wallet, FUND, 1_100)

    assert (given.state, given.purpose, given.acceptor) == (State.GIVEN, Purpose.DONATION, CHARITY)
    assert {p.phase for p in given.parts} == {Phase.GIVEN}
    assert desk.final(order_id).state is State.GIVEN
    assert desk.service.balance(wallet).total_units == 1_150 - 1_100


def test_an_exchange_is_captured_by_the_issuers_own_agent(desk: Operator) -> None:
    wallet, order_id = desk.wallet(minutes=63), fresh()

    order = desk.service.exchange(order_id, wallet, CULTURE, 1_049)
    hold = order.parts[0]
    credit = desk.service.exchange_for(hold.id)
    desk.final(order_id)
    with desk.quiet():
        words = HoldWords(*desk.words(hold.id))
        data = calls.capture(hold.id, words, hold.units)
        desk.network.send(KEYS[CULTURE], "RedemptionDesk", data)
    after = desk.final(order_id)

    accounts = {a.issuer: a.account for a in desk.service.wallet(wallet).accounts}
    assert (order.purpose, order.units) == (Purpose.EXCHANGE, 1_000)
    assert (credit.order, credit.issuer, credit.native_points) == (order_id, CULTURE, 10)
    assert credit.account == accounts[CULTURE]
    assert sums(after) == (State.CAPTURED, 1_000, 0)


def test_an_order_past_its_deadline_is_released(desk: Operator) -> None:
    wallet, order_id = desk.wallet(minutes=60), fresh()
    soon = desk.network.now_s + 120
    desk.service.place_order(order_id, wallet, CANTEEN, 1_000, deadline_s=soon)
    desk.final(order_id)

    early = desk.service.release_overdue()
    with desk.quiet():
        desk.network.chain.advance_to(soon + 3_600)
    asked = desk.service.release_overdue()
    desk.until(lambda: desk.service.order(order_id).state is State.RELEASED)

    assert (early, asked) == (0, 1)
    assert desk.final(order_id).state is State.RELEASED
    assert desk.service.balance(wallet).total_units == 1_000


def test_a_rehearsed_order_leaves_nothing_behind(desk: Operator) -> None:
    wallet, order_id = desk.wallet(minutes=60), fresh()

    shown = desk.service.place_order(order_id, wallet, CANTEEN, 700, dry_run=True)

    assert (shown.state, shown.units, shown.confirmed) == (State.PLACED, 700, False)
    assert desk.service.orders(wallet_id=wallet).orders == ()


def test_the_same_id_and_content_is_one_order(desk: Operator) -> None:
    wallet, order_id, request = desk.wallet(minutes=60), fresh(), fresh()

    first = desk.service.place_order(order_id, wallet, CANTEEN, 600)
    again = desk.service.place_order(order_id, wallet, CANTEEN, 600)
    taken = desk.service.capture(request, order_id)
    taken_again = desk.service.capture(request, order_id)

    assert [p.id for p in first.parts] == [p.id for p in again.parts]
    assert sums(taken) == sums(taken_again) == (State.CAPTURED, 600, 0)
    assert desk.service.balance(wallet).total_units == 400


def test_lists_are_paged_newest_first_and_filtered(desk: Operator) -> None:
    wallet, ids = desk.wallet(minutes=60), [fresh() for _ in range(3)]
    for order_id in ids:
        desk.service.place_order(order_id, wallet, CANTEEN, 100)
    desk.service.capture(fresh(), ids[0])
    desk.final(ids[0])

    first = desk.service.orders(wallet_id=wallet, most=2)
    rest = desk.service.orders(wallet_id=wallet, most=2, cursor=first.cursor)
    taken = desk.service.orders(wallet_id=wallet, state=State.CAPTURED)

    assert [o.id for o in (*first.orders, *rest.orders)] == ids[::-1]
    assert rest.cursor is None
    assert [o.id for o in taken.orders] == ids[:1]


def test_a_forgotten_wallet_leaves_sums_and_no_ties(desk: Operator) -> None:
    wallet, order_id = desk.wallet(minutes=60), fresh()
    desk.service.place_order(order_id, wallet, CANTEEN, 100)
    desk.service.cancel(fresh(), order_id)
    desk.final(order_id)

    desk.service.forget_wallet(wallet)
    left = desk.service.order(order_id)

    assert (left.wallet, left.parts, left.units, left.state) == ("", (), 100, State.RELEASED)


def test_awards_and_balance_name_their_lots(desk: Operator) -> None:
    wallet = desk.wallet(minutes=60, yuan=10)

    balance = desk.service.balance(wallet)
    awards = desk.service.awards(wallet)

    assert balance.by_issuer == {VOLUNTEER: 1_000, CULTURE: 150}
    assert all(lot.expires_at_s > balance.time_s + DAY_S for lot in balance.lots)
    assert [award.units for award in awards] == [150, 1_000]
