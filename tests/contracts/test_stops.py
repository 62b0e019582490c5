"""Pause and strict stop: what they stop, what they never stop, who begins and who ends them."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.units import end_of_epoch, epoch_of, month_of
from tests.support.evm import COUNCIL, GUARDIAN, Evm
from tests.support.reading import (
    DAY_S,
    HOLD,
    OTHER_HOLD,
    REASON,
    RESIDENT,
    STRANGER,
    capture,
    free,
    hold,
    refund,
    refused,
)
from tests.support.season import (
    CANTEEN,
    FUND_ACCOUNT,
    KEYS,
    MINUTES,
    OPERATING,
    VOLUNTEER,
    award_word,
    keys,
    mint,
    world,
)

LEDGER, DESK = "PointsLedger", "RedemptionDesk"
GRACE_S = 72 * 3_600


@pytest.fixture
def evm() -> Evm:
    evm = world()
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    return evm


def stop(evm: Evm) -> None:
    evm.send(GUARDIAN, LEDGER, "stopStrictly")


def resume(evm: Evm) -> None:
    evm.send(COUNCIL, LEDGER, "resume")


def test_a_pause_stops_mints_holds_and_donations(evm: Evm) -> None:
    evm.send(GUARDIAN, LEDGER, "pause")

    with refused("PausedNow"):
        mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 60)])
    with refused("PausedNow"):
        hold(evm)
    with refused("PausedNow"):
        gift = (HOLD, VOLUNTEER, RESIDENT, FUND_ACCOUNT, 1)
        evm.send(KEYS[OPERATING], DESK, "donate", gift)
    resume(evm)
    mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 60)])
    hold(evm)


def test_a_pause_stops_no_capture_and_no_deadline(evm: Evm) -> None:
    entry = hold(evm)
    other = hold(evm, 1_000, hold_id=OTHER_HOLD)
    evm.send(GUARDIAN, LEDGER, "pause")

    capture(evm, entry, 3_000)

    evm.tick(DAY_S + 1)
    evm.send(STRANGER, DESK, "releaseOverdue", OTHER_HOLD, other)


def test_no_stop_hinders_release_refund_correction_expiry_or_reading(evm: Evm) -> None:
    captured = capture(evm, hold(evm, 3_000), 3_000)
    declined = hold(evm, 1_000, hold_id=OTHER_HOLD)
    cancelled = hold(evm, 500, hold_id=b"\x09" * 32)
    stop(evm)

    evm.send(KEYS[CANTEEN], DESK, "decline", OTHER_HOLD, declined)
    evm.send(KEYS[OPERATING], DESK, "cancel", b"\x09" * 32, cancelled)
    refund(evm, captured, 1_000)
    word = award_word(RESIDENT, MINUTES, month_of(evm.now), 600)
    request = [(0, 300, REASON)]
    evm.send(KEYS[VOLUNTEER], LEDGER, "correct", 1, [word], keys(1), request)
    assert free(evm, VOLUNTEER, RESIDENT) == 3_000
    landing = epoch_of(evm.now) + 2
    evm.tick(end_of_epoch(landing) - evm.now)
    evm.send(STRANGER, LEDGER, "bookExpiry", VOLUNTEER, landing)

    assert evm.read(LEDGER, "stops")[:2] == (True, True)


def test_a_strict_stop_stops_captures_and_every_deadline(evm: Evm) -> None:
    entry = hold(evm)
    deadline = evm.now + DAY_S
    stop(evm)
    evm.tick(40 * DAY_S)

    with refused("StrictStopInForce"):
        capture(evm, entry, 1)
    with refused("DeadlineNotPassed", deadline):
        evm.send(STRANGER, DESK, "releaseOverdue", HOLD, entry)


def test_deadlines_pass_seventy_two_hours_after_the_stop_to_the_second(evm: Evm) -> None:
    entry = hold(evm, 1_000)
    other = hold(evm, 1_000, hold_id=OTHER_HOLD)
    deadline = evm.now + DAY_S
    stop(evm)
    evm.tick(5 * DAY_S)
    resume(evm)
    evm.tick(GRACE_S)
    capture(evm, entry, 1_000)
    evm.tick()

    with refused("DeadlinePassed", deadline):
        capture(evm, other, 1_000, OTHER_HOLD)
    evm.send(STRANGER, DESK, "releaseOverdue", OTHER_HOLD, other)


def test_a_stop_saves_no_deadline_that_had_passed_before_it(evm: Evm) -> None:
    entry = hold(evm)
    evm.tick(DAY_S + 1)
    stop(evm)

    evm.send(STRANGER, DESK, "releaseOverdue", HOLD, entry)

    assert free(evm, VOLUNTEER, RESIDENT) == 10_000


def test_a_second_stop_within_the_grace_continues_the_first(evm: Evm) -> None:
    entry = hold(evm)
    for _ in range(3):
        stop(evm)
        evm.tick(2 * DAY_S)
        resume(evm)
        evm.tick(GRACE_S - 1)
    since = evm.read(LEDGER, "stops")[2]

    capture(evm, entry, 3_000)

    assert evm.now - since == 6 * DAY_S + 3 * (GRACE_S - 1)


def test_a_stop_after_the_grace_saves_nothing_of_before(evm: Evm) -> None:
    entry = hold(evm)
    stop(evm)
    evm.tick(2 * DAY_S)
    resume(evm)
    evm.tick(GRACE_S)
    stop(evm)
    assert evm.read(LEDGER, "stops")[2] == evm.now
    evm.tick()

    evm.send(STRANGER, DESK, "releaseOverdue", HOLD, entry)


def test_a_stop_repeated_while_it_lasts_changes_nothing(evm: Evm) -> None:
    stop(evm)
    began = evm.now
    evm.tick(DAY_S)

    stop(evm)

    assert evm.read(LEDGER, "stops") == (True, True, began, 0)


def test_the_end_of_a_pause_is_no_end_of_a_strict_stop(evm: Evm) -> None:
    entry = hold(evm)
    evm.send(GUARDIAN, LEDGER, "pause")
    evm.tick(2 * DAY_S)

    resume(evm)

    assert evm.read(LEDGER, "stops") == (False, False, 0, 0)
    with refused("DeadlinePassed", evm.now - DAY_S):
        capture(evm, entry, 1)


def test_a_guardian_begins_a_stop_and_can_do_nothing_else(evm: Evm) -> None:
    calls: list[Any] = [
        (LEDGER, "resume"),
        (LEDGER, "appointDesk", STRANGER),
        (LEDGER, "replaceRateBook", STRANGER),
        ("ClearingHouse", "bindLedger", STRANGER),
        ("ClearingHouse", "setUnitPrice", 1),
        (DESK, "setCaps", 1, 1),
        ("MemberRegistry", "setStatus", VOLUNTEER, 2),
        ("RateBook", "addActivity", 300, VOLUNTEER, REASON),
    ]
    for contract, *call in calls:
        with refused("AccessManagedUnauthorized", GUARDIAN):
            evm.send(GUARDIAN, contract, *call)

    evm.send(GUARDIAN, LEDGER, "pause")
    evm.send(GUARDIAN, LEDGER, "stopStrictly")


@pytest.mark.parametrize("how", ["pause", "stopStrictly", "resume"])
def test_members_neither_begin_nor_end_a_stop(evm: Evm, how: str) -> None:
    for member in (VOLUNTEER, CANTEEN, OPERATING):
        with refused("AccessManagedUnauthorized", KEYS[member]):
            evm.send(KEYS[member], LEDGER, how)
