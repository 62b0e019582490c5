"""Residents sign in by a provider: every check of the way there and back, broken once."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from api.access import Role
from api.idempotency import REPLAYED, command_of
from tests.api.at_home import AUDIENCE, Home, home_in, problem_of, ticket_of
from tests.api.serving import BLOCK_S
from tests.support import provider as mischief
from tests.support.season import CANTEEN, MINUTES, VOLUNTEER

pytestmark = pytest.mark.slow
HOUR_S = 3_600


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Shared: each test signs in people of its own."""
    with home_in(tmp_path_factory.mktemp("home")) as made:
        yield made


def test_a_resident_signs_in_opens_a_wallet_and_comes_back_to_it(home: Home) -> None:
    first = home.sign_in("invented-first")
    wallet = home.open(first["access"])
    again = home.sign_in("invented-first")

    assert first["wallet"] is None
    assert again["wallet"] == wallet
    assert home.get("/v1/my", again["access"]).json() == {
        "session": again["session"], "provider": "city", "wallet": wallet,
    }  # fmt: skip
    assert home.get(f"/v1/wallets/{wallet}/balance", again["access"]).status_code == 200


def test_providers_are_listed_in_both_languages(home: Home) -> None:
    listed = home.get("/v1/sign-in").json()["providers"]

    assert {"name": "city", "zh": "市民账号", "en": "city", "start": "/v1/sign-in/city"} in listed


def test_nothing_of_a_person_is_kept(home: Home) -> None:
    home.sign_in("invented-very-recognisable")
    folder = home.settings.data

    kept = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())

    for word in ("invented-very-recognisable", "张某某", "+86 100", "invented@example"):
        assert word.encode() not in kept


@pytest.mark.parametrize(
    ("claims", "check"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"aud": "another-client"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": [mischief.CLIENT, "another"]}, "party"),
        ({"azp": "another"}, "party"),
        ({"exp": int(time.time()) - HOUR_S}, "expired"),
        ({"exp": None}, "expired"),
        ({"exp": "soon"}, "expired"),
        ({"iat": int(time.time()) + HOUR_S}, "issued"),
        ({"iat": int(time.time()) - HOUR_S}, "issued"),
        ({"nbf": int(time.time()) + HOUR_S}, "not-before"),
        ({"at_hash": "c29tZXRoaW5nLWVsc2U"}, "at-hash"),
        ({"sub": None}, "subject"),
        ({"sub": ""}, "subject"),
    ],
)
def test_a_proof_that_says_something_else_is_refused(
    home: Home, claims: dict[str, Any], check: str
) -> None:
    home.city.claims = claims

    answer = home.come()

    assert problem_of(answer) == (403, "login.proof-wrong", {"provider": "city", "check": check})


@pytest.mark.parametrize(
    ("sign", "check"),
    [
        (mischief.unsigned, "algorithm"),
        (mischief.by_secret, "algorithm"),
        (mischief.by_stranger, "signature"),
        (mischief.by_unknown_key, "key"),
        (lambda _claims: "not.a.proof", "form"),
        (lambda _claims: "x" * 20_000, "form"),
    ],
)
def test_a_proof_that_the_provider_did_not_sign_is_refused(
    home: Home, sign: Any, check: str
) -> None:
    home.city.sign = sign

    answer = home.come()

    assert problem_of(answer) == (403, "login.proof-wrong", {"provider": "city", "check": check})


def test_an_access_token_is_no_id_token(home: Home) -> None:
    home.city.sign = lambda claims: home.city.app_token(mischief.CLIENT, nonce=claims["nonce"])

    answer = home.come()

    assert problem_of(answer)[2] == {"provider": "city", "check": "type"}


def test_a_state_works_once_for_its_provider_and_no_other(home: Home) -> None:
    address, _ = home.leave()
    back = home.agree(address)
    other, _ = home.leave("bank")

    first, again = home.back(back), home.back(back)
    mixed = home.back(home.agree(other).replace("/bank/", "/city/"))
    invented = home.back("/v1/sign-in/city/callback?state=invented&code=x")

    assert first.status_code == 303
    expected = (400, "login.start-unknown", {"field": "state"})
    assert [problem_of(one) for one in (again, mixed, invented)] == [expected] * 3


def test_two_tabs_sign_in_side_by_side(home: Home) -> None:
    home.city.subject = "invented-tabs"
    tabs = [home.leave() for _ in range(2)]
    answers = [home.back(home.agree(address)) for address, _ in reversed(tabs)]
    bodies = [
        {"ticket": ticket_of(answer), "verifier": verifier}
        for answer, (_, verifier) in zip(answers, reversed(tabs), strict=True)
    ]

    entered = [home.post("/v1/sign-in/enter", body) for body in bodies]

    assert [one.status_code for one in entered] == [201, 201]


def test_nobody_is_signed_in_by_anothers_link_and_a_ticket_works_once(home: Home) -> None:
    (address, verifier), (_, others) = home.leave(), home.leave()
    stolen = ticket_of(home.back(home.agree(address)))
    expected = (400, "login.ticket-unknown", {"field": "ticket"})

    fixated = home.post("/v1/sign-in/enter", {"ticket": stolen, "verifier": others})
    late = home.post("/v1/sign-in/enter", {"ticket": stolen, "verifier": verifier})

    assert (problem_of(fixated), problem_of(late)) == (expected, expected)


def test_a_code_of_another_sign_in_does_not_fit(home: Home) -> None:
    (one, _), (other, _) = home.leave(), home.leave()
    path, query = home.agree(one).split("?")
    _, foreign = home.agree(other).split("?")
    code = next(part for part in foreign.split("&") if part.startswith("code="))
    state = next(part for part in query.split("&") if part.startswith("state="))

    answer = home.back(f"{path}?{code}&{state}")

    expected = {"provider": "city", "words": "invalid_grant"}
    assert problem_of(answer) == (403, "login.declined", expected)


def test_who_declines_at_the_provider_is_told_so_in_both_languages(home: Home) -> None:
    paths = []
    for _ in range(2):
        address, _ = home.leave()
        path, query = home.agree(address).split("?")
        state = next(part for part in query.split("&") if part.startswith("state="))
        paths.append(f"{path}?error=access_denied&{state}")

    zh, en = home.back(paths[0]), home.back(paths[1] + "&lang=en")

    assert problem_of(zh)[1:] == (
        "login.declined", {"provider": "city", "words": "access_denied"}
    )  # fmt: skip
    assert zh.json()["detail"] == "登录服务 city 没有同意这次登录（access_denied）。"
    assert en.json()["detail"] == (
        "The provider city did not agree to this sign-in (access_denied)."
    )


def test_an_answer_that_says_it_is_another_providers_is_refused(home: Home) -> None:
    address, _ = home.leave()

    answer = home.back(home.agree(address) + "&iss=https%3A%2F%2Felsewhere.example")

    assert problem_of(answer)[2] == {"provider": "city", "check": "issuer"}


def test_a_provider_that_nobody_named_is_not_there(home: Home) -> None:
    answer = home.get("/v1/sign-in/nobody", challenge="a" * 43)

    assert problem_of(answer) == (404, "login.no-provider", {"field": "provider"})
    assert problem_of(home.get("/v1/sign-in/city"))[:2] == (422, "request.invalid")


# Sessions


def test_a_session_is_renewed_and_a_renewal_that_comes_twice_ends_it(home: Home) -> None:
    session = home.sign_in("invented-renewing")
    home.open(session["access"])
    name, body = str(uuid.uuid4()), {"refresh": session["refresh"]}

    renewed = home.post("/v1/sign-in/renew", body, name=name).json()
    lost = home.post("/v1/sign-in/renew", body, name=name).json()
    unseen = home.get("/v1/my", renewed["access"])
    works = home.get("/v1/my", lost["access"])
    copied = home.post("/v1/sign-in/renew", body)
    after = home.get("/v1/my", lost["access"])

    assert works.status_code == 200
    assert problem_of(unseen)[1] == "access.key-unknown"
    assert problem_of(copied) == (401, "login.refresh-reused", {"field": "refresh"})
    assert problem_of(after)[1] == "access.key-unknown"


def test_a_command_outlives_its_token_and_what_is_kept_lets_nobody_try_contents(home: Home) -> None:
    session = home.sign_in("invented-outliving")
    path = f"/v1/wallets/{home.open(session['access'])}/district"
    name, said = str(uuid.uuid4()), {"district": "示例街道"}

    first = home.post(path, said, session["access"], name)
    renewed = home.post("/v1/sign-in/renew", {"refresh": session["refresh"]}).json()["access"]
    again = home.post(path, said, renewed, name)
    with closing(sqlite3.connect(home.settings.database_place)) as base:
        wanted = "SELECT fingerprint, key_id FROM access_answers WHERE name = ?"
        ((kept, key_id),) = base.execute(wanted, (name,)).fetchall()

    assert (again.content, again.headers[REPLAYED]) == (first.content, "true")
    for secret in ("", key_id):
        tried = command_of(key_id, name, "POST", path, first.request.content, secret)
        assert tried.fingerprint != kept


def test_who_signs_out_is_out_at_once(home: Home) -> None:
    session = home.sign_in("invented-leaving")
    home.open(session["access"])

    left = home.post("/v1/sign-out", {}, session["access"])
    after = home.get("/v1/my", session["access"])
    renewed = home.post("/v1/sign-in/renew", {"refresh": session["refresh"]})

    assert left.status_code == 204
    assert problem_of(after) == (401, "access.key-unknown", {"field": "Authorization"})
    assert problem_of(renewed) == (401, "login.refresh-unknown", {"field": "refresh"})


def test_a_resident_sees_the_own_sessions_and_ends_one(home: Home) -> None:
    here = home.sign_in("invented-two-phones")
    home.open(here["access"])
    there = home.sign_in("invented-two-phones")
    stranger, _ = home.resident()

    listed = home.get("/v1/my/sessions", here["access"]).json()["sessions"]
    foreign = home.delete(f"/v1/my/sessions/{there['session']}", stranger)
    ended = home.delete(f"/v1/my/sessions/{there['session']}", here["access"])

    assert {(one["id"], one["this_one"]) for one in listed} == {
        (here["session"], True), (there["session"], False),
    }  # fmt: skip
    assert problem_of(foreign) == (404, "request.no-such-item", {"field": "session_id"})
    assert ended.status_code == 204
    assert problem_of(home.get("/v1/my", there["access"]))[1] == "access.key-unknown"
    kinds = [one["kind"] for one in home.get("/v1/my/events", here["access"]).json()["events"]]
    assert kinds == ["signed-out", "signed-in", "tied"]


# Wallets


def test_a_wallet_made_at_a_desk_is_tied_by_its_code_and_the_desk_makes_no_other(
    home: Home,
) -> None:
    worker = home.tokens[Role.WORKER]
    made = home.post("/v1/wallets", {"issuers": [VOLUNTEER]}, worker).json()["id"]
    session = home.sign_in("invented-from-the-desk")
    alone = home.post(f"/v1/wallets/{made}/codes", {"purpose": "sign-in"}, worker)
    office = home.tokens[Role.OPERATOR]
    code, name = home.code(made, "sign-in", office), str(uuid.uuid4())

    tied = home.post("/v1/my/wallet/tie", {"code": code}, session["access"], name)
    again = home.post("/v1/my/wallet/tie", {"code": code}, session["access"], name)
    refused = home.post(f"/v1/wallets/{made}/codes", {"purpose": "sign-in"}, office)
    used = home.post("/v1/my/wallet/tie", {"code": code}, home.sign_in("another")["access"])

    assert problem_of(alone)[:2] == (403, "access.not-allowed")
    assert (tied.json(), again.json()) == ({"wallet": made}, {"wallet": made})
    assert problem_of(refused) == (409, "login.signed-in-already", {"id": made})
    assert problem_of(used) == (400, "login.code-unknown", {"field": "code"})


def test_a_second_provider_is_tied_after_proving_both(home: Home) -> None:
    token, wallet = home.resident()
    other = home.sign_in(f"invented-{uuid.uuid4()}", "bank")

    code = home.code(wallet, "sign-in", token)
    home.post("/v1/my/wallet/tie", {"code": code}, other["access"])
    ties = home.get("/v1/my/sign-ins", token).json()["sign_ins"]
    city, bank = (next(t["id"] for t in ties if t["provider"] == name) for name in ("city", "bank"))
    ended = home.delete(f"/v1/my/sign-ins/{city}", other["access"])
    last = home.delete(f"/v1/my/sign-ins/{bank}", other["access"])

    assert len(ties) == 2
    assert ended.status_code == 204
    assert problem_of(home.get("/v1/my", token))[1] == "access.key-unknown"
    assert problem_of(last) == (409, "login.last-one", {"id": bank})


def test_a_sign_in_has_one_wallet_however_many_tabs_open_one(home: Home) -> None:
    token, wallet = home.resident()
    body = {"issuers": [VOLUNTEER], "consent": True, "consent_version": 1}

    second = home.post("/v1/my/wallet", body, token)
    old = home.post(
        "/v1/my/wallet", body | {"consent_version": 0}, home.sign_in("invented-x")["access"]
    )

    assert problem_of(second) == (409, "login.has-wallet", {})
    assert problem_of(old)[1] == "link.consent-version"
    assert home.get("/v1/my", token).json()["wallet"] == wallet


def test_nobody_tries_codes_out(home: Home) -> None:
    token = home.sign_in("invented-guessing")["access"]

    answers = [home.post("/v1/my/wallet/tie", {"code": "7K3MQ-X2A9D"}, token) for _ in range(11)]

    assert {problem_of(one)[1] for one in answers[:10]} <= {
        "login.code-unknown", "link.code-mistyped"
    }  # fmt: skip
    assert problem_of(answers[10])[:2] == (429, "access.too-many-requests")


def test_a_resident_does_with_the_own_wallet_what_residents_may(home: Home) -> None:
    token, wallet = home.resident()
    _fund(home, wallet, token)

    name = str(uuid.uuid4())
    order = {"wallet": wallet, "acceptor": CANTEEN, "units": 500}
    quoted = home.post("/v1/quotes", order, token)
    placed = _done(home, home.post("/v1/orders", order, token, name), token)
    anew = home.sign_in(home.city.subject)["access"]
    again = _done(home, home.post("/v1/orders", order, anew, name), anew)
    listed = home.get("/v1/orders", token).json()["orders"]
    cancelled = _done(home, home.post(f"/v1/orders/{placed['id']}/cancel", {}, token), token)

    assert quoted.status_code == 200, quoted.text
    assert placed["state"] == "held"
    assert again["id"] == placed["id"]
    assert [one["id"] for one in listed] == [placed["id"]]
    assert cancelled["state"] == "released"


def test_another_residents_wallet_is_nobody_elses_business(home: Home) -> None:
    owner, theirs = home.resident()
    _fund(home, theirs, owner)
    order = {"wallet": theirs, "acceptor": CANTEEN, "units": 500}
    placed = _done(home, home.post("/v1/orders", order, owner), owner)["id"]
    token, _ = home.resident()
    body = order
    agreed = {"wallet": theirs, "scheme": VOLUNTEER, "consent": True, "consent_version": 1}
    claim = {"wallet": theirs, "scheme": VOLUNTEER, "kind": "unlink", "about": {}, "words": ""}

    answers = {
        "get_wallet": home.get(f"/v1/wallets/{theirs}", token),
        "get_balance": home.get(f"/v1/wallets/{theirs}/balance", token),
        "get_order": home.get(f"/v1/orders/{placed}", token),
        "cancel_order": home.post(f"/v1/orders/{placed}/cancel", {}, token),
        "prepare_cancel": home.post(f"/v1/orders/{placed}/cancel/prepare", {}, token),
        "list_views": home.get(f"/v1/wallets/{theirs}/views", token),
        "list_cards": home.get(f"/v1/wallets/{theirs}/cards", token),
        "say_wish": home.post(
            "/v1/wishes",
            {"wallet": theirs, "words": "理发", "category": "health", "district": "青羊区"},
            token,
        ),
        "prepare_key": home.post(
            f"/v1/wallets/{theirs}/keys/prepare",
            {"account": "0x" + "11" * 20, "key": "0x" + "12" * 20},
            token,
        ),
        "list_awards": home.get(f"/v1/wallets/{theirs}/awards", token),
        "quote": home.post("/v1/quotes", body, token),
        "place_order": home.post("/v1/orders", body, token),
        "prepare_order": home.post("/v1/orders/prepare", body, token),
        "exchange": home.post("/v1/exchanges", {"wallet": theirs, "into": 2, "units": 500}, token),
        "donate": home.post(
            "/v1/donations",
            {"wallet": theirs, "fund_account": "0x" + "00" * 19 + "04", "units": 5},
            token,
        ),
        "make_wallet_code": home.post(f"/v1/wallets/{theirs}/codes", {"purpose": "contact"}, token),
        "make_link_code": home.post("/v1/link-codes", agreed, token),
        "make_link": home.post("/v1/links", agreed | {"code": "7K3MQ-X2A9F"}, token),
        "make_claim": home.post("/v1/claims", claim, token),
        "list_claims": home.get("/v1/claims", token, wallet=theirs),
    }

    assert {name: problem_of(one)[:2] for name, one in answers.items()} == dict.fromkeys(
        answers, (403, "resident.not-your-wallet")
    )
    assert home.get("/v1/orders", token, wallet=theirs).json()["orders"] == []
    assert problem_of(home.get("/v1/orders", home.sign_in("invented-none")["access"]))[1] == (
        "login.no-wallet"
    )


def test_who_has_no_wallet_yet_is_told_how_to_get_one(home: Home) -> None:
    token = home.sign_in("invented-newcomer")["access"]

    answer = home.get("/v1/my/sessions", token)

    assert problem_of(answer) == (409, "login.no-wallet", {})


# Apps with a provider's own token


def test_an_app_brings_its_providers_token(home: Home) -> None:
    home.city.subject = "invented-app-user"
    token = home.city.app_token(AUDIENCE)
    wallet = home.open(token)

    shown = home.get(f"/v1/wallets/{wallet}", home.city.app_token(AUDIENCE))
    code = home.post(f"/v1/wallets/{wallet}/codes", {"purpose": "sign-in"}, token)

    assert shown.json()["id"] == wallet
    assert home.get("/v1/my", token).json()["session"] is None
    assert problem_of(code) == (403, "login.sign-in-again", {"delay_s": 600})


@pytest.mark.parametrize(
    ("audience", "header", "claims", "check"),
    [
        ("another-api", {}, {}, "audience"),
        (AUDIENCE, {"typ": "JWT"}, {}, "type"),
        (AUDIENCE, {}, {"exp": int(time.time()) - HOUR_S}, "expired"),
        (AUDIENCE, {}, {"client_id": None}, "client-id"),
        (AUDIENCE, {}, {"jti": None}, "jti"),
        (AUDIENCE, {"kid": "nowhere"}, {}, "key"),
    ],
)
def test_an_apps_token_is_checked_as_strictly(
    home: Home, audience: str, header: dict[str, Any], claims: dict[str, Any], check: str
) -> None:
    answer = home.get("/v1/my", home.city.app_token(audience, header, **claims))

    assert problem_of(answer) == (403, "login.proof-wrong", {"provider": "city", "check": check})


def test_a_token_of_a_provider_that_nobody_named_is_a_strangers(home: Home) -> None:
    answer = home.get("/v1/my", home.city.app_token(AUDIENCE, iss="https://elsewhere.example"))

    assert problem_of(answer)[1] == "access.key-unknown"


def _fund(home: Home, wallet: str, token: str) -> None:
    """The volunteer scheme awards ten hours."""
    accounts = home.get(f"/v1/wallets/{wallet}", token).json()["accounts"]
    account = next(one["account"] for one in accounts if one["issuer"] == VOLUNTEER)
    chain = home.network.chain
    chain.stop_mining()
    try:
        home.network.mint(VOLUNTEER, [(bytes.fromhex(account[2:]), MINUTES, 600)])
    finally:
        chain.start_mining(BLOCK_S, clock=None)
    deadline = time.monotonic() + 20
    while not home.get(f"/v1/wallets/{wallet}/balance", token).json()["total"]["units"]:
        assert time.monotonic() < deadline, "the projection does not follow"
        time.sleep(0.02)


def _done(home: Home, answer: httpx.Response, token: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while answer.status_code == 202:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.03)
        answer = home.get(answer.headers["Location"], token)
    assert answer.is_success, answer.text
    shown: dict[str, Any] = answer.json()
    return shown
