"""The operator's custody and its caps, and a desk that takes over from another."""

from __future__ import annotations

import pytest

from ledger.units import month_of, start_of_month
from tests.support.evm import COUNCIL, Evm
from tests.support.reading import (
    DAY_S,
    HOLD,
    OTHER_HOLD,
    RESIDENT,
    ask,
    capture,
    free,
    hold,
    last_entry,
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
    account,
    mint,
    world,
)

DESK = "RedemptionDesk"


@pytest.fixture
def evm() -> Evm:
    evm = world()
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600), (account(2), MINUTES, 600)])
    return evm


def caps(evm: Evm, monthly: int = 10**6, daily: int = 10**9) -> None:
    evm.send(COUNCIL, DESK, "setCaps", monthly, daily)


def gift(units: int, number: int = 1) -> tuple[object, ...]:
    return (bytes([0x20 + number]) * 32, VOLUNTEER, RESIDENT, FUND_ACCOUNT, units)


def new_desk(evm: Evm) -> str:
    """A second desk with the first one's caps, appointed."""
    parts = [evm.address[name] for name in ("AccessManager", "MemberRegistry", "PointsLedger")]
    kinds = ["address", "address", "address", "uint32", "uint64"]
    there = evm.deploy_another("NewDesk", DESK, kinds, [*parts, 10**6, 10**9])
    evm.send(COUNCIL, "PointsLedger", "appointDesk", there)
    return "NewDesk"


def test_an_accounts_cap_is_used_by_holds_and_donations_together(evm: Evm) -> None:
    caps(evm, monthly=4_000)
    hold(evm, 3_000)
    evm.send(KEYS[OPERATING], DESK, "donate", gift(600))

    with refused("AccountCapReached", RESIDENT, 400):
        evm.send(KEYS[OPERATING], DESK, "donate", gift(401, 2))
    hold(evm, 400, hold_id=OTHER_HOLD)


def test_an_accounts_cap_begins_anew_with_the_month(evm: Evm) -> None:
    caps(evm, monthly=3_000)
    hold(evm, 3_000)
    evm.tick(start_of_month(month_of(evm.now) + 1) - 1 - evm.now)
    with refused("AccountCapReached", RESIDENT, 0):
        hold(evm, 1, hold_id=OTHER_HOLD)

    evm.tick()

    hold(evm, 3_000, hold_id=OTHER_HOLD)


def test_a_release_gives_no_cap_back(evm: Evm) -> None:
    caps(evm, monthly=3_000)
    evm.send(KEYS[CANTEEN], DESK, "decline", HOLD, hold(evm, 3_000))

    with refused("AccountCapReached", RESIDENT, 0):
        hold(evm, 1, hold_id=OTHER_HOLD)


def test_each_account_has_its_own_cap(evm: Evm) -> None:
    caps(evm, monthly=3_000)
    hold(evm, 3_000)

    hold(evm, 3_000, account=account(2), hold_id=OTHER_HOLD)


def test_a_lowered_cap_leaves_nothing(evm: Evm) -> None:
    hold(evm, 3_000)
    caps(evm, monthly=1_000)
    with refused("AccountCapReached", RESIDENT, 0):
        hold(evm, 1, hold_id=OTHER_HOLD)

    caps(evm, daily=1_000)
    with refused("OperatorCapReached", OPERATING, 0):
        hold(evm, 1, hold_id=OTHER_HOLD)


def test_an_operators_cap_is_over_all_accounts_and_begins_at_midnight_in_beijing(evm: Evm) -> None:
    caps(evm, daily=5_000)
    hold(evm, 3_000)
    hold(evm, 2_000, account=account(2), hold_id=OTHER_HOLD)
    midnight = (evm.now + 8 * 3_600) // DAY_S * DAY_S + DAY_S - 8 * 3_600
    evm.tick(midnight - 1 - evm.now)
    with refused("OperatorCapReached", OPERATING, 0):
        hold(evm, 1, hold_id=b"\x09" * 32)
    assert evm.read(DESK, "operatorHeadroom", OPERATING) == 0

    evm.tick()

    assert evm.read(DESK, "operatorHeadroom", OPERATING) == 5_000
    hold(evm, 1, hold_id=b"\x09" * 32)
    assert evm.read(DESK, "operatorHeadroom", OPERATING) == 4_999


def test_donations_use_the_operators_cap_too(evm: Evm) -> None:
    caps(evm, daily=1_000)
    evm.send(KEYS[OPERATING], DESK, "donate", gift(600))

    with refused("OperatorCapReached", OPERATING, 400):
        evm.send(KEYS[OPERATING], DESK, "donate", gift(401, 2))


def test_only_the_council_sets_the_caps(evm: Evm) -> None:
    with refused("AccessManagedUnauthorized", KEYS[OPERATING]):
        evm.send(KEYS[OPERATING], DESK, "setCaps", 1, 1)

    caps(evm, 5, 6)

    assert evm.read(DESK, "caps") == (5, 6)


def test_a_batch_of_calls_keeps_the_callers_own_rights(evm: Evm) -> None:
    call = evm.encode(DESK, "hold", ask(evm))

    assert list(evm.send(KEYS[CANTEEN], DESK, "tryAll", [call])) == [False]
    assert list(evm.send(KEYS[OPERATING], DESK, "tryAll", [call])) == [True]


def test_a_new_desk_opens_and_the_old_one_finishes_what_it_opened(evm: Evm) -> None:
    captured = capture(evm, hold(evm, 3_000), 3_000)
    cancelled = hold(evm, 1_000, hold_id=OTHER_HOLD)
    desk = new_desk(evm)

    evm.send(KEYS[OPERATING], desk, "hold", ask(evm, 2_000, hold_id=b"\x09" * 32))
    entry = last_entry(evm, "HoldPlaced")
    refund(evm, captured, 1_000)
    evm.send(KEYS[OPERATING], DESK, "cancel", OTHER_HOLD, cancelled)
    evm.send(KEYS[CANTEEN], desk, "capture", b"\x09" * 32, entry, 2_000)

    assert free(evm, VOLUNTEER, RESIDENT) == 6_000


def test_neither_desk_finishes_what_the_other_opened(evm: Evm) -> None:
    old = hold(evm, 1_000)
    desk = new_desk(evm)
    evm.send(KEYS[OPERATING], desk, "hold", ask(evm, 2_000, hold_id=OTHER_HOLD))
    new = last_entry(evm, "HoldPlaced")

    with refused("HoldMismatch", HOLD):
        evm.send(KEYS[CANTEEN], desk, "capture", HOLD, old, 1_000)
    with refused("HoldMismatch", OTHER_HOLD):
        evm.send(KEYS[CANTEEN], DESK, "capture", OTHER_HOLD, new, 2_000)
    with refused("HoldMismatch", OTHER_HOLD):
        evm.send(KEYS[CANTEEN], DESK, "decline", OTHER_HOLD, new)


def test_an_id_is_taken_once_over_all_desks(evm: Evm) -> None:
    hold(evm, 1_000)

    with refused("HoldIdUsed", HOLD):
        evm.send(KEYS[OPERATING], new_desk(evm), "hold", ask(evm))


def test_only_the_council_appoints_a_desk(evm: Evm) -> None:
    with refused("AccessManagedUnauthorized", KEYS[OPERATING]):
        evm.send(KEYS[OPERATING], "PointsLedger", "appointDesk", KEYS[OPERATING])
