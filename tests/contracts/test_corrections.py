"""Corrections and reversals: how much, from what, until when, by whom."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.units import end_of_epoch, epoch_of, start_of_month
from tests.support.evm import COUNCIL, GUARDIAN, Evm
from tests.support.reading import (
    DAY_S,
    REASON,
    RESIDENT,
    STRANGER,
    balanced,
    capture,
    class_of,
    free,
    free_by_epoch,
    hold,
    refused,
)
from tests.support.reading import event as event_of
from tests.support.season import (
    CANTEEN,
    CULTURE,
    FIRST_RATE_MONTH,
    KEYS,
    MINUTES,
    OPERATING,
    SPENDING,
    VOLUNTEER,
    award_word,
    keys,
    mint,
    world,
)

LEDGER = "PointsLedger"
CLOSED_FROM = 2027 * 12 + 3
"""1 April of the next year: what occurred in the first is the council's now."""


@pytest.fixture
def evm() -> Evm:
    """Batch 1 of the volunteers: 10,000 units; of the culture scheme: 15,000."""
    evm = world()
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 100_000)])
    return evm


def words_of(issuer: int) -> list[bytes]:
    activity, quantity = {VOLUNTEER: (MINUTES, 600), CULTURE: (SPENDING, 100_000)}[issuer]
    return [award_word(RESIDENT, activity, FIRST_RATE_MONTH, quantity)]


def correct(evm: Evm, quantity: int, issuer: int = VOLUNTEER, row: int = 0) -> tuple[bytes, Any]:
    """The correction's id and entry, with which it can be reversed."""
    request = [(row, quantity, REASON)]
    evm.send(KEYS[issuer], LEDGER, "correct", 1, words_of(issuer), keys(1), request)
    return corrected(evm)


def correct_closed(evm: Evm, quantity: int, sender: str = COUNCIL) -> tuple[bytes, Any]:
    request = [(0, quantity, REASON)]
    batch = (VOLUNTEER, 1, words_of(VOLUNTEER), keys(1), request)
    evm.send(sender, LEDGER, "correctClosed", *batch)
    return corrected(evm)


def corrected(evm: Evm) -> tuple[bytes, Any]:
    log = next(log for log in evm.logs if len(log.data[1]) == 256)
    correction = bytes.fromhex(str(log.topics[1]).removeprefix("0x"))
    return correction, event_of(evm, LEDGER, "AwardCorrected")[0]


def reverse(evm: Evm, made: tuple[bytes, Any], sender: str = KEYS[VOLUNTEER]) -> None:
    evm.send(sender, LEDGER, "reverse", *made, REASON)


def loss(evm: Evm, issuer: int = VOLUNTEER) -> int:
    units: int = evm.read(LEDGER, "issuerState", issuer)[3]
    return units


def until(evm: Evm, moment_s: int) -> None:
    evm.tick(moment_s - evm.now)


def test_a_correction_is_the_difference_of_the_two_floors(evm: Evm) -> None:
    correct(evm, 61)

    assert free(evm, VOLUNTEER, RESIDENT) == 61 * 1000 // 60
    landing = epoch_of(evm.now) + 2
    expected = {"minted": 10_000, "free": 1_016, "corrected": 8_984}
    assert class_of(evm, VOLUNTEER, landing) == expected


def test_corrections_of_an_award_never_exceed_what_it_minted(evm: Evm) -> None:
    correct(evm, 300)
    correct(evm, 0)

    with refused("NothingToCorrect", 0, 0, 0):
        correct(evm, 0)
    assert evm.read(LEDGER, "awardOf", VOLUNTEER, 1, keys(1)[0]) == (False, 0, 10_000, 2)


def test_a_correction_never_raises_an_award(evm: Evm) -> None:
    with refused("NothingToCorrect", 0, 10_000, 10_000):
        correct(evm, 600)
    with refused("NothingToCorrect", 0, 10_000, 10_016):
        correct(evm, 601)


def test_a_clipped_award_is_corrected_from_what_it_minted(evm: Evm) -> None:
    words = [award_word(RESIDENT, SPENDING, FIRST_RATE_MONTH, 100_000)]
    mint(evm, CULTURE, 2, [(RESIDENT, SPENDING, 100_000)])
    batch = (2, words, keys(1, 2))

    with refused("NothingToCorrect", 0, 5_000, 6_000):
        evm.send(KEYS[CULTURE], LEDGER, "correct", *batch, [(0, 40_000, REASON)])
    evm.send(KEYS[CULTURE], LEDGER, "correct", *batch, [(0, 20_000, REASON)])

    assert free(evm, CULTURE, RESIDENT) == 18_000


def test_a_correction_takes_the_earliest_expiry_first(evm: Evm) -> None:
    first = epoch_of(evm.now) + 2
    until(evm, start_of_month(2026 * 12 + 6))
    mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 600)])
    second = (2, [award_word(RESIDENT, MINUTES, 2026 * 12 + 6, 600)], keys(1, 2))

    evm.send(KEYS[VOLUNTEER], LEDGER, "correct", *second, [(0, 300, REASON)])

    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == {first: 5_000, first + 1: 10_000}


def test_what_was_already_spent_is_the_issuers_loss(evm: Evm) -> None:
    capture(evm, hold(evm, 9_000), 9_000)

    correct(evm, 60)

    assert free(evm, VOLUNTEER, RESIDENT) == 0
    assert loss(evm) == 8_000
    assert evm.read("ClearingHouse", "positionOf", 1, CANTEEN) == 9_000
    assert balanced(evm, VOLUNTEER, epoch_of(evm.now) + 2)


def test_a_correction_leaves_what_is_held(evm: Evm) -> None:
    entry = hold(evm, 9_000)

    correct(evm, 0)

    assert loss(evm) == 9_000
    capture(evm, entry, 9_000)


def test_headroom_comes_back_by_what_was_taken(evm: Evm) -> None:
    spent = (b"\7" * 32, CULTURE, RESIDENT, CANTEEN, 12_000, evm.now + DAY_S, evm.now)
    evm.send(KEYS[OPERATING], "RedemptionDesk", "hold", spent)

    correct(evm, 0, CULTURE)

    assert evm.read(LEDGER, "lotsOf", CULTURE, RESIDENT)[1] == 12_000
    mint(evm, CULTURE, 2, [(RESIDENT, SPENDING, 100_000)])
    assert free(evm, CULTURE, RESIDENT) == 8_000


def test_headroom_of_last_year_comes_back_to_last_year(evm: Evm) -> None:
    until(evm, start_of_month(2027 * 12))
    mint(evm, CULTURE, 2, [(RESIDENT, SPENDING, 10_000)])

    made = correct(evm, 0, CULTURE)

    assert evm.read(LEDGER, "lotsOf", CULTURE, RESIDENT)[1:] == (1_500, 0)
    reverse(evm, made, KEYS[CULTURE])
    assert evm.read(LEDGER, "lotsOf", CULTURE, RESIDENT)[1:] == (1_500, 15_000)


def test_only_the_awards_issuer_corrects_and_with_the_batch_as_proof(evm: Evm) -> None:
    request = [(0, 0, REASON)]
    with refused("BatchDataMismatch", CULTURE, 1):
        evm.send(KEYS[CULTURE], LEDGER, "correct", 1, words_of(VOLUNTEER), keys(1), request)
    with refused("BatchDataMismatch", VOLUNTEER, 2):
        evm.send(KEYS[VOLUNTEER], LEDGER, "correct", 2, words_of(VOLUNTEER), keys(1), request)
    with refused("BatchDataMismatch", VOLUNTEER, 1):
        evm.send(KEYS[VOLUNTEER], LEDGER, "correct", 1, words_of(VOLUNTEER), keys(1, 2), request)
    with refused("MemberLacksRole", CANTEEN, 1):
        evm.send(KEYS[CANTEEN], LEDGER, "correct", 1, words_of(VOLUNTEER), keys(1), request)
    with refused("RowMissing", 1, 1):
        correct(evm, 0, row=1)


def test_a_reversal_gives_back_what_was_taken_once(evm: Evm) -> None:
    made = correct(evm, 60)

    reverse(evm, made)

    assert free(evm, VOLUNTEER, RESIDENT) == 10_000
    assert evm.read(LEDGER, "awardOf", VOLUNTEER, 1, keys(1)[0]) == (False, 0, 0, 1)
    with refused("CorrectionMismatch", made[0]):
        reverse(evm, made)


def test_a_reversal_voids_the_loss_and_never_gives_more_than_was_taken(evm: Evm) -> None:
    capture(evm, hold(evm, 9_000), 9_000)
    correction, entry = correct(evm, 60)
    forged = (*entry[:4], entry[4] + 1 if entry[4] % 2**32 else entry[4] + (1 << 64), *entry[5:])
    with refused("CorrectionMismatch", correction):
        reverse(evm, (correction, forged))

    reverse(evm, (correction, entry))

    assert (free(evm, VOLUNTEER, RESIDENT), loss(evm)) == (1_000, 0)


def test_a_reversal_uses_the_headroom_again(evm: Evm) -> None:
    made = correct(evm, 0, CULTURE)

    reverse(evm, made, KEYS[CULTURE])

    assert evm.read(LEDGER, "lotsOf", CULTURE, RESIDENT)[1] == 15_000


def test_an_award_is_corrected_anew_after_a_reversal(evm: Evm) -> None:
    first = correct(evm, 60)
    reverse(evm, first)

    second = correct(evm, 60)

    assert second[0] != first[0]
    assert free(evm, VOLUNTEER, RESIDENT) == 1_000


def test_nobody_else_reverses_an_issuers_correction(evm: Evm) -> None:
    made = correct(evm, 60)

    with refused("CorrectionMismatch", made[0]):
        reverse(evm, made, KEYS[CULTURE])
    with refused("NotAMember", STRANGER):
        reverse(evm, made, STRANGER)


def test_a_reversal_lands_where_it_lives_ninety_days(evm: Evm) -> None:
    landing = epoch_of(evm.now) + 2
    until(evm, start_of_month(CLOSED_FROM))
    made = correct_closed(evm, 60)
    until(evm, end_of_epoch(landing) - 30 * DAY_S)

    evm.send(COUNCIL, LEDGER, "reverseClosed", *made, REASON)

    assert free_by_epoch(evm, VOLUNTEER, RESIDENT) == {landing: 1_000, landing + 1: 9_000}
    assert class_of(evm, VOLUNTEER, landing) == {
        "minted": 10_000,
        "free": 1_000,
        "carried_out": 9_000,
    }


def test_the_issuer_corrects_through_march_and_the_council_from_april(evm: Evm) -> None:
    until(evm, start_of_month(CLOSED_FROM) - 1)
    with refused("YearStillOpen", 2026):
        correct_closed(evm, 60)
    made = correct(evm, 300)
    evm.tick()

    with refused("YearClosed", 0, 2026):
        correct(evm, 60)
    with refused("YearClosed", 0, 2026):
        reverse(evm, made)
    correct_closed(evm, 60)

    assert free(evm, VOLUNTEER, RESIDENT) == 1_000


def test_the_council_reverses_only_what_is_closed(evm: Evm) -> None:
    made = correct(evm, 60)
    with refused("YearStillOpen", 2026):
        evm.send(COUNCIL, LEDGER, "reverseClosed", *made, REASON)
    until(evm, start_of_month(CLOSED_FROM))

    evm.send(COUNCIL, LEDGER, "reverseClosed", *made, REASON)

    assert free(evm, VOLUNTEER, RESIDENT) == 10_000


def test_nobody_but_the_council_corrects_a_closed_year(evm: Evm) -> None:
    until(evm, start_of_month(CLOSED_FROM))
    made = correct_closed(evm, 300)

    for sender in (KEYS[VOLUNTEER], GUARDIAN):
        with refused("AccessManagedUnauthorized", sender):
            correct_closed(evm, 60, sender)
        with refused("AccessManagedUnauthorized", sender):
            evm.send(sender, LEDGER, "reverseClosed", *made, REASON)


def test_a_year_no_longer_counted_is_corrected_without_touching_the_counters(evm: Evm) -> None:
    until(evm, start_of_month(2027 * 12 + 6))
    mint(evm, CULTURE, 2, [(RESIDENT, SPENDING, 10_000)])
    until(evm, start_of_month(2028 * 12))

    request = [(0, 0, REASON)]
    batch = (CULTURE, 1, words_of(CULTURE), keys(1), request)
    evm.send(COUNCIL, LEDGER, "correctClosed", *batch)

    assert free(evm, CULTURE, RESIDENT) == 0
    assert evm.read(LEDGER, "lotsOf", CULTURE, RESIDENT)[1:] == (0, 1_500)
