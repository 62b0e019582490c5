"""Months, half-years and lanes as time passes: where points land, when they go, what returns."""

from __future__ import annotations

import pytest

from ledger.units import end_of_epoch, epoch_of, month_of, start_of_month
from tests.support.evm import COUNCIL, Evm
from tests.support.reading import (
    DAY_S,
    RESIDENT,
    STRANGER,
    class_of,
    free,
    free_by_epoch,
    hold,
    refused,
)
from tests.support.season import (
    CULTURE,
    FIRST_RATE_MONTH,
    KEYS,
    MINUTES,
    SPENDING,
    VOLUNTEER,
    account,
    award_word,
    keys,
    mint,
    world,
)

ONE_HOUR = [(RESIDENT, MINUTES, 60)]


@pytest.fixture
def evm() -> Evm:
    return world()


def until(evm: Evm, moment_s: int) -> None:
    evm.tick(moment_s - evm.now)


def valid_for(evm: Evm, epochs: int) -> None:
    terms = (10**9, 10**9, 10**9, 10**9, 0, epochs, 100)
    evm.send(COUNCIL, "MemberRegistry", "setTerms", VOLUNTEER, terms)


@pytest.mark.parametrize("months", [1, 2, 8, 10, 20, 22, 34])
def test_a_month_begins_at_midnight_in_beijing(evm: Evm, months: int) -> None:
    month = FIRST_RATE_MONTH + months
    until(evm, start_of_month(month) - 1)
    with refused("MonthInFuture", 0, month, month - 1):
        mint(evm, VOLUNTEER, 1, ONE_HOUR, month)

    evm.tick()
    mint(evm, VOLUNTEER, 1, ONE_HOUR, month)


def test_points_live_to_the_last_second_of_their_half_year(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, ONE_HOUR)
    landing = epoch_of(evm.now) + 2
    until(evm, end_of_epoch(landing) - 1)
    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == {landing: 1_000}

    evm.tick()

    assert free(evm, VOLUNTEER, RESIDENT) == 0
    with refused("InsufficientPoints", 0, 1):
        hold(evm, 1)


@pytest.mark.parametrize(("late_s", "moved"), [(0, 0), (1, 1)])
def test_an_award_lands_where_it_lives_ninety_days(evm: Evm, late_s: int, moved: int) -> None:
    valid_for(evm, 1)
    occurred = month_of(evm.now)
    home = occurred // 6 + 1
    until(evm, end_of_epoch(home) - 90 * DAY_S + late_s)

    mint(evm, VOLUNTEER, 1, ONE_HOUR, occurred)

    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == {home + moved: 1_000}
    assert class_of(evm, VOLUNTEER, home + moved) == {"minted": 1_000, "free": 1_000}


@pytest.mark.parametrize("start", range(6))
@pytest.mark.parametrize("jump", range(1, 8))
def test_lanes_of_passed_half_years_drop_and_never_come_back(start: int, jump: int) -> None:
    evm = world()
    first = epoch_of(evm.now) + 1 + start
    until(evm, start_of_month(first * 6) + DAY_S)
    for validity in range(1, 6):
        valid_for(evm, validity)
        mint(evm, VOLUNTEER, validity, [(RESIDENT, MINUTES, 6 * validity)])
    minted = {first + validity: 100 * validity for validity in range(1, 6)}
    alive = {epoch: units for epoch, units in minted.items() if epoch >= first + jump}

    until(evm, start_of_month((first + jump) * 6) + DAY_S)

    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == alive
    assert free(evm, VOLUNTEER, RESIDENT) == sum(alive.values())


def test_a_batch_drops_what_has_passed_of_each_word_by_its_own_epoch(evm: Evm) -> None:
    first = epoch_of(evm.now)
    for number, validity in ((1, 1), (3, 5)):
        valid_for(evm, validity)
        until(evm, start_of_month((first + number) * 6))
        mint(evm, VOLUNTEER, number - number // 2, [(account(number), MINUTES, 60)])
    valid_for(evm, 2)
    until(evm, start_of_month((first + 4) * 6))

    mint(evm, VOLUNTEER, 3, [(account(3), MINUTES, 6), (account(1), MINUTES, 6)])

    found = [free_by_epoch(evm, VOLUNTEER, account(number)) for number in (3, 1)]
    assert found == [{first + 6: 100, first + 8: 1_000}, {first + 6: 100}]


def test_a_batch_keeps_what_lives_of_each_word_by_its_own_epoch(evm: Evm) -> None:
    first = epoch_of(evm.now)
    valid_for(evm, 5)
    for number in (1, 2):
        until(evm, start_of_month((first + number) * 6))
        mint(evm, VOLUNTEER, number, [(account(number), MINUTES, 60)])
    valid_for(evm, 2)
    until(evm, start_of_month((first + 4) * 6))

    mint(evm, VOLUNTEER, 3, [(account(1), MINUTES, 6), (account(2), MINUTES, 6)])

    found = [free_by_epoch(evm, VOLUNTEER, account(number)) for number in (1, 2)]
    assert found == [{first + 6: 1_100}, {first + 6: 100, first + 7: 1_000}]


def test_the_years_counters_shift_with_the_years(evm: Evm) -> None:
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 1_000)])
    this_year = month_of(evm.now) // 12

    counted = [evm.read("PointsLedger", "lotsOf", CULTURE, RESIDENT)[1:]]
    for year in (this_year + 1, this_year + 2, this_year + 3):
        until(evm, start_of_month(year * 12))
        counted.append(evm.read("PointsLedger", "lotsOf", CULTURE, RESIDENT)[1:])

    assert counted == [(150, 0), (0, 150), (0, 0), (0, 0)]


def test_counters_survive_the_half_year_and_go_after_years_without_a_write(evm: Evm) -> None:
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 1_000)])
    until(evm, start_of_month(2026 * 12 + 6))
    assert evm.read("PointsLedger", "lotsOf", CULTURE, RESIDENT)[1:] == (150, 0)
    mint(evm, CULTURE, 2, [(RESIDENT, SPENDING, 1_000)])

    until(evm, start_of_month(2028 * 12))

    assert evm.read("PointsLedger", "lotsOf", CULTURE, RESIDENT)[1:] == (0, 0)


def test_what_anyone_books_as_expired_is_only_an_entry(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    landing = epoch_of(evm.now) + 2
    until(evm, end_of_epoch(landing) - 1)
    with refused("EpochNotOver", landing, evm.now + 1):
        evm.send(STRANGER, "PointsLedger", "bookExpiry", VOLUNTEER, landing)
    hold(evm, 4_000)
    evm.tick()

    evm.send(STRANGER, "PointsLedger", "bookExpiry", VOLUNTEER, landing)
    evm.send(STRANGER, "PointsLedger", "bookExpiry", VOLUNTEER, landing)

    expected = {"minted": 10_000, "held": 4_000, "expired": 6_000}
    assert class_of(evm, VOLUNTEER, landing) == expected


def test_a_row_of_activity_zero_in_month_zero_is_of_a_closed_year(evm: Evm) -> None:
    word = award_word(RESIDENT, 0, 0, 5)

    with refused("YearClosed", 0, 0):
        evm.send(KEYS[VOLUNTEER], "PointsLedger", "mintBatch", 1, [word], keys(1), b"\2" * 32)
