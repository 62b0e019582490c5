"""Mint and correct, on the real contracts: amounts, clipping, limits, batches, losses."""

from __future__ import annotations

import pytest

from ledger.units import epoch_of, month_of, start_of_month
from tests.support.evm import COUNCIL, Evm
from tests.support.reading import RESIDENT, free, refused
from tests.support.season import (
    CULTURE,
    KEYS,
    MINUTES,
    OPERATING,
    SPENDING,
    VOLUNTEER,
    award_word,
    keys,
    mint,
    world,
)


@pytest.fixture
def evm() -> Evm:
    return world()


def test_an_amount_is_quantity_times_rate_rounded_down(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 61)])

    assert free(evm, VOLUNTEER, RESIDENT) == 61 * 1000 // 60


def test_points_land_in_the_epoch_of_occurrence_plus_validity(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 60)])

    landing = epoch_of(evm.now) + 2
    assert evm.read("PointsLedger", "classOf", VOLUNTEER, landing)[:2] == (1000, 1000)
    assert evm.read("PointsLedger", "balanceOf", RESIDENT, VOLUNTEER << 16 | landing) == 1000


def test_the_annual_cap_clips_and_a_clip_to_nothing_is_recorded_too(evm: Evm) -> None:
    rows = [(RESIDENT, SPENDING, 100_000), (RESIDENT, SPENDING, 100_000), (RESIDENT, SPENDING, 7)]

    mint(evm, CULTURE, 1, rows)

    assert free(evm, CULTURE, RESIDENT) == 20_000
    second, third = keys(3)[1:]
    assert evm.read("PointsLedger", "awardOf", CULTURE, 1, second) == (True, 5_000, 0, 0)
    assert evm.read("PointsLedger", "awardOf", CULTURE, 1, third) == (True, 0, 0, 0)


def test_a_batch_number_is_taken_once_and_without_gaps(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 60)])

    with refused("WrongBatchNumber", VOLUNTEER, 2, 1):
        mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 60)])
    with refused("WrongBatchNumber", VOLUNTEER, 2, 3):
        mint(evm, VOLUNTEER, 3, [(RESIDENT, MINUTES, 60)])


def test_keys_rise_strictly_inside_a_batch(evm: Evm) -> None:
    word = award_word(RESIDENT, MINUTES, month_of(evm.now), 60)
    key = b"\5" * 32

    with refused("KeysNotRising", 1):
        evm.send(KEYS[VOLUNTEER], "PointsLedger", "mintBatch", 1, [word] * 2, [key] * 2, key)


def test_a_row_for_the_future_a_closed_year_or_another_issuer_refuses_the_batch(evm: Evm) -> None:
    now = month_of(evm.now)
    good = (RESIDENT, MINUTES, 60)

    with refused("MonthInFuture", 0, now + 1, now):
        mint(evm, VOLUNTEER, 1, [good], now + 1)
    with refused("YearClosed", 0, 2025):
        mint(evm, VOLUNTEER, 1, [good], 2025 * 12 + 11)
    with refused("ForeignActivity", 1, SPENDING, CULTURE):
        mint(evm, VOLUNTEER, 1, [good, (RESIDENT, SPENDING, 60)])
    with refused("UnknownActivity", 0, 999):
        mint(evm, VOLUNTEER, 1, [(RESIDENT, 999, 60)])
    with refused("NoRateYet", 0, MINUTES, now - 1):
        mint(evm, VOLUNTEER, 1, [good], now - 1)
    with refused("AmountOutOfRange", 0, 0):
        mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 0)])


def test_last_year_is_open_through_march(evm: Evm) -> None:
    december = 2026 * 12 + 11
    evm.tick(start_of_month(december + 4) - 1 - evm.now)
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 60)], december)
    evm.tick(1)

    with refused("YearClosed", 0, 2026):
        mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 60)], december)


@pytest.mark.parametrize("limit", [0, 1, 2], ids=["outstanding", "rate", "debit"])
def test_each_limit_names_the_row_and_the_headroom(evm: Evm, limit: int) -> None:
    terms = [10**9, 10**9, 10**9, 10**9, 0, 2, 100]
    terms[{0: 0, 1: 1, 2: 3}[limit]] = 1_500
    evm.send(COUNCIL, "MemberRegistry", "setTerms", VOLUNTEER, tuple(terms))
    evm.send(COUNCIL, "MemberRegistry", "setTerms", VOLUNTEER, tuple(terms))

    with refused("IssuanceLimitReached", 1, limit, 1_500):
        mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 60), (RESIDENT, MINUTES, 60)])


def test_a_lowered_cap_leaves_no_headroom(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    evm.send(
        COUNCIL, "MemberRegistry", "setTerms", VOLUNTEER, (100, 10**9, 10**9, 10**9, 0, 2, 100)
    )

    with refused("IssuanceLimitReached", 0, 0, 0):
        mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 60)])


def test_only_an_active_issuer_mints(evm: Evm) -> None:
    word = award_word(RESIDENT, MINUTES, month_of(evm.now), 60)
    batch = (1, [word], keys(1), b"\2" * 32)

    with refused("MemberLacksRole", OPERATING, 1):
        evm.send(KEYS[OPERATING], "PointsLedger", "mintBatch", *batch)
    evm.send(COUNCIL, "MemberRegistry", "setStatus", VOLUNTEER, 2)
    with refused("MemberNotActive", VOLUNTEER, 2):
        evm.send(KEYS[VOLUNTEER], "PointsLedger", "mintBatch", *batch)


def test_a_correction_takes_the_difference_and_gives_headroom_back(evm: Evm) -> None:
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 100_000)])
    word = award_word(RESIDENT, SPENDING, month_of(evm.now), 100_000)

    request = [(0, 40_000, b"\3" * 32)]
    evm.send(KEYS[CULTURE], "PointsLedger", "correct", 1, [word], keys(1), request)

    assert free(evm, CULTURE, RESIDENT) == 6_000
    assert evm.read("PointsLedger", "lotsOf", CULTURE, RESIDENT)[1] == 6_000
    with refused("NothingToCorrect", 0, 6_000, 6_000):
        evm.send(KEYS[CULTURE], "PointsLedger", "correct", 1, [word], keys(1), request)


def test_a_correction_needs_the_batch_as_it_was_minted(evm: Evm) -> None:
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 100_000)])
    other = award_word(RESIDENT, SPENDING, month_of(evm.now), 100_001)

    with refused("BatchDataMismatch", CULTURE, 1):
        evm.send(
            KEYS[CULTURE], "PointsLedger", "correct", 1, [other], keys(1), [(0, 0, b"\3" * 32)]
        )


def test_points_pass_with_their_epoch_and_expiry_is_only_booked(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 60)])
    landing = epoch_of(evm.now) + 2
    with refused("EpochNotOver", landing, start_of_month((landing + 1) * 6)):
        evm.send(RESIDENT, "PointsLedger", "bookExpiry", VOLUNTEER, landing)
    evm.tick(start_of_month((landing + 1) * 6) - evm.now)

    assert free(evm, VOLUNTEER, RESIDENT) == 0

    evm.send(RESIDENT, "PointsLedger", "bookExpiry", VOLUNTEER, landing)
    minted, left, _, _, expired = evm.read("PointsLedger", "classOf", VOLUNTEER, landing)[:5]
    assert (minted, left, expired) == (1000, 0, 1000)
