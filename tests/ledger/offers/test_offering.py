"""Offers from draft to close, on both databases, and what is refused on the way."""

from __future__ import annotations

import uuid

import pytest

from ledger.errors import Refused, Rejected
from ledger.offers.values import OfferState, Slot
from ledger.rules.refusal import RuleRefusal
from tests.ledger.offers.stand import ACCEPTOR, HAIRCUT, NOW_S, OTHER, Stand


def test_an_offer_is_drafted_changed_opened_and_closed(at: Stand) -> None:
    offering, name = at.market.offering, str(uuid.uuid4())

    made = offering.create(name, ACCEPTOR, HAIRCUT)
    revised = offering.revise(name, HAIRCUT._replace(schemes=(2,), stock=5))
    opened = offering.open(name)
    closed = offering.close(name)

    assert (made.state, made.draft, made.left) == (OfferState.DRAFT, HAIRCUT, None)
    assert (revised.draft.schemes, revised.left) == ((2,), 5)
    assert [opened.state, closed.state] == [OfferState.OPEN, OfferState.CLOSED]
    assert offering.read(name) == closed


def test_the_same_command_makes_one_offer_and_another_content_is_refused(at: Stand) -> None:
    offering, name = at.market.offering, str(uuid.uuid4())

    first = offering.create(name, ACCEPTOR, HAIRCUT)
    again = offering.create(name, ACCEPTOR, HAIRCUT)
    with pytest.raises(Rejected) as other:
        offering.create(name, ACCEPTOR, HAIRCUT._replace(price_units=1))

    assert again == first
    assert (other.value.code, other.value.fields) == ("order.id-reused", {"id": name})
    assert len(offering.page(ACCEPTOR, None, None, 10)[0]) == 1


def test_what_is_tried_leaves_nothing(at: Stand) -> None:
    offering, name = at.market.offering, str(uuid.uuid4())

    tried = offering.create(name, ACCEPTOR, HAIRCUT, dry_run=True)
    kept = at.offer(stock=3)
    offering.close(kept.id, dry_run=True)

    assert tried.id == name
    assert [offer.id for offer in offering.page(ACCEPTOR, None, None, 10)[0]] == [kept.id]
    assert offering.read(kept.id).state is OfferState.OPEN


def test_an_open_offer_keeps_its_terms_and_a_closed_one_stays_closed(at: Stand) -> None:
    offering, offer = at.market.offering, at.offer()

    with pytest.raises(Refused) as revised:
        offering.revise(offer.id, HAIRCUT._replace(price_units=1))
    offering.close(offer.id)
    with pytest.raises(Refused) as reopened:
        offering.open(offer.id)

    assert revised.value.fields == {"id": offer.id, "state": "open"}
    assert (reopened.value.code, reopened.value.fields["state"]) == (
        "offer.not-in-state",
        "closed",
    )


def test_who_is_no_acceptor_offers_nothing_and_points_are_of_issuers(at: Stand) -> None:
    offering = at.market.offering

    with pytest.raises(Rejected) as issuer:
        offering.create("a", 1, HAIRCUT)
    with pytest.raises(RuleRefusal, match="UnknownMember"):
        offering.create("b", 99, HAIRCUT)
    with pytest.raises(Rejected) as scheme:
        offering.create("c", ACCEPTOR, HAIRCUT._replace(schemes=(1, OTHER)))

    assert issuer.value.fields == {"field": "acceptor", "member": 1}
    assert (scheme.value.code, scheme.value.fields["member"]) == ("offer.no-scheme", OTHER)


def test_times_must_fit_each_other_and_an_offer_that_is_over_is_not_opened(at: Stand) -> None:
    offering = at.market.offering
    outside = Slot(HAIRCUT.until_s - 10, HAIRCUT.until_s + 10, 1)

    with pytest.raises(Rejected) as backwards:
        offering.create("a", ACCEPTOR, HAIRCUT._replace(until_s=HAIRCUT.from_s))
    with pytest.raises(Rejected) as slot:
        offering.create("b", ACCEPTOR, HAIRCUT._replace(slots=(outside,)))
    offering.create("c", ACCEPTOR, HAIRCUT._replace(until_s=NOW_S))
    with pytest.raises(Refused) as over:
        offering.open("c")

    assert backwards.value.fields == {"field": "until"}
    assert slot.value.fields == {"field": "slots.0"}
    assert (over.value.code, over.value.fields) == ("offer.over", {"until_s": NOW_S})


def test_an_acceptors_offers_are_listed_newest_first_page_by_page(at: Stand) -> None:
    made = [at.offer().id for _ in range(3)]
    at.offer(OTHER)

    first, following = at.market.offering.page(ACCEPTOR, None, None, 2)
    second, end = at.market.offering.page(ACCEPTOR, OfferState.OPEN, following, 2)

    assert [offer.id for offer in first + second] == made[::-1]
    assert end is None
