"""What the council and members change, played on twin and contracts side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.rules import Rates
from ledger.rules.rates import Rate
from ledger.rules.registry import NO_KEY, Terms
from ledger.rules.state import AwardWord
from ledger.units import DAY_S, month_of, start_of_month
from tests.properties.commands import Commands
from tests.support.evm import COUNCIL
from tests.support.reading import RESIDENT, STRANGER
from tests.support.season import (
    CANTEEN,
    CULTURE,
    FIRST_RATE_MONTH,
    KEYS,
    MINUTES,
    OPERATING,
    ROOMY,
    SPENDING,
    VOLUNTEER,
)
from tests.support.signing import key

FRESH = "0x" + "77" * 20


@pytest.fixture
def pair() -> Commands:
    return Commands()


def alike(
    pair: Commands,
    sender: str,
    contract: str,
    function: str,
    twin: Callable[..., Any],
    *args: Any,
    twin_args: tuple[Any, ...] | None = None,
) -> bool:
    """Whether both did it; the twin is given the contract's arguments unless told others."""
    there = args if twin_args is None else twin_args
    done, _ = pair.both(
        lambda: twin(*there), lambda: pair.evm.send(sender, contract, function, *args)
    )
    return done


def test_keys_are_replaced_and_rotated_alike(pair: Commands) -> None:
    replace, registry = pair.registry.replace_key, "MemberRegistry"
    tried = [
        alike(pair, COUNCIL, registry, "replaceKey", replace, member, key)
        for member, key in (
            (CULTURE, KEYS[VOLUNTEER]),
            (CULTURE, NO_KEY),
            (77, FRESH),
            (CULTURE, KEYS[CULTURE]),
            (CULTURE, FRESH),
        )
    ]
    rotate = pair.registry.rotate_key
    rotated = [
        alike(pair, key, registry, "rotateKey", rotate, new, twin_args=(key, new))
        for key, new in ((KEYS[CULTURE], STRANGER), (FRESH, KEYS[VOLUNTEER]), (FRESH, STRANGER))
    ]

    assert tried == [False, False, False, True, True]
    assert rotated == [False, False, True]
    assert pair.registry.members[CULTURE].key == STRANGER


def test_terms_out_of_range_are_refused_alike(pair: Commands) -> None:
    for member, validity in ((VOLUNTEER, 0), (VOLUNTEER, 6), (VOLUNTEER, 5), (CULTURE, 1)):
        pair.change_terms(member, Terms(*ROOMY[:5], validity, 100))
    pair.change_terms(CANTEEN, Terms(*ROOMY))

    assert pair.registry.terms[VOLUNTEER].validity_epochs == 5
    assert CANTEEN not in pair.registry.terms


def test_hosts_and_successors_are_chosen_alike(pair: Commands) -> None:
    for host in (VOLUNTEER, 77, 0, OPERATING):
        pair.choose_host(CULTURE, host)
    for status in (3, 1, 0):
        pair.change_status(VOLUNTEER, status)
    for successor in (VOLUNTEER, CANTEEN, 77, CULTURE):
        pair.name_successor(VOLUNTEER, successor)
    pair.name_successor(CULTURE, VOLUNTEER)

    pair.check_debtors()
    assert pair.registry.debtor_of(VOLUNTEER) == CULTURE


def test_a_book_that_follows_another_answers_alike(pair: Commands) -> None:
    manager, first = pair.evm.address["AccessManager"], pair.evm.address["RateBook"]
    book, kinds = "SecondBook", ["address", "address"]
    pair.evm.deploy_another(book, "RateBook", kinds, [manager, first])
    second = Rates(pair.block, pair.rates)
    month = FIRST_RATE_MONTH
    code, standard = b"A".ljust(32, b"\0"), b"\1" * 32

    add, agree = second.add_activity, second.add_rate
    activities = ((MINUTES, CULTURE), (102, 0), (102, CULTURE), (102, VOLUNTEER))
    rates = ((MINUTES, (month + 1, 7, 3)), (999, (month + 1, 1, 1)), (102, (9, 1, 1)))
    for which in activities:
        alike(pair, COUNCIL, book, "addActivity", add, *which, code, twin_args=which)
    for activity, rate in rates:
        there = (activity, Rate(*rate))
        alike(pair, COUNCIL, book, "addRate", agree, activity, rate, standard, twin_args=there)

    for activity in (MINUTES, SPENDING, 102, 999):
        for asked in (0, month - 1, month, month + 1, month + 5):
            issuer, rate_there = second.rate_of(activity, asked)
            numbers = (rate_there.numerator, rate_there.denominator) if rate_there else (0, 0)
            assert pair.evm.read(book, "rateOf", activity, asked) == (issuer, *numbers)


def test_a_closed_year_is_corrected_and_reversed_by_the_council_alike(pair: Commands) -> None:
    row = AwardWord(RESIDENT, MINUTES, month_of(pair.block.time_s), 600)
    pair.mint(VOLUNTEER, 1, [row], [1])
    pair.correct(VOLUNTEER, 1, 0, 300, closed=True)
    pair.tick(start_of_month(2027 * 12 + 3) - pair.block.time_s)

    pair.correct(VOLUNTEER, 1, 0, 300)
    pair.correct(VOLUNTEER, 1, 0, 300, closed=True)
    pair.reverse((VOLUNTEER, 1, 1, 1))
    pair.tick(40 * DAY_S)
    pair.reverse((VOLUNTEER, 1, 1, 1), closed=True)

    pair.check_accounts([RESIDENT])
    assert pair.points.word(VOLUNTEER, RESIDENT).total() == 10_000


def test_registrations_are_counted_anew_after_256_alike(pair: Commands) -> None:
    announced = (key(41), key(42))
    for count in range(260):
        new = announced[count % 2]
        pair.register_key(KEYS[OPERATING], RESIDENT, new, new, pair.block.time_s)

    stored = pair.evm.read("RedemptionDesk", "accountRecord", RESIDENT)
    assert stored[2] == pair.record(RESIDENT).nonce == 4
