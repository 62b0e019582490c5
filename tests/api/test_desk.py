"""A desk over HTTP: opened in one visit, spent within a session, by whom and seen by whom."""

from __future__ import annotations

import uuid
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import text

from api.access import Role
from api.places import open_operator_database
from ledger.onetime import make_code, show_code
from ledger.store.engine import transaction
from tests.api.counter import AGREED, SEEN, Counter, counter
from tests.api.serving import City
from tests.support.season import CANTEEN, CULTURE, VOLUNTEER

pytestmark = pytest.mark.slow
CODE = show_code(make_code(b"invent"))


@pytest.fixture
def desk(city: City) -> Counter:
    return counter(city)


def refusal(answer: object) -> tuple[int, str, str | None]:
    shown = answer.json()  # type: ignore[attr-defined]
    return shown["status"], shown["code"], shown["field"]


def drawn(svg: str) -> str:
    """The text of a print, which is well-formed and has no style or script."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    names = {element.tag.partition("}")[2] for element in root.iter()}
    assert names <= {"svg", "rect", "text", "path"}
    return "\n".join(element.text or "" for element in root.iter() if element.text)


def test_one_visit_opens_a_wallet_with_card_pin_and_links_under_one_consent(desk: Counter) -> None:
    name = str(uuid.uuid4())
    link = {"scheme": CULTURE, "code": CODE}
    body = {"issuers": [VOLUNTEER, CULTURE], "links": [link]} | AGREED
    answer, again = (desk.post("/v1/desk/openings", body, name=name) for _ in range(2))
    made = answer.json()
    handed = made["handed"]

    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert again.json() == made
    assert [(one["scheme"], one["state"]) for one in made["links"]] == [(CULTURE, "open")]
    assert [one["scheme"] for one in made["link_codes"]] == [VOLUNTEER]
    assert handed["number"] in drawn(handed["card_print"])
    assert handed["pin"] in drawn(handed["pin_print"])
    assert handed["pin"] not in handed["card_print"]
    assert handed["card"]["made_by"] == desk.key_id
    printed = desk.get(f"/v1/desk/cards/{handed['card']['id']}/print")
    assert printed.headers["content-type"] == "image/svg+xml"
    assert printed.text == handed["card_print"]


def test_an_opening_that_comes_again_makes_no_used_code_anew(city: City, desk: Counter) -> None:
    name, body = str(uuid.uuid4()), {"issuers": [VOLUNTEER, CULTURE]} | AGREED
    made = desk.post("/v1/desk/openings", body, name=name).json()
    code = next(one["code"] for one in made["link_codes"] if one["scheme"] == CULTURE)
    used = city.post("/v1/link-codes/redeem", {"code": code}, Role.ISSUER)
    again = desk.post("/v1/desk/openings", body, name=name).json()
    twice = city.post("/v1/link-codes/redeem", {"code": code}, Role.ISSUER)

    assert (used.status_code, twice.status_code) == (200, 404)
    assert [one["scheme"] for one in again["link_codes"]] == [VOLUNTEER]
    assert again | {"link_codes": made["link_codes"]} == made


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"identity_shown": False}, (422, "request.invalid", "identity_shown")),
        ({"consent": False}, (422, "request.invalid", "consent")),
        ({"consent_version": 99}, (422, "link.consent-version", "consent_version")),
        ({"links": [{"scheme": 3, "code": CODE}]}, (422, "resident.scheme-not-chosen", "links")),
        ({"links": [{"scheme": 1, "code": "7K3M"}]}, (422, "link.code-mistyped", "code")),
        (
            {"guardian": {"relation": "母亲", "birth_month": "1990-01"}},
            (422, "resident.not-a-child", "guardian.birth_month"),
        ),
    ],
)
def test_an_opening_that_can_not_be_makes_nothing(
    desk: Counter, change: dict[str, object], told: tuple[int, str, str]
) -> None:
    answer = desk.post("/v1/desk/openings", {"issuers": [1]} | AGREED | change)

    assert refusal(answer) == told


def test_a_child_has_a_guardian_and_no_birth_is_kept(desk: Counter) -> None:
    made = desk.opening(guardian={"relation": "母亲", "birth_month": "2018-09"})

    assert made["guardian_until"] == "2032-09"
    assert made["handed"]["card"]["holder"] == "guardian"
    assert made["handed"]["card"]["until"] == "2032-09-01T00:00:00+08:00"


def test_a_worker_spends_nothing_without_the_residents_card(desk: Counter) -> None:
    made = desk.opening(60)
    wallet = made["wallet"]["id"]
    body = {"wallet": wallet, "acceptor": CANTEEN, "units": 300}
    alone = desk.post("/v1/orders", body)
    token = desk.session(made["handed"])
    placed = desk.post("/v1/orders", body, token)
    order = desk.done(placed, token)
    receipt = desk.get(f"/v1/desk/receipts/{order['id']}", token, params={"form": "text"})
    paper = desk.get(f"/v1/desk/receipts/{order['id']}")
    acts = desk.get(f"/v1/wallets/{wallet}/acts", token).json()["acts"]
    cancelled = desk.done(desk.post(f"/v1/orders/{order['id']}/cancel", {}, token), token)

    assert refusal(alone) == (403, "access.not-allowed", None)
    assert placed.status_code in (201, 202), placed.text
    assert (order["wallet"], cancelled["state"]) == (wallet, "released")
    assert [(a["order"], a["worker"], a["delegate"]) for a in acts] == [
        (order["id"], desk.key_id, None)
    ]
    for printed in (receipt.text, drawn(paper.text)):
        assert desk.key_id in printed
        assert "社区食堂" in printed
        assert "3.00" in printed
        assert wallet not in printed


def test_a_session_acts_for_its_own_wallet_only(city: City, desk: Counter) -> None:
    mine, other = desk.opening(), desk.opening(60)
    token = desk.session(mine["handed"])
    theirs = other["wallet"]["id"]
    order = city.order(theirs, 100)["id"]
    fund = "0x" + f"{5:040x}"
    about = {"wallet": theirs, "acceptor": CANTEEN, "units": 100}
    card = other["handed"]["card"]["id"]

    answers = [
        *(
            desk.get(f"/v1/wallets/{theirs}{more}", token)
            for more in ("", "/balance", "/awards", "/cards", "/acts", "/messages", "/views")
        ),
        desk.get(f"/v1/orders/{order}", token),
        desk.get("/v1/delegates", token, params={"wallet": theirs}),
        desk.post("/v1/quotes", about, token),
        desk.post("/v1/orders", about, token),
        desk.post("/v1/orders/prepare", about, token),
        desk.post(f"/v1/orders/{order}/cancel", {}, token),
        desk.post(f"/v1/orders/{order}/cancel/prepare", {}, token),
        desk.post("/v1/slips", about, token),
        desk.post("/v1/exchanges", {"wallet": theirs, "into": 2, "units": 100}, token),
        desk.post("/v1/donations", {"wallet": theirs, "fund_account": fund, "units": 1}, token),
        desk.post(f"/v1/desk/cards/{card}/end", {}, token),
        desk.post("/v1/desk/sessions/s0a1b2c3d4e5f/end", {}, token),
    ]
    listed = desk.get("/v1/orders", token, params={"wallet": theirs}).json()["orders"]

    assert {refusal(answer)[:2] for answer in answers} == {(403, "resident.not-your-wallet")}
    assert listed == []


def test_pins_are_not_guessed_over_http_however_many_desks_try(desk: Counter) -> None:
    made = desk.opening()
    number = made["handed"]["number"]
    bad = f"{(int(made['handed']['pin']) + 7) % 1_000_000:06d}"
    name = str(uuid.uuid4())
    said = [
        refusal(desk.post("/v1/desk/sessions", {"card": number, "pin": bad}, name=name))
        for _ in range(3)
    ]
    said += [
        refusal(counter(desk.city).post("/v1/desk/sessions", {"card": number, "pin": bad}))
        for _ in range(5)
    ]
    right = desk.post("/v1/desk/sessions", {"card": number, "pin": made["handed"]["pin"]})
    tried = [
        desk.post("/v1/desk/sessions", {"card": number, "pin": bad}).status_code for _ in range(24)
    ]

    # The same command three times is one guess, and four more are free.
    assert said[:7] == [(403, "resident.card-wrong", "pin")] * 7
    assert {code for _, code, _ in said[7:]} == {"resident.card-locked"}
    assert refusal(right)[:2] == (403, "resident.card-locked")
    assert tried[-1] == 429


def test_a_code_is_sent_and_opens_a_session_once(desk: Counter) -> None:
    made = desk.opening()
    name, number = str(uuid.uuid4()), made["handed"]["number"]
    both = desk.post("/v1/desk/sessions", {"card": number, "pin": "000000", "code": "000000"})
    sent = desk.post("/v1/desk/codes", {"card": number}, name=name)
    files = (desk.city.settings.data / "messages").glob("*.json")
    newest = max(files, key=lambda file: file.stat().st_mtime_ns).read_text("utf-8")
    code = newest.partition("通兑验证码 ")[2][:6]
    opened = desk.post("/v1/desk/sessions", {"card": number, "code": code})
    again = desk.post("/v1/desk/sessions", {"card": number, "code": code})
    told = desk.get(f"/v1/wallets/{made['wallet']['id']}/messages", opened.json()["token"])

    assert refusal(both) == (422, "resident.pin-or-code", "pin")
    assert (sent.status_code, sent.json()) == (200, {"good_s": 300})
    assert opened.status_code == 201, opened.text
    assert refusal(again) == (403, "resident.card-wrong", "code")
    assert [(one["kind"], one["words"]) for one in told.json()["messages"]] == [("code", "")]


def test_two_workers_reset_a_pin_and_a_lost_card_is_ended_at_once(desk: Counter) -> None:
    made = desk.opening()
    card = made["handed"]["card"]["id"]
    token = desk.session(made["handed"])
    asked = desk.post("/v1/desk/resets", {"card": card, "lost": True} | SEEN).json()
    alone = desk.post(f"/v1/desk/resets/{asked['id']}/confirm", SEEN)
    neither = desk.post("/v1/desk/resets", SEEN)
    other = counter(desk.city)
    done = other.post(f"/v1/desk/resets/{asked['id']}/confirm", SEEN)
    fresh = desk.session(done.json())
    ended = desk.post(f"/v1/desk/cards/{card}/end", {}, fresh)

    assert refusal(alone)[:2] == (403, "resident.same-worker")
    assert refusal(neither) == (422, "resident.card-or-wallet", "card")
    assert done.json()["number"] != made["handed"]["number"]
    assert ended.json()["ended_at"] is not None
    for over in (token, fresh):
        answer = desk.get(f"/v1/wallets/{made['wallet']['id']}", over)
        assert refusal(answer)[:2] == (401, "resident.session-over")


def test_a_session_ends_by_hand_of_its_desk(desk: Counter) -> None:
    made = desk.opening()
    token = desk.session(made["handed"])
    session = token.split("_")[1]
    strangers = counter(desk.city).post(f"/v1/desk/sessions/{session}/end", {})
    ended = desk.post(f"/v1/desk/sessions/{session}/end", {})

    assert refusal(strangers)[:2] == (404, "resident.session-unknown")
    assert ended.json() == {"id": session, "ended": True}
    assert desk.get(f"/v1/wallets/{made['wallet']['id']}", token).status_code == 401


def test_a_delegate_orders_within_limits_and_the_principal_sees_each_use(desk: Counter) -> None:
    made = desk.opening(60)
    wallet = made["wallet"]["id"]
    principal = desk.session(made["handed"])
    registered = desk.delegate(wallet, principal, acceptors=[CANTEEN])
    delegate = desk.session(registered["handed"])
    body = {"wallet": wallet, "acceptor": CANTEEN, "units": 400}

    order = desk.done(desk.post("/v1/orders", body, delegate), delegate)
    own = desk.done(desk.post("/v1/orders", body | {"units": 100}, principal), principal)
    above = desk.post("/v1/orders", body | {"units": 501}, delegate)
    month = desk.post("/v1/orders", body | {"units": 401}, delegate)
    elsewhere = desk.post("/v1/orders", body | {"acceptor": 2}, delegate)
    others = desk.get(f"/v1/orders/{own['id']}", delegate)
    spying = desk.get(f"/v1/wallets/{wallet}/cards", delegate)
    acts = desk.get(f"/v1/wallets/{wallet}/acts", principal).json()["acts"]
    told = desk.get(f"/v1/wallets/{wallet}/messages", principal).json()["messages"]
    name = registered["delegate"]["id"]
    revoked = desk.post(f"/v1/delegates/{name}/revoke", {}, principal)
    after = desk.post("/v1/orders", body | {"units": 1}, delegate)

    assert refusal(above) == (409, "resident.order-limit", "units")
    assert refusal(month) == (409, "resident.period-limit", "units")
    assert refusal(elsewhere) == (403, "resident.acceptor-not-allowed", "acceptor")
    assert refusal(others)[:2] == (403, "resident.not-your-wallet")
    assert refusal(spying)[:2] == (403, "access.not-allowed")
    assert [(a["order"], a["delegate"]) for a in acts] == [(own["id"], None), (order["id"], name)]
    assert [(m["kind"], m["order"]) for m in told] == [("delegate-used", order["id"])]
    assert told[0]["sent_at"] is not None
    assert revoked.json()["revoked_at"] is not None
    assert refusal(after)[:2] == (403, "resident.delegation-over")


def test_an_order_that_the_ledger_refuses_leaves_the_limits_as_they_were(desk: Counter) -> None:
    made = desk.opening()
    wallet, token = made["wallet"]["id"], desk.session(made["handed"])
    body = {"wallet": wallet, "acceptor": CANTEEN, "units": 20_000}

    said = [refusal(desk.post("/v1/orders", body, token)) for _ in range(4)]

    assert said == [(409, "hold.insufficient-points", None)] * 4
    assert desk.get(f"/v1/wallets/{wallet}/acts", token).json()["acts"] == []


def test_a_slip_is_printed_taken_once_and_says_where(city: City, desk: Counter) -> None:
    made = desk.opening(60)
    wallet, token = made["wallet"]["id"], desk.session(made["handed"])
    body = {"wallet": wallet, "acceptor": CANTEEN, "units": 300}
    tried = desk.post("/v1/slips", body | {"dry_run": True}, token)
    slip = desk.post("/v1/slips", body, token).json()
    desk.done(desk.get(f"/v1/orders/{slip['order']}", token), token)
    paper = drawn(desk.get(f"/v1/slips/{slip['order']}/print", token).text)
    typed = next(line for line in paper.splitlines() if line.startswith("TDS1-"))
    taking, name = {"slip": typed, "desk": "示例食堂 1 号窗口"}, str(uuid.uuid4())
    taken = [city.post("/v1/slips/take", taking, Role.ACCEPTOR, name) for _ in range(2)]
    order = city.done(city.get(f"/v1/orders/{slip['order']}"))
    twice = city.post("/v1/slips/take", taking | {"desk": "2 号窗口"}, Role.ACCEPTOR)
    issuers = city.post("/v1/slips/take", taking, Role.ISSUER)
    read = desk.get(f"/v1/slips/{slip['order']}", token).json()

    assert (tried.status_code, tried.json()["standing"]["dry_run"]) == (200, True)
    assert desk.get(f"/v1/slips/{tried.json()['order']}", token).status_code == 404
    assert slip["standing"]["wallet"] == wallet
    assert {answer.status_code for answer in taken} <= {200, 202}, taken[0].text
    assert taken[0].json()["wallet"] is None
    assert (order["state"], order["captured"]["units"]) == ("captured", 300)
    assert refusal(twice) == (409, "slip.taken", "slip")
    assert "示例食堂 1 号窗口" in twice.json()["detail"]
    assert refusal(issuers)[:2] == (403, "access.not-allowed")
    assert (read["taken_desk"], read["standing"]["state"]) == ("示例食堂 1 号窗口", "captured")


def test_whoever_looks_is_seen_by_the_resident(city: City, desk: Counter) -> None:
    made = desk.opening(60)
    wallet = made["wallet"]["id"]
    token = desk.session(made["handed"])
    why = {"Viewing-Reason": "%E4%BD%99%E9%A2%9D"}
    for path in ("", "/balance", "/balance", "/awards"):
        desk.get(f"/v1/wallets/{wallet}{path}", headers=why)
        desk.get(f"/v1/wallets/{wallet}{path}", token)
    order = city.order(wallet, 100)["id"]
    city.get(f"/v1/orders/{order}")
    city.get(f"/v1/orders/{order}", Role.ACCEPTOR)
    city.get("/v1/orders", Role.OPERATOR, wallet=wallet)

    first = desk.get(f"/v1/wallets/{wallet}/views", token, params={"limit": 3}).json()
    rest = desk.get(
        f"/v1/wallets/{wallet}/views", token, params={"cursor": first["next_cursor"]}
    ).json()["views"]
    views = first["views"] + rest
    by_desk = [(v["what"], v["why"], v["label"]) for v in views if v["who"] == desk.key_id]
    label = "示例社区服务点"

    assert by_desk == [
        ("list_awards", "余额", label),
        ("get_balance", "余额", label),
        ("get_wallet", "余额", label),
    ]
    assert {v["role"] for v in views} == {"worker", "operator"}
    assert [v["what"] for v in views if v["role"] == "operator"][:2] == ["list_orders", "get_order"]
    city.get(f"/v1/wallets/{wallet}/views")
    again = desk.get(f"/v1/wallets/{wallet}/views", token).json()["views"]
    assert (again[0]["what"], again[0]["role"]) == ("list_views", "operator")


def test_a_death_stops_everything_and_the_fund_waits_for_the_heirs(
    city: City, desk: Counter
) -> None:
    made = desk.opening(60)
    wallet, token = made["wallet"]["id"], desk.session(made["handed"])
    seen = {"proof_shown": True}
    report = desk.post("/v1/desk/deaths", {"wallet": wallet} | seen).json()
    stopped = desk.get(f"/v1/wallets/{wallet}", token)
    alone = desk.post(f"/v1/desk/deaths/{report['id']}/heir", seen)
    heir = counter(city).post(f"/v1/desk/deaths/{report['id']}/heir", seen).json()
    theirs = desk.session(heir)
    body = {"wallet": wallet, "acceptor": CANTEEN, "units": 100}
    spent = desk.done(desk.post("/v1/orders", body, theirs), theirs)
    delegating = desk.post(
        "/v1/delegates",
        {
            "wallet": wallet, "relation": "朋友", "order_units": 1, "month_units": 1,
            "until": "2099-01-01T00:00:00+08:00",
        },
        theirs,
    )  # fmt: skip
    fund = {"fund_account": f"0x{5:040x}"}
    early = city.post(f"/v1/desk/deaths/{report['id']}/give", fund)
    withdrawn = desk.post(f"/v1/desk/deaths/{report['id']}/withdraw", {}).json()

    assert refusal(stopped)[:2] == (401, "resident.session-over")
    assert refusal(alone)[:2] == (403, "resident.same-worker")
    assert (heir["card"]["holder"], heir["card"]["until"]) == ("heir", report["due_at"])
    assert spent["state"] == "held"
    assert refusal(delegating)[:2] == (403, "access.not-allowed")
    assert refusal(early)[:2] == (409, "resident.death-early")
    assert withdrawn["state"] == "withdrawn"
    assert desk.get(f"/v1/wallets/{wallet}", theirs).status_code == 401


def test_what_is_left_goes_to_the_fund_on_chain_once_the_heirs_time_is_over(
    city: City, desk: Counter
) -> None:
    wallet = desk.opening(60)["wallet"]["id"]
    report = desk.post("/v1/desk/deaths", {"wallet": wallet, "proof_shown": True}).json()
    passed = text("UPDATE residents_deaths SET due_s = 0 WHERE id = :id")
    with (
        open_operator_database(city.settings, exclusive=False) as database,
        transaction(database.engine) as at,
    ):
        at.execute(passed, {"id": report["id"]})
    give, fund = f"/v1/desk/deaths/{report['id']}/give", {"fund_account": f"0x{5:040x}"}
    part = city.post(give, fund | {"units": 400})
    city.done(city.get(f"/v1/orders/{part.json()['order']['id']}"))
    name = str(uuid.uuid4())
    city.done(city.post(give, fund, name=name))
    whole = city.post(give, fund, name=name)
    left = city.get(f"/v1/wallets/{wallet}/balance").json()["total"]["units"]

    assert part.json()["order"]["amount"]["units"] == 400
    assert part.json()["state"] == "reported"
    assert whole.json()["state"] == "given"
    assert whole.json()["order"]["amount"]["units"] == 600
    assert left == 0


def test_a_forgotten_wallet_takes_its_cards_along(city: City, desk: Counter) -> None:
    made = desk.opening()
    wallet, handed = made["wallet"]["id"], made["handed"]
    token = desk.session(handed)
    city.http.delete(f"/v1/wallets/{wallet}", headers=city.bearer(Role.OPERATOR))

    gone = desk.get(f"/v1/wallets/{wallet}", token)
    card = desk.get(f"/v1/desk/cards/{handed['card']['id']}/print")

    assert refusal(gone)[:2] == (401, "access.key-unknown")
    assert refusal(card)[:2] == (404, "resident.card-unknown")
