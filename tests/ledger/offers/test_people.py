"""Applications, wishes and ratings, on both databases; what is published singles nobody out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.errors import Refused, Rejected
from ledger.offers.choices import Category
from ledger.offers.onboarding import Decision
from ledger.offers.rating import in_steps
from ledger.offers.values import ApplicationState, Score
from ledger.store import offers_tickets as tickets
from ledger.store import offers_wishes as wishes
from ledger.store.engine import transaction
from ledger.units import DAY_S
from tests.ledger.offers.stand import ACCEPTOR, NOW_S, OTHER, Stand

TOLD = {"contact": {"office": "示例办公室"}, "categories": ["meals"], "documents": []}
YES = Decision(True, "资料齐全。", "CANTEEN2")


def refused(action: Callable[[], object]) -> tuple[str, dict[str, object]]:
    """Code and fields of the refusal."""
    with pytest.raises((Refused, Rejected)) as met:
        action()
    return met.value.code, dict(met.value.fields)


def test_an_organisation_applies_is_agreed_to_and_joins_when_the_council_adds_it(at: Stand) -> None:
    onboarding = at.market.onboarding

    applied = onboarding.apply("a1", "示例社区食堂", TOLD)
    vetted = onboarding.decide("a1", YES)
    at.join("CANTEEN2", 5)
    joined = onboarding.read("a1")

    assert (applied.state, applied.told, applied.member) == (ApplicationState.APPLIED, TOLD, None)
    assert (vetted.state, vetted.code, vetted.decided_s) == (
        ApplicationState.VETTED, "CANTEEN2", NOW_S,
    )  # fmt: skip
    assert (joined.state, joined.member) == (ApplicationState.JOINED, 5)
    assert onboarding.joined() == {5: joined}


def test_a_decision_has_a_reason_and_stays(at: Stand) -> None:
    onboarding = at.market.onboarding
    onboarding.apply("a1", "示例社区食堂", TOLD)
    onboarding.apply("a2", "示例理发店", TOLD)

    tried = onboarding.decide("a1", YES, dry_run=True)
    onboarding.decide("a2", Decision(False, "合同未签。"))
    codeless = refused(lambda: onboarding.decide("a1", Decision(True, "好。")))
    members = refused(lambda: onboarding.decide("a1", YES._replace(code="M3")))
    onboarding.decide("a1", YES)
    again = onboarding.decide("a1", YES)
    other = refused(lambda: onboarding.decide("a2", YES))

    assert (tried.state, again.state) == (ApplicationState.VETTED, ApplicationState.VETTED)
    assert codeless == ("acceptor.code-missing", {"field": "code"})
    assert members == ("acceptor.code-taken", {"field": "code", "name": "M3"})
    assert other == ("acceptor.decided", {"id": "a2", "state": "refused"})
    assert refused(lambda: onboarding.read("a9")) == (
        "acceptor.application-unknown", {"id": "a9"},
    )  # fmt: skip


def test_applications_are_listed_by_where_they_stand(at: Stand) -> None:
    onboarding = at.market.onboarding
    for number in range(4):
        onboarding.apply(f"a{number}", "示例单位", TOLD)
    for number, code in ((0, "NEW0"), (1, "NEW1")):
        onboarding.decide(f"a{number}", Decision(True, "好。", code))
    onboarding.decide("a2", Decision(False, "否。"))
    at.join("NEW1", 5)

    listed = {
        state: [one.id for one in onboarding.page(state, None, 10)[0]]
        for state in (None, *ApplicationState)
    }

    assert listed == {
        None: ["a3", "a2", "a1", "a0"], ApplicationState.APPLIED: ["a3"],
        ApplicationState.VETTED: ["a0"], ApplicationState.JOINED: ["a1"],
        ApplicationState.REFUSED: ["a2"],
    }  # fmt: skip


def test_the_same_wish_is_counted_together_and_each_wallet_once(at: Stand) -> None:
    wishing = at.market.wishing
    first, second = at.wallet(), at.wallet()

    wishing.say("v1", first, "修伞！", Category.REPAIRS, "示例街道")
    wishing.say("v2", second, "　修伞", Category.REPAIRS, "示例街道")
    twice = wishing.say("v3", second, "修伞", Category.REPAIRS, "示例街道")
    elsewhere = wishing.say("v4", second, "修伞", Category.REPAIRS, "另一街道")
    again = wishing.say("v1", first, "修伞！", Category.REPAIRS, "示例街道")
    empty = refused(lambda: wishing.say("v5", first, "！？", Category.OTHER, ""))
    nobody = refused(lambda: wishing.say("v6", "w-none", "修伞", Category.OTHER, ""))

    assert (twice.words, twice.voices, again) == ("修伞！", 2, twice)
    assert elsewhere.voices == 1
    assert empty == ("wish.empty", {"field": "words"})
    assert nobody == ("wallet.unknown", {"id": "w-none"})


def test_a_wallet_says_so_many_wishes_in_a_while(at: Stand) -> None:
    wishing, wallet = at.market.wishing, at.wallet()
    for number in range(20):
        wishing.say(f"v{number}", wallet, f"心愿{number}", Category.OTHER, "")

    more = refused(lambda: wishing.say("v20", wallet, "还有", Category.OTHER, ""))
    at.pass_time(91 * DAY_S)

    assert more == ("wish.too-many", {"most": 20, "days": 90})
    assert wishing.say("v20", wallet, "还有", Category.OTHER, "").voices == 1


def test_a_wish_is_met_for_as_long_as_an_offer_that_was_named_is_open(at: Stand) -> None:
    wishing, offer = at.market.wishing, at.offer()
    wish = wishing.say("v1", at.wallet(), "理发", Category.HAIR, "")

    named = [wishing.grant(wish.id, offer.id), wishing.grant(wish.id, offer.id)]
    unmet = wishing.page(None, None, None, 10, unmet=True)[0]
    at.market.offering.close(offer.id)
    afterwards = wishing.page(None, None, None, 10, unmet=True)[0]
    closed = refused(lambda: wishing.grant(wish.id, offer.id))

    assert [one.met_by for one in named] == [(offer.id,)] * 2
    assert (unmet, [one.id for one in afterwards]) == ([], [wish.id])
    assert closed == ("offer.not-in-state", {"id": offer.id, "state": "closed"})
    assert refused(lambda: wishing.grant("w9", offer.id))[0] == "wish.unknown"


def test_wishes_come_by_number_of_voices_and_small_counts_are_not_told(at: Stand) -> None:
    wishing = at.market.wishing
    for number in range(7):
        wishing.say(f"a{number}", at.wallet(), "修伞", Category.REPAIRS, "示例街道")
    for number in range(4):
        wishing.say(f"b{number}", at.wallet(), "学书法", Category.LEARNING, "")

    first, place = wishing.page(None, None, None, 1, unmet=True)
    second, _ = wishing.page(None, None, place, 1, unmet=True)
    told = {(kind.category, kind.district): kind.voices for kind in wishing.kinds()}

    assert [(w.words, w.voices) for w in first + second] == [("修伞", 7), ("学书法", 4)]
    assert told == {(Category.REPAIRS, "示例街道"): 5, (Category.LEARNING, ""): None}
    assert [w.id for w in wishing.page(Category.LEARNING, None, None, 9, unmet=True)[0]] == ["b0"]


def test_a_forgotten_wallet_leaves_its_voice_and_no_name(at: Stand) -> None:
    wishing, wallet = at.market.wishing, at.wallet()
    wish = wishing.say("v1", wallet, "修伞", Category.REPAIRS, "")

    with transaction(at.engine) as connection:
        wishes.forget_wallet(connection, wallet)
        tickets.forget_wallet(connection, wallet)
    with at.look() as look:
        voice = wishes.voice(look.operator, "v1")

    assert voice is not None
    assert voice.wallet is None
    assert wishing.page(None, None, None, 9, unmet=True)[0] == [wish]


def test_a_captured_order_is_rated_once_by_its_wallet_and_changeable_for_a_day(at: Stand) -> None:
    rated, wallet, offer = at.market.rated, at.wallet(), at.offer()
    order, early = at.order(offer, wallet), at.order(offer, wallet)
    at.capture(order)

    first = rated.rate(order, wallet, Score.GOOD)
    changed = rated.rate(order, wallet, Score.POOR)
    others = refused(lambda: rated.rate(order, at.wallet(), Score.GOOD))
    undelivered = refused(lambda: rated.rate(early, wallet, Score.GOOD))
    at.pass_time(DAY_S)
    same = rated.rate(order, wallet, Score.POOR)
    late = refused(lambda: rated.rate(order, wallet, Score.GOOD))

    assert (first.changeable_until_s, changed.score) == (NOW_S + DAY_S, Score.POOR)
    assert same == changed
    assert others == ("rating.not-its-wallet", {"id": order})
    assert undelivered == ("rating.not-captured", {"id": early, "state": "placed"})
    assert late == ("rating.settled", {"id": order})


def test_ratings_are_published_in_steps_a_day_late_and_without_small_cells(at: Stand) -> None:
    rated, offers = at.market.rated, [at.offer(), at.offer()]
    for number in range(9):
        order = at.order(offers[number % 2], wallet := at.wallet())
        at.capture(order)
        rated.rate(order, wallet, Score.POOR if number == 8 else Score.GOOD)

    early = rated.published(ACCEPTOR)
    at.pass_time(DAY_S)
    told = rated.published(ACCEPTOR)

    assert set(early.counts.values()) == {None}
    assert told.counts == {Score.GOOD: 5, Score.FAIR: None, Score.POOR: None}
    assert told.offers == {}, "four each: too few to tell"
    assert rated.many([ACCEPTOR, OTHER]) == {ACCEPTOR: told.counts}


def test_counts_of_people_are_told_in_fives() -> None:
    assert [in_steps(n) for n in (0, 4, 5, 9, 10, 101)] == [None, None, 5, 5, 10, 100]
