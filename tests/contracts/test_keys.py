"""How an account leaves custody: first keys, announced keys, changes of keys."""

from __future__ import annotations

import pytest

from ledger.chain.signer import Key
from ledger.units import month_of, start_of_month
from tests.support.evm import COUNCIL, Evm
from tests.support.reading import DAY_S, OTHER_HOLD, RESIDENT, STRANGER, ask, event, hold, refused
from tests.support.season import (
    CANTEEN,
    FUND_ACCOUNT,
    KEYS,
    MINUTES,
    OPERATING,
    VOLUNTEER,
    mint,
    world,
)
from tests.support.signing import HOLD as HOLD_TYPE
from tests.support.signing import REGISTRATION, address, key, sign

FIRST, SECOND, THIRD = key(21), key(22), key(23)
WAIT_S = 7 * DAY_S
CAPPED_S = 30 * DAY_S


@pytest.fixture
def evm() -> Evm:
    evm = world()
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600), (address(FIRST), MINUTES, 600)])
    return evm


def register(
    evm: Evm,
    account: str,
    new: Key,
    nonce: int = 0,
    *,
    signer: Key | None = None,
    sender: str = KEYS[OPERATING],
    until: int | None = None,
) -> None:
    until = evm.now if until is None else until
    word = sign(evm, signer or new, REGISTRATION, (account, address(new), nonce, until))
    evm.send(sender, "RedemptionDesk", "registerKey", account, address(new), until, word)


def place(evm: Evm, signer: Key, units: int = 1_000, hold_id: bytes = OTHER_HOLD) -> None:
    request = ask(evm, units, account=RESIDENT, hold_id=hold_id)
    word = sign(evm, signer, HOLD_TYPE, (*request, evm.now))
    evm.send(STRANGER, "RedemptionDesk", "holdSigned", request, evm.now, word)


def record(evm: Evm, account: str) -> tuple[object, ...]:
    found: tuple[object, ...] = evm.read("RedemptionDesk", "accountRecord", account)
    return found


def test_the_accounts_own_key_registers_itself_at_once_through_anyone(evm: Evm) -> None:
    own = address(FIRST)

    register(evm, own, FIRST, sender=STRANGER)

    assert record(evm, own)[:4] == (own, evm.now, 1, False)
    with refused("AccountHasKey", own):
        hold(evm, account=own)


def test_the_accounts_own_key_registers_itself_only_by_its_own_signature(evm: Evm) -> None:
    own = address(FIRST)

    with refused("SignatureMismatch", address(SECOND), own):
        register(evm, own, FIRST, signer=SECOND)


def test_a_foreign_first_key_is_announced_by_an_operator(evm: Evm) -> None:
    with refused("NotAMember", STRANGER):
        register(evm, RESIDENT, FIRST, sender=STRANGER)
    with refused("MemberLacksRole", CANTEEN, 4):
        register(evm, RESIDENT, FIRST, sender=KEYS[CANTEEN])

    register(evm, RESIDENT, FIRST)

    assert event(evm, "RedemptionDesk", "KeyAnnounced") == (evm.now + WAIT_S,)


def test_a_foreign_first_key_takes_effect_after_seven_days(evm: Evm) -> None:
    register(evm, RESIDENT, FIRST)
    evm.tick(WAIT_S - 1)

    with refused("AccountHasNoKey", RESIDENT):
        place(evm, FIRST)
    hold(evm, 1_000)
    evm.tick()
    place(evm, FIRST)

    with refused("AccountHasKey", RESIDENT):
        hold(evm, 1_000, hold_id=b"\x09" * 32)


def test_a_foreign_first_key_stays_under_the_accounts_cap_for_thirty_days(evm: Evm) -> None:
    evm.send(COUNCIL, "RedemptionDesk", "setCaps", 1_500, 10**9)
    register(evm, RESIDENT, FIRST)
    evm.tick(WAIT_S + CAPPED_S - 1)
    place(evm, FIRST)

    with refused("AccountCapReached", RESIDENT, 500):
        place(evm, FIRST, 501, b"\x09" * 32)
    evm.tick()

    place(evm, FIRST, 9_000, b"\x09" * 32)


def test_what_custody_used_of_a_month_the_new_key_does_not_get_again(evm: Evm) -> None:
    evm.send(COUNCIL, "RedemptionDesk", "setCaps", 1_500, 10**9)
    evm.tick(start_of_month(month_of(evm.now) + 1) - evm.now)
    register(evm, RESIDENT, FIRST)
    hold(evm, 1_000)
    evm.tick(WAIT_S)

    with refused("AccountCapReached", RESIDENT, 500):
        place(evm, FIRST, 501)
    evm.tick(start_of_month(month_of(evm.now) + 1) - evm.now)
    place(evm, FIRST, 1_500)


def test_an_announced_key_can_be_withdrawn_by_an_operator_before_it_takes_effect(evm: Evm) -> None:
    register(evm, RESIDENT, FIRST)
    with refused("NotAMember", STRANGER):
        evm.send(STRANGER, "RedemptionDesk", "withdrawKey", RESIDENT)

    evm.send(KEYS[OPERATING], "RedemptionDesk", "withdrawKey", RESIDENT)

    assert record(evm, RESIDENT)[:3] == ("0x" + "00" * 20, 0, 2)
    evm.tick(WAIT_S)
    with refused("AccountHasNoKey", RESIDENT):
        place(evm, FIRST)
    with refused("AccountHasNoKey", RESIDENT):
        evm.send(KEYS[OPERATING], "RedemptionDesk", "withdrawKey", RESIDENT)


def test_a_withdrawn_keys_signature_does_not_register_it_again(evm: Evm) -> None:
    register(evm, RESIDENT, FIRST, until=evm.now + DAY_S)
    until = evm.now + DAY_S
    old_word = sign(evm, FIRST, REGISTRATION, (RESIDENT, address(FIRST), 0, until))
    evm.send(KEYS[OPERATING], "RedemptionDesk", "withdrawKey", RESIDENT)
    again = ("registerKey", RESIDENT, address(FIRST), until, old_word)

    with pytest.raises(Exception, match="SignatureMismatch"):
        evm.send(KEYS[OPERATING], "RedemptionDesk", *again)

    register(evm, RESIDENT, FIRST, nonce=2)


def test_a_key_in_effect_cannot_be_withdrawn(evm: Evm) -> None:
    register(evm, RESIDENT, FIRST)
    evm.tick(WAIT_S)

    with refused("KeyAlreadyEffective", RESIDENT):
        evm.send(KEYS[OPERATING], "RedemptionDesk", "withdrawKey", RESIDENT)


def test_a_second_announcement_waits_anew(evm: Evm) -> None:
    register(evm, RESIDENT, FIRST)
    evm.tick(WAIT_S - 1)

    register(evm, RESIDENT, SECOND, nonce=1)

    assert record(evm, RESIDENT)[:2] == (address(SECOND), evm.now + WAIT_S)


def test_keys_change_at_once_under_the_old_ones_word(evm: Evm) -> None:
    register(evm, RESIDENT, FIRST)
    evm.tick(WAIT_S)
    with refused("SignatureMismatch", address(SECOND), address(FIRST)):
        register(evm, RESIDENT, SECOND, nonce=1, signer=SECOND, sender=STRANGER)

    register(evm, RESIDENT, SECOND, nonce=1, signer=FIRST, sender=STRANGER)

    place(evm, SECOND)
    with refused("SignatureMismatch", address(FIRST), address(SECOND)):
        place(evm, FIRST, hold_id=b"\x09" * 32)


def test_a_change_of_keys_does_not_shorten_the_time_under_the_cap(evm: Evm) -> None:
    evm.send(COUNCIL, "RedemptionDesk", "setCaps", 1_500, 10**9)
    register(evm, RESIDENT, FIRST)
    evm.tick(WAIT_S)
    register(evm, RESIDENT, SECOND, nonce=1, signer=FIRST)
    evm.tick(CAPPED_S - 1)

    with refused("AccountCapReached", RESIDENT, 1_500):
        place(evm, SECOND, 1_501)


def test_a_registration_expires_and_is_for_one_account_key_and_time(evm: Evm) -> None:
    with refused("AuthorisationExpired", evm.now - 1):
        register(evm, RESIDENT, FIRST, until=evm.now - 1)
    word = sign(evm, FIRST, REGISTRATION, (RESIDENT, address(FIRST), 0, evm.now))
    for account, new, until in (
        (address(THIRD), address(FIRST), evm.now),
        (RESIDENT, address(SECOND), evm.now),
        (RESIDENT, address(FIRST), evm.now + 1),
    ):
        with pytest.raises(Exception, match="SignatureMismatch"):
            evm.send(KEYS[OPERATING], "RedemptionDesk", "registerKey", account, new, until, word)


def test_no_key_the_same_key_and_a_key_for_the_fund_are_refused(evm: Evm) -> None:
    nobody = "0x" + "00" * 20
    with refused("KeyMalformed", RESIDENT, nobody):
        evm.send(KEYS[OPERATING], "RedemptionDesk", "registerKey", RESIDENT, nobody, evm.now, b"")
    register(evm, RESIDENT, FIRST)

    with refused("KeyMalformed", RESIDENT, address(FIRST)):
        register(evm, RESIDENT, FIRST, nonce=1)
    with refused("AccountIsTheFunds", FUND_ACCOUNT):
        register(evm, FUND_ACCOUNT, FIRST)


def test_however_many_keys_are_announced_the_residents_own_still_registers(evm: Evm) -> None:
    own = address(FIRST)
    for count in range(300):
        register(evm, own, (SECOND, THIRD)[count % 2], nonce=count % 256)

    register(evm, own, FIRST, nonce=300 % 256, sender=STRANGER)

    assert record(evm, own)[:4] == (own, evm.now, 45, False)
