"""Monthly statements over a season on a real chain: they add up, and say what the contracts say."""

from __future__ import annotations

from collections import defaultdict

import pytest

from ledger.index.rows import HoldRow
from ledger.monthly.reckoning import Bounds, reckoned
from ledger.monthly.values import Kind, Statement
from ledger.store import index_months as months
from ledger.store import index_network as network
from ledger.store import index_points as points
from ledger.store.engine import Connection, reading
from ledger.units import month_of, start_of_month
from tests.ledger.index.conftest import Played
from tests.ledger.index.playing import ACCOUNTS, ANNE, BEN
from tests.support.season import BEGIN_MONTH, VOLUNTEER

pytestmark = pytest.mark.slow


def statements(connection: Connection, account: bytes) -> list[Statement]:
    """Every month of an account, the last one as far as it has come."""
    newest = network.indexed(connection)
    assert newest is not None
    made = []
    for month in range(BEGIN_MONTH, month_of(newest.time_s) + 1):
        over = newest.time_s >= start_of_month(month + 1)
        first = months.first_block_from(connection, start_of_month(month))
        end = newest.block + 1
        if over:
            end = months.first_block_from(connection, start_of_month(month + 1))
        bounds = Bounds(month, first, end, over, newest.time_s)
        moved = months.moved(connection, [account], end)
        times = network.times_of(connection, range(first, end))
        made.append(reckoned("w", moved, bounds, times))
    return made


def test_every_month_opens_with_what_the_one_before_closed_with(played: Played) -> None:
    with reading(played.engine) as at:
        for account in ACCOUNTS:
            made = statements(at, account)
            opened = [{s.issuer: s.opening for s in one.by_issuer if s.opening} for one in made]
            closed = [{s.issuer: s.closing for s in one.by_issuer if s.closing} for one in made]

            assert opened[1:] == closed[:-1]
            assert all(sums.ties_out for one in made for sums in one.by_issuer)


def test_the_last_closing_is_what_the_chain_has_free_and_held(played: Played) -> None:
    with reading(played.engine) as at:
        newest = network.indexed(at)
        assert newest is not None
        for account in ACCOUNTS:
            there: dict[int, int] = defaultdict(int)
            for lot in points.lots_of(at, [account], newest.time_s):
                there[lot.issuer] += lot.free_units
            for hold in points.holds_of(at, [account]):
                there[hold.issuer] += _set_aside(hold)
            last = statements(at, account)[-1]

            assert {s.issuer: s.closing for s in last.by_issuer if s.closing} == {
                issuer: units for issuer, units in there.items() if units
            }


def test_a_month_tells_what_was_earned_spent_refunded_and_what_expired(played: Played) -> None:
    with reading(played.engine) as at:
        anne, ben = ({one.month: one for one in statements(at, who)} for who in (ANNE, BEN))
    may, june, july = 2026 * 12 + 4, 2027 * 12 + 5, 2027 * 12 + 6
    volunteers = next(s for s in anne[may].by_issuer if s.issuer == VOLUNTEER)

    assert volunteers.earned == 10_000
    assert [(line.units, line.acceptor) for line in ben[may].of(Kind.REFUNDED)] == [
        (1_500, 3), (2_500, 3),
    ]  # fmt: skip
    assert ben[may].together.given == 900
    assert anne[may].of(Kind.EARNED)[0].earned == (101, may, 600, 10_000)
    assert anne[june].together.expired > 0
    assert anne[june].of(Kind.EXPIRED)[-1].time_s == start_of_month(july)
    assert anne[july].together.expired == 300  # a late cancel of what was good until June


def test_a_months_first_block_is_found_by_halving(played: Played) -> None:
    with reading(played.engine) as at:
        newest = network.indexed(at)
        assert newest is not None
        every = sorted(network.times_of(at, range(newest.block + 1)).items())
        for wanted_s in (0, every[0][1], every[7][1], every[7][1] + 1, every[-1][1]):
            expected = next(number for number, time_s in every if time_s >= wanted_s)
            assert months.first_block_from(at, wanted_s) <= expected
            assert (
                min(n for n, _ in every if n >= months.first_block_from(at, wanted_s)) == expected
            )
        assert months.first_block_from(at, every[-1][1] + 1) == every[-1][0] + 1


def _set_aside(hold: HoldRow) -> int:
    return hold.held_units if hold.phase == "held" else 0
