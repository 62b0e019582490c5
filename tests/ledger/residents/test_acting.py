"""Orders within sessions: limits that races do not break, delegates, messages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from ledger.errors import OutcomeUnknown, Refused, Rejected, Unavailable
from ledger.residents.rules import Holder
from ledger.residents.sittings import Sitting
from tests.ledger.residents.desk import ACCEPTOR, WORKER, Desk


def refused(desk: Desk, sitting: Sitting, units: int, **more: int) -> tuple[str, dict[str, object]]:
    """How an order of so much is refused."""
    with pytest.raises(Refused) as error:
        desk.order(sitting, units, **more)
    return error.value.code, dict(error.value.fields)


def limit(left: int, asked: int) -> dict[str, object]:
    return {"field": "units", "left_units": left, "asked_units": asked}


def test_an_order_at_a_desk_keeps_who_placed_it(desk: Desk) -> None:
    sitting = desk.sitting(desk.opened(desk.wallet()))
    order = desk.order(sitting, 1_500)

    act = desk.all.acting.act(order)
    listed = desk.all.acting.acts(sitting.wallet, None, 10)

    assert act is not None
    assert listed == [act]
    assert (act.worker, act.session, act.delegation) == (WORKER, sitting.id, None)
    assert (act.acceptor, act.units, act.at_s) == (ACCEPTOR, 1_500, desk.now_s)


def test_one_order_and_one_day_have_limits_and_the_next_day_is_another(both: Desk) -> None:
    desk = both
    fresh = desk.opened(desk.wallet())
    sitting = desk.sitting(fresh)

    above = refused(desk, sitting, 20_001)
    for _ in range(2):
        desk.order(sitting, 20_000)
    left = refused(desk, sitting, 10_001)
    desk.order(sitting, 10_000)
    none = refused(desk, sitting, 1)
    desk.now_s += 86_400
    desk.order(desk.sitting(fresh), 20_000)

    assert above == ("resident.order-limit", limit(20_000, 20_001))
    assert left == ("resident.period-limit", limit(10_000, 10_001))
    assert none == ("resident.period-limit", limit(0, 1))


def test_orders_that_took_nothing_count_nothing(both: Desk) -> None:
    desk = both
    sitting = desk.sitting(desk.opened(desk.wallet()))

    for _ in range(4):
        desk.order(sitting, 20_000, "refused")
        desk.order(sitting, 20_000, "held", "releasing", "released")
    desk.order(sitting, 20_000, "held", "capturing", "captured")  # of which 0 were taken
    desk.order(sitting, 20_000, "held")
    desk.order(sitting, 20_000, "held")

    assert refused(desk, sitting, 10_001)[1] == limit(10_000, 10_001)


def test_orders_at_once_never_take_a_limit_twice(both: Desk) -> None:
    desk = both
    sitting = desk.sitting(desk.opened(desk.wallet()))

    def order(_: int) -> str:
        try:
            return desk.order(sitting, 10_000)[:2]
        except Refused as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(order, range(12)))

    assert said.count("o-") == 5
    assert said.count("resident.period-limit") == 7


def test_an_order_that_does_not_come_about_leaves_no_act(both: Desk) -> None:
    desk = both
    wallet = desk.wallet()
    desk.opened(wallet)
    sitting = desk.sitting(desk.delegate(wallet))
    acting = desk.all.acting

    for error in (Rejected("order.id-length"), Refused("hold.x"), Unavailable("api.node-away")):
        with pytest.raises(type(error)), acting.order(sitting, "o-1", ACCEPTOR, 5_000):
            raise error
        assert acting.act("o-1") is None
    with pytest.raises(OutcomeUnknown), acting.order(sitting, "o-2", ACCEPTOR, 5_000):
        raise OutcomeUnknown("store.lost")

    assert acting.act("o-2") is not None
    assert acting.messages(wallet, None, 10) == []


def test_an_act_whose_process_died_counts_for_an_hour_and_its_retry_goes_on(desk: Desk) -> None:
    wallet = desk.wallet()
    desk.opened(wallet)
    card = desk.delegate(wallet)
    sitting = desk.sitting(card)
    acting = desk.all.acting
    with pytest.raises(KeyboardInterrupt), acting.order(sitting, "o-1", ACCEPTOR, 5_000):
        raise KeyboardInterrupt  # as a kill between the act's commit and the order's

    during = refused(desk, sitting, 5_000)
    with acting.order(sitting, "o-1", ACCEPTOR, 5_000):
        desk.record("o-1", wallet, 5_000)
    with pytest.raises(KeyboardInterrupt), acting.order(sitting, "o-2", ACCEPTOR, 3_000):
        raise KeyboardInterrupt
    desk.now_s += 3_601
    later = desk.order(desk.sitting(card), 3_000)

    assert during == ("resident.period-limit", limit(3_000, 5_000))
    assert [act.order for act in acting.acts(wallet, None, 10)] == [later, "o-1"]
    assert [one["id"] for one in desk.files()] == sorted([f"used-{later}", "used-o-1"])


def test_a_dry_run_judges_and_records_nothing(desk: Desk) -> None:
    sitting = desk.sitting(desk.opened(desk.wallet()))
    acting = desk.all.acting

    with acting.order(sitting, "o-1", ACCEPTOR, 20_000, dry_run=True):
        pass
    with (
        pytest.raises(Refused, match=r"resident\.order-limit"),
        acting.order(sitting, "o-1", ACCEPTOR, 20_001, dry_run=True),
    ):
        pytest.fail("it was judged too late")

    assert acting.acts(sitting.wallet, None, 10) == []


def test_a_delegate_has_a_card_of_its_own_and_keeps_to_the_residents_limits(both: Desk) -> None:
    desk = both
    wallet = desk.wallet()
    own = desk.opened(wallet)
    card = desk.delegate(wallet, acceptors=(ACCEPTOR,))
    sitting = desk.sitting(card)

    above = refused(desk, sitting, 5_001)
    elsewhere = refused(desk, sitting, 100, acceptor=4)
    desk.order(sitting, 5_000)
    month = refused(desk, sitting, 3_001)
    desk.order(desk.sitting(own), 20_000)
    desk.order(sitting, 3_000)
    desk.now_s += 31 * 86_400
    desk.order(desk.sitting(card), 5_000)

    assert (card.card.holder, card.pin != own.pin) == (Holder.DELEGATE, True)
    assert card.card.number != own.card.number
    assert sitting.delegation is not None
    assert above == ("resident.order-limit", limit(5_000, 5_001))
    assert elsewhere == (
        "resident.acceptor-not-allowed",
        {"field": "acceptor", "acceptor": 4},
    )
    assert month == ("resident.period-limit", limit(3_000, 3_001))


def test_the_principal_is_told_of_each_use_once(desk: Desk) -> None:
    wallet = desk.wallet()
    desk.opened(wallet)
    sitting = desk.sitting(desk.delegate(wallet))
    first, second = desk.order(sitting, 1_234), desk.order(sitting, 100)
    for _ in range(3):
        desk.all.tidy()

    told = desk.all.acting.messages(wallet, None, 10)

    assert {one["id"] for one in desk.files()} == {f"used-{first}", f"used-{second}"}
    assert {one["to"] for one in desk.files()} == {"13900000000"}
    assert [one.order for one in told] == [second, first]
    assert "12.34 积分" in told[1].words
    assert told[1].sent_s == desk.now_s


def test_a_principal_without_a_contact_reads_it_in_the_list(desk: Desk) -> None:
    wallet = desk.wallet()
    desk.opened(wallet, contact=None)
    order = desk.order(desk.sitting(desk.delegate(wallet)), 100)

    assert desk.files() == []
    assert [one.order for one in desk.all.acting.messages(wallet, None, 10)] == [order]


def test_a_message_that_can_not_go_waits_and_holds_nobody_up(desk: Desk) -> None:
    desk.folder.write_text("no folder", "utf-8")
    wallet = desk.wallet()
    desk.opened(wallet)
    order = desk.order(desk.sitting(desk.delegate(wallet)), 100)
    waiting = desk.all.acting.messages(wallet, None, 10)[0]
    desk.folder.unlink()
    desk.all.tidy()

    assert waiting.sent_s is None
    assert [one["id"] for one in desk.files()] == [f"used-{order}"]


def test_a_revoked_delegate_is_out_at_once(desk: Desk) -> None:
    wallet = desk.wallet()
    card = desk.delegate(wallet)
    opened = desk.session(card)
    assert card.card.delegation is not None
    row = desk.all.delegates.revoke(card.card.delegation)
    again = desk.all.delegates.revoke(card.card.delegation)

    for attempt in (lambda: desk.all.sittings.find(opened.token), lambda: desk.session(card)):
        with pytest.raises(Refused) as error:
            attempt()
        assert error.value.code == "resident.delegation-over"
        assert error.value.fields == {"id": row.id}
    assert row == again
    assert row.revoked_s == desk.now_s


def test_a_delegation_ends_by_its_date_and_is_never_made_for_the_past(desk: Desk) -> None:
    wallet = desk.wallet()
    card = desk.delegate(wallet, until_s=desk.now_s + 60)
    opened = desk.session(card)
    with pytest.raises(Rejected) as past:
        desk.delegate(wallet, until_s=desk.now_s)
    desk.now_s += 60
    with pytest.raises(Refused, match=r"resident\.session-over"):
        desk.all.sittings.find(opened.token)
    with pytest.raises(Refused, match=r"resident\.card-over"):
        desk.session(card)

    assert (past.value.code, past.value.fields) == ("resident.until-past", {"field": "until"})


def test_the_numbers_of_acts_are_the_cursor_of_their_list(desk: Desk) -> None:
    sitting = desk.sitting(desk.opened(desk.wallet()))
    made = [desk.order(sitting, 100) for _ in range(5)]
    found, before = [], None
    for _ in count():
        page = desk.all.acting.acts(sitting.wallet, before, 2)
        if not page:
            break
        found += [act.order for act in page]
        before = page[-1].seq

    assert found == made[::-1]
