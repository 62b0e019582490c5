"""Offers over HTTP: from an acceptor's draft to a resident's order, on a real chain."""

from __future__ import annotations

import io
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from PIL import Image

from api.access import Role
from tests.api.serving import City
from tests.support.season import CANTEEN, CULTURE, VOLUNTEER

pytestmark = pytest.mark.slow
LUNCH: dict[str, Any] = {
    "acceptor": CANTEEN, "title_zh": "社区食堂午餐", "title_en": "Canteen lunch",
    "words": "两荤一素", "price_units": 200, "measure": "portion", "category": "meals",
    "valid_from": "2026-01-01T00:00:00+08:00", "valid_until": "2027-01-01T00:00:00+08:00",
}  # fmt: skip
APPLICATION: dict[str, Any] = {
    "organisation": "示例社区理发店", "contact": {"office": "示例办公室"}, "categories": ["hair"],
}  # fmt: skip


def offered(city: City, **changes: Any) -> str:
    """An open offer of the canteen's."""
    made = city.post("/v1/offers", LUNCH | changes, Role.ACCEPTOR)
    assert made.status_code == 201, made.text
    name = str(made.json()["id"])
    assert city.post(f"/v1/offers/{name}/open", {}, Role.ACCEPTOR).json()["state"] == "open"
    return name


def await_final(city: City, order: str) -> None:
    """What is given back is there again once the block that says so is final."""
    deadline = time.monotonic() + 20
    while not city.get(f"/v1/orders/{order}").json()["final"]:
        assert time.monotonic() < deadline, order
        time.sleep(0.02)


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code."""
    return answer.status_code, answer.json()["code"]


def test_an_order_for_an_offer_says_the_rest_itself(city: City) -> None:
    offer, wallet = offered(city, stock=5), city.wallet(600)
    asked = {"wallet": wallet, "offer": offer, "number": 2}

    quote = city.post("/v1/quotes", asked).json()
    tried = city.post("/v1/orders", asked | {"dry_run": True}).json()
    order = city.done(city.post("/v1/orders", asked))
    seen = city.get(f"/v1/orders/{order['id']}", Role.ACCEPTOR).json()
    listed = city.get(f"/v1/offers/{offer}/orders", Role.ACCEPTOR).json()["orders"]
    dearer = city.post("/v1/orders", asked | {"units": 300})

    taken = {"offer": offer, "number": 2, "slot": None}
    assert (quote["acceptor"], quote["amount"]["units"]) == (CANTEEN, 400)
    assert (tried["offer"], tried["dry_run"]) == (taken, True)
    assert (order["amount"]["units"], order["acceptor"], order["offer"]) == (400, CANTEEN, taken)
    assert (seen["offer"], seen["wallet"]) == (taken, None)
    assert listed == [taken | {"order": order["id"]}]
    assert problem(dearer) == (422, "offer.differs")
    assert city.get(f"/v1/offers/{offer}", None).json()["left"] == 3


def test_stock_is_not_oversold_and_what_is_cancelled_comes_back(city: City) -> None:
    offer, wallet = offered(city, stock=3), city.wallet(6_000)
    asked = {"wallet": wallet, "offer": offer}

    with ThreadPoolExecutor(8) as threads:
        sent = [threads.submit(city.post, "/v1/orders", asked) for _ in range(8)]
        answers = [one.result() for one in sent]
    placed = [city.done(answer) for answer in answers if answer.is_success]
    cancelled = city.done(city.post(f"/v1/orders/{placed[0]['id']}/cancel", {}))
    await_final(city, cancelled["id"])
    again = city.done(city.post("/v1/orders", asked))
    full = city.post("/v1/orders", asked)

    assert len(placed) == 3
    assert {problem(a) for a in answers if not a.is_success} == {(409, "offer.sold-out")}
    assert (cancelled["state"], again["state"]) == ("released", "held")
    assert problem(full) == (409, "offer.sold-out")


def test_only_points_of_the_schemes_that_an_offer_takes_are_spent(city: City) -> None:
    wallet = city.wallet(600)

    culture = city.post("/v1/orders", {"wallet": wallet, "offer": offered(city, schemes=[CULTURE])})
    both = city.post(
        "/v1/orders", {"wallet": wallet, "offer": offered(city, schemes=[VOLUNTEER, CULTURE])}
    )

    assert problem(culture) == (409, "hold.insufficient-points")
    assert culture.json()["values"]["available_units"] == 0
    assert [hold["issuer"] for hold in city.done(both)["holds"]] == [VOLUNTEER]


def test_the_same_command_takes_an_offer_once_however_often_it_is_sent(city: City) -> None:
    offer, wallet, name = offered(city, stock=5), city.wallet(600), str(uuid.uuid4())

    answers = [
        city.post("/v1/orders", {"wallet": wallet, "offer": offer}, name=name) for _ in range(3)
    ]

    assert len({answer.text for answer in answers}) == 1
    assert city.get(f"/v1/offers/{offer}").json()["left"] == 4


def test_drafts_are_seen_by_their_acceptor_and_staff_alone(city: City) -> None:
    name = city.post("/v1/offers", LUNCH, Role.ACCEPTOR).json()["id"]
    path = f"/v1/offers/{name}"

    answers = {role: city.get(path, role).status_code for role in (None, *city.tokens)}
    ordered = city.post("/v1/orders", {"wallet": city.wallet(), "offer": name})

    allowed = {Role.OPERATOR, Role.WORKER, Role.ACCEPTOR}
    assert {role for role, status in answers.items() if status == 200} == allowed
    assert set(answers.values()) == {200, 404}
    assert problem(ordered) == (404, "offer.unknown")


def test_an_acceptor_manages_its_own_offers_and_no_other(city: City) -> None:
    others = city.post("/v1/offers", LUNCH | {"acceptor": VOLUNTEER}, Role.ACCEPTOR)
    issuers = city.post("/v1/offers", LUNCH | {"acceptor": VOLUNTEER}, Role.OPERATOR)
    listed = city.get(f"/v1/acceptors/{VOLUNTEER}/offers", Role.ACCEPTOR)

    assert problem(others) == (403, "access.not-yours")
    assert problem(issuers) == (422, "offer.not-an-acceptor")
    assert problem(listed) == (403, "access.not-yours")


def test_everybody_finds_open_offers_in_chinese_and_pages_through_them(city: City) -> None:
    made = {offered(city, title_zh=f"示例区修伞 {n} 号摊", category="repairs") for n in range(3)}

    asked: dict[str, Any] = {"q": "修伞", "category": "repairs", "limit": 2, "now": True}
    first = city.get("/v1/offers", None, **asked).json()
    second = city.get("/v1/offers", None, **asked, cursor=first["next_cursor"]).json()
    found = [offer["id"] for offer in first["offers"] + second["offers"]]
    nothing = city.get("/v1/offers", None, q="修鞋匠").json()["offers"]
    wrong = city.get("/v1/offers", None, cursor="1")

    assert (len(first["offers"]), second["next_cursor"]) == (2, None)
    assert (len(found), set(found)) == (3, made)
    assert not {offer["id"] for offer in nothing} & made
    assert (wrong.status_code, wrong.json()["field"]) == (422, "cursor")


def test_hostile_text_is_refused_or_kept_as_text(city: City) -> None:
    markup = "<script>alert('兑')</script> {{7*7}} %s"

    kept = city.get(f"/v1/offers/{offered(city, title_zh=markup)}", None)
    bad = [
        city.post("/v1/offers", LUNCH | {field: text}, Role.ACCEPTOR)
        for field, text in (
            ("title_zh", "a\x00b"), ("title_zh", "理\u202e发"), ("title_zh", " \n "),
            ("words", "\x1b[2J"), ("district", "\u200b"), ("title_zh", "长" * 61),
            ("category", "nothing"), ("price_units", 0), ("price_units", "15"), ("stock", -1),
        )
    ]  # fmt: skip
    searched = [
        city.get("/v1/offers", None, q=q).status_code
        for q in ("\x00", "%", "' OR ''='", "\u202e", "伞" * 60)
    ]

    assert kept.json()["title_zh"] == markup
    assert kept.headers["content-type"] == "application/json"
    unwritable = (422, "request.unwritable")
    told = [problem(answer) for answer in bad]
    assert [at for at, one in enumerate(told) if one == unwritable] == [0, 1, 3, 4]
    assert set(told) == {(422, "request.invalid"), unwritable}
    assert bad[1].json()["values"] == {"field": "title_zh", "character": "U+202E"}
    assert searched == [200] * 5


def test_a_picture_is_served_as_what_it_is_and_nothing_else_is_taken(city: City) -> None:
    offer = offered(city)
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(out, "JPEG")
    path, key = f"/v1/offers/{offer}/pictures", city.bearer(Role.ACCEPTOR)

    def send(content: bytes) -> httpx.Response:
        named = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "image/svg+xml"}
        return city.http.post(path, content=content, headers=key | named)

    (name,) = send(out.getvalue()).json()["pictures"]
    served = city.get(f"{path}/{name}", None)
    refused = [send(b"<svg onload='x'/>"), send(bytes(1024 * 1024 + 1))]
    dropped = city.http.delete(f"{path}/{name}", headers=key)

    assert (served.status_code, served.headers["content-type"]) == (200, "image/jpeg")
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert [problem(answer) for answer in refused] == [
        (415, "offer.picture-unknown"), (413, "request.too-large"),
    ]  # fmt: skip
    assert dropped.status_code == 204
    assert problem(city.get(f"{path}/{name}", None)) == (404, "offer.picture-missing")


def test_a_full_slot_has_a_queue(city: City) -> None:
    slot = {"starts": "2026-12-01T09:00:00+08:00", "ends": "2026-12-01T10:00:00+08:00",
            "capacity": 1}  # fmt: skip
    offer, wallets = offered(city, slots=[slot]), [city.wallet(60), city.wallet(60)]
    deadline = "2026-05-20T00:00:00+08:00"
    asked = [{"wallet": w, "offer": offer, "slot": 1, "deadline": deadline,
              "service_at": deadline} for w in wallets]  # fmt: skip

    first = city.done(city.post("/v1/orders", asked[0]))
    full = city.post("/v1/orders", asked[1])
    ticket = city.post("/v1/tickets", {"wallet": wallets[1], "offer": offer, "slot": 1}).json()
    city.done(city.post(f"/v1/orders/{first['id']}/cancel", {}))
    await_final(city, first["id"])
    second = city.done(city.post("/v1/orders", asked[1]))
    used = city.get(f"/v1/tickets/{ticket['id']}").json()
    kinds = ["ticket.taken", "ticket.called", "ticket.used"]
    told = {
        role: [
            (one["type"], one["data"]["url"], one["data"]["offer"])
            for one in city.get("/v1/events", role, type=kinds, limit=200).json()["events"]
            if one["data"]["id"] == ticket["id"]
        ]
        for role in (Role.OPERATOR, Role.WORKER, Role.ACCEPTOR)
    }

    assert problem(full) == (409, "offer.slot-full")
    assert (ticket["state"], ticket["ahead"]) == ("waiting", 0)
    assert (second["state"], used["state"]) == ("held", "used")
    url = f"/v1/tickets/{ticket['id']}"
    assert told[Role.OPERATOR] == [(kind, url, offer) for kind in kinds]
    assert told[Role.WORKER] == told[Role.OPERATOR]
    assert told[Role.ACCEPTOR] == []


def test_anybody_applies_and_learns_the_decision_but_not_what_others_said(city: City) -> None:
    made = city.post("/v1/acceptors/applications", APPLICATION, None)
    path = made.headers["Location"].removesuffix("/state")

    hidden = city.get(path, None)
    decided = city.post(f"{path}/decision", {"accepted": False, "reason": "资料不全。"})
    state = city.get(f"{path}/state", None).json()
    listed = city.get("/v1/acceptors/applications", state="refused").json()["applications"]

    assert made.status_code == 201, made.text
    assert hidden.status_code == 401
    assert decided.json()["contact"]["office"] == "示例办公室"
    assert (state["state"], state["reason"]) == ("refused", "资料不全。")
    assert "contact" not in state
    assert made.json()["id"] in {one["id"] for one in listed}


def test_wishes_are_said_read_and_met(city: City) -> None:
    wallet, offer = city.wallet(), offered(city, category="repairs")
    said = {"wallet": wallet, "words": "修收音机", "category": "repairs"}

    wish = city.post("/v1/wishes", said).json()
    listed = city.get("/v1/wishes", Role.ACCEPTOR).json()["wishes"]
    met = city.post(f"/v1/wishes/{wish['id']}/grant", {"offer": offer}, Role.ACCEPTOR).json()
    counts = city.get("/v1/wishes/counts", None).json()

    assert wish["id"] in {one["id"] for one in listed}
    assert wallet not in str(listed)
    assert met["met_by"] == [offer]
    assert {"category": "repairs", "district": "", "voices": None} in counts["kinds"]


def test_a_captured_order_is_rated_and_nobody_learns_by_whom(city: City) -> None:
    wallet = city.wallet(60)
    order = city.order(wallet, 100)
    rating = {"order": order["id"], "wallet": wallet, "score": "good"}

    early = city.post("/v1/ratings", rating)
    city.done(city.post(f"/v1/orders/{order['id']}/capture", {}, Role.ACCEPTOR))
    rated = city.post("/v1/ratings", rating)
    others = city.post("/v1/ratings", rating | {"wallet": city.wallet()})
    told = city.get(f"/v1/acceptors/{CANTEEN}/ratings", None).json()
    acceptors = city.get("/v1/acceptors", None).json()["acceptors"]

    assert problem(early) == (409, "rating.not-captured")
    assert (rated.status_code, rated.json()["score"]) == (200, "good")
    assert problem(others) == (403, "rating.not-its-wallet")
    assert told == {"acceptor": CANTEEN, "counts": dict.fromkeys(("good", "fair", "poor")),
                    "offers": []}  # fmt: skip
    assert CANTEEN in {one["member"] for one in acceptors}
