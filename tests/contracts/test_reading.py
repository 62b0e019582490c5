"""The reading side of ERC-6909: transfers sum to balances, and points are never sent."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from eth_abi.abi import decode

from ledger.units import end_of_epoch, epoch_of
from tests.support.evm import COUNCIL, Evm, event_topic
from tests.support.reading import (
    DAY_S,
    HOLD,
    REASON,
    RESIDENT,
    capture,
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
    account,
    award_word,
    keys,
    mint,
    world,
)

LEDGER = "PointsLedger"
NOBODY = "0x" + "00" * 20
ERC165, ERC6909 = bytes.fromhex("01ffc9a7"), bytes.fromhex("0f632fb3")


class Listener:
    """Adds up a chain's transfers by (account, class), from each transaction's logs."""

    def __init__(self, evm: Evm) -> None:
        abi = next(e for e in evm.abis[LEDGER] if e.get("name") == "Transfer")
        self._topic = "0x" + event_topic(abi).hex()
        self.sums: Counter[tuple[str, int]] = Counter()

    def heard(self, evm: Evm) -> None:
        for log in evm.logs:
            if str(log.topics[0]) != self._topic:
                continue
            sender, receiver = (f"0x{str(topic)[-40:]}" for topic in log.topics[1:3])
            _, units = decode(["address", "uint256"], bytes(log.data[1]))
            token = int(str(log.topics[3]), 16)
            self.sums[sender, token] -= units
            self.sums[receiver, token] += units

    def agrees(self, evm: Evm, holders: list[str], classes: list[int]) -> None:
        for holder in holders:
            for epoch in classes:
                token = VOLUNTEER << 16 | epoch
                assert evm.read(LEDGER, "balanceOf", holder, token) == self.sums[holder, token]


def test_transfers_sum_to_balances_over_everything_that_moves_points() -> None:
    evm = world()
    listener = Listener(evm)
    first = epoch_of(evm.now) + 2
    holders = [RESIDENT, account(2), FUND_ACCOUNT]

    def heard() -> None:
        listener.heard(evm)
        listener.agrees(evm, holders, [first, first + 1])

    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600), (account(2), MINUTES, 60)])
    heard()
    evm.tick(190 * DAY_S)
    mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 60)])
    heard()
    evm.tick(end_of_epoch(first) - 91 * DAY_S - evm.now)
    entry = hold(evm, 10_400)
    heard()
    captured = capture(evm, entry, 9_000)
    heard()
    evm.tick(20 * DAY_S)
    refund(evm, captured, 2_000)
    heard()
    for number, how, sender in ((8, "decline", CANTEEN), (9, "cancel", OPERATING)):
        hold_id = bytes([number]) * 32
        entry = hold(evm, 500, hold_id=hold_id)
        heard()
        evm.send(KEYS[sender], "RedemptionDesk", how, hold_id, entry)
        heard()
    gift = (b"\x0a" * 32, VOLUNTEER, RESIDENT, FUND_ACCOUNT, 400)
    evm.send(KEYS[OPERATING], "RedemptionDesk", "donate", gift)
    heard()

    assert listener.sums[FUND_ACCOUNT, VOLUNTEER << 16 | first] == 400


def test_a_correction_and_its_reversal_are_transfers_too() -> None:
    evm = world()
    listener = Listener(evm)
    landing = epoch_of(evm.now) + 2
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    listener.heard(evm)
    word = award_word(RESIDENT, MINUTES, 2026 * 12 + 4, 600)

    request = [(0, 60, REASON)]
    evm.send(KEYS[VOLUNTEER], LEDGER, "correct", 1, [word], keys(1), request)
    listener.heard(evm)
    made = next(log for log in evm.logs if len(log.data[1]) == 256)
    listener.agrees(evm, [RESIDENT], [landing])
    kinds = ["(uint16,address,uint16,uint16,uint192,uint32,bytes32)", "bytes32"]
    entry = decode(kinds, bytes(made.data[1]))[0]
    correction = bytes.fromhex(str(made.topics[1])[2:])
    evm.send(KEYS[VOLUNTEER], LEDGER, "reverse", correction, entry, REASON)

    listener.heard(evm)
    listener.agrees(evm, [RESIDENT], [landing])
    assert listener.sums[RESIDENT, VOLUNTEER << 16 | landing] == 10_000


def test_a_capture_of_all_that_is_held_moves_nothing_for_erc_6909() -> None:
    evm = world()
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    entry = hold(evm, 3_000)
    listener = Listener(evm)

    capture(evm, entry, 3_000)
    listener.heard(evm)

    assert listener.sums == Counter()


def test_points_are_never_sent_approved_or_operated() -> None:
    evm = world()
    calls: list[Any] = [
        ("transfer", RESIDENT, 1, 1),
        ("transferFrom", RESIDENT, account(2), 1, 1),
        ("approve", RESIDENT, 1, 1),
        ("setOperator", RESIDENT, True),
    ]
    for call in calls:
        with refused("PointsStayWithTheirResident"):
            evm.send(RESIDENT, LEDGER, *call)

    assert evm.read(LEDGER, "allowance", RESIDENT, account(2), 1) == 0
    assert evm.read(LEDGER, "isOperator", RESIDENT, account(2)) is False


@pytest.mark.parametrize(("validity", "offset"), [(5, -1), (4, -2), (2, 6)])
def test_a_class_that_is_not_alive_has_no_balance(validity: int, offset: int) -> None:
    evm = world()
    terms = (10**9, 10**9, 10**9, 10**9, 0, validity, 100)
    evm.send(COUNCIL, "MemberRegistry", "setTerms", VOLUNTEER, terms)
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    alive = epoch_of(evm.now) + validity
    if offset > 0:
        evm.tick(end_of_epoch(alive - 1) - evm.now)
    same_lane = epoch_of(evm.now) + offset
    assert same_lane % 6 == alive % 6

    assert evm.read(LEDGER, "balanceOf", RESIDENT, VOLUNTEER << 16 | alive) == 10_000
    assert evm.read(LEDGER, "balanceOf", RESIDENT, VOLUNTEER << 16 | same_lane) == 0
    assert evm.read(LEDGER, "balanceOf", RESIDENT, 1 << 32 | VOLUNTEER << 16 | alive) == 0


def test_the_ledger_says_which_interfaces_it_has() -> None:
    evm = world()

    answers = [evm.read(LEDGER, "supportsInterface", i) for i in (ERC165, ERC6909, b"\xff" * 4)]

    assert answers == [True, True, False]
    assert evm.read(LEDGER, "commitmentOf", HOLD) == b"\0" * 32
