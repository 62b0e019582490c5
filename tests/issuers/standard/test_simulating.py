"""A past awarded again under a proposal: hand-computed, and unchanged under the same standard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from issuers.standard.catalogue import load
from issuers.standard.entries import Activity, Standard
from issuers.standard.simulating import (
    Affected,
    Awarded,
    Cell,
    Corrected,
    Happened,
    Reversed,
    Simulation,
    not_replayed,
)

STANDARD = load()
SERVICE, SPENDING = 101, 401
MAY = 2026 * 12 + 4
JANUARY = 2026 * 12
VOLUNTEER, CULTURE = 1, 2


def proposal(code: str, **changes: object) -> Standard:
    """The standard with one activity changed."""
    sectors = tuple(
        replace(
            sector,
            activities=tuple(_changed(one, code, changes) for one in sector.activities),
        )
        for sector in STANDARD.sectors
    )
    return replace(STANDARD, sectors=sectors)


def _changed(one: Activity, code: str, changes: dict[str, object]) -> Activity:
    return replace(one, **changes) if one.code == code else one  # type: ignore[arg-type]


def simulated(
    standard: Standard, *accounts: Sequence[Happened], first: int = JANUARY
) -> Simulation:
    """All of them, from a month on."""
    made = Simulation(standard, first, MAY)
    for account in accounts:
        made.account(account)
    return made


def served(minutes: int, month: int = MAY, name: bytes = b"a") -> Awarded:
    """As the standard awards it."""
    units = STANDARD.activities["VOL.SERVICE"].units(minutes)
    return Awarded(name, VOLUNTEER, SERVICE, month, minutes, units)


def test_a_higher_rate_awards_more_and_a_shorter_session_cuts() -> None:
    made = simulated(proposal("VOL.SERVICE", numerator=1200), [served(60), served(30)])
    cut = simulated(proposal("VOL.SERVICE", per_session=45), [served(60), served(30)])

    assert made.cells == {(SERVICE, MAY): Cell(2, 1_500, 1_800, 0, 1)}
    assert cut.cells == {(SERVICE, MAY): Cell(2, 1_500, 750 + 500, 0, 1)}
    assert made.accounts == Affected(more=1)
    assert cut.accounts == Affected(less=1)


def test_a_yearly_limit_counts_over_months_and_starts_anew_each_year() -> None:
    standard = proposal("VOL.SERVICE", per_year=100)
    december = JANUARY - 1

    made = simulated(
        standard, [served(60, december), served(60, JANUARY), served(60, MAY)], first=0
    )

    assert made.cells[SERVICE, december].proposed_units == 1_000
    assert made.cells[SERVICE, JANUARY].proposed_units == 1_000
    assert made.cells[SERVICE, MAY].proposed_units == 40 * 1000 // 60


def test_the_annual_cap_is_shared_by_a_schemes_activities() -> None:
    """15,000 units of 40,000 fen twice at 15 %: 6,000 each; 20 % would be 8,000 each."""
    spent = [Awarded(b"", CULTURE, SPENDING, MAY, 40_000 * n, 6_000 * n) for n in (1, 2)]

    made = simulated(proposal("CUL.SPENDING", numerator=20), spent)

    assert made.cells == {(SPENDING, MAY): Cell(2, 18_000, 8_000 + 12_000, 0, 1)}


def test_what_lies_before_the_first_month_counts_as_it_was_and_is_not_shown() -> None:
    april, may = Awarded(b"", CULTURE, SPENDING, MAY - 1, 120_000, 18_000), MAY
    later = Awarded(b"", CULTURE, SPENDING, may, 40_000, 2_000)

    made = simulated(proposal("CUL.SPENDING", numerator=20), [april, later], first=may)

    assert made.cells == {(SPENDING, MAY): Cell(1, 2_000, 2_000, 0)}
    assert made.accounts == Affected(same=1)


def test_a_correction_is_taken_to_its_quantity_under_the_proposal_too() -> None:
    corrected: list[Happened] = [served(60), Corrected(b"c", b"a", 500, 30)]

    made = simulated(proposal("VOL.SERVICE", numerator=1200), corrected)
    undone = simulated(proposal("VOL.SERVICE", numerator=1200), [*corrected, Reversed(b"c")])

    assert made.cells == {(SERVICE, MAY): Cell(1, 500, 600, 0, 1)}
    assert undone.cells == {(SERVICE, MAY): Cell(1, 1_000, 1_200, 0, 1)}


def test_a_correction_without_a_quantity_is_taken_in_proportion_and_counted() -> None:
    happened: list[Happened] = [served(60), Corrected(b"c", b"a", 250, None)]

    made = simulated(proposal("VOL.SERVICE", numerator=1200), happened)

    assert made.cells == {(SERVICE, MAY): Cell(1, 750, 900, 0, 1)}
    assert made.unseen_corrections == 1


def test_an_activity_that_the_proposal_drops_is_worth_nothing() -> None:
    without = replace(
        STANDARD,
        sectors=tuple(
            replace(s, activities=tuple(a for a in s.activities if a.id != SERVICE))
            for s in STANDARD.sectors
        ),
    )

    made = simulated(without, [served(60)], [served(60)])

    assert made.cells == {(SERVICE, MAY): Cell(2, 2_000, 0, 2, 2)}
    assert made.by_activity[SERVICE] == Affected(less=2)


def test_what_the_chain_cannot_replay_is_said_plainly() -> None:
    (day,) = not_replayed(STANDARD, proposal("VOL.SERVICE", per_day=240))
    (session,) = not_replayed(STANDARD, proposal("VOL.SERVICE", per_session=180))

    assert day.zh == ("VOL.SERVICE：每日限额由 480 改为 240，链上只有月份和数量，无法重算，未计入")
    assert session.en == (
        "VOL.SERVICE: the limit per session widens from 120 to 180; what was cut then is not on "
        "the chain, so the figure is a lower bound"
    )
    assert not_replayed(STANDARD, proposal("VOL.SERVICE", per_session=60)) == ()


rows = st.lists(
    st.tuples(
        st.sampled_from([a for a in STANDARD.activities.values() if not a.once]),
        st.integers(JANUARY - 6, MAY),
        st.integers(1, 100_000),
        st.one_of(st.none(), st.tuples(st.integers(0, 100), st.booleans())),
    ),
    max_size=30,
)


@given(rows)
def test_under_the_same_standard_nothing_changes(
    drawn: list[tuple[Activity, int, int, object]],
) -> None:
    """Histories as agent and contract make them, with corrections and reversals mixed in."""
    happened, issued = list[Happened](), dict[tuple[str, int], int]()
    used = dict[tuple[int, int], int]()
    for number, (one, month, reported, correction) in enumerate(drawn):
        year = month // 12
        quantity = min(reported, one.per_session or reported)
        if one.per_year:
            quantity = min(quantity, one.per_year - used.get((one.id, year), 0))
        if quantity < 1 or one.units(quantity) < 1:
            continue
        used[one.id, year] = used.get((one.id, year), 0) + quantity
        cap = STANDARD.schemes[one.scheme].annual_cap_units
        before = issued.get((one.scheme, year), 0)
        units = min(one.units(quantity), cap - before) if cap else one.units(quantity)
        issuer = sorted(STANDARD.schemes).index(one.scheme) + 1
        name = number.to_bytes(2, "big")
        happened.append(Awarded(name, issuer, one.id, month, quantity, units))
        issued[one.scheme, year] = before + units
        if isinstance(correction, tuple):
            percent, undone = correction
            smaller = quantity * percent // 100
            due = units - one.units(smaller)
            if due > 0:
                happened.append(Corrected(b"c" + name, name, due, smaller))
                issued[one.scheme, year] -= 0 if undone else due
                happened += [Reversed(b"c" + name)] if undone else []

    made = simulated(STANDARD, happened, first=0)

    assert [(c.then_units, c.nothing, c.affected) for c in made.cells.values()] == [
        (c.proposed_units, 0, 0) for c in made.cells.values()
    ]
    assert (made.accounts.more, made.accounts.less) == (0, 0)
