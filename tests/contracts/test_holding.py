"""A hold from its request to its end: what it takes, until when, by whom it ends, what returns."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.rules.state import Hold
from ledger.units import end_of_epoch, epoch_of
from tests.support.evm import COUNCIL, Evm
from tests.support.reading import (
    DAY_S,
    HOLD,
    OTHER_HOLD,
    RESIDENT,
    STRANGER,
    ask,
    balanced,
    capture,
    class_of,
    free,
    free_by_epoch,
    hold,
    last_entry,
    refund,
    refused,
)
from tests.support.season import (
    CANTEEN,
    CHARITY,
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

DESK = "RedemptionDesk"


@pytest.fixture
def evm() -> Evm:
    """10,000 units of the class that ends first, and half a year later 1,000 of the next."""
    evm = world()
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    evm.tick(190 * DAY_S)
    mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 60)])
    return evm


def first_class(evm: Evm) -> int:
    return epoch_of(evm.now) + 1


def near_its_end(evm: Evm, left_s: int) -> int:
    """Move to ``left_s`` before the first class ends; its epoch."""
    first = first_class(evm)
    evm.tick(end_of_epoch(first) - left_s - evm.now)
    return first


def test_a_hold_takes_the_earliest_expiry_first(evm: Evm) -> None:
    first = first_class(evm)

    entry = hold(evm, 10_400)

    assert Hold.of_words(*entry, captured=False).slices == ((first, 10_000), (first + 1, 400))
    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == {first + 1: 600}
    assert class_of(evm, VOLUNTEER, first) == {"minted": 10_000, "held": 10_000}
    with refused("InsufficientPoints", 600, 601):
        hold(evm, 601, hold_id=OTHER_HOLD)


def test_a_capture_takes_the_earliest_slices_and_releases_the_latest(evm: Evm) -> None:
    first = first_class(evm)

    capture(evm, hold(evm, 10_400), 9_000)

    assert class_of(evm, VOLUNTEER, first) == {"minted": 10_000, "captured": 9_000, "free": 1_000}
    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == {first: 1_000, first + 1: 1_000}


def test_a_hold_of_nothing_is_refused(evm: Evm) -> None:
    with refused("ZeroUnits"):
        hold(evm, 0)


def test_a_deadline_is_at_most_thirty_days_away_and_in_the_future(evm: Evm) -> None:
    latest = evm.now + 30 * DAY_S
    for deadline in (evm.now, latest + 1):
        with refused("DeadlineOutOfRange", deadline, evm.now + 1, latest):
            hold(evm, deadline=deadline, service_at=evm.now)

    hold(evm, deadline=latest)
    hold(evm, deadline=evm.now + 1, service_at=evm.now, hold_id=OTHER_HOLD)


def test_a_deadline_is_at_most_fourteen_days_after_the_earliest_slices_date(evm: Evm) -> None:
    first = near_its_end(evm, 3 * DAY_S)
    latest = end_of_epoch(first) + 14 * DAY_S
    with refused("DeadlineOutOfRange", latest + 1, evm.now + 1, latest):
        hold(evm, 10_001, deadline=latest + 1)

    hold(evm, 10_001, deadline=latest)


def test_the_time_of_service_is_not_after_the_deadline(evm: Evm) -> None:
    deadline = evm.now + DAY_S
    with refused("ServiceAfterDeadline", deadline + 1, deadline):
        hold(evm, deadline=deadline, service_at=deadline + 1)

    hold(evm, deadline=deadline, service_at=deadline)


def test_the_acceptor_is_an_active_member_that_takes_points(evm: Evm) -> None:
    with refused("UnknownMember", 77):
        hold(evm, acceptor=77)
    with refused("MemberLacksRole", OPERATING, 1):
        hold(evm, acceptor=OPERATING)
    evm.send(COUNCIL, "MemberRegistry", "setStatus", CANTEEN, 2)
    with refused("MemberNotActive", CANTEEN, 2):
        hold(evm)


def test_an_issuer_into_whose_scheme_nothing_is_exchanged_takes_no_points(evm: Evm) -> None:
    terms = (10**9, 10**9, 10**9, 10**9, 0, 2, 0)
    evm.send(COUNCIL, "MemberRegistry", "setTerms", CULTURE, terms)

    with refused("NotWholeNativePoints", 300, 0):
        hold(evm, 300, acceptor=CULTURE)


def test_a_suspended_issuers_points_still_spend(evm: Evm) -> None:
    evm.send(COUNCIL, "MemberRegistry", "setStatus", VOLUNTEER, 2)

    capture(evm, hold(evm), 3_000)

    assert evm.read("ClearingHouse", "positionOf", 1, VOLUNTEER) == -3_000


def test_a_hold_is_captured_to_its_deadlines_last_second(evm: Evm) -> None:
    entry = hold(evm)
    evm.tick(DAY_S)
    with refused("DeadlineNotPassed", evm.now):
        evm.send(STRANGER, DESK, "releaseOverdue", HOLD, entry)

    capture(evm, entry, 3_000)


def test_a_capture_is_for_something_and_at_most_what_is_held(evm: Evm) -> None:
    entry = hold(evm)

    for units in (0, 3_001):
        with refused("UnitsOutOfRange", units, 3_000):
            capture(evm, entry, units)


def test_only_the_acceptor_or_its_host_captures_declines_and_refunds(evm: Evm) -> None:
    entry = hold(evm)
    for stranger in (STRANGER, KEYS[CULTURE]):
        for call in (("capture", HOLD, entry, 1), ("decline", HOLD, entry)):
            with refused("NotTheAcceptor", CANTEEN, stranger):
                evm.send(stranger, DESK, *call)

    evm.send(KEYS[OPERATING], DESK, "capture", HOLD, entry, 3_000)

    captured = last_entry(evm, "HoldCaptured")
    with refused("NotTheAcceptor", CANTEEN, STRANGER):
        evm.send(STRANGER, DESK, "refund", HOLD, captured, 1)
    evm.send(KEYS[OPERATING], DESK, "refund", HOLD, captured, 1)


def test_an_operator_that_is_no_longer_host_captures_nothing(evm: Evm) -> None:
    entry = hold(evm)
    evm.send(KEYS[CANTEEN], "MemberRegistry", "chooseHost", 0)

    with refused("NotTheAcceptor", CANTEEN, KEYS[OPERATING]):
        evm.send(KEYS[OPERATING], DESK, "capture", HOLD, entry, 1)


def test_a_resident_cancels_until_the_time_of_service(evm: Evm) -> None:
    entry = hold(evm)
    other = hold(evm, hold_id=OTHER_HOLD)
    evm.tick(3_600)
    evm.send(KEYS[OPERATING], DESK, "cancel", HOLD, entry)
    service_at = evm.now
    evm.tick()

    with refused("ServiceTimePassed", service_at):
        evm.send(KEYS[OPERATING], DESK, "cancel", OTHER_HOLD, other)
    with refused("NotAMember", STRANGER):
        evm.send(STRANGER, DESK, "cancel", OTHER_HOLD, other)


def test_a_cancel_expires_then_and_there_what_has_expired_meanwhile(evm: Evm) -> None:
    first = near_its_end(evm, 60)
    deadline = evm.now + DAY_S
    entry = hold(evm, 10_400, deadline=deadline, service_at=deadline)
    evm.tick(60)

    evm.send(KEYS[OPERATING], DESK, "cancel", HOLD, entry)

    assert class_of(evm, VOLUNTEER, first) == {"minted": 10_000, "expired": 10_000}
    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == {first + 1: 1_000}


def test_a_release_by_the_acceptor_carries_what_has_expired_meanwhile(evm: Evm) -> None:
    first = near_its_end(evm, 60)
    entry = hold(evm, 10_400)
    evm.tick(60)

    evm.send(KEYS[CANTEEN], DESK, "decline", HOLD, entry)

    assert class_of(evm, VOLUNTEER, first) == {"minted": 10_000, "carried_out": 10_000}
    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == {first + 1: 11_000}
    carried = {"minted": 1_000, "free": 11_000, "carried_in": 10_000}
    assert class_of(evm, VOLUNTEER, first + 1) == carried


@pytest.mark.parametrize(("left_s", "moved"), [(90 * DAY_S, 0), (90 * DAY_S - 1, 1)])
def test_a_refund_lands_where_it_lives_ninety_days(evm: Evm, left_s: int, moved: int) -> None:
    first = near_its_end(evm, left_s)
    captured = capture(evm, hold(evm, 3_000), 3_000)

    refund(evm, captured, 3_000)

    expected = {first: 10_000 - 3_000 * moved, first + 1: 1_000 + 3_000 * moved}
    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == expected
    assert balanced(evm, VOLUNTEER, first)
    assert balanced(evm, VOLUNTEER, first + 1)


def test_refunds_run_for_ninety_days_from_the_capture(evm: Evm) -> None:
    captured = capture(evm, hold(evm), 3_000)
    last = evm.now + 90 * DAY_S
    evm.tick(90 * DAY_S)
    left = refund(evm, captured, 1_000)
    evm.tick()

    with refused("DeadlinePassed", last):
        refund(evm, left, 1_000)


def test_a_refund_is_for_something_and_ends_with_what_was_captured(evm: Evm) -> None:
    captured = capture(evm, hold(evm), 3_000)
    with refused("UnitsOutOfRange", 0, 3_000):
        refund(evm, captured, 0)

    left = refund(evm, refund(evm, captured, 1_000), 2_000)

    assert evm.read("PointsLedger", "commitmentOf", HOLD) == (1).to_bytes(32, "big")
    with refused("HoldMismatch", HOLD):
        refund(evm, left, 1)
    with refused("HoldMismatch", HOLD):
        refund(evm, captured, 1)


def test_an_entry_that_says_something_else_ends_no_hold(evm: Evm) -> None:
    terms, points = hold(evm)
    more = (terms, points + (1 << 32))
    other_account = (terms ^ 1 << 96, points)

    for forged in (more, other_account):
        with refused("HoldMismatch", HOLD):
            capture(evm, forged, 1)
    with refused("HoldMismatch", HOLD):
        refund(evm, (terms, points), 1)


def test_a_release_ends_a_hold_for_good(evm: Evm) -> None:
    entry = hold(evm)
    evm.send(KEYS[CANTEEN], DESK, "decline", HOLD, entry)

    assert free(evm, VOLUNTEER, RESIDENT) == 11_000
    for call in (("decline", HOLD, entry), ("capture", HOLD, entry, 1)):
        with refused("HoldMismatch", HOLD):
            evm.send(KEYS[CANTEEN], DESK, *call)
    with refused("HoldIdUsed", HOLD):
        hold(evm)


def test_only_an_active_operator_holds_in_custody(evm: Evm) -> None:
    with refused("MemberLacksRole", CANTEEN, 4):
        evm.send(KEYS[CANTEEN], DESK, "hold", ask(evm))
    evm.send(COUNCIL, "MemberRegistry", "setStatus", OPERATING, 2)

    with refused("MemberNotActive", OPERATING, 2):
        hold(evm)


def test_the_ledger_itself_takes_no_hold_but_from_the_desk(evm: Evm) -> None:
    with refused("NotTheDesk", KEYS[OPERATING]):
        evm.send(KEYS[OPERATING], "PointsLedger", "placeHold", *ask(evm))
    gift: Any = (HOLD, VOLUNTEER, RESIDENT, FUND_ACCOUNT, 1)
    with refused("NotTheDesk", KEYS[OPERATING]):
        evm.send(KEYS[OPERATING], "PointsLedger", "donate", *gift)


def test_a_donation_keeps_its_lanes(evm: Evm) -> None:
    first = first_class(evm)

    evm.send(KEYS[OPERATING], DESK, "donate", (HOLD, VOLUNTEER, RESIDENT, FUND_ACCOUNT, 10_400))

    assert free_by_epoch(evm, VOLUNTEER, FUND_ACCOUNT) == {first: 10_000, first + 1: 400}
    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == {first + 1: 600}
    assert class_of(evm, VOLUNTEER, first) == {"minted": 10_000, "free": 10_000}
    with refused("HoldIdUsed", HOLD):
        evm.send(KEYS[OPERATING], DESK, "donate", (HOLD, VOLUNTEER, RESIDENT, FUND_ACCOUNT, 1))


def test_a_donation_goes_to_the_fund_only_and_is_of_something(evm: Evm) -> None:
    for target in (account(2), f"0x{CULTURE:040x}", f"0x{77:040x}", "0x" + "00" * 20):
        with refused("NotAFundAccount", target):
            gift = (HOLD, VOLUNTEER, RESIDENT, target, 1)
            evm.send(KEYS[OPERATING], DESK, "donate", gift)
    with refused("ZeroUnits"):
        evm.send(KEYS[OPERATING], DESK, "donate", (HOLD, VOLUNTEER, RESIDENT, FUND_ACCOUNT, 0))

    assert evm.read("MemberRegistry", "fundMemberOf", FUND_ACCOUNT) == CHARITY
