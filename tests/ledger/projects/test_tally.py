"""What a vote advises: never beyond the budget, never against the order of voices, and silent about
the few."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.projects.tally import Entry, follows, results
from ledger.projects.values import Advice, Result

ENTRIES = st.lists(st.tuples(st.integers(1, 900), st.integers(0, 30)), min_size=1, max_size=8).map(
    lambda given: [Entry(f"p{n}", *each) for n, each in enumerate(given)]
)
BUDGETS = st.integers(1, 2_000)


@given(ENTRIES, BUDGETS)
def test_what_is_advised_fits_the_budget_and_has_voices_to_speak_of(
    entries: list[Entry], budget: int
) -> None:
    told = {each.project: each for each in results(entries, budget)}

    advised = [each for each in entries if told[each.project].advice is Advice.FUND]
    assert told.keys() == {each.project for each in entries}
    assert sum(each.wanted_units for each in advised) <= budget
    assert all(each.voices >= 5 for each in advised)


@given(ENTRIES, BUDGETS)
def test_nobody_learns_of_fewer_than_five_voices_or_of_single_ones(
    entries: list[Entry], budget: int
) -> None:
    for each in results(entries, budget):
        voices = next(one.voices for one in entries if one.project == each.project)
        if voices < 5:
            assert each == Result(each.project, None, None, Advice.LEAVE)
        else:
            assert each.voices == voices - voices % 5


@given(ENTRIES, BUDGETS, st.randoms(use_true_random=False))
def test_in_which_order_projects_were_proposed_changes_no_advice(
    entries: list[Entry], budget: int, chance: object
) -> None:
    shuffled = sorted(entries, key=lambda _: chance.random())  # type: ignore[attr-defined]

    one, other = ({e.project: e for e in results(some, budget)} for some in (entries, shuffled))

    assert one == other


@given(ENTRIES, BUDGETS)
def test_a_project_that_is_left_was_too_large_for_what_was_left_or_stands_below_a_tie(
    entries: list[Entry], budget: int
) -> None:
    told = {each.project: each for each in results(entries, budget)}
    ties = {each.voices for each in entries if told[each.project].advice is Advice.TIED}

    assert len(ties) <= 1
    for each in entries:
        if told[each.project].advice is not Advice.LEAVE or each.voices < 5:
            continue
        before = [one for one in entries if one.voices > each.voices]
        spent = sum(one.wanted_units for one in before if told[one.project].advice is Advice.FUND)
        assert each.wanted_units > budget - spent or any(tie > each.voices for tie in ties)


def test_a_choice_within_a_tie_is_the_funds_and_needs_its_reason() -> None:
    told = results([Entry("a", 60, 9), Entry("b", 60, 9), Entry("c", 10, 8)], 100)

    assert [(each.rank, each.advice) for each in told] == [
        (1, Advice.TIED), (1, Advice.TIED), (3, Advice.LEAVE)
    ]  # fmt: skip
    assert not follows(Advice.TIED, 60, 60)
    assert not follows(Advice.TIED, 60, 0)


def test_a_decision_follows_a_vote_that_it_does_in_full() -> None:
    assert follows(Advice.FUND, 60, 60)
    assert follows(Advice.LEAVE, 60, 0)
    assert not follows(Advice.FUND, 60, 59)
    assert not follows(Advice.LEAVE, 60, 1)
