"""Every role at every operation: the table of access is what really happens."""

from __future__ import annotations

import uuid
from collections import defaultdict

import httpx
import pytest

from api.access import ACCESS, Role
from api.openapi import operations
from tests.api.counter import sessions
from tests.api.serving import City

pytestmark = pytest.mark.slow
NOBODYS = defaultdict(
    lambda: "9c425364-5e6f-5a71-8b83-9e0f1a2b3c4d",
    {
        "order_id": "8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90",
        "wallet_id": "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11",
        "hold_id": "0x" + "07" * 32,
        "claim_id": "c2d7b0a4-90a5-5b7e-8f0e-0d1a5c2b7e33",
        "link_id": "c2d7b0a4-90a5-5b7e-8f0e-0d1a5c2b7e33",
        "dispute_id": "0x" + "0d" * 32,
        "member": "3",
        "number": "7",
        "scheme": "nobody",
        "offer_id": "3f0d5a1e-6b7c-5d8e-9f00-1a2b3c4d5e6f",
        "ticket_id": "7c1de2f3-2b4c-5a6d-8e7f-90a1b2c3d4e5",
        "application_id": "1b9d6bcd-bbfd-5b2d-9b5d-ab8dfbbd4bed",
        "wish_id": "0e4a7d52-5a1f-5c3b-8d6e-7f8091a2b3c4",
        "picture": "0x" + "0c" * 32,
        "card_id": "5d1e2f30-1a2b-5c3d-8e4f-5a6b7c8d9e0f",
        "session_id": "s0a1b2c3d4e5f",
        "reset_id": "6e2f3041-2b3c-5d4e-9f50-6b7c8d9e0f1a",
        "death_id": "7f304152-3c4d-5e5f-8a61-7c8d9e0f1a2b",
        "delegate_id": "80415263-4d5e-5f60-9b72-8d9e0f1a2b3c",
        "provider": "nobody",
        "webhook_id": "0d6f3a52-5c1e-5b27-8a55-2f6f7b6d9a10",
    },
)
"""Well-formed, and of nothing that is there."""


def ask(city: City, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    """The operation without content: refused for that at the earliest after access is judged."""
    named = {"Idempotency-Key": str(uuid.uuid4())} | headers
    return city.http.request(method.upper(), path.format_map(NOBODYS), headers=named)


def test_every_role_may_call_what_the_table_says_and_nothing_else(city: City) -> None:
    document = city.http.get("/openapi.json").json()
    surprises, asked = [], 0
    bearers = {role: city.bearer(role) for role in city.tokens}
    bearers |= {
        role: {"Authorization": f"Bearer {token}"} for role, token in sessions(city).items()
    }

    for path, method, operation in operations(document):
        allowed = ACCESS[operation["operationId"]]
        for role in Role:
            answer = ask(city, method, path, bearers[role])
            refused = answer.status_code == 403 and answer.json()["code"] == "access.not-allowed"
            asked += 1
            if refused == (allowed is None or role in allowed):
                surprises.append((operation["operationId"], role, answer.status_code))

    assert surprises == []
    assert asked == len(ACCESS) * len(Role)


def test_without_a_key_only_the_public_is_answered(city: City) -> None:
    document = city.http.get("/openapi.json").json()

    answered = {
        operation["operationId"]
        for path, method, operation in operations(document)
        if ask(city, method, path, {}).status_code != 401
    }

    assert answered == {name for name, roles in ACCESS.items() if roles is None}


def test_a_missing_key_is_asked_for_as_http_wants_it(city: City) -> None:
    answer = city.get("/v1/members", None)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="tongdui"'
    assert answer.json()["code"] == "access.key-missing"


def test_an_acceptor_sees_and_finishes_its_own_orders_and_sees_no_accounts(city: City) -> None:
    order = city.order(city.wallet(600), 1_000)

    seen = city.get(f"/v1/orders/{order['id']}", Role.ACCEPTOR).json()
    captured = city.done(city.post(f"/v1/orders/{order['id']}/capture", {}, Role.ACCEPTOR))
    listed = city.get("/v1/orders", Role.ACCEPTOR).json()["orders"]

    assert (seen["wallet"], seen["holds"]) == (None, None)
    assert captured["state"] == "captured"
    assert {one["acceptor"] for one in listed} == {3}


def test_another_acceptors_order_is_nobody_elses_business(city: City) -> None:
    order = city.post(
        "/v1/exchanges", {"wallet": city.wallet(600), "into": 2, "units": 1_000}
    ).json()

    answers = [
        city.get(f"/v1/orders/{order['id']}", Role.ACCEPTOR),
        city.post(f"/v1/orders/{order['id']}/capture", {}, Role.ACCEPTOR),
        city.post(f"/v1/orders/{order['id']}/release", {}, Role.ACCEPTOR),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert {answer.json()["code"] for answer in answers} == {"access.not-yours"}


def test_an_issuers_agent_learns_whom_to_credit_for_exchanges_into_its_scheme(city: City) -> None:
    wallet = city.wallet(600)
    order = city.post("/v1/exchanges", {"wallet": wallet, "into": 2, "units": 1_050}).json()
    hold_id = order["holds"][0]["id"]
    accounts = city.get(f"/v1/wallets/{wallet}").json()["accounts"]

    credit = city.get(f"/v1/exchanges/{hold_id}", Role.ISSUER)

    assert credit.status_code == 200, credit.text
    assert credit.json()["native_points"] == 10
    assert credit.json()["amount"] == {"units": 1_000, "points": "10.00"}
    assert credit.json()["account"] == next(a["account"] for a in accounts if a["issuer"] == 2)
