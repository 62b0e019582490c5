"""Links and claims over HTTP: who may ask, who may answer, and what each of them sees."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from api.access import Role
from api.commands import create_key_in
from api.links import consent
from ledger.claims import REASONS
from ledger.onetime import make_code
from tests.api.serving import City
from tests.support.season import CULTURE, MINUTES, VOLUNTEER

pytestmark = pytest.mark.slow
CODE = "7K3MQ-X2A9F"
AGREED = {"consent": True, "consent_version": consent.VERSION}
ABOUT = {"activity": MINUTES, "day": "2026-04-18"}


def account_of(city: City, wallet: str, scheme: int = CULTURE) -> str:
    """The wallet's account in a scheme; the issuer's key in these tests is culture's."""
    accounts = city.get(f"/v1/wallets/{wallet}").json()["accounts"]
    return str(next(a["account"] for a in accounts if a["issuer"] == scheme))


def linked(city: City, wallet: str, name: str | None = None) -> Any:
    """A link that was asked for with a code of the issuer's."""
    body = {"wallet": wallet, "scheme": CULTURE, "code": valid_code(), **AGREED}
    answer = city.post("/v1/links", body, Role.WORKER, name)
    assert answer.status_code == 202, answer.text
    return answer.json()


def valid_code() -> str:
    """A code whose check is right."""
    return make_code(uuid.uuid4().bytes)


def claimed(city: City, wallet: str, kind: str = "missing", scheme: int = CULTURE) -> Any:
    """A claim that a desk makes for a resident."""
    body = {"wallet": wallet, "scheme": scheme, "kind": kind, "about": ABOUT, "words": "没有到账"}
    answer = city.post("/v1/claims", body, Role.WORKER)
    assert answer.status_code == 201, answer.text
    return answer.json()


def say(city: City, claim: str, reason: str, **more: Any) -> Any:
    """The issuer's answer."""
    body = {"accepted": REASONS[reason].accepted, "reason": reason, **more}
    return city.post(f"/v1/claims/{claim}/answer", body, Role.ISSUER)


def test_a_link_goes_to_the_issuer_with_its_code_and_without_the_wallet(city: City) -> None:
    wallet = city.wallet()
    asked = linked(city, wallet)

    seen = city.get(f"/v1/claims/{asked['id']}", Role.ISSUER).json()
    open_ones = city.get("/v1/claims", Role.ISSUER, state="open", limit=200).json()["claims"]
    answered = say(city, asked["id"], "link.done").json()
    after = city.get(f"/v1/links/{asked['id']}", Role.WORKER)
    in_english = city.http.get(
        f"/v1/links/{asked['id']}", headers=city.bearer(Role.WORKER) | {"Accept-Language": "en"}
    ).json()

    assert asked["state"] == "open"
    assert (seen["wallet"], seen["account"]) == (None, account_of(city, wallet))
    assert (len(seen["code"]), seen["consent_version"]) == (10, consent.VERSION)
    assert asked["id"] in [one["id"] for one in open_ones]
    assert answered["code"] is None
    assert (after.json()["state"], after.json()["answer"]["title"]) == ("linked", "已绑定")
    assert in_english["answer"]["title"] == "the account is linked"
    assert city.get(f"/v1/claims/{asked['id']}", Role.OPERATOR).json()["code"] is None


def test_the_same_link_twice_is_one_and_an_answer_stands(city: City) -> None:
    wallet, name = city.wallet(), str(uuid.uuid4())
    body = {"wallet": wallet, "scheme": CULTURE, "code": valid_code(), **AGREED}

    first, again = (city.post("/v1/links", body, Role.WORKER, name) for _ in range(2))
    other = city.post("/v1/links", body | {"code": valid_code()}, Role.WORKER, name)
    said = [say(city, first.json()["id"], "link.done") for _ in range(2)]
    otherwise = say(city, first.json()["id"], "link.code-wrong")
    late = city.post("/v1/links", body, Role.WORKER, name)

    assert first.json()["id"] == again.json()["id"]
    assert (other.status_code, other.json()["code"]) == (422, "request.command-differs")
    assert said[0].json() == said[1].json()
    assert (otherwise.status_code, otherwise.json()["code"]) == (409, "claim.answered")
    assert (late.status_code, late.json()["state"]) == (200, "linked")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"code": "7K3MQ-X2A9X"}, "link.code-mistyped", "code"),
        ({"code": "7K3MQ"}, "link.code-mistyped", "code"),
        ({"consent_version": 99}, "link.consent-version", "consent_version"),
        ({"consent": False}, "request.invalid", "consent"),
        ({"scheme": 3}, "wallet.no-account-in", None),
        ({"wallet": "nobodys"}, "wallet.unknown", None),
    ],
)
def test_what_can_be_no_link_is_said_at_once(
    city: City, change: dict[str, Any], code: str, field: str | None
) -> None:
    body = {"wallet": city.wallet(), "scheme": CULTURE, "code": valid_code(), **AGREED} | change

    answer = city.post("/v1/links", body, Role.WORKER).json()

    assert (answer["code"], answer["field"]) == (code, field)


def test_a_wallets_code_is_redeemed_once_by_its_schemes_issuer_alone(city: City) -> None:
    wallet, name = city.wallet(), str(uuid.uuid4())
    body = {"wallet": wallet, "scheme": CULTURE, **AGREED}
    other = create_key_in(city.settings, Role.ISSUER, VOLUNTEER).token
    path, headers = "/v1/link-codes/redeem", {"Idempotency-Key": str(uuid.uuid4())}

    code, same = (
        city.post("/v1/link-codes", body, Role.WORKER, name).json()["code"] for _ in range(2)
    )
    stranger = city.http.post(
        path, json={"code": code}, headers={"Authorization": f"Bearer {other}"} | headers
    )
    redeemed, again = (
        city.post(path, {"code": code.lower()}, Role.ISSUER, "redeem-1") for _ in range(2)
    )
    spent = city.post(path, {"code": code}, Role.ISSUER)
    anew = city.post("/v1/link-codes", body, Role.WORKER, name).json()
    still = city.post(path, {"code": code}, Role.ISSUER)

    assert code == same
    assert (stranger.status_code, stranger.json()["code"]) == (404, "link.code-unknown")
    assert redeemed.json()["account"] == account_of(city, wallet)
    assert redeemed.json() == again.json()
    for one in (spent, still):
        assert (one.status_code, one.json()["code"]) == (404, "link.code-unknown")
    assert (anew["status"], anew["code"]) == (409, "link.code-used")
    assert anew["values"]["claim"] == redeemed.json()["claim"]
    claim = city.get(f"/v1/claims/{redeemed.json()['claim']}", Role.ISSUER).json()
    assert (claim["kind"], claim["redeemed"], claim["code"]) == ("link", True, None)


def test_a_new_code_of_a_wallet_voids_the_one_before(city: City) -> None:
    body = {"wallet": city.wallet(), "scheme": CULTURE, **AGREED}
    name = str(uuid.uuid4())
    first = city.post("/v1/link-codes", body, name=name).json()["code"]
    second = city.post("/v1/link-codes", body).json()["code"]
    anew = city.post("/v1/link-codes", body, name=name).json()

    answers = [
        city.post("/v1/link-codes/redeem", {"code": code}, Role.ISSUER).status_code
        for code in (first, second)
    ]

    assert answers == [404, 200]
    assert (anew["status"], anew["code"]) == (409, "link.code-over")


def test_no_store_holds_a_wallets_code(city: City) -> None:
    wallet = city.wallet()

    code = city.post("/v1/link-codes", {"wallet": wallet, "scheme": CULTURE, **AGREED}).json()[
        "code"
    ]

    data = city.settings.data
    stored = b"".join(path.read_bytes() for path in data.glob("operator.db*"))
    assert wallet.encode() in stored
    assert code.encode() not in stored
    assert code.replace("-", "").encode() not in stored


def test_a_claim_is_answered_with_its_reason_by_when_it_was_due(city: City) -> None:
    claim = claimed(city, city.wallet())

    wrong = say(city, claim["id"], "claim.corrected")  # of a claim of another kind
    answer = say(city, claim["id"], "claim.no-record", words="签到表上没有").json()["answer"]
    read = city.get(f"/v1/claims/{claim['id']}", Role.WORKER).json()
    listed = city.get("/v1/claims", Role.WORKER, wallet=claim["wallet"]).json()["claims"]

    assert (wrong.status_code, wrong.json()["code"]) == (422, "claim.reason")
    assert read["answer"] == answer
    assert (answer["accepted"], answer["words"]) == (False, "签到表上没有")
    assert answer["title"] == "发行方没有找到这次事项的记录"
    assert [one["id"] for one in listed] == [claim["id"]]
    assert claim["due_at"] > claim["asked_at"]


def test_a_claim_must_say_which_award(city: City) -> None:
    body = {"wallet": city.wallet(), "scheme": CULTURE, "kind": "correction", "words": "不对"}

    answer = city.post("/v1/claims", body, Role.WORKER)
    unlinking = city.post("/v1/claims", body | {"kind": "unlink"}, Role.WORKER)

    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert "batch and row" in answer.json()["detail"]
    assert unlinking.status_code == 201


def test_another_schemes_claim_is_nobody_elses_business(city: City) -> None:
    claim = claimed(city, city.wallet(), scheme=VOLUNTEER)

    answers = [
        city.get(f"/v1/claims/{claim['id']}", Role.ISSUER),
        say(city, claim["id"], "claim.no-record"),
        city.get("/v1/claims", Role.ISSUER, scheme=VOLUNTEER),
        city.get("/v1/claims", Role.ISSUER, wallet=claim["wallet"]),
    ]
    own = city.get("/v1/claims", Role.ISSUER, limit=200).json()["claims"]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(403, "access.not-yours")] * 4
    assert {one["scheme"] for one in own} <= {CULTURE}
    assert {one["wallet"] for one in own} <= {None}


def test_claims_come_page_by_page_in_the_order_of_asking(city: City) -> None:
    wallet = city.wallet()
    asked = [claimed(city, wallet)["id"] for _ in range(3)]

    first = city.get("/v1/claims", Role.WORKER, wallet=wallet, limit=2).json()
    rest = city.get("/v1/claims", Role.WORKER, wallet=wallet, cursor=first["next_cursor"]).json()

    assert [one["id"] for one in first["claims"] + rest["claims"]] == asked
    assert rest["next_cursor"] is None


def test_an_earlier_account_comes_into_the_new_wallet_once_it_is_in_no_other(city: City) -> None:
    old, new = city.wallet(), city.wallet()
    earlier, fresh = account_of(city, old), account_of(city, new)

    taken = say(city, linked(city, new)["id"], "link.taken-over", account=earlier).json()
    forgotten = city.http.delete(f"/v1/wallets/{old}", headers=city.bearer(Role.OPERATOR))
    again = linked(city, new)["id"]
    done, repeated = (say(city, again, "link.taken-over", account=earlier).json() for _ in range(2))

    assert taken["answer"]["reason"] == "link.other-account"
    assert taken["answer"]["accepted"] is False
    assert forgotten.status_code == 204
    assert done["answer"]["reason"] == "link.taken-over"
    assert repeated == done
    assert account_of(city, new) == earlier != fresh


def test_an_account_with_points_is_given_up_for_no_other(city: City) -> None:
    wallet, gone = city.wallet(minutes=60), "0x" + "5a" * 20
    token = create_key_in(city.settings, Role.ISSUER, VOLUNTEER).token
    body = {"wallet": wallet, "scheme": VOLUNTEER, "code": valid_code(), **AGREED}
    asked = city.post("/v1/links", body).json()["id"]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
    said = {"accepted": True, "reason": "link.taken-over", "account": gone}

    answer = city.http.post(f"/v1/claims/{asked}/answer", json=said, headers=headers).json()

    assert answer["answer"]["reason"] == "link.other-account"
    assert account_of(city, wallet, VOLUNTEER) != gone


def test_a_forgotten_wallet_leaves_no_claim_and_no_code(city: City) -> None:
    wallet = city.wallet()
    claim = claimed(city, wallet)
    code = city.post("/v1/link-codes", {"wallet": wallet, "scheme": CULTURE, **AGREED}).json()

    city.http.delete(f"/v1/wallets/{wallet}", headers=city.bearer(Role.OPERATOR))

    asked = city.get(f"/v1/claims/{claim['id']}", Role.WORKER)
    redeemed = city.post("/v1/link-codes/redeem", {"code": code["code"]}, Role.ISSUER)
    assert (asked.status_code, asked.json()["code"]) == (404, "claim.unknown")
    assert redeemed.status_code == 404
    assert json.dumps(asked.json()).find(wallet) == -1


def test_an_issuer_may_try_few_codes_at_once(city: City) -> None:
    token = create_key_in(city.settings, Role.ISSUER, 4_711).token
    headers = {"Authorization": f"Bearer {token}"}

    answers = [
        city.http.post(
            "/v1/link-codes/redeem",
            json={"code": valid_code()},
            headers=headers | {"Idempotency-Key": str(uuid.uuid4())},
        )
        for _ in range(31)
    ]

    assert [a.status_code for a in answers] == [404] * 30 + [429]
    assert answers[-1].json()["code"] == "access.too-many-requests"
