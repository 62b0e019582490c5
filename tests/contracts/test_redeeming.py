"""Hold, capture, release, refund, donation, stops and clearing, on the real contracts."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.rules.state import Hold
from ledger.units import epoch_of, start_of_month
from tests.support.evm import COUNCIL, GUARDIAN, Evm
from tests.support.reading import (
    DAY_S,
    HOLD,
    RESIDENT,
    balanced,
    capture,
    free,
    hold,
    last_entry,
    refused,
)
from tests.support.season import (
    CANTEEN,
    CULTURE,
    FUND_ACCOUNT,
    KEYS,
    MINUTES,
    OPERATING,
    VOLUNTEER,
    account,
    mint,
    world,
)


@pytest.fixture
def evm() -> Evm:
    evm = world()
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    return evm


def deadline_of(entry: Any) -> int:
    return Hold.of_words(*entry, captured=False).deadline_s


def test_a_capture_burns_releases_the_rest_and_books_the_debt_at_once(evm: Evm) -> None:
    entry = hold(evm)
    assert free(evm, VOLUNTEER, RESIDENT) == 7_000

    capture(evm, entry, 2_000)

    assert free(evm, VOLUNTEER, RESIDENT) == 8_000
    assert evm.read("ClearingHouse", "positionOf", 1, VOLUNTEER) == -2_000
    assert evm.read("ClearingHouse", "positionOf", 1, CANTEEN) == 2_000
    assert evm.read("ClearingHouse", "obligationOf", 1, VOLUNTEER, CANTEEN) == 2_000
    assert balanced(evm, VOLUNTEER, epoch_of(evm.now) + 2)


def test_a_hold_ends_once(evm: Evm) -> None:
    entry = hold(evm)
    capture(evm, entry, 3_000)

    with refused("HoldMismatch", HOLD):
        capture(evm, entry, 1)
    with refused("HoldMismatch", HOLD):
        evm.send(KEYS[CANTEEN], "RedemptionDesk", "decline", HOLD, entry)
    with refused("HoldIdUsed", HOLD):
        hold(evm)


def test_a_refund_never_exceeds_the_capture_and_shrinks_the_open_windows_debt(evm: Evm) -> None:
    captured = capture(evm, hold(evm), 3_000)

    with refused("UnitsOutOfRange", 3_001, 3_000):
        evm.send(KEYS[CANTEEN], "RedemptionDesk", "refund", HOLD, captured, 3_001)
    evm.send(KEYS[CANTEEN], "RedemptionDesk", "refund", HOLD, captured, 1_000)
    left = last_entry(evm, "HoldRefunded")
    with refused("UnitsOutOfRange", 2_001, 2_000):
        evm.send(KEYS[CANTEEN], "RedemptionDesk", "refund", HOLD, left, 2_001)

    assert evm.read("ClearingHouse", "positionOf", 1, CANTEEN) == 2_000
    assert balanced(evm, VOLUNTEER, epoch_of(evm.now) + 2)


def test_a_suspended_acceptor_takes_no_new_hold_but_captures_the_old_one(evm: Evm) -> None:
    entry = hold(evm)
    evm.send(COUNCIL, "MemberRegistry", "setStatus", CANTEEN, 2)

    with refused("MemberNotActive", CANTEEN, 2):
        hold(evm, hold_id=b"\x08" * 32)
    capture(evm, entry, 3_000)


def test_a_hold_needs_points_and_a_deadline_within_bounds(evm: Evm) -> None:
    with refused("InsufficientPoints", 10_000, 10_001):
        hold(evm, 10_001)
    late = (HOLD, VOLUNTEER, RESIDENT, CANTEEN, 1, evm.now + 30 * DAY_S + 1, evm.now)
    with refused("DeadlineOutOfRange", evm.now + 30 * DAY_S + 1, evm.now + 1, evm.now + 30 * DAY_S):
        evm.send(KEYS[OPERATING], "RedemptionDesk", "hold", late)


def test_a_release_by_the_acceptor_carries_what_would_soon_end_a_residents_cancel_does_not(
    evm: Evm,
) -> None:
    landing = epoch_of(evm.now) + 2
    ends = start_of_month((landing + 1) * 6)
    evm.tick(ends - 30 * DAY_S - evm.now)
    cancelled, declined = hold(evm, 1_000), hold(evm, 2_000, hold_id=b"\x08" * 32)

    evm.send(KEYS[OPERATING], "RedemptionDesk", "cancel", HOLD, cancelled)
    evm.send(KEYS[CANTEEN], "RedemptionDesk", "decline", b"\x08" * 32, declined)

    balance = [
        evm.read("PointsLedger", "balanceOf", RESIDENT, VOLUNTEER << 16 | epoch)
        for epoch in (landing, landing + 1)
    ]
    assert balance == [8_000, 2_000]
    assert balanced(evm, VOLUNTEER, landing)
    assert balanced(evm, VOLUNTEER, landing + 1)


def test_a_strict_stop_holds_captures_and_deadlines_and_gives_three_days_after(evm: Evm) -> None:
    entry = hold(evm)
    evm.send(GUARDIAN, "PointsLedger", "stopStrictly")
    with refused("StrictStopInForce"):
        capture(evm, entry, 3_000)
    with refused("PausedNow"):
        hold(evm, hold_id=b"\x08" * 32)
    evm.tick(10 * DAY_S)
    with refused("AccessManagedUnauthorized", GUARDIAN):
        evm.send(GUARDIAN, "PointsLedger", "resume")
    evm.send(COUNCIL, "PointsLedger", "resume")
    evm.tick(3 * DAY_S - 1)
    with refused("DeadlineNotPassed", deadline_of(entry)):
        evm.send(RESIDENT, "RedemptionDesk", "releaseOverdue", HOLD, entry)

    capture(evm, entry, 3_000)


def test_anyone_releases_what_is_overdue(evm: Evm) -> None:
    entry = hold(evm)
    evm.tick(DAY_S + 1)
    with refused("DeadlinePassed", deadline_of(entry)):
        capture(evm, entry, 3_000)

    evm.send(account(99), "RedemptionDesk", "releaseOverdue", HOLD, entry)

    assert free(evm, VOLUNTEER, RESIDENT) == 10_000


def test_custody_is_capped_by_account_and_month(evm: Evm) -> None:
    evm.send(COUNCIL, "RedemptionDesk", "setCaps", 4_000, 10**9)
    hold(evm, 3_000)

    with refused("AccountCapReached", RESIDENT, 1_000):
        hold(evm, 1_001, hold_id=b"\x08" * 32)


def test_custody_is_capped_by_operator_and_day(evm: Evm) -> None:
    evm.send(COUNCIL, "RedemptionDesk", "setCaps", 10**6, 3_500)
    hold(evm, 3_000)

    with refused("OperatorCapReached", OPERATING, 500):
        hold(evm, 501, hold_id=b"\x08" * 32)
    evm.tick(DAY_S)
    hold(evm, 501, hold_id=b"\x08" * 32)


def test_an_exchange_takes_whole_native_points_only(evm: Evm) -> None:
    with refused("NotWholeNativePoints", 150, 100):
        hold(evm, 150, acceptor=CULTURE)

    hold(evm, 300, acceptor=CULTURE)


def test_a_donation_moves_lots_to_the_fund_and_nowhere_else(evm: Evm) -> None:
    gift = (HOLD, VOLUNTEER, RESIDENT, FUND_ACCOUNT, 2_500)
    with refused("NotAFundAccount", account(2)):
        evm.send(KEYS[OPERATING], "RedemptionDesk", "donate", (*gift[:3], account(2), 2_500))

    evm.send(KEYS[OPERATING], "RedemptionDesk", "donate", gift)

    assert free(evm, VOLUNTEER, RESIDENT) == 7_500
    assert free(evm, VOLUNTEER, FUND_ACCOUNT) == 2_500
    with refused("PointsStayWithTheirResident"):
        evm.send(RESIDENT, "PointsLedger", "transfer", account(2), 1, 1)


def test_an_old_desk_cannot_open_but_can_finish(evm: Evm) -> None:
    entry = hold(evm)
    desk = evm.address["RedemptionDesk"]
    evm.send(COUNCIL, "PointsLedger", "appointDesk", account(50))

    with refused("NotTheDesk", desk):
        hold(evm, hold_id=b"\x08" * 32)
    capture(evm, entry, 3_000)


def test_one_bad_call_of_a_batch_does_not_undo_its_neighbours(evm: Evm) -> None:
    ask = (VOLUNTEER, RESIDENT, CANTEEN, 6_000, evm.now + DAY_S, evm.now)
    calls = [evm.encode("RedemptionDesk", "hold", (bytes([n]) * 32, *ask)) for n in (1, 2)]

    done = evm.send(KEYS[OPERATING], "RedemptionDesk", "tryAll", calls)

    assert list(done) == [True, False]
    assert free(evm, VOLUNTEER, RESIDENT) == 4_000


def test_a_window_closes_after_its_block_and_settles_by_both_sides_word(evm: Evm) -> None:
    first = hold(evm, 1_000)
    second = hold(evm, 2_000, hold_id=b"\x08" * 32)
    evm.tick(600)
    evm.send(KEYS[CANTEEN], "ClearingHouse", "closeWindow")
    capture(evm, first, 1_000)
    evm.tick()
    evm.send(KEYS[CANTEEN], "RedemptionDesk", "capture", b"\x08" * 32, second, 2_000)

    assert [evm.read("ClearingHouse", "positionOf", w, CANTEEN) for w in (1, 2)] == [1_000, 2_000]

    with refused("SettlementMismatch", VOLUNTEER, -1_000, -999):
        wrong = [(VOLUNTEER, CANTEEN, 999, False, False)]
        evm.send(KEYS[CANTEEN], "ClearingHouse", "publishSettlement", 1, wrong)
    right = [(VOLUNTEER, CANTEEN, 1_000, False, False)]
    evm.send(KEYS[CANTEEN], "ClearingHouse", "publishSettlement", 1, right)
    evm.send(KEYS[VOLUNTEER], "ClearingHouse", "confirmTransfer", 1, 0)
    assert evm.read("ClearingHouse", "unsettledDebit", VOLUNTEER) == 3_000
    evm.send(KEYS[CANTEEN], "ClearingHouse", "confirmTransfer", 1, 0)
    assert evm.read("ClearingHouse", "unsettledDebit", VOLUNTEER) == 2_000


def test_a_refund_gives_back_the_latest_expiry_first(evm: Evm) -> None:
    landing = epoch_of(evm.now) + 2
    evm.tick(190 * DAY_S)
    mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 60)])
    captured = capture(evm, hold(evm, 10_500), 10_500)

    evm.send(KEYS[CANTEEN], "RedemptionDesk", "refund", HOLD, captured, 700)

    refunded = [
        evm.read("PointsLedger", "classOf", VOLUNTEER, epoch)[6] for epoch in (landing, landing + 1)
    ]
    assert refunded == [200, 500]
