"""Accounts of the community fund: the fund spends them, nobody else."""

from __future__ import annotations

import pytest

from tests.support.evm import Evm
from tests.support.reading import (
    HOLD,
    OTHER_HOLD,
    STRANGER,
    ask,
    capture,
    free,
    last_entry,
    refused,
)
from tests.support.season import (
    CANTEEN,
    CHARITY,
    FUND_ACCOUNT,
    KEYS,
    MINUTES,
    OPERATING,
    VOLUNTEER,
    mint,
    world,
)

SECOND_PROJECT = f"0x{(2 << 16) + CHARITY:040x}"
DESK = "RedemptionDesk"


@pytest.fixture
def evm() -> Evm:
    evm = world()
    mint(evm, VOLUNTEER, 1, [(FUND_ACCOUNT, MINUTES, 600), (SECOND_PROJECT, MINUTES, 60)])
    return evm


def test_the_fund_holds_from_its_accounts_and_an_acceptor_captures(evm: Evm) -> None:
    evm.send(KEYS[CHARITY], DESK, "holdFromFund", ask(evm, account=FUND_ACCOUNT))

    capture(evm, last_entry(evm, "HoldPlaced"), 3_000)

    assert free(evm, VOLUNTEER, FUND_ACCOUNT) == 7_000


def test_each_project_has_its_own_account(evm: Evm) -> None:
    with refused("InsufficientPoints", 1_000, 1_001):
        request = ask(evm, 1_001, account=SECOND_PROJECT)
        evm.send(KEYS[CHARITY], DESK, "holdFromFund", request)


@pytest.mark.parametrize("caller", [OPERATING, CANTEEN, VOLUNTEER])
def test_no_other_member_holds_from_the_fund(evm: Evm, caller: int) -> None:
    with refused("NotTheFundsAccount", FUND_ACCOUNT, caller):
        evm.send(KEYS[caller], DESK, "holdFromFund", ask(evm, account=FUND_ACCOUNT))


def test_a_stranger_does_not_hold_from_the_fund_nor_the_fund_from_a_resident(evm: Evm) -> None:
    with refused("NotTheFundsAccount", FUND_ACCOUNT, 0):
        evm.send(STRANGER, DESK, "holdFromFund", ask(evm, account=FUND_ACCOUNT))
    resident = ask(evm)
    with refused("NotTheFundsAccount", resident[2], CHARITY):
        evm.send(KEYS[CHARITY], DESK, "holdFromFund", resident)


def test_the_operators_custody_never_covers_the_fund(evm: Evm) -> None:
    gift = (OTHER_HOLD, VOLUNTEER, FUND_ACCOUNT, SECOND_PROJECT, 1)

    with refused("AccountIsTheFunds", FUND_ACCOUNT):
        evm.send(KEYS[OPERATING], DESK, "hold", ask(evm, account=FUND_ACCOUNT))
    with refused("AccountIsTheFunds", FUND_ACCOUNT):
        evm.send(KEYS[OPERATING], DESK, "donate", gift)


def test_the_fund_cancels_its_own_hold_and_the_operator_does_not(evm: Evm) -> None:
    evm.send(KEYS[CHARITY], DESK, "holdFromFund", ask(evm, account=FUND_ACCOUNT))
    entry = last_entry(evm, "HoldPlaced")
    with refused("NotTheFundsAccount", FUND_ACCOUNT, OPERATING):
        evm.send(KEYS[OPERATING], DESK, "cancel", HOLD, entry)

    evm.send(KEYS[CHARITY], DESK, "cancel", HOLD, entry)

    assert free(evm, VOLUNTEER, FUND_ACCOUNT) == 10_000
