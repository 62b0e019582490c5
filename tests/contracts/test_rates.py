"""What an activity is worth: versions, months of occurrence, and a book that replaces another."""

from __future__ import annotations

import pytest

from ledger.units import month_of, start_of_month
from tests.support.evm import COUNCIL, Evm
from tests.support.reading import REASON, RESIDENT, free, refused
from tests.support.season import (
    CULTURE,
    FIRST_RATE_MONTH,
    KEYS,
    MINUTES,
    SPENDING,
    VOLUNTEER,
    account,
    award_word,
    keys,
    mint,
    world,
)

NEW_ACTIVITY = 102
CODE = b"A".ljust(32, b"\0")
STANDARD = b"\1" * 32
NEXT = FIRST_RATE_MONTH + 1


@pytest.fixture
def evm() -> Evm:
    return world()


def agree(
    evm: Evm, activity: int, from_month: int, rate: tuple[int, int], book: str = "RateBook"
) -> None:
    evm.send(COUNCIL, book, "addRate", activity, (from_month, *rate), STANDARD)


def second_book(evm: Evm) -> str:
    """A book that follows the first, appointed."""
    manager, first = evm.address["AccessManager"], evm.address["RateBook"]
    there = evm.deploy_another("SecondBook", "RateBook", ["address", "address"], [manager, first])
    evm.send(COUNCIL, "PointsLedger", "replaceRateBook", there)
    return "SecondBook"


def test_the_rate_is_the_one_of_the_month_of_occurrence(evm: Evm) -> None:
    agree(evm, MINUTES, NEXT, (2000, 60))
    agree(evm, MINUTES, NEXT + 2, (500, 60))
    evm.tick(start_of_month(NEXT + 2) - evm.now)

    rows = [(account(month), MINUTES, 60) for month in range(4)]
    for offset in range(4):
        mint(evm, VOLUNTEER, offset + 1, [rows[offset]], FIRST_RATE_MONTH + offset)

    assert [free(evm, VOLUNTEER, row[0]) for row in rows] == [1_000, 2_000, 2_000, 500]


def test_months_of_one_batch_have_each_their_own_rate(evm: Evm) -> None:
    agree(evm, MINUTES, NEXT, (2000, 60))
    evm.tick(start_of_month(NEXT) - evm.now)
    months = (FIRST_RATE_MONTH, NEXT, FIRST_RATE_MONTH)
    words = [award_word(RESIDENT, MINUTES, month, 60) for month in months]

    evm.send(KEYS[VOLUNTEER], "PointsLedger", "mintBatch", 1, words, keys(3), b"\2" * 32)

    assert free(evm, VOLUNTEER, RESIDENT) == 4_000


def test_a_version_takes_effect_after_this_month_and_after_the_versions_before(evm: Evm) -> None:
    now = month_of(evm.now)
    for month in (now - 1, now):
        with refused("RateNotInFuture", MINUTES, month, now + 1):
            agree(evm, MINUTES, month, (2000, 60))
    agree(evm, MINUTES, now + 3, (2000, 60))

    for month in (now + 1, now + 3):
        with refused("RateNotInFuture", MINUTES, month, now + 4):
            agree(evm, MINUTES, month, (500, 60))

    agree(evm, MINUTES, now + 4, (500, 60))
    assert len(evm.read("RateBook", "versionsOf", MINUTES)) == 3


def test_a_rate_is_of_a_known_activity_and_not_zero(evm: Evm) -> None:
    with refused("ActivityMissing", 999):
        agree(evm, 999, NEXT, (1, 1))
    for rate in ((0, 60), (1000, 0)):
        with refused("RateMalformed", MINUTES, *rate):
            agree(evm, MINUTES, NEXT, rate)


def test_an_activity_is_one_issuers_for_good(evm: Evm) -> None:
    for issuer in (CULTURE, VOLUNTEER):
        with refused("ActivityExists", MINUTES):
            evm.send(COUNCIL, "RateBook", "addActivity", MINUTES, issuer, CODE)
    with refused("ActivityExists", NEW_ACTIVITY):
        evm.send(COUNCIL, "RateBook", "addActivity", NEW_ACTIVITY, 0, CODE)


def test_only_the_council_writes_the_book_or_replaces_it(evm: Evm) -> None:
    key = KEYS[VOLUNTEER]
    for contract, *call in (
        ("RateBook", "addActivity", NEW_ACTIVITY, VOLUNTEER, CODE),
        ("RateBook", "addRate", MINUTES, (NEXT, 1, 1), STANDARD),
        ("PointsLedger", "replaceRateBook", key),
    ):
        with refused("AccessManagedUnauthorized", key):
            evm.send(key, contract, *call)


def test_a_new_book_answers_from_the_one_before_until_its_own_first_version(evm: Evm) -> None:
    book = second_book(evm)
    agree(evm, MINUTES, NEXT, (2000, 60), book)
    evm.tick(start_of_month(NEXT) - evm.now)

    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 60)], FIRST_RATE_MONTH)
    mint(evm, VOLUNTEER, 2, [(account(2), MINUTES, 60)], NEXT)
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 1_000)], NEXT)

    assert [free(evm, VOLUNTEER, who) for who in (RESIDENT, account(2))] == [1_000, 2_000]
    assert free(evm, CULTURE, RESIDENT) == 150


def test_replacing_the_book_never_changes_what_an_award_was_worth(evm: Evm) -> None:
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    word = award_word(RESIDENT, MINUTES, FIRST_RATE_MONTH, 600)
    agree(evm, MINUTES, NEXT, (2000, 60), second_book(evm))
    evm.tick(start_of_month(NEXT) - evm.now)

    request = [(0, 60, REASON)]
    evm.send(KEYS[VOLUNTEER], "PointsLedger", "correct", 1, [word], keys(1), request)

    assert free(evm, VOLUNTEER, RESIDENT) == 1_000


def test_a_new_book_knows_the_old_ones_activities_as_taken(evm: Evm) -> None:
    book = second_book(evm)

    with refused("ActivityExists", MINUTES):
        evm.send(COUNCIL, book, "addActivity", MINUTES, CULTURE, CODE)
    evm.send(COUNCIL, book, "addActivity", NEW_ACTIVITY, CULTURE, CODE)
    assert evm.read(book, "rateOf", NEW_ACTIVITY, NEXT) == (CULTURE, 0, 0)
