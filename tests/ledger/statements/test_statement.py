"""A member's statement says what the chain says, adds up, and leads from window to window."""

from __future__ import annotations

import pytest

from ledger.clearing.statement import Invoice, Part, Statement, Sums, With
from ledger.clearing.till import Outcome, TillLine
from ledger.clearing.windows import CLOSED, OPEN, SETTLED
from ledger.index.columns import ClearingKind
from ledger.rules import RuleRefusal
from ledger.store import index_clearing as clearing
from tests.ledger.statements.conftest import NOTED_S, Season
from tests.support.season import CANTEEN, CULTURE, VOLUNTEER

pytestmark = pytest.mark.slow


def test_the_sums_are_those_of_the_lines_and_of_the_chain(season: Season) -> None:
    for window in (1, 2, 3):
        for member in (VOLUNTEER, CULTURE, CANTEEN):
            made = season.statements.read(window, member)
            with season.desk.work.look() as at:
                positions = clearing.positions(at.projection, window)
            assert made.net_units == positions.get(member, 0)
            assert made.net_units == made.owed.net_units + made.owes.net_units
            assert made.net_units == sum(one.net_units for one in made.by_other)
            assert made.closing_units == made.opening_units + made.net_units - made.settled_units


def test_two_windows_of_an_acceptor_in_figures(season: Season) -> None:
    one, two = (season.statements.read(n, CANTEEN) for n in (1, 2))

    assert (one.state, one.opening_units, one.closing_units) == (SETTLED, 0, 3_600)
    assert (one.owed, one.owes) == (Sums(4_000, -400, 0), Sums(0, 0, 0))
    assert [(line.order, line.units) for line in one.lines] == [
        (season.first, 3_000), (season.second, 1_000), (season.second, -400),
    ]  # fmt: skip
    assert (two.state, two.opening_units, two.settled_units) == (CLOSED, 3_600, 3_600)
    assert (two.owed, two.net_units, two.closing_units) == (Sums(900, -500, -200), 200, 200)
    assert two.by_other == (With(VOLUNTEER, 200, 0),)
    assert (two.carried, two.settled) == ((Part(1, 3_600),), (Part(1, 3_600),))


def test_one_closing_is_the_next_opening(season: Season) -> None:
    for member in (VOLUNTEER, CULTURE, CANTEEN):
        made = [season.statements.read(n, member) for n in (1, 2, 3)]

        assert [one.closing_units for one in made[:-1]] == [one.opening_units for one in made[1:]]
        assert [one.last_block + 1 for one in made[:-1]] == [one.first_block for one in made[1:]]


def test_what_comes_late_is_linked_to_its_window_and_order(season: Season) -> None:
    two = season.statements.read(2, CANTEEN)
    capture = season.statements.read(1, CANTEEN).lines[0]

    refund, dispute = two.late

    assert (refund.kind, refund.order, refund.units) == (ClearingKind.REFUND, season.first, -500)
    assert refund.origin == (1, capture.block, capture.time_s)
    assert (dispute.kind, dispute.dispute, dispute.units) == (
        ClearingKind.DISPUTE, season.dispute, -200,
    )  # fmt: skip
    assert dispute.origin == (1, None, None)
    assert season.statements.read(1, CANTEEN).late == ()


def test_the_side_that_owes_sees_the_same_with_holds_in_the_place_of_orders(
    season: Season,
) -> None:
    canteen, volunteers = (season.statements.read(1, n) for n in (CANTEEN, VOLUNTEER))

    assert [-line.units for line in volunteers.lines] == [line.units for line in canteen.lines]
    assert [line.transaction for line in volunteers.lines] == [
        line.transaction for line in canteen.lines
    ]
    assert {(line.order, len(line.hold or b"")) for line in volunteers.lines} == {(None, 32)}
    assert {line.hold for line in canteen.lines} == {None}
    assert {line.scheme for line in (*canteen.lines, *volunteers.lines)} == {VOLUNTEER}


def test_the_settlement_shows_what_each_side_confirmed_and_where(season: Season) -> None:
    made = season.statements.read(1, CANTEEN)

    (transfer,) = made.transfers
    gateway = season.desk.network.gateway

    assert transfer[:5] == (0, VOLUNTEER, CANTEEN, 3_600, 3_600)
    assert (transfer.by_payer is None, transfer.by_payee is None) == (False, False)
    for word in (made.published, transfer.by_payer, transfer.by_payee):
        assert word is not None
        block = gateway.block(word.block)
        assert block is not None
        assert word.transaction in block.transactions
    assert season.statements.read(1, CULTURE).transfers == ()


def test_an_open_window_has_a_statement_as_of_the_newest_block(season: Season) -> None:
    made = season.statements.read(3, CANTEEN)

    assert (made.state, made.lines, made.opening_units, made.closing_units) == (OPEN, (), 200, 200)
    assert made.last_block >= made.first_block - 1  # its first block may still be to come


def test_a_members_own_reference_is_kept_and_the_newest_is_shown(season: Season) -> None:
    noted = season.statements.note_invoice(2, CANTEEN, "FP-0001")
    tried = season.statements.note_invoice(2, CANTEEN, "FP-0002", dry_run=True)
    season.statements.note_invoice(2, CANTEEN, "FP-0003")

    shown = season.statements.read(2, CANTEEN).invoice
    headings = season.statements.headings(CANTEEN, None, 2)

    assert (noted, tried) == (Invoice("FP-0001", NOTED_S), Invoice("FP-0002", NOTED_S))
    assert shown == Invoice("FP-0003", NOTED_S)
    assert season.statements.read(2, VOLUNTEER).invoice is None
    assert [(one.window, one.units) for one in headings] == [(3, 0), (2, 200)]
    assert headings[1].invoice == shown
    assert [one.window for one in season.statements.headings(CANTEEN, 2, 5)] == [1]


def test_nobodys_window_and_nobodys_member_are_refused(season: Season) -> None:
    with pytest.raises(RuleRefusal) as window:
        season.statements.read(99, CANTEEN)
    with pytest.raises(RuleRefusal) as member:
        season.statements.note_invoice(1, 99, "FP-1")

    assert (window.value.name, window.value.values) == ("WindowUnknown", (99,))
    assert (member.value.name, member.value.values) == ("UnknownMember", (99,))


def test_a_till_is_matched_order_by_order_and_its_difference_adds_up(season: Season) -> None:
    till = [
        TillLine(2, season.second, 1_000),
        TillLine(3, season.second, -400),
        TillLine(4, season.third, 900),
        TillLine(5, "order-of-nobody", 70),
        TillLine(6, season.third, 900),
    ]

    one = season.statements.match(1, CANTEEN, till)

    found = {order: (v.outcome, v.difference_units) for order, v in one.verdicts.items()}
    assert found == {
        season.first: (Outcome.ONLY_STATEMENT, -3_000),
        season.second: (Outcome.MATCHED, 0),
        season.third: (Outcome.OTHER_WINDOW, 1_800),
        "order-of-nobody": (Outcome.ONLY_TILL, 70),
    }
    assert one.verdicts[season.third].windows == (2,)
    assert (one.till_units, one.statement_units, one.difference_units) == (2_470, 3_600, -1_130)


def test_a_till_that_sold_twice_differs(season: Season) -> None:
    till = [TillLine(2, season.third, 900), TillLine(3, season.third, 900)]

    two = season.statements.match(2, CANTEEN, till)

    assert two.verdicts[season.third][:4] == (Outcome.DIFFERS, season.third, 1_800, 900)
    assert two.verdicts[season.first].outcome is Outcome.ONLY_STATEMENT


def test_an_order_of_another_acceptor_is_not_told(season: Season) -> None:
    found = season.statements.match(1, CULTURE, [TillLine(2, season.first, 3_000)])

    assert found.verdicts[season.first][:5] == (Outcome.ONLY_TILL, season.first, 3_000, 0, ())


def empty(made: Statement) -> bool:
    """Whether nothing happened in it."""
    return not made.lines and made.net_units == 0


def test_a_member_without_dealings_has_an_empty_statement(season: Season) -> None:
    assert empty(season.statements.read(1, CULTURE))
