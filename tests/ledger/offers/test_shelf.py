"""What is left of offers: never more taken than there is, given back where an order ends unused."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from ledger.errors import Refused, Rejected
from ledger.offers.shelf import Shelf
from ledger.offers.values import OfferState, Slot, TicketState, Wanted
from ledger.store import hooks_events as events
from ledger.store import offers_takings as takings
from ledger.store.engine import reading, rehearsal, transaction
from ledger.store.hooks_events import Reader
from ledger.units import DAY_S
from tests.ledger.offers.stand import HAIRCUT, NOW_S, OTHER, Stand

CROWD = 12
COUNTED_ANEW = "SELECT count(*) FROM offers_takings WHERE offer = :offer AND folded = false"
SUBJECTS = frozenset({"ticket"})
MORNING = Slot(NOW_S + DAY_S, NOW_S + DAY_S + 3_600, 2)


def refused(action: Callable[[], object]) -> tuple[str, dict[str, object]]:
    """Code and fields of the refusal."""
    with pytest.raises((Refused, Rejected)) as met:
        action()
    return met.value.code, dict(met.value.fields)


def crowd(work: Callable[[int], object]) -> list[object]:
    """What as many threads got that all began at once; refusals as their codes."""
    gate = threading.Barrier(CROWD)

    def one(number: int) -> object:
        gate.wait()
        try:
            return work(number)
        except Refused as error:
            return error.code

    with ThreadPoolExecutor(CROWD) as threads:
        return list(threads.map(one, range(CROWD)))


def test_stock_is_never_oversold_however_many_order_at_once(at: Stand) -> None:
    offer = at.offer(stock=5)
    wallets = [at.wallet() for _ in range(CROWD)]

    got = crowd(lambda number: at.order(offer, wallets[number]))

    assert got.count("offer.sold-out") == CROWD - 5
    assert at.market.offering.read(offer.id).left == 0


def test_a_slot_is_never_overbooked_and_tickets_are_one_a_wallet(at: Stand) -> None:
    offer = at.offer(slots=(MORNING,))
    wallets = [at.wallet() for _ in range(CROWD)]

    got = crowd(lambda number: at.order(offer, wallets[number], slot=1))
    unlucky = next(w for w, answer in zip(wallets, got, strict=True) if answer == "offer.slot-full")
    queue = at.market.queueing
    tickets = crowd(lambda number: queue.take(f"{offer.id[:8]}-{number}", unlucky, offer.id, 1).id)

    assert got.count("offer.slot-full") == CROWD - 2
    assert tickets.count("ticket.have-one") == CROWD - 1
    assert at.market.offering.read(offer.id).slots[0].waiting == 1


def test_what_ends_unused_comes_back_once_and_what_was_delivered_does_not(at: Stand) -> None:
    offer = at.offer(stock=3)
    orders = [at.order(offer, at.wallet()) for _ in range(3)]

    at.move(orders[0], "held", "releasing", "released")
    at.move(orders[1], "refused")
    at.move(orders[2], "held", "captured", "refunding", "refunded")

    assert at.market.offering.read(offer.id).left == 2
    taken, _ = at.market.offering.orders(offer.id, None, 10)
    assert [one.order for one in taken] == [orders[2]]


def test_an_order_that_is_rolled_back_takes_nothing(at: Stand) -> None:
    offer, wallet = at.offer(stock=1), at.wallet()
    wanted = Wanted(offer.id, 1)

    def taken_in_vain() -> None:
        with transaction(at.engine) as connection:
            shelf = Shelf(connection, [wanted], NOW_S, to_take=True)
            shelf.judged(wallet, offer.acceptor, 1_500, wanted)
            shelf.take("lost", wallet, wanted)
            shelf.write()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        taken_in_vain()

    assert at.market.offering.read(offer.id).left == 1


def test_orders_of_one_transaction_take_from_one_another(at: Stand) -> None:
    offer, wallet = at.offer(stock=3, limit_number=2), at.wallet()
    wanted = Wanted(offer.id, 2)

    with transaction(at.engine) as connection:
        shelf = Shelf(connection, [wanted, wanted], NOW_S, to_take=True)
        shelf.judged(wallet, offer.acceptor, 3_000, wanted)
        shelf.take("first", wallet, wanted)
        same = refused(lambda: shelf.judged(wallet, offer.acceptor, 3_000, wanted))
        limited = refused(lambda: shelf.judged(wallet, offer.acceptor, 1_500, Wanted(offer.id, 1)))

    assert same == ("offer.sold-out", {"left": 1, "number": 2})
    assert limited == ("offer.limit-reached", {"left": 0, "number": 1})


def test_a_resident_may_have_so_many_in_a_period(at: Stand) -> None:
    offer, wallet = at.offer(limit_number=2, limit_days=7), at.wallet()
    first = at.order(offer, wallet)
    at.pass_time(DAY_S)
    at.order(offer, wallet)

    third = refused(lambda: at.order(offer, wallet))
    at.move(first, "refused")
    at.order(offer, wallet)
    at.pass_time(8 * DAY_S)
    after = at.order(offer, wallet, 2)

    assert third == ("offer.limit-reached", {"left": 0, "number": 1})
    assert after


def test_an_order_says_what_the_offer_says_while_it_is_valid(at: Stand) -> None:
    offer, wallet = at.offer(from_s=NOW_S + 100, until_s=NOW_S + 200), at.wallet()
    draft = at.market.offering.create("draft", OTHER, offer.draft)
    dear = offer._replace(draft=offer.draft._replace(price_units=1))

    early = refused(lambda: at.order(offer, wallet))
    at.pass_time(100)
    cheaper = refused(lambda: at.order(dear, wallet))
    others = refused(lambda: at.order(offer._replace(acceptor=OTHER), wallet))
    unseen = refused(lambda: at.order(draft, wallet))
    at.order(offer, wallet)
    at.pass_time(100)
    late = refused(lambda: at.order(offer, wallet))
    at.market.offering.close(offer.id)
    closed = refused(lambda: at.order(offer, wallet))

    assert early == ("offer.not-begun", {"from_s": NOW_S + 100})
    assert cheaper == ("offer.differs", {"field": "units", "id": offer.id})
    assert others == ("offer.differs", {"field": "acceptor", "id": offer.id})
    assert unseen == ("offer.unknown", {"id": "draft"})
    assert late == ("offer.over", {"until_s": NOW_S + 200})
    assert closed == ("offer.not-in-state", {"id": offer.id, "state": OfferState.CLOSED})


def test_a_slot_must_be_named_be_there_and_not_have_begun(at: Stand) -> None:
    offer, wallet = at.offer(slots=(MORNING,)), at.wallet()

    missing = refused(lambda: at.order(offer, wallet))
    unknown = refused(lambda: at.order(offer, wallet, slot=2))
    at.pass_time(DAY_S)
    begun = refused(lambda: at.order(offer, wallet, slot=1))

    assert missing == ("offer.slot-missing", {"field": "slot", "id": offer.id})
    assert unknown == ("offer.slot-unknown", {"field": "slot", "number": 2})
    assert begun == ("offer.slot-begun", {"starts_s": MORNING.starts_s})


def test_who_waits_is_called_in_turn_and_a_called_place_is_nobody_elses(at: Stand) -> None:
    offer, queue = at.offer(slots=(MORNING,)), at.market.queueing
    placed = [at.order(offer, at.wallet(), slot=1) for _ in range(2)]
    first, second, passer_by = (at.wallet() for _ in range(3))
    queue.take("t1", first, offer.id, 1)
    queue.take("t2", second, offer.id, 1)

    at.move(placed[0], "held", "releasing", "released")
    hasty = refused(lambda: at.order(offer, passer_by, slot=1))
    states = [queue.read(name).state for name in ("t1", "t2")]
    impatient = refused(lambda: at.order(offer, second, slot=1))
    at.order(offer, first, slot=1)

    assert hasty == ("offer.slot-full", {"left": 0, "number": 1})
    assert impatient[0] == "offer.slot-full"
    # The refused orders rolled back, and their calls with them; the next look calls for good.
    assert states == [TicketState.WAITING, TicketState.WAITING]
    assert queue.read("t1").state is TicketState.USED
    assert (queue.read("t2").state, queue.read("t2").ahead) == (TicketState.WAITING, 0)


def test_a_call_is_over_after_a_while_and_the_next_is_called(at: Stand) -> None:
    offer, queue = at.offer(slots=(MORNING,)), at.market.queueing
    placed = [at.order(offer, at.wallet(), slot=1) for _ in range(2)]
    first, second = at.wallet(), at.wallet()
    queue.take("t1", first, offer.id, 1)
    queue.take("t2", second, offer.id, 1)

    at.move(placed[0], "refused")
    called = [queue.call(), queue.call()]
    mine = queue.read("t1")
    at.pass_time(1_800)
    late = refused(lambda: at.order(offer, first, slot=1))
    again = queue.call()
    at.order(offer, second, slot=1)

    assert called == [1, 0]
    assert (mine.state, mine.until_s) == (TicketState.CALLED, NOW_S + 1_800)
    assert (late[0], again) == ("offer.slot-full", 1)
    assert queue.read("t1").state is TicketState.EXPIRED
    assert queue.read("t2").state is TicketState.USED


def test_a_ticket_is_needed_only_where_a_slot_is_full_and_can_be_given_back(at: Stand) -> None:
    offer, queue = at.offer(slots=(MORNING,)), at.market.queueing
    empty = refused(lambda: queue.take("t0", at.wallet(), offer.id, 1))
    placed = [at.order(offer, at.wallet(), slot=1) for _ in range(2)]
    first, second = at.wallet(), at.wallet()
    queue.take("t1", first, offer.id, 1)
    queue.take("t2", second, offer.id, 1)
    at.move(placed[0], "refused")
    queue.call()

    left = queue.leave("t1")
    next_one = queue.read("t2")
    at.order(offer, second, slot=1)
    used = refused(lambda: queue.leave("t2"))

    assert empty == ("ticket.not-needed", {"number": 1})
    assert (left.state, next_one.state) == (TicketState.LEFT, TicketState.CALLED)
    assert used == ("ticket.used", {"id": "t2"})
    assert queue.leave("t1") == left
    assert refused(lambda: queue.read("t9")) == ("ticket.unknown", {"id": "t9"})


def test_what_happens_to_tickets_is_told_with_it_and_to_a_resident_of_the_own_ones(
    at: Stand,
) -> None:
    offer, queue = at.offer(slots=(MORNING,)), at.market.queueing
    placed = [at.order(offer, at.wallet(), slot=1) for _ in range(2)]
    first, second = at.wallet(), at.wallet()
    queue.take("t1", first, offer.id, 1)
    queue.take("t2", second, offer.id, 1)
    queue.take("t2", second, offer.id, 1)
    with rehearsal():
        queue.leave("t1")
    at.move(placed[0], "refused")
    queue.call()
    queue.leave("t1")
    at.order(offer, second, slot=1)

    with reading(at.engine) as connection:
        every, theirs = (
            [
                (one.kind, one.object, json.loads(one.content)["until_s"])
                for one in events.page(connection, Reader(SUBJECTS, None, wallet), (), 0, 100)
            ]
            for wallet in (None, second)
        )

    start, called = MORNING.starts_s, NOW_S + 1_800
    assert every == [
        ("ticket.taken", "t1", start),
        ("ticket.taken", "t2", start),
        ("ticket.called", "t1", called),
        ("ticket.left", "t1", called),
        ("ticket.called", "t2", called),
        ("ticket.used", "t2", called),
    ]
    assert theirs == [one for one in every if one[1] == "t2"]


def test_what_is_left_is_the_same_however_many_orders_have_been_summed_up(at: Stand) -> None:
    slots = (MORNING._replace(capacity=50), MORNING._replace(capacity=50))
    offers = [at.offer(stock=100), at.offer(stock=100, slots=slots)]
    placed = [
        at.order(offer, at.wallet(), number, slot)
        for offer, slot in ((offers[0], None), (offers[1], 1), (offers[1], 2))
        for number in (1, 2, 3, 4)
    ]
    ends = (("held",), ("held", "capturing", "captured"), ("refused",))
    for name, states in zip(placed, itertools.cycle(ends), strict=False):
        at.move(name, *states)

    def left() -> list[object]:
        return [at.market.offering.read(offer.id)._replace(draft=HAIRCUT) for offer in offers]

    before, folded = left(), [at.market.offering.fold() for _ in range(2)]
    after = left()
    at.move(placed[0], "capturing", "captured", before="held")
    at.move(placed[1], "refunding", "refunded", before="captured")
    at.move(placed[3], "releasing", "released", before="held")
    at.market.tend()

    with reading(at.engine) as connection:
        summed = takings.taken(connection, [offer.id for offer in offers])
        open_still = takings.any_to_fold(connection)
    assert folded == [8, 0]
    assert after == before
    # Of each four: held, captured, refused, held; then one captured, one released.
    assert summed[offers[0].id, None] == 1 + 2
    assert not open_still


def test_only_open_orders_are_counted_anew(at: Stand) -> None:
    offer, wallet = at.offer(stock=9_000), at.wallet()
    at.many(offer, wallet, 3_000)
    at.market.offering.fold()
    at.order(offer, wallet)

    with reading(at.engine) as connection:
        counted = connection.execute(text(COUNTED_ANEW), {"offer": offer.id}).scalar_one()
    assert counted == 1
    assert at.market.offering.read(offer.id).left == 5_999
