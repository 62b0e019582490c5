"""Few payments bring every position to zero, and nothing is owed more or less by netting."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clearing.netting import (
    Payment,
    bilateral,
    multilateral,
    position_sums,
    positions_of,
    set_offs,
    steps_of,
)
from ledger.clearing.windows import OPEN, PUBLISHED, Published, WindowSheet
from ledger.errors import Broken
from ledger.index.rows import SettlementTransferRow
from ledger.rules import Block, Clearing, Registry
from ledger.rules.clearing import Transfer

PAIRS = st.tuples(st.integers(1, 7), st.integers(1, 7)).filter(lambda pair: pair[0] != pair[1])
OBLIGATIONS = st.dictionaries(PAIRS, st.integers(-500, 10**6), max_size=20)


def moved(payments: tuple[Payment, ...]) -> dict[int, int]:
    """Each member's position that the payments would settle."""
    sums: dict[int, int] = defaultdict(int)
    for payment in payments:
        sums[payment.payer] -= payment.units
        sums[payment.payee] += payment.units
    return {member: units for member, units in sorted(sums.items()) if units}


@given(OBLIGATIONS)
def test_payments_sum_to_the_positions_and_are_fewer_than_the_members(
    obligations: dict[tuple[int, int], int],
) -> None:
    positions = positions_of(obligations)

    payments = multilateral(positions)

    assert sum(positions.values()) == 0
    assert moved(payments) == positions
    assert len(payments) <= max(len(positions) - 1, 0)
    assert all(p.units > 0 and p.payer != p.payee for p in payments)


@given(OBLIGATIONS)
def test_bilateral_payments_sum_to_the_positions_too_with_one_for_a_pair(
    obligations: dict[tuple[int, int], int],
) -> None:
    payments = bilateral(obligations)

    assert moved(payments) == positions_of(obligations)
    assert len({frozenset(p[:2]) for p in payments}) == len(payments)


@given(OBLIGATIONS)
def test_the_clearing_house_takes_the_settlement(
    obligations: dict[tuple[int, int], int],
) -> None:
    registry = Registry()
    for number in range(1, 8):
        registry.add(f"0x{number:040x}", 1)
    block = Block(1_780_000_000, 10)
    house = Clearing(block, registry)
    for (debtor, creditor), units in obligations.items():
        house.record(debtor, creditor, units)
    block.time_s += 3_600
    house.close_window(f"0x{1:040x}")
    block.number += 1
    listed = [Transfer(*payment) for payment in multilateral(positions_of(obligations))]

    house.publish_settlement(f"0x{1:040x}", 1, listed)

    assert house.windows[1].transfers == listed


def test_the_largest_debtor_pays_the_largest_creditor_first() -> None:
    found = multilateral({1: -50, 2: -30, 3: 60, 4: 20})

    assert found == (Payment(1, 3, 50), Payment(2, 4, 20), Payment(2, 3, 10))


def test_positions_that_do_not_sum_to_zero_stop_everything() -> None:
    with pytest.raises(Broken) as refusal:
        multilateral({1: -5, 2: 6})

    assert (refusal.value.code, refusal.value.fields) == ("settling.unbalanced", {"units": 1})


def test_a_sheet_shows_both_nets_and_what_they_cost() -> None:
    owed = {(1, 3): 500, (3, 1): 200, (2, 3): 100}
    sheet = WindowSheet(1, OPEN, 1, 0, 10_000, owed)

    assert sheet.positions == {1: -300, 2: -100, 3: 400}
    assert sheet.bilateral_nets == (Payment(1, 3, 300), Payment(2, 3, 100))
    assert sheet.multilateral_nets == (Payment(1, 3, 300), Payment(2, 3, 100))
    assert sheet.price_fen(300) == 300


@given(OBLIGATIONS)
def test_every_step_adds_up(obligations: dict[tuple[int, int], int]) -> None:
    standing = {one.member: one.units for one in position_sums(obligations)}

    for step in steps_of(positions_of(obligations)):
        payment = step.payment
        assert (standing[payment.payer], standing[payment.payee]) == step[1:]
        assert (step.payer_after, step.payee_after) == (
            standing[payment.payer] + payment.units,
            standing[payment.payee] - payment.units,
        )
        assert step.payer_after <= 0 <= step.payee_after
        standing[payment.payer], standing[payment.payee] = step.payer_after, step.payee_after

    assert not any(standing.values())


def test_sums_and_set_offs_are_shown_with_their_figures() -> None:
    owed = {(1, 3): 500, (3, 1): 200, (2, 3): 100, (1, 2): 0, (3, 3): 9}

    assert position_sums(owed) == ((1, 200, 500), (2, 0, 100), (3, 609, 209))
    assert [one.units for one in position_sums(owed)] == [-300, -100, 400]
    assert [(*one, one.payment) for one in set_offs(owed)] == [
        (1, 2, 0, 0, None),
        (1, 3, 500, 200, Payment(1, 3, 300)),
        (2, 3, 100, 0, Payment(2, 3, 100)),
    ]
    assert bilateral({(3, 1): 200, (1, 3): 500}) == (Payment(1, 3, 300),)


def test_the_published_list_is_worked_out_once_more() -> None:
    owed = {(1, 3): 300, (2, 3): 100}
    listed = [SettlementTransferRow(1, n, *p, None, None, None, None)
              for n, p in enumerate([(1, 3, 300), (2, 3, 100)])]  # fmt: skip
    sheet = WindowSheet(1, PUBLISHED, 1, 9, 10_000, owed, published=Published(5, 12, b"\1" * 32))

    assert replace(sheet, transfers=tuple(listed)).settles
    assert not replace(sheet, transfers=tuple(listed[:1])).settles
    assert not replace(sheet, transfers=tuple(listed), published=None).settles
