"""Residents who keep their own keys: registered, then nothing moves without their signature."""

from __future__ import annotations

import secrets

import pytest

from ledger.chain.signer import Key
from ledger.chain.types import enhex
from ledger.errors import Refused, Rejected
from ledger.redeeming.values import Prepared, Signed, SignedGift, SignedHold, State
from ledger.rules import RuleRefusal
from tests.ledger.redeeming.desk import DAY_S, Operator
from tests.support.season import CANTEEN, FUND_ACCOUNT, MINUTES, VOLUNTEER

FUND = bytes.fromhex(FUND_ACCOUNT[2:])

pytestmark = pytest.mark.slow


def fresh() -> str:
    """An id that nobody has used."""
    return secrets.token_hex(8)


@pytest.fixture
def key() -> Key:
    """A resident's."""
    return Key.generate()


@pytest.fixture
def wallet(desk: Operator, key: Key) -> str:
    """With ten points on the key's own account, and the key in effect."""
    name = fresh()
    desk.service.open_wallet(name, [], {VOLUNTEER: key.address})
    with desk.quiet():
        desk.network.mint(VOLUNTEER, [(key.address, MINUTES, 60)])
    told = desk.service.register_key(fresh(), key.address, key.address, registration(desk, key))
    assert (told.confirmed, told.reason) == (True, None)
    return name


def registration(desk: Operator, key: Key, nonce: int = 0) -> Signed:
    until = desk.network.now_s + DAY_S
    to_sign = desk.service.key_to_sign(key.address, key.address, nonce, until)
    return Signed(until, key.sign_digest(to_sign.digest))


def signed(prepared: Prepared, key: Key) -> list[SignedHold]:
    return [
        SignedHold(request, Signed(prepared.expires_at_s, key.sign_digest(shown.digest)))
        for request, shown in zip(prepared.requests, prepared.to_sign, strict=True)
    ]


def test_an_order_is_signed_held_and_cancelled_by_the_residents_key(
    desk: Operator, wallet: str, key: Key
) -> None:
    order_id, service = fresh(), desk.service
    prepared = service.prepare(wallet, CANTEEN, 400)

    held = service.place_order(order_id, wallet, CANTEEN, 400, signed=signed(prepared, key))
    until = desk.network.now_s + DAY_S
    desk.final(order_id)
    cancels = {
        hold_id: Signed(until, key.sign_digest(shown.digest))
        for hold_id, shown in service.cancel_to_sign(order_id, until).items()
    }
    released = service.cancel(fresh(), order_id, cancels)

    assert (held.state, held.reason) == (State.HELD, None)
    assert [part.id for part in held.parts] == [request.hold_id for request in prepared.requests]
    assert (released.state, released.reason) == (State.RELEASED, None)


def test_what_was_signed_for_one_order_serves_no_other(
    desk: Operator, wallet: str, key: Key
) -> None:
    service = desk.service
    holds = signed(service.prepare(wallet, CANTEEN, 400), key)
    service.place_order(fresh(), wallet, CANTEEN, 400, signed=holds, wait_s=0)

    with pytest.raises(RuleRefusal) as refusal:
        service.place_order(fresh(), wallet, CANTEEN, 400, signed=holds)

    used = holds[0].request.hold_id
    assert (refusal.value.name, refusal.value.values) == ("HoldIdUsed", (used,))


def test_a_signed_gift_reaches_the_fund(desk: Operator, wallet: str, key: Key) -> None:
    prepared = desk.service.prepare_donation(wallet, FUND, 300)
    gifts = [
        SignedGift(request, Signed(prepared.expires_at_s, key.sign_digest(shown.digest)))
        for request, shown in zip(prepared.requests, prepared.to_sign, strict=True)
    ]

    given = desk.service.donate(fresh(), wallet, FUND, 300, signed=gifts)

    assert (given.state, given.reason) == (State.GIVEN, None)


def test_without_a_signature_or_under_another_nothing_is_recorded(
    desk: Operator, wallet: str, key: Key
) -> None:
    service, stranger = desk.service, Key.generate()
    prepared = service.prepare(wallet, CANTEEN, 100)
    forged = signed(prepared, stranger)

    with pytest.raises(Refused) as missing:
        service.place_order(fresh(), wallet, CANTEEN, 100)
    with pytest.raises(RuleRefusal) as wrong:
        service.place_order(fresh(), wallet, CANTEEN, 100, signed=forged)
    with pytest.raises(Rejected) as other:
        service.place_order(fresh(), wallet, CANTEEN, 99, signed=signed(prepared, key))

    assert (missing.value.code, missing.value.fields) == (
        "order.signature-missing",
        {"account": key.address},
    )
    assert (wrong.value.name, wrong.value.values) == (
        "SignatureMismatch",
        (enhex(stranger.address), enhex(key.address)),
    )
    assert other.value.code == "order.signed-differs"


def test_a_key_that_is_not_in_effect_holds_nothing(desk: Operator, key: Key) -> None:
    name = fresh()
    desk.service.open_wallet(name, [], {VOLUNTEER: key.address})
    with desk.quiet():
        desk.network.mint(VOLUNTEER, [(key.address, MINUTES, 60)])

    with pytest.raises(RuleRefusal) as refusal:
        desk.service.place_order(fresh(), name, CANTEEN, 100)

    assert (refusal.value.name, refusal.value.values) == (
        "AccountHasNoKey",
        (enhex(key.address),),
    )


def test_a_registration_is_refused_where_another_signed_it_and_repeats_are_one(
    desk: Operator, wallet: str, key: Key
) -> None:
    service, request = desk.service, fresh()
    new = Key.generate()
    until = desk.network.now_s + DAY_S
    digest = service.key_to_sign(key.address, new.address, 1, until).digest
    by_old = Signed(until, key.sign_digest(digest))
    by_new = Signed(until, new.sign_digest(digest))

    with pytest.raises(RuleRefusal) as refusal:
        service.register_key(fresh(), key.address, new.address, by_new)
    first = service.register_key(request, key.address, new.address, by_old)
    again = service.register_key(request, key.address, new.address, by_old)

    assert refusal.value.name == "SignatureMismatch"
    assert (first.reason, first.confirmed, again.confirmed) == (None, True, True)


def test_a_wallet_takes_sound_keys_that_no_other_wallet_has(
    desk: Operator, wallet: str, key: Key
) -> None:
    with pytest.raises(Refused) as taken:
        desk.service.open_wallet(fresh(), [], {VOLUNTEER: key.address})
    with pytest.raises(Rejected) as funds:
        desk.service.open_wallet(fresh(), [], {VOLUNTEER: FUND})

    assert (taken.value.code, taken.value.fields) == (
        "wallet.account-taken",
        {"account": key.address},
    )
    assert (funds.value.code, funds.value.fields) == (
        "wallet.account-malformed",
        {"account": FUND},
    )
