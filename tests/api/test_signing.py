"""Residents who hold their own keys sign what was prepared, and only signatures come in."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ledger.chain.signer import Key
from tests.api.serving import City
from tests.support.season import CANTEEN, FUND_ACCOUNT, VOLUNTEER

pytestmark = pytest.mark.slow


def own_wallet(city: City, key: Key, minutes: int = 600) -> str:
    """A wallet whose volunteer account is the key's own address, with points."""
    own = {str(VOLUNTEER): "0x" + key.address.hex()}
    opened = city.post("/v1/wallets", {"issuers": [VOLUNTEER], "own_keys": own})
    assert opened.status_code == 201, opened.text
    city.fund(key.address, minutes)
    wallet = str(opened.json()["id"])
    deadline = time.monotonic() + 10
    while not city.get(f"/v1/wallets/{wallet}/balance").json()["total"]["units"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    register(city, wallet, key)
    return wallet


def register(city: City, wallet: str, key: Key) -> None:
    """The key takes over its own address at once."""
    address = "0x" + key.address.hex()
    pair = {"account": address, "key": address}
    prepared = city.post(f"/v1/wallets/{wallet}/keys/prepare", pair)
    assert prepared.status_code == 200, prepared.text
    done = city.post(f"/v1/wallets/{wallet}/keys", pair | word(key, prepared.json()))
    assert done.status_code == 200, done.text
    assert done.json()["confirmed"] is True


def word(key: Key, prepared: dict[str, Any], expires_at: str = "") -> dict[str, str]:
    """The signature of a digest, and until when it counts."""
    signature = key.sign_digest(bytes.fromhex(prepared["digest"][2:]))
    expires = expires_at or prepared["expires_at"]
    return {"expires_at": expires, "signature": "0x" + signature.hex()}


def test_an_order_is_placed_and_cancelled_under_the_residents_own_key(city: City) -> None:
    key = Key.generate()
    wallet = own_wallet(city, key)
    asked = {"wallet": wallet, "acceptor": CANTEEN, "units": 1_000}

    unsigned = city.post("/v1/orders", asked)
    prepared = city.post("/v1/orders/prepare", asked).json()
    signed = [
        {"hold": one["hold"]} | word(key, one, prepared["expires_at"])
        for one in prepared["to_sign"]
    ]
    order = city.post("/v1/orders", asked | {"signed": signed})
    path = f"/v1/orders/{order.json()['id']}/cancel"
    leave = city.post(f"{path}/prepare", {}).json()
    words = [
        {"hold_id": one["hold_id"]} | word(key, one, leave["expires_at"])
        for one in leave["to_sign"]
    ]
    cancelled = city.done(city.post(path, {"signed": words}))

    assert (unsigned.status_code, unsigned.json()["code"]) == (403, "order.signature-missing")
    assert order.status_code == 201, order.text
    assert order.json()["state"] == "held"
    assert cancelled["state"] == "released"


def test_a_gift_is_given_under_the_residents_own_key(city: City) -> None:
    key = Key.generate()
    wallet = own_wallet(city, key)
    asked = {"wallet": wallet, "fund_account": FUND_ACCOUNT, "units": 300}

    prepared = city.post("/v1/donations/prepare", asked).json()
    signed = [
        {"gift": one["gift"]} | word(key, one, prepared["expires_at"])
        for one in prepared["to_sign"]
    ]
    given = city.post("/v1/donations", asked | {"signed": signed})

    assert given.status_code == 201, given.text
    assert given.json()["state"] == "given"


def test_a_stranger_signs_for_nobody(city: City) -> None:
    key, stranger = Key.generate(), Key.generate()
    wallet = own_wallet(city, key)
    asked = {"wallet": wallet, "acceptor": CANTEEN, "units": 100}

    prepared = city.post("/v1/orders/prepare", asked).json()
    signed = [
        {"hold": one["hold"]} | word(stranger, one, prepared["expires_at"])
        for one in prepared["to_sign"]
    ]
    refused = city.post("/v1/orders", asked | {"signed": signed})

    assert refused.json()["code"] == "account.signature-differs"


def test_a_key_is_registered_for_an_account_of_the_wallet_only(city: City) -> None:
    wallet = city.wallet()
    pair = {"account": "0x" + "99" * 20, "key": "0x" + "98" * 20}

    refused = city.post(f"/v1/wallets/{wallet}/keys/prepare", pair)

    assert (refused.status_code, refused.json()["field"]) == (404, "account")
