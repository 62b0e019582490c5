"""Windows, settlements and disputes between members."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.evm import COUNCIL, Evm
from tests.support.reading import HOLD, OTHER_HOLD, RESIDENT, STRANGER, capture, hold, refused
from tests.support.season import (
    CANTEEN,
    CULTURE,
    KEYS,
    MINUTES,
    OPERATING,
    SPENDING,
    VOLUNTEER,
    mint,
    world,
)

HOUSE = "ClearingHouse"
DISPUTE, REASON = b"\x0d" * 32, b"\x0e" * 32


@pytest.fixture
def evm() -> Evm:
    """In window 1 the volunteers owe the canteen 3,000 and the culture scheme 500; now closed."""
    evm = world()
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 50_000)])
    capture(evm, hold(evm), 3_000)
    entry = hold(evm, 500, acceptor=CULTURE, hold_id=OTHER_HOLD)
    evm.send(KEYS[CULTURE], "RedemptionDesk", "capture", OTHER_HOLD, entry, 500)
    evm.tick(600)
    evm.send(KEYS[CANTEEN], HOUSE, "closeWindow")
    evm.tick()
    return evm


def publish(evm: Evm, *transfers: tuple[int, int, int], window: int = 1) -> None:
    listed = [(*transfer, False, False) for transfer in transfers]
    evm.send(KEYS[OPERATING], HOUSE, "publishSettlement", window, listed)


def confirm(evm: Evm, member: int, index: int, window: int = 1) -> None:
    evm.send(KEYS[member], HOUSE, "confirmTransfer", window, index)


def propose(evm: Evm, units: int, proposer: int = VOLUNTEER, **changed: Any) -> None:
    entry = {"window": 1, "debtor": VOLUNTEER, "creditor": CANTEEN, "proposer": proposer}
    values = (*(entry | changed).values(), units)
    evm.send(KEYS[proposer], HOUSE, "proposeReversal", values, DISPUTE, REASON)


def positions(evm: Evm, window: int) -> list[int]:
    members = (VOLUNTEER, CULTURE, CANTEEN)
    return [evm.read(HOUSE, "positionOf", window, member) for member in members]


def test_a_windows_positions_sum_to_zero(evm: Evm) -> None:
    assert positions(evm, 1) == [-3_500, 500, 3_000]


def test_a_close_takes_effect_after_its_block(evm: Evm) -> None:
    entry = hold(evm, 100, hold_id=b"\x09" * 32)
    evm.tick(600)
    evm.send(KEYS[CANTEEN], HOUSE, "closeWindow")
    assert evm.read(HOUSE, "openWindow") == 2

    capture(evm, entry, 100, b"\x09" * 32)

    assert positions(evm, 2) == [-100, 0, 100]
    evm.tick()
    assert evm.read(HOUSE, "openWindow") == 3


def test_a_window_lives_ten_minutes_and_is_closed_by_an_active_member(evm: Evm) -> None:
    opened = evm.read(HOUSE, "windowOf", 2)[2]
    evm.tick(opened + 599 - evm.now)
    with refused("WindowTooYoung", 2, opened + 600):
        evm.send(KEYS[CANTEEN], HOUSE, "closeWindow")
    evm.tick()
    with refused("NotAMember", STRANGER):
        evm.send(STRANGER, HOUSE, "closeWindow")
    evm.send(COUNCIL, "MemberRegistry", "setStatus", CULTURE, 2)
    with refused("MemberNotActive", CULTURE, 2):
        evm.send(KEYS[CULTURE], HOUSE, "closeWindow")

    evm.send(KEYS[CANTEEN], HOUSE, "closeWindow")

    with refused("WindowTooYoung", 3, evm.now + 600):
        evm.send(KEYS[CANTEEN], HOUSE, "closeWindow")


def test_at_most_sixty_four_windows_wait_for_settlement(evm: Evm) -> None:
    while len(evm.read(HOUSE, "unsettledWindows")) < 64:
        evm.tick(600)
        evm.send(KEYS[CANTEEN], HOUSE, "closeWindow")
    evm.tick(600)

    with refused("TooManyUnsettledWindows", 64):
        evm.send(KEYS[CANTEEN], HOUSE, "closeWindow")


def test_the_units_price_is_fixed_when_its_window_opens(evm: Evm) -> None:
    evm.send(COUNCIL, HOUSE, "setUnitPrice", 12_345)
    evm.tick(600)
    evm.send(KEYS[CANTEEN], HOUSE, "closeWindow")

    assert [evm.read(HOUSE, "windowOf", w)[5] for w in (1, 2, 3)] == [10_000, 10_000, 12_345]
    with refused("UnitPriceMissing"):
        evm.send(COUNCIL, HOUSE, "setUnitPrice", 0)


def test_a_settlement_brings_every_member_to_zero(evm: Evm) -> None:
    with refused("SettlementMismatch", VOLUNTEER, -3_500, -3_000):
        publish(evm, (VOLUNTEER, CANTEEN, 3_000))
    with refused("SettlementMismatch", CULTURE, 500, 0):
        publish(evm, (VOLUNTEER, CANTEEN, 3_500))

    publish(evm, (VOLUNTEER, CANTEEN, 3_000), (VOLUNTEER, CULTURE, 500))

    with refused("SettlementAlreadyPublished", 1):
        publish(evm, (VOLUNTEER, CANTEEN, 3_000), (VOLUNTEER, CULTURE, 500))


def test_a_settlement_has_fewer_transfers_than_parties(evm: Evm) -> None:
    split = [(VOLUNTEER, CANTEEN, 1_000), (VOLUNTEER, CANTEEN, 2_000), (VOLUNTEER, CULTURE, 500)]

    with refused("SettlementTooLong", 3, 2):
        publish(evm, *split)


@pytest.mark.parametrize(
    "transfer",
    [(VOLUNTEER, VOLUNTEER, 1), (0, CANTEEN, 1), (VOLUNTEER, 6, 1), (VOLUNTEER, CANTEEN, 0)],
)
def test_a_transfer_is_of_something_between_two_members(
    evm: Evm, transfer: tuple[int, int, int]
) -> None:
    with refused("TransferMalformed", 1):
        publish(evm, (VOLUNTEER, CULTURE, 500), transfer)


def test_a_transfer_is_not_published_as_confirmed(evm: Evm) -> None:
    listed = [(VOLUNTEER, CANTEEN, 3_000, True, False), (VOLUNTEER, CULTURE, 500, False, False)]

    with refused("TransferMalformed", 0):
        evm.send(KEYS[OPERATING], HOUSE, "publishSettlement", 1, listed)


def test_an_open_or_unknown_window_is_not_settled(evm: Evm) -> None:
    with refused("WindowStillOpen", 2):
        publish(evm, window=2)
    with refused("WindowUnknown", 9):
        publish(evm, window=9)
    evm.tick(600)
    evm.send(KEYS[CANTEEN], HOUSE, "closeWindow")
    with refused("WindowStillOpen", 2):
        publish(evm, window=2)


def test_windows_settle_in_any_order_and_an_empty_one_at_once(evm: Evm) -> None:
    evm.tick(600)
    evm.send(KEYS[CANTEEN], HOUSE, "closeWindow")
    evm.tick()

    publish(evm, window=2)

    assert evm.read(HOUSE, "windowOf", 2)[3] is True
    assert sorted(evm.read(HOUSE, "unsettledWindows")) == [1, 3]
    assert evm.read(HOUSE, "unsettledDebit", VOLUNTEER) == 3_500


def test_payer_and_payee_confirm_each_transfer_once(evm: Evm) -> None:
    publish(evm, (VOLUNTEER, CANTEEN, 3_000), (VOLUNTEER, CULTURE, 500))
    confirm(evm, VOLUNTEER, 0)
    with refused("AlreadyConfirmed", 1, 0, VOLUNTEER):
        confirm(evm, VOLUNTEER, 0)
    with refused("NotAPartyTo", CULTURE):
        confirm(evm, CULTURE, 0)
    with refused("SettlementMissing", 1):
        confirm(evm, VOLUNTEER, 2)
    confirm(evm, CANTEEN, 0)
    confirm(evm, CULTURE, 1)
    assert evm.read(HOUSE, "windowOf", 1)[3] is False

    confirm(evm, VOLUNTEER, 1)

    assert evm.read(HOUSE, "windowOf", 1)[3] is True
    assert evm.read(HOUSE, "unsettledDebit", VOLUNTEER) == 0


def test_a_dispute_is_a_reversing_pair_in_the_open_window(evm: Evm) -> None:
    propose(evm, 700)
    assert positions(evm, 2) == [0, 0, 0]

    evm.send(KEYS[CANTEEN], HOUSE, "acceptReversal", DISPUTE)

    assert positions(evm, 2) == [700, 0, -700]
    assert positions(evm, 1) == [-3_500, 500, 3_000]
    assert evm.read(HOUSE, "obligationOf", 2, VOLUNTEER, CANTEEN) == -700
    with refused("DisputeUnknown", DISPUTE):
        evm.send(KEYS[CANTEEN], HOUSE, "acceptReversal", DISPUTE)
    with refused("DisputeExists", DISPUTE):
        propose(evm, 1)


def test_a_dispute_is_proposed_by_one_side_in_its_own_name(evm: Evm) -> None:
    with refused("NotAPartyTo", CULTURE):
        propose(evm, 700, CULTURE)
    with refused("NotAPartyTo", CULTURE):
        entry = (1, VOLUNTEER, CANTEEN, VOLUNTEER, 700)
        evm.send(KEYS[CULTURE], HOUSE, "proposeReversal", entry, DISPUTE, REASON)
    with refused("NotAPartyTo", CANTEEN):
        entry = (1, VOLUNTEER, CANTEEN, VOLUNTEER, 700)
        evm.send(KEYS[CANTEEN], HOUSE, "proposeReversal", entry, DISPUTE, REASON)
    with refused("NotAPartyTo", 0):
        entry = (1, VOLUNTEER, CANTEEN, 0, 700)
        evm.send(STRANGER, HOUSE, "proposeReversal", entry, DISPUTE, REASON)


@pytest.mark.parametrize(("proposer", "other"), [(VOLUNTEER, CANTEEN), (CANTEEN, VOLUNTEER)])
def test_a_dispute_is_accepted_by_the_other_side_only(evm: Evm, proposer: int, other: int) -> None:
    propose(evm, 700, proposer)
    for member in (proposer, CULTURE):
        with refused("NotAPartyTo", member):
            evm.send(KEYS[member], HOUSE, "acceptReversal", DISPUTE)

    evm.send(KEYS[other], HOUSE, "acceptReversal", DISPUTE)

    assert positions(evm, 2) == [700, 0, -700]


def test_disputes_of_a_window_never_exceed_what_it_holds(evm: Evm) -> None:
    with refused("DisputeTooLarge", 3_001, 3_000):
        propose(evm, 3_001)
    with refused("DisputeTooLarge", 0, 3_000):
        propose(evm, 0)
    propose(evm, 3_000)
    second = (1, VOLUNTEER, CANTEEN, CANTEEN, 1)
    evm.send(KEYS[CANTEEN], HOUSE, "proposeReversal", second, HOLD, REASON)
    evm.send(KEYS[CANTEEN], HOUSE, "acceptReversal", DISPUTE)

    with refused("DisputeTooLarge", 1, 0):
        evm.send(KEYS[VOLUNTEER], HOUSE, "acceptReversal", HOLD)


def test_a_dispute_is_about_a_closed_window(evm: Evm) -> None:
    for window in (2, 9):
        with refused("WindowStillOpen", window):
            propose(evm, 1, window=window)


def test_a_settled_window_can_be_disputed_and_stays_settled(evm: Evm) -> None:
    publish(evm, (VOLUNTEER, CANTEEN, 3_000), (VOLUNTEER, CULTURE, 500))
    for member, index in ((VOLUNTEER, 0), (CANTEEN, 0), (VOLUNTEER, 1), (CULTURE, 1)):
        confirm(evm, member, index)

    propose(evm, 3_000)
    evm.send(KEYS[CANTEEN], HOUSE, "acceptReversal", DISPUTE)

    assert positions(evm, 2) == [3_000, 0, -3_000]
    assert evm.read(HOUSE, "windowOf", 1)[3] is True


def test_only_the_ledger_writes_what_is_owed_and_is_bound_once(evm: Evm) -> None:
    with refused("OnlyLedger", KEYS[VOLUNTEER]):
        evm.send(KEYS[VOLUNTEER], HOUSE, "record", CANTEEN, VOLUNTEER, 1)
    with refused("LedgerAlreadyBound", evm.address["PointsLedger"]):
        evm.send(COUNCIL, HOUSE, "bindLedger", STRANGER)
