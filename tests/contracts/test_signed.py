"""The signed channel: what a resident's own key can do, and what a signature does not cover."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.chain.signer import Key
from tests.support.evm import Evm
from tests.support.reading import DAY_S, HOLD, STRANGER, ask, free, last_entry, refused
from tests.support.season import (
    CANTEEN,
    CULTURE,
    FUND_ACCOUNT,
    KEYS,
    MINUTES,
    OPERATING,
    VOLUNTEER,
    mint,
    world,
)
from tests.support.signing import (
    CANCEL,
    CHAIN_ID,
    DONATION,
    REGISTRATION,
    address,
    digest,
    key,
    sign,
    signer_of,
)
from tests.support.signing import HOLD as HOLD_TYPE

OWNER, OTHER = key(11), key(12)
ACCOUNT = address(OWNER)
HOLD_FIELDS = ("hold_id", "issuer", "account", "acceptor", "units", "deadline", "service_at")


@pytest.fixture
def evm() -> Evm:
    """An account that is its own key's address, with the key registered and 10,000 units."""
    evm = world()
    mint(evm, VOLUNTEER, 1, [(ACCOUNT, MINUTES, 600)])
    until = evm.now + DAY_S
    word = sign(evm, OWNER, REGISTRATION, (ACCOUNT, ACCOUNT, 0, until))
    evm.send(STRANGER, "RedemptionDesk", "registerKey", ACCOUNT, ACCOUNT, until, word)
    return evm


def place(evm: Evm, signer: Key = OWNER, until: int | None = None, **changed: Any) -> None:
    """Relayed by a stranger: the signature alone speaks."""
    until = evm.now + 60 if until is None else until
    request = ask(evm, account=ACCOUNT, **changed)
    word = sign(evm, signer, HOLD_TYPE, (*request, until))
    evm.send(STRANGER, "RedemptionDesk", "holdSigned", request, until, word)


def test_a_hold_signed_by_the_accounts_key_is_relayed_by_anyone(evm: Evm) -> None:
    place(evm)

    assert free(evm, VOLUNTEER, ACCOUNT) == 7_000


def test_a_signed_hold_is_under_no_custodial_cap(evm: Evm) -> None:
    evm.send("0x" + "c0" * 20, "RedemptionDesk", "setCaps", 1, 1)

    place(evm)

    assert evm.read("RedemptionDesk", "accountRecord", ACCOUNT)[5] == 0


def test_another_key_signs_nothing_for_the_account(evm: Evm) -> None:
    with refused("SignatureMismatch", address(OTHER), ACCOUNT):
        place(evm, OTHER)


def test_an_account_without_a_key_in_effect_takes_no_signature(evm: Evm) -> None:
    request = ask(evm, account=address(OTHER))
    word = sign(evm, OTHER, HOLD_TYPE, (*request, evm.now))

    with refused("AccountHasNoKey", address(OTHER)):
        evm.send(STRANGER, "RedemptionDesk", "holdSigned", request, evm.now, word)


def test_an_authorisation_expires_after_its_last_second(evm: Evm) -> None:
    with refused("AuthorisationExpired", evm.now - 1):
        place(evm, until=evm.now - 1)

    place(evm, until=evm.now)


def test_an_authorisation_works_once(evm: Evm) -> None:
    place(evm, units=1_000)

    with refused("HoldIdUsed", HOLD):
        place(evm, units=1_000)


@pytest.mark.parametrize("field", range(7), ids=HOLD_FIELDS)
def test_each_field_of_a_hold_is_signed(evm: Evm, field: int) -> None:
    request = ask(evm, account=ACCOUNT)
    word = sign(evm, OWNER, HOLD_TYPE, (*request, evm.now))
    values = [b"\x09" * 32, CULTURE, address(OTHER), CULTURE, 2_900, evm.now + 9, evm.now + 8]
    forged = (*request[:field], values[field], *request[field + 1 :])
    if field == 2:
        register(evm, OTHER, evm.now)
    signer = signer_of(evm, word, HOLD_TYPE, (*forged, evm.now))

    with refused("SignatureMismatch", signer, forged[2]):
        evm.send(STRANGER, "RedemptionDesk", "holdSigned", forged, evm.now, word)


def test_the_last_second_of_an_authorisation_is_signed_too(evm: Evm) -> None:
    request = ask(evm, account=ACCOUNT)
    word = sign(evm, OWNER, HOLD_TYPE, (*request, evm.now))
    signer = signer_of(evm, word, HOLD_TYPE, (*request, evm.now + 1))

    with refused("SignatureMismatch", signer, ACCOUNT):
        evm.send(STRANGER, "RedemptionDesk", "holdSigned", request, evm.now + 1, word)


@pytest.mark.parametrize("elsewhere", ["chain", "contract"])
def test_a_signature_for_another_chain_or_desk_is_none_here(evm: Evm, elsewhere: str) -> None:
    desk = evm.address["RedemptionDesk"]
    chain, where = (2, desk) if elsewhere == "chain" else (CHAIN_ID, evm.address["PointsLedger"])
    values = (*ask(evm, account=ACCOUNT), evm.now)
    word = OWNER.sign_digest(digest(where, HOLD_TYPE, values, chain))

    with refused("SignatureMismatch", signer_of(evm, word, HOLD_TYPE, values), ACCOUNT):
        evm.send(STRANGER, "RedemptionDesk", "holdSigned", values[:-1], evm.now, word)


def test_bytes_that_are_no_signature_have_no_signer(evm: Evm) -> None:
    request = ask(evm, account=ACCOUNT)

    with refused("SignatureMismatch", "0x" + "00" * 20, ACCOUNT):
        evm.send(STRANGER, "RedemptionDesk", "holdSigned", request, evm.now, b"\1" * 64)


def test_the_key_cancels_its_hold_until_the_time_of_service(evm: Evm) -> None:
    place(evm)
    entry = last_entry(evm, "HoldPlaced")
    until = evm.now + DAY_S
    word = sign(evm, OWNER, CANCEL, (HOLD, until))
    evm.tick(3_600)

    evm.send(STRANGER, "RedemptionDesk", "cancelSigned", HOLD, entry, until, word)

    assert free(evm, VOLUNTEER, ACCOUNT) == 10_000
    with refused("HoldMismatch", HOLD):
        evm.send(STRANGER, "RedemptionDesk", "cancelSigned", HOLD, entry, until, word)


def test_a_cancel_is_for_one_hold_until_one_second(evm: Evm) -> None:
    place(evm)
    entry = last_entry(evm, "HoldPlaced")
    cancel = ("RedemptionDesk", "cancelSigned")
    word = sign(evm, OWNER, CANCEL, (b"\x08" * 32, evm.now))

    with refused("SignatureMismatch", signer_of(evm, word, CANCEL, (HOLD, evm.now)), ACCOUNT):
        evm.send(STRANGER, *cancel, HOLD, entry, evm.now, word)
    later = signer_of(evm, word, CANCEL, (b"\x08" * 32, evm.now + 1))
    with refused("SignatureMismatch", later, ACCOUNT):
        evm.send(STRANGER, *cancel, b"\x08" * 32, entry, evm.now + 1, word)
    with refused("AuthorisationExpired", evm.now - 1):
        evm.send(STRANGER, *cancel, HOLD, entry, evm.now - 1, word)


def test_the_operator_does_nothing_for_an_account_with_a_key(evm: Evm) -> None:
    place(evm)
    entry = last_entry(evm, "HoldPlaced")
    gift = (b"\x08" * 32, VOLUNTEER, ACCOUNT, FUND_ACCOUNT, 1_000)
    operator = KEYS[OPERATING]

    with refused("AccountHasKey", ACCOUNT):
        evm.send(operator, "RedemptionDesk", "hold", ask(evm, account=ACCOUNT))
    with refused("AccountHasKey", ACCOUNT):
        evm.send(operator, "RedemptionDesk", "cancel", HOLD, entry)
    with refused("AccountHasKey", ACCOUNT):
        evm.send(operator, "RedemptionDesk", "donate", gift)


def test_the_key_gives_to_the_fund_once(evm: Evm) -> None:
    give(evm, (HOLD, VOLUNTEER, ACCOUNT, FUND_ACCOUNT, 2_500))

    assert free(evm, VOLUNTEER, FUND_ACCOUNT) == 2_500
    with refused("HoldIdUsed", HOLD):
        give(evm, (HOLD, VOLUNTEER, ACCOUNT, FUND_ACCOUNT, 2_500))


@pytest.mark.parametrize("field", range(6), ids=["id", "issuer", "account", "fund", "units", "end"])
def test_each_field_of_a_donation_is_signed(evm: Evm, field: int) -> None:
    gift = (HOLD, VOLUNTEER, ACCOUNT, FUND_ACCOUNT, 2_500, evm.now)
    word = sign(evm, OWNER, DONATION, gift)
    other_fund = f"0x{(1 << 16) + 5:040x}"
    values = [b"\x09" * 32, CULTURE, address(OTHER), other_fund, 2_501, evm.now + 1]
    forged = (*gift[:field], values[field], *gift[field + 1 :])
    if field == 2:
        register(evm, OTHER, evm.now)

    with refused("SignatureMismatch", signer_of(evm, word, DONATION, forged), forged[2]):
        evm.send(STRANGER, "RedemptionDesk", "donateSigned", forged[:-1], forged[-1], word)


def test_a_donation_expires_and_needs_the_accounts_key(evm: Evm) -> None:
    gift = (HOLD, VOLUNTEER, ACCOUNT, FUND_ACCOUNT, 2_500)
    word = sign(evm, OTHER, DONATION, (*gift, evm.now))

    with refused("SignatureMismatch", address(OTHER), ACCOUNT):
        evm.send(STRANGER, "RedemptionDesk", "donateSigned", gift, evm.now, word)
    with refused("AuthorisationExpired", evm.now - 1):
        evm.send(STRANGER, "RedemptionDesk", "donateSigned", gift, evm.now - 1, word)


def test_a_bad_signature_in_a_batch_does_not_undo_its_neighbours(evm: Evm) -> None:
    good, bad = ask(evm, account=ACCOUNT), ask(evm, account=ACCOUNT, hold_id=b"\x08" * 32)
    calls = [
        evm.encode(
            "RedemptionDesk",
            "holdSigned",
            request,
            evm.now,
            sign(evm, signer, HOLD_TYPE, (*request, evm.now)),
        )
        for request, signer in ((bad, OTHER), (good, OWNER))
    ]

    done = evm.send(KEYS[CANTEEN], "RedemptionDesk", "tryAll", calls)

    assert list(done) == [False, True]


def give(evm: Evm, gift: tuple[Any, ...]) -> None:
    word = sign(evm, OWNER, DONATION, (*gift, evm.now))
    evm.send(STRANGER, "RedemptionDesk", "donateSigned", gift, evm.now, word)


def register(evm: Evm, signer: Key, until: int) -> None:
    own = address(signer)
    word = sign(evm, signer, REGISTRATION, (own, own, 0, until))
    evm.send(STRANGER, "RedemptionDesk", "registerKey", own, own, until, word)
