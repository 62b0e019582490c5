"""The projection says what the contracts say, and what it takes to explain every point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

import pytest

from ledger.index.columns import ContractRole, EntryKind, HoldPhase
from ledger.index.project_mints import award_id
from ledger.index.rows import AwardRow, BlockRow, CorrectionRow, EntryRow, RateRow, RefusedCallRow
from ledger.store import index_clearing as clearing
from ledger.store import index_network, index_points, index_totals
from ledger.store.engine import Connection, reading
from ledger.store.index_query import Page, Place, rows
from tests.ledger.index.comparing import differences, unbalanced
from tests.ledger.index.conftest import Played
from tests.ledger.index.playing import ACCOUNTS, ANNE, BEN, CLEO, DORA, FUND, hold_id
from tests.support.network import KEYS
from tests.support.season import CANTEEN, CULTURE, MINUTES, VOLUNTEER

pytestmark = pytest.mark.slow
ALL = Page(limit=1_000)


@pytest.fixture
def connection(played: Played) -> Iterator[Connection]:
    """A reading transaction."""
    with reading(played.engine) as connection:
        yield connection


def test_the_projection_says_what_the_contracts_say(played: Played) -> None:
    assert played.index.status().indexed == played.network.gateway.head()
    assert differences(played.network, played.engine, ACCOUNTS) == []


def test_every_class_balances_and_its_lots_sum_to_it(played: Played) -> None:
    assert unbalanced(played.engine) == []


def test_every_award_stands_as_the_contract_keeps_it(
    played: Played, connection: Connection
) -> None:
    awards = rows(connection, AwardRow)

    kept = [
        cast("Any", played.network.read("PointsLedger", "awardOf", a.issuer, a.number, a.key))
        for a in awards
    ]

    assert len(awards) == 10
    assert [a.corrected_units for a in awards] == [corrected for _, _, corrected, _ in kept]
    assert [a.units if a.units < a.full_units else None for a in awards] == [
        units if clipped else None for clipped, units, _, _ in kept
    ]
    assert [a.units for a in awards if a.units < a.full_units] == [5_000, 0]


def test_movements_sum_to_lots_so_that_every_point_is_explained(connection: Connection) -> None:
    moved: Counter[tuple[int, bytes, int]] = Counter()
    for movement in index_points.movements_of(connection, ACCOUNTS, ALL):
        moved[movement.issuer, movement.account, movement.epoch] += movement.units

    lots = index_points.lots_of(connection, ACCOUNTS, 0)

    assert {key: units for key, units in moved.items() if units} == {
        (lot.issuer, lot.account, lot.epoch): lot.free_units for lot in lots
    }
    kinds = {entry.kind for entry in rows(connection, EntryRow)}
    assert kinds == set(EntryKind) - {EntryKind.AWARD}


def test_movements_come_page_by_page_in_both_directions(connection: Connection) -> None:
    whole = index_points.movements_of(connection, [ANNE], ALL)
    paged, after = list[index_points.Movement](), None
    while part := index_points.movements_of(connection, [ANNE], Page(3, after)):
        paged += part
        after = part[-1].place

    newest = index_points.movements_of(connection, [ANNE], Page(5, newest_first=True))

    assert paged == whole
    assert newest == whole[-5:][::-1]
    behind = Page(2, newest[-1].place, newest_first=True)
    assert index_points.movements_of(connection, [ANNE], behind) == whole[-7:-5][::-1]


def test_holds_stand_in_the_phase_in_which_they_ended(
    played: Played, connection: Connection
) -> None:
    holds = {h.id: h for h in index_points.holds_at(connection, CANTEEN, ALL)}

    by_phase = {
        phase: [n for n in range(1, 13) if n != 6 and holds[hold_id(n)].phase is phase]
        for phase in HoldPhase
    }

    assert by_phase == {
        HoldPhase.HELD: [],
        HoldPhase.CAPTURED: [1, 3, 7, 9, 11, 12],
        HoldPhase.RELEASED: [4, 5, 8, 10],
        HoldPhase.REFUNDED: [2],
    }
    one, eleven = holds[hold_id(1)], holds[hold_id(11)]
    assert (one.held_units, one.captured_units, one.debtor) == (5_000, 3_000, VOLUNTEER)
    assert (eleven.captured_units, eleven.refunded_units) == (90, 40)
    assert (eleven.terms, eleven.points) == played.season.words[hold_id(11)]
    assert eleven.desk == played.network.deployment.desk
    assert holds[hold_id(8)].expired_units == 300
    assert holds[hold_id(12)].debtor == CULTURE
    assert index_points.hold(connection, hold_id(99)) is None


def test_holds_are_listed_by_account_phase_and_page(connection: Connection) -> None:
    first = index_points.holds_of(connection, [ANNE], Page(2))
    place = Place(first[-1].placed_block, first[-1].placed_position)

    then = index_points.holds_of(connection, [ANNE], Page(2, place), [HoldPhase.RELEASED])

    assert [h.id for h in first] == [hold_id(1), hold_id(4)]
    assert [h.id for h in then] == [hold_id(8), hold_id(10)]
    history = index_points.history_of_hold(connection, hold_id(2))
    assert [(e.kind, e.units) for e in history] == [
        (EntryKind.HOLD, -4_000),
        (EntryKind.REFUND, 1_500),
        (EntryKind.REFUND, 2_500),
    ]


def test_corrections_name_their_award_and_what_was_already_spent(connection: Connection) -> None:
    anne, cleo, culture = rows(connection, CorrectionRow, by=("block", "position"))

    award = index_totals.awards_in(connection, VOLUNTEER, 1)[cleo.row]

    assert (anne.account, anne.due_units, anne.taken_units) == (ANNE, 2_500, 2_500)
    assert (cleo.account, cleo.due_units, cleo.taken_units) == (CLEO, 2_000, 0)
    assert award_id(award.issuer, award.number, award.key) == cleo.award
    assert anne.reversed_block is None
    assert None not in (cleo.reversed_block, culture.reversed_block)
    assert index_points.corrections_of(connection, [CLEO]) == [cleo]


def test_lots_know_what_is_expired_at_a_time(played: Played, connection: Connection) -> None:
    now_s = played.network.now_s

    alive = index_points.lots_of(connection, [ANNE, BEN], now_s)
    gone = index_points.expired_of(connection, [ANNE, BEN], now_s)

    assert {lot.epoch for lot in alive} == {4055}
    assert {lot.epoch for lot in gone} == {4054}
    assert index_points.lots_of(connection, [DORA], now_s) == []


def test_issuers_totals_count_what_was_clipped_lost_and_expired(
    played: Played, connection: Connection
) -> None:
    volunteer, culture = index_totals.issuer_totals(connection, played.network.now_s)

    assert (volunteer.batches, volunteer.awards, volunteer.clipped) == (2, 5, 0)
    assert (culture.batches, culture.awards, culture.clipped) == (2, 5, 2)
    assert culture.clipped_units == 8_500 + 150
    assert (volunteer.corrections, volunteer.reversals, volunteer.loss_units) == (2, 1, 0)
    assert volunteer.captured_units == 3_000 + 4_000 + 2_000 + 60 + 200 + 90 + 150
    assert volunteer.refunded_units == 4_040
    [last] = index_totals.batches(connection, CULTURE, after=1)
    assert (last.number, last.awards, last.clipped, last.listed) == (2, 2, 1, True)
    assert index_totals.batch(connection, CULTURE, 2) == last


def test_clearing_can_be_followed_entry_by_entry(connection: Connection) -> None:
    entries = [e for w in (1, 2, 3) for e in clearing.entries_in(connection, w, page=ALL)]

    by_pair = Counter[tuple[int, int, int]]()
    for entry in entries:
        by_pair[entry.window, entry.debtor, entry.creditor] += entry.units

    owed = {
        (o.window, o.debtor, o.creditor): o.units
        for w in (1, 2, 3)
        for o in clearing.obligations(connection, w)
    }
    assert dict(by_pair) == owed
    assert owed == {
        (1, VOLUNTEER, CANTEEN): 5_000,
        (2, VOLUNTEER, CANTEEN): -200 + 60 + 90 + 200 - 40,
        (2, CULTURE, CANTEEN): 150,
    }
    accepted, proposed = clearing.disputes(connection, 1)
    assert (accepted.accepted_window, proposed.accepted_window) == (2, None)
    assert clearing.next_unit_price_micro_yuan(connection) == 12_000
    window = clearing.window_at(connection, accepted.accepted_block or 0)
    assert window == clearing.window(connection, 2)


def test_a_later_rate_book_is_known_from_before_its_appointment(
    played: Played, connection: Connection
) -> None:
    first, second = index_network.appointments(connection, ContractRole.RATE_BOOK)

    old = index_network.activities(connection, first.address)
    versions = [a for a in rows(connection, RateRow) if a.book == second.address]

    assert first.address == played.network.deployment.rate_book
    assert [a.activity.code for a in old] == ["VOL.MINUTES", "CUL.SPENDING"]
    assert [(v.activity, v.version, v.numerator) for v in versions] == [
        (MINUTES, 1, 2),
        (MINUTES, 2, 3),
    ]
    rate = old[0].rate_in(versions[0].from_month)
    assert rate is not None
    assert (rate.numerator, rate.denominator) == (1_000, 60)
    desks = index_network.appointments(connection, ContractRole.DESK)
    assert [d.address == played.network.deployment.desk for d in desks] == [True, False, True]
    other = index_network.caps(connection, desks[1].address)
    assert other is not None
    assert (other.account_monthly_units, other.operator_daily_units) == (70_000, 10**9)


def test_gifts_keys_and_refused_calls_are_found(played: Played, connection: Connection) -> None:
    [gift] = index_points.donations_to(connection, FUND)

    [refused] = rows(connection, RefusedCallRow)

    assert (gift.account, gift.units) == (BEN, 900)
    assert index_points.donations_of(connection, [BEN]) == [gift]
    assert (refused.place, refused.desk) == (1, played.network.deployment.desk)
    assert len(refused.reason) >= 4
    assert index_network.refused_calls(connection, refused.transaction) == [refused]
    withdrawn = index_points.account_key(connection, played.network.deployment.desk, DORA)
    assert withdrawn is not None
    assert (withdrawn.key, withdrawn.nonce) == (None, 2)


def test_blocks_and_members_are_as_the_node_says(played: Played, connection: Connection) -> None:
    blocks = rows(connection, BlockRow)

    there = played.network.gateway.blocks([block.number for block in blocks])

    assert [tuple(b) for b in blocks] == [(t.number, t.hash, t.timestamp_s) for t in there if t]
    times = index_network.times_of(connection, [blocks[3].number, 10**6])
    assert times == {blocks[3].number: blocks[3].time_s}
    member = index_network.member(connection, CANTEEN)
    assert member is not None
    assert (member.key, member.code) == (KEYS[CANTEEN].address, "M3")
