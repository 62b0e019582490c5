"""Situations that random seasons reach seldom, played on twin and contracts side by side."""

from __future__ import annotations

import pytest

from ledger.rules.desk import HoldRequest
from ledger.rules.state import AwardWord
from ledger.units import DAY_S, month_of
from tests.properties.machine import Pair
from tests.support.season import CANTEEN, MINUTES, VOLUNTEER, account

RESIDENT = account(1)
HOLD = b"\7" * 32


@pytest.fixture
def pair() -> Pair:
    pair = Pair()
    mint(pair, 1, 600)
    return pair


def mint(pair: Pair, number: int, minutes: int) -> None:
    row = AwardWord(RESIDENT, MINUTES, month_of(pair.block.time_s), minutes)
    pair.mint(VOLUNTEER, number, [row], [number])


def hold(pair: Pair, units: int) -> None:
    now = pair.block.time_s
    asked = (HOLD, VOLUNTEER, RESIDENT, CANTEEN, units, now + DAY_S, now + 3_600)
    pair.hold(HoldRequest(*asked))


def check(pair: Pair) -> None:
    pair.check_accounts([RESIDENT])
    pair.check_classes()
    pair.check_free_sums()
    pair.check_issuers()
    pair.check_positions()


def test_a_refund_returns_slices_in_reverse(pair: Pair) -> None:
    pair.tick(190 * DAY_S)
    mint(pair, 2, 60)
    hold(pair, 10_500)
    pair.capture(HOLD, 10_500)

    pair.refund(HOLD, 700)

    assert sorted(c.refunded_in for c in pair.points.classes.values() if c.refunded_in) == [
        200,
        500,
    ]
    check(pair)


@pytest.mark.parametrize("early_s", [2, 1, 0, -1])
def test_the_grace_after_a_strict_stop_is_72_hours_to_the_second(pair: Pair, early_s: int) -> None:
    hold(pair, 1_000)
    pair.stop("stopStrictly")
    pair.tick(5 * DAY_S)
    pair.stop("resume")
    pair.tick(3 * DAY_S - early_s)

    pair.end(HOLD, "releaseOverdue")
    pair.capture(HOLD, 400)

    check(pair)


def test_a_reversal_gives_back_what_was_taken_and_voids_the_loss(pair: Pair) -> None:
    hold(pair, 9_000)
    pair.capture(HOLD, 9_000)
    pair.correct(VOLUNTEER, 1, 0, 60)
    assert pair.points.issuers[VOLUNTEER].loss == 8_000
    check(pair)

    pair.reverse((VOLUNTEER, 1, 1, 1))

    assert pair.points.issuers[VOLUNTEER].loss == 0
    check(pair)


def test_a_second_strict_stop_inside_the_grace_continues_the_first(pair: Pair) -> None:
    hold(pair, 1_000)
    for wait_s in (2 * DAY_S, 2 * DAY_S, 2 * DAY_S):
        pair.stop("stopStrictly")
        pair.tick(wait_s)
        pair.stop("resume")
        pair.tick(2 * DAY_S)

    pair.capture(HOLD, 1_000)

    assert pair.points.holds[HOLD] is not None
    check(pair)
