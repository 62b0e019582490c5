"""A quote takes the earliest points first, in as few holds as it can, and says who would owe."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.redeeming.quote import quote
from ledger.redeeming.values import Lot, Part, Why
from ledger.rules import Registry
from ledger.rules.registry import ACCEPTOR, ISSUER, LEAVING, Terms
from ledger.units import DAY_S, end_of_epoch, epoch_of

NOW_S = 1_780_000_000
EPOCH = epoch_of(NOW_S)
GREEN, TRAFFIC, CANTEEN = 1, 2, 3
A, B, C = (bytes([n]) * 20 for n in (1, 2, 3))


def registry() -> Registry:
    """Two issuers, of which one point of TRAFFIC's scheme is 100 units, and an acceptor."""
    made = Registry()
    for number, roles in ((GREEN, ISSUER), (TRAFFIC, ISSUER), (CANTEEN, ACCEPTOR)):
        made.add(f"0x{number:040x}", roles)
    made.terms[TRAFFIC] = Terms(1, 1, 1, 1, 0, 2, 100)
    return made


def lot(account: bytes, issuer: int, epoch: int, units: int) -> Lot:
    return Lot(account, issuer, epoch, units, end_of_epoch(epoch))


def taken(parts: tuple[Part, ...]) -> dict[bytes, dict[int, int]]:
    """Units by account and epoch."""
    return {part.account: {s.epoch: s.units for s in part.slices} for part in parts}


def test_points_that_expire_first_go_first_across_accounts() -> None:
    lots = [
        lot(A, GREEN, EPOCH + 1, 500),
        lot(B, TRAFFIC, EPOCH, 300),
        lot(B, TRAFFIC, EPOCH + 2, 900),
    ]

    found = quote(lots, CANTEEN, 600, registry(), NOW_S)

    assert taken(found.parts) == {B: {EPOCH: 300}, A: {EPOCH + 1: 300}}
    assert {part.why for part in found.parts} == {Why.EARLIEST}
    assert found.owed == {GREEN: 300, TRAFFIC: 300}
    assert (found.units, found.missing_units, found.native_points) == (600, 0, None)


def test_of_the_same_expiry_the_fewest_accounts_are_used() -> None:
    lots = [lot(A, GREEN, EPOCH, 100), lot(B, GREEN, EPOCH, 900), lot(C, TRAFFIC, EPOCH, 400)]

    found = quote(lots, CANTEEN, 800, registry(), NOW_S)

    assert taken(found.parts) == {B: {EPOCH: 800}}
    assert found.parts[0].why is Why.FEWEST


def test_an_account_in_use_is_preferred_to_a_further_one() -> None:
    lots = [
        lot(A, GREEN, EPOCH, 100),
        lot(A, GREEN, EPOCH + 1, 200),
        lot(B, GREEN, EPOCH + 1, 900),
    ]

    found = quote(lots, CANTEEN, 250, registry(), NOW_S)

    assert taken(found.parts) == {A: {EPOCH: 100, EPOCH + 1: 150}}


def test_what_is_missing_is_said() -> None:
    found = quote([lot(A, GREEN, EPOCH, 70)], CANTEEN, 100, registry(), NOW_S)

    assert (found.units, found.missing_units) == (70, 30)


def test_the_latest_deadline_is_bound_by_30_days_and_by_14_after_the_earliest_points() -> None:
    near = end_of_epoch(EPOCH) - 2 * DAY_S
    lots = [lot(A, GREEN, EPOCH, 100)]

    roomy = quote(lots, CANTEEN, 100, registry(), near - 60 * DAY_S)
    tight = quote(lots, CANTEEN, 100, registry(), near)

    assert roomy.latest_deadline_s == near - 30 * DAY_S
    assert tight.latest_deadline_s == end_of_epoch(EPOCH) + 14 * DAY_S


def test_an_exchange_takes_whole_points_from_each_account_and_rounds_down() -> None:
    lots = [lot(A, GREEN, EPOCH, 130), lot(B, GREEN, EPOCH + 1, 250), lot(C, TRAFFIC, EPOCH, 900)]

    found = quote(lots, TRAFFIC, 399, registry(), NOW_S)

    assert taken(found.parts) == {A: {EPOCH: 100}, B: {EPOCH + 1: 200}}
    assert (found.units, found.native_points, found.rounded_off_units) == (300, 3, 99)
    assert found.missing_units == 0


def test_parts_of_a_native_point_wait_for_the_accounts_next_expiry() -> None:
    lots = [lot(A, GREEN, EPOCH, 130), lot(A, GREEN, EPOCH + 1, 70)]

    found = quote(lots, TRAFFIC, 200, registry(), NOW_S)

    assert taken(found.parts) == {A: {EPOCH: 130, EPOCH + 1: 70}}
    assert found.native_points == 2


def test_who_follows_an_issuer_owes_for_it() -> None:
    members = registry()
    members.members[GREEN].status = LEAVING
    members.members[GREEN].successor = TRAFFIC

    found = quote([lot(A, GREEN, EPOCH, 50)], CANTEEN, 50, members, NOW_S)

    assert found.owed == {TRAFFIC: 50}


LOTS = st.lists(
    st.builds(
        lot,
        st.sampled_from((A, B, C)),
        st.sampled_from((GREEN, TRAFFIC)),
        st.integers(EPOCH, EPOCH + 5),
        st.integers(1, 1_000),
    ),
    unique_by=lambda each: each[:3],
    max_size=12,
)


@given(LOTS, st.integers(1, 5_000), st.sampled_from((CANTEEN, TRAFFIC)))
def test_a_quote_adds_up_and_leaves_nothing_that_expires_earlier(
    lots: list[Lot], units: int, acceptor: int
) -> None:
    found = quote(lots, acceptor, units, registry(), NOW_S)

    step = 100 if acceptor == TRAFFIC else 1
    assert found.units + found.missing_units + found.rounded_off_units == units
    assert sum(part.units for part in found.parts) == found.units == sum(found.owed.values())
    assert all(part.units % step == 0 for part in found.parts)
    if step == 1 and found.parts:
        last = max(s.epoch for part in found.parts for s in part.slices)
        earlier = sum(each.units for each in lots if each.epoch < last)
        used = sum(s.units for part in found.parts for s in part.slices if s.epoch < last)
        assert used == earlier
