"""Who takes part: keys, hosts, status, terms, leaving and who owes afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.units import month_of
from tests.support.evm import COUNCIL, GUARDIAN, Evm
from tests.support.reading import (
    RESIDENT,
    STRANGER,
    capture,
    free,
    hold,
    refund,
    refused,
)
from tests.support.season import (
    CANTEEN,
    CULTURE,
    KEYS,
    MINUTES,
    OPERATING,
    ROOMY,
    SPENDING,
    VOLUNTEER,
    award_word,
    keys,
    mint,
    world,
)

REGISTRY = "MemberRegistry"
SUSPENDED, LEAVING = 2, 3
NEW_KEY = "0x" + "77" * 20
NOBODY = "0x" + "00" * 20
CODE = b"M6".ljust(32, b"\0")


@pytest.fixture
def evm() -> Evm:
    evm = world()
    mint(evm, VOLUNTEER, 1, [(RESIDENT, MINUTES, 600)])
    return evm


def status(evm: Evm, member: int, value: int) -> None:
    evm.send(COUNCIL, REGISTRY, "setStatus", member, value)


def succeed(evm: Evm, member: int, successor: int) -> None:
    evm.send(COUNCIL, REGISTRY, "nameSuccessor", member, successor)


def test_only_the_council_changes_members(evm: Evm) -> None:
    calls: list[Any] = [
        ("addMember", NEW_KEY, 1, CODE),
        ("setStatus", VOLUNTEER, SUSPENDED),
        ("setTerms", VOLUNTEER, ROOMY),
        ("replaceKey", VOLUNTEER, NEW_KEY),
        ("nameSuccessor", VOLUNTEER, CULTURE),
    ]
    for caller in (KEYS[VOLUNTEER], KEYS[OPERATING], GUARDIAN):
        for call in calls:
            with refused("AccessManagedUnauthorized", caller):
                evm.send(caller, REGISTRY, *call)


def test_a_key_is_one_members_and_is_not_missing(evm: Evm) -> None:
    with refused("KeyInUse", KEYS[CULTURE]):
        evm.send(COUNCIL, REGISTRY, "addMember", KEYS[CULTURE], 1, CODE)
    with refused("KeyMissing"):
        evm.send(COUNCIL, REGISTRY, "addMember", NOBODY, 1, CODE)
    with refused("KeyInUse", KEYS[CULTURE]):
        evm.send(KEYS[VOLUNTEER], REGISTRY, "rotateKey", KEYS[CULTURE])


def test_a_member_rotates_its_own_key_and_the_old_one_is_nobodys(evm: Evm) -> None:
    evm.send(KEYS[CANTEEN], REGISTRY, "rotateKey", NEW_KEY)

    assert evm.read(REGISTRY, "memberOf", NEW_KEY) == CANTEEN
    assert evm.read(REGISTRY, "memberOf", KEYS[CANTEEN]) == 0
    assert evm.read(REGISTRY, "member", CANTEEN)[0] == NEW_KEY
    with refused("NotAMember", KEYS[CANTEEN]):
        evm.send(KEYS[CANTEEN], REGISTRY, "rotateKey", STRANGER)


def test_the_council_replaces_a_lost_key(evm: Evm) -> None:
    evm.send(COUNCIL, REGISTRY, "replaceKey", VOLUNTEER, NEW_KEY)

    word = award_word(RESIDENT, MINUTES, month_of(evm.now), 60)
    batch = ("mintBatch", 2, [word], keys(1, 2), b"\2" * 32)
    with refused("NotAMember", KEYS[VOLUNTEER]):
        evm.send(KEYS[VOLUNTEER], "PointsLedger", *batch)
    evm.send(NEW_KEY, "PointsLedger", *batch)


def test_a_host_is_an_operator(evm: Evm) -> None:
    with refused("MemberLacksRole", VOLUNTEER, 4):
        evm.send(KEYS[CANTEEN], REGISTRY, "chooseHost", VOLUNTEER)
    with refused("UnknownMember", 77):
        evm.send(KEYS[CANTEEN], REGISTRY, "chooseHost", 77)
    with refused("NotAMember", STRANGER):
        evm.send(STRANGER, REGISTRY, "chooseHost", OPERATING)

    assert evm.read(REGISTRY, "mayActFor", KEYS[OPERATING], CANTEEN) is True
    assert evm.read(REGISTRY, "mayActFor", KEYS[OPERATING], CULTURE) is False
    assert evm.read(REGISTRY, "mayActFor", STRANGER, CULTURE) is False


def test_terms_are_an_issuers_with_a_validity_of_one_to_five_half_years(evm: Evm) -> None:
    for validity in (0, 6):
        with refused("TermsOutOfRange", VOLUNTEER, validity):
            evm.send(COUNCIL, REGISTRY, "setTerms", VOLUNTEER, (*ROOMY[:5], validity, 100))
    with refused("MemberLacksRole", CANTEEN, 1):
        evm.send(COUNCIL, REGISTRY, "setTerms", CANTEEN, ROOMY)
    with refused("UnknownMember", 77):
        evm.send(COUNCIL, REGISTRY, "setTerms", 77, ROOMY)

    evm.send(COUNCIL, REGISTRY, "setTerms", VOLUNTEER, (*ROOMY[:5], 5, 100))


def test_leaving_is_final_and_mints_no_more(evm: Evm) -> None:
    status(evm, VOLUNTEER, LEAVING)

    with refused("MemberIsLeaving", VOLUNTEER):
        status(evm, VOLUNTEER, 1)
    with refused("MemberIsLeaving", CULTURE):
        status(evm, CULTURE, 0)
    with refused("MemberNotActive", VOLUNTEER, LEAVING):
        mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 60)])


def test_a_suspended_member_comes_back(evm: Evm) -> None:
    status(evm, VOLUNTEER, SUSPENDED)
    status(evm, VOLUNTEER, 1)

    mint(evm, VOLUNTEER, 2, [(RESIDENT, MINUTES, 60)])


def test_who_leaves_owes_on_until_a_successor_is_named(evm: Evm) -> None:
    status(evm, VOLUNTEER, LEAVING)
    captured = capture(evm, hold(evm, 3_000), 3_000)
    assert evm.read("ClearingHouse", "positionOf", 1, VOLUNTEER) == -3_000

    succeed(evm, VOLUNTEER, CULTURE)
    second = b"\x09" * 32
    capture(evm, hold(evm, 1_000, hold_id=second), 1_000, second)
    refund(evm, captured, 500)

    members = (VOLUNTEER, CULTURE, CANTEEN)
    positions = [evm.read("ClearingHouse", "positionOf", 1, member) for member in members]
    assert positions == [-3_000, -500, 3_500]
    assert evm.read("ClearingHouse", "obligationOf", 1, CULTURE, CANTEEN) == 500


def test_a_successor_that_leaves_hands_on_to_its_own(evm: Evm) -> None:
    evm.send(COUNCIL, REGISTRY, "addMember", NEW_KEY, 1, CODE)
    status(evm, VOLUNTEER, LEAVING)
    succeed(evm, VOLUNTEER, CULTURE)
    status(evm, CULTURE, LEAVING)

    succeed(evm, CULTURE, 6)

    assert [evm.read(REGISTRY, "debtorOf", member) for member in (1, 2, 6)] == [6, 6, 6]


def test_a_successor_is_an_active_issuer_and_only_of_who_leaves(evm: Evm) -> None:
    with refused("MemberNotLeaving", VOLUNTEER):
        succeed(evm, VOLUNTEER, CULTURE)
    status(evm, VOLUNTEER, LEAVING)
    with refused("MemberNotActive", VOLUNTEER, LEAVING):
        succeed(evm, VOLUNTEER, VOLUNTEER)
    with refused("MemberLacksRole", CANTEEN, 1):
        succeed(evm, VOLUNTEER, CANTEEN)
    with refused("UnknownMember", 77):
        succeed(evm, VOLUNTEER, 77)
    status(evm, CULTURE, SUSPENDED)
    with refused("MemberNotActive", CULTURE, SUSPENDED):
        succeed(evm, VOLUNTEER, CULTURE)


def test_points_of_who_has_left_still_spend_and_are_corrected_by_their_issuer(evm: Evm) -> None:
    word = award_word(RESIDENT, MINUTES, month_of(evm.now), 600)
    status(evm, VOLUNTEER, LEAVING)

    evm.send(KEYS[VOLUNTEER], "PointsLedger", "correct", 1, [word], keys(1), [(0, 60, CODE)])

    assert free(evm, VOLUNTEER, RESIDENT) == 1_000
    hold(evm, 1_000)


def test_an_issuer_that_leaves_takes_nothing_in_exchange(evm: Evm) -> None:
    status(evm, CULTURE, LEAVING)

    with refused("MemberNotActive", CULTURE, LEAVING):
        hold(evm, 300, acceptor=CULTURE)


def test_the_activities_of_one_issuer_are_not_its_successors(evm: Evm) -> None:
    status(evm, VOLUNTEER, LEAVING)
    succeed(evm, VOLUNTEER, CULTURE)

    with refused("ForeignActivity", 0, MINUTES, VOLUNTEER):
        mint(evm, CULTURE, 1, [(RESIDENT, MINUTES, 60)])
    mint(evm, CULTURE, 1, [(RESIDENT, SPENDING, 1_000)])


def test_a_member_that_nobody_added_is_unknown(evm: Evm) -> None:
    for call in (("setStatus", 77, 1), ("replaceKey", 77, NEW_KEY), ("nameSuccessor", 77, CULTURE)):
        with refused("UnknownMember", 77):
            evm.send(COUNCIL, REGISTRY, *call)
    assert evm.read(REGISTRY, "memberCount") == 5
