"""What bounds a mint: the annual cap, the three limits, and the word's own bits."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.units import end_of_epoch, epoch_of, month_of, start_of_month
from tests.support.evm import COUNCIL, Evm
from tests.support.reading import (
    DAY_S,
    HOLD,
    RESIDENT,
    STRANGER,
    capture,
    event,
    free,
    hold,
    refund,
    refused,
)
from tests.support.season import (
    CANTEEN,
    CULTURE,
    FUND_ACCOUNT,
    KEYS,
    MINUTES,
    OPERATING,
    SPENDING,
    VOLUNTEER,
    account,
    award_word,
    keys,
    mint,
    world,
)

OUTSTANDING, RATE, DEBIT = range(3)
HOUR = (RESIDENT, MINUTES, 60)


@pytest.fixture
def evm() -> Evm:
    return world()


def terms(evm: Evm, issuer: int = VOLUNTEER, **changed: int) -> None:
    values = {
        "outstanding": 10**9,
        "capacity": 10**9,
        "refill": 0,
        "debit": 10**9,
        "annual": 0,
        "validity": 2,
        "whole": 100,
    }
    assert changed.keys() <= values.keys()
    evm.send(COUNCIL, "MemberRegistry", "setTerms", issuer, tuple((values | changed).values()))


def raw(evm: Evm, number: int, words: list[bytes], named: list[bytes]) -> Any:
    batch = (number, words, named, b"\2" * 32)
    return evm.send(KEYS[VOLUNTEER], "PointsLedger", "mintBatch", *batch)


def test_a_clip_says_what_was_asked_and_what_was_left(evm: Evm) -> None:
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 100_000), (RESIDENT, SPENDING, 60_000)])

    assert event(evm, "PointsLedger", "AwardClipped") == (1, 9_000, 5_000)
    assert event(evm, "PointsLedger", "BatchMinted")[:2] == (2, 20_000)


def test_the_annual_cap_is_reached_exactly_and_by_account(evm: Evm) -> None:
    rows = [(RESIDENT, SPENDING, 133_334), (account(2), SPENDING, 133_334)]

    mint(evm, CULTURE, 1, rows)

    assert [free(evm, CULTURE, who) for who in (RESIDENT, account(2))] == [20_000, 20_000]
    assert evm.read("PointsLedger", "awardOf", CULTURE, 1, keys(1)[0]) == (False, 0, 0, 0)


def test_the_annual_cap_counts_by_year_of_occurrence(evm: Evm) -> None:
    december = 2026 * 12 + 11
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 100_000)])
    evm.tick(start_of_month(december + 1) - evm.now)

    mint(evm, CULTURE, 2, [(RESIDENT, SPENDING, 100_000)], december)
    mint(evm, CULTURE, 3, [(RESIDENT, SPENDING, 100_000)])

    assert evm.read("PointsLedger", "lotsOf", CULTURE, RESIDENT)[1:] == (15_000, 20_000)


def test_a_lowered_annual_cap_clips_to_nothing(evm: Evm) -> None:
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 100_000)])
    terms(evm, CULTURE, annual=100)

    mint(evm, CULTURE, 2, [(RESIDENT, SPENDING, 100_000)])

    assert free(evm, CULTURE, RESIDENT) == 15_000


def test_a_counter_without_a_cap_saturates(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 1_000_000)])

    mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 10_000)])

    assert evm.read("PointsLedger", "lotsOf", VOLUNTEER, RESIDENT)[1] == 2**24 - 1
    assert free(evm, VOLUNTEER, RESIDENT) == 16_666_666 + 166_666


def test_a_lane_that_would_overflow_refuses_the_batch(evm: Evm) -> None:
    terms(evm, outstanding=2**40, capacity=2**40, debit=2**40)
    full = (2**32 - 1) * 60 // 1000
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, full)])

    with refused("LaneOverflow", VOLUNTEER, RESIDENT, epoch_of(evm.now) + 2):
        mint(evm, VOLUNTEER, 2, [HOUR])


def test_a_lane_that_would_overflow_refuses_what_moves_there_too(evm: Evm) -> None:
    terms(evm, outstanding=2**40, capacity=2**40, debit=2**40)
    full = (2**32 - 1) * 60 // 1000
    mint(evm, VOLUNTEER, 1, [(FUND_ACCOUNT, MINUTES, full), HOUR])
    gift = (HOLD, VOLUNTEER, RESIDENT, FUND_ACCOUNT, 1_000)

    with refused("LaneOverflow", VOLUNTEER, FUND_ACCOUNT, epoch_of(evm.now) + 2):
        evm.send(KEYS[OPERATING], "RedemptionDesk", "donate", gift)


def test_an_amount_beyond_a_lane_is_refused_with_its_row(evm: Evm) -> None:
    units = 257_698_038 * 1000 // 60

    with refused("AmountOutOfRange", 1, units):
        mint(evm, VOLUNTEER, 1, [HOUR, (RESIDENT, MINUTES, 257_698_038)])


def test_a_row_without_an_account_and_arrays_of_two_lengths_are_refused(evm: Evm) -> None:
    nobody = "0x" + "00" * 20

    with refused("AccountMissing", 1):
        mint(evm, VOLUNTEER, 1, [HOUR, (nobody, MINUTES, 60)])
    with refused("BatchMalformed", 0, 0):
        raw(evm, 1, [], [])
    with refused("BatchMalformed", 1, 2):
        raw(evm, 1, [award_word(RESIDENT, MINUTES, month_of(evm.now), 60)], keys(2))
    with refused("KeysNotRising", 0):
        raw(evm, 1, [award_word(RESIDENT, MINUTES, month_of(evm.now), 60)], [b"\0" * 32])


def test_a_row_past_a_limit_takes_the_whole_batch_with_it(evm: Evm) -> None:
    terms(evm, outstanding=1_999)

    with refused("IssuanceLimitReached", 1, OUTSTANDING, 1_999):
        mint(evm, VOLUNTEER, 1, [HOUR, (account(2), MINUTES, 60)])

    assert free(evm, VOLUNTEER, RESIDENT) == 0
    assert evm.read("PointsLedger", "issuerState", VOLUNTEER)[0] == 0


def test_what_is_free_or_held_is_outstanding_what_is_captured_is_not(evm: Evm) -> None:
    terms(evm, outstanding=10_000)
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    entry = hold(evm, 4_000)
    assert evm.read("PointsLedger", "outstandingOf", VOLUNTEER) == 10_000
    with refused("IssuanceLimitReached", 0, OUTSTANDING, 0):
        mint(evm, VOLUNTEER, 2, [HOUR])

    capture(evm, entry, 4_000)

    assert evm.read("PointsLedger", "outstandingOf", VOLUNTEER) == 6_000
    mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 240)])


def test_what_is_held_of_the_class_that_passed_last_is_outstanding_still(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    evm.tick(end_of_epoch(epoch_of(evm.now) + 2) - 1 - evm.now)
    hold(evm, 4_000)

    evm.tick()

    assert evm.read("PointsLedger", "outstandingOf", VOLUNTEER) == 4_000


def test_the_rate_limit_refills_by_whole_units_up_to_its_capacity(evm: Evm) -> None:
    terms(evm, capacity=3_000, refill=1_000)
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 180)])
    evm.tick(DAY_S - 1)
    with refused("IssuanceLimitReached", 0, RATE, 999):
        mint(evm, VOLUNTEER, 2, [HOUR])
    evm.tick()
    mint(evm, VOLUNTEER, 2, [HOUR])

    evm.tick(30 * DAY_S)

    with refused("IssuanceLimitReached", 0, RATE, 3_000):
        mint(evm, VOLUNTEER, 3, [(RESIDENT, MINUTES, 181)])
    mint(evm, VOLUNTEER, 3, [(RESIDENT, MINUTES, 180)])


def test_a_raised_capacity_fills_by_the_refill_alone(evm: Evm) -> None:
    terms(evm, capacity=1_000)
    mint(evm, VOLUNTEER, 1, [HOUR])
    terms(evm, capacity=5_000)

    with refused("IssuanceLimitReached", 0, RATE, 0):
        mint(evm, VOLUNTEER, 2, [HOUR])


def test_a_batch_leaves_what_it_did_not_use_in_the_bucket(evm: Evm) -> None:
    terms(evm, capacity=3_000)

    mint(evm, VOLUNTEER, 1, [HOUR])

    assert evm.read("PointsLedger", "issuerState", VOLUNTEER)[1:3] == (2_000, evm.now)


def test_what_an_issuer_owes_over_unsettled_windows_bounds_its_mints(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    captured = capture(evm, hold(evm, 3_000), 3_000)
    evm.tick(600)
    evm.send(KEYS[CANTEEN], "ClearingHouse", "closeWindow")
    evm.tick()
    second = b"\x09" * 32
    capture(evm, hold(evm, 1_000, hold_id=second), 1_000, second)
    terms(evm, debit=4_500)
    with refused("IssuanceLimitReached", 0, DEBIT, 500):
        mint(evm, VOLUNTEER, 2, [HOUR])

    refund(evm, captured, 500)

    assert evm.read("ClearingHouse", "unsettledDebit", VOLUNTEER) == 3_500
    mint(evm, VOLUNTEER, 2, [HOUR])


def test_who_is_owed_has_no_debit(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    entry = hold(evm, 3_000, acceptor=CULTURE)
    evm.send(KEYS[CULTURE], "RedemptionDesk", "capture", HOLD, entry, 3_000)
    terms(evm, CULTURE, debit=1_000)

    assert evm.read("ClearingHouse", "unsettledDebit", CULTURE) == 0
    with refused("IssuanceLimitReached", 0, DEBIT, 1_000):
        mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 6_674)])


def test_an_issuer_without_terms_and_a_stranger_do_not_mint(evm: Evm) -> None:
    key = "0x" + "66" * 20
    evm.send(COUNCIL, "MemberRegistry", "addMember", key, 1, b"M6".ljust(32, b"\0"))
    batch = (1, [award_word(RESIDENT, MINUTES, month_of(evm.now), 60)], keys(1), b"\2" * 32)

    with refused("TermsOutOfRange", 6, 0):
        evm.send(key, "PointsLedger", "mintBatch", *batch)
    with refused("NotAMember", STRANGER):
        evm.send(STRANGER, "PointsLedger", "mintBatch", *batch)


def test_one_hash_of_words_and_keys_is_stored_for_a_batch(evm: Evm) -> None:
    from eth_abi.abi import encode
    from eth_hash.auto import keccak

    words = [award_word(RESIDENT, MINUTES, month_of(evm.now), 60)]
    raw(evm, 1, words, keys(1))

    stored = keccak(encode(["bytes32[]", "bytes32[]"], [words, keys(1)]))
    assert evm.read("PointsLedger", "batchHash", VOLUNTEER, 1) == stored
    assert event(evm, "PointsLedger", "BatchMinted") == (1, 1_000, stored, b"\2" * 32)
