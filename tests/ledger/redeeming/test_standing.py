"""An order stands where its holds are, and its machine has a way for everything that may happen."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.redeeming.standing import FINISHED, Fact, Kind, spread, state_of, way
from ledger.redeeming.values import Phase, Purpose, State
from ledger.store.operator_tables import ORDER

HELD = Fact(b"a", Phase.HELD, 100)
TAKEN = Fact(b"b", Phase.CAPTURED, 100, captured_units=100)
PART_BACK = Fact(b"b", Phase.CAPTURED, 100, captured_units=100, refunded_units=40)
BACK = Fact(b"b", Phase.ENDED, 100, captured_units=100, refunded_units=100)
RELEASED = Fact(b"c", Phase.ENDED, 100)
NO = Fact(b"d", Phase.REFUSED, 100)
ASKED = Fact(b"e", Phase.ASKED, 100)


@pytest.mark.parametrize(
    ("facts", "asked", "state"),
    [
        ([ASKED], {Kind.HOLD}, State.PLACED),
        ([ASKED, HELD], {Kind.HOLD}, State.PLACED),
        ([HELD, HELD], set(), State.HELD),
        ([HELD, NO], set(), State.UNDOING),
        ([RELEASED, NO], set(), State.REFUSED),
        ([NO], set(), State.REFUSED),
        ([HELD], {Kind.CAPTURE}, State.CAPTURING),
        ([HELD, HELD], {Kind.CAPTURE, Kind.DECLINE}, State.CAPTURING),
        ([HELD], {Kind.CANCEL}, State.RELEASING),
        ([RELEASED, RELEASED], set(), State.RELEASED),
        ([TAKEN, RELEASED], set(), State.CAPTURED),
        ([TAKEN], {Kind.REFUND}, State.REFUNDING),
        ([PART_BACK], set(), State.CAPTURED),
        ([BACK, RELEASED], set(), State.REFUNDED),
        ([BACK, TAKEN], set(), State.CAPTURED),
    ],
)
def test_the_state_follows_from_holds_and_calls(
    facts: list[Fact], asked: set[Kind], state: State
) -> None:
    assert state_of(Purpose.REDEEM, facts, asked) is state


def test_a_gift_is_given_as_far_as_it_was_not_refused() -> None:
    given_part = Fact(b"g", Phase.GIVEN, 10)

    assert state_of(Purpose.DONATION, [given_part, NO], set()) is State.GIVEN
    assert state_of(Purpose.DONATION, [NO], set()) is State.REFUSED
    assert state_of(Purpose.DONATION, [given_part, ASKED], {Kind.GIVE}) is State.PLACED


FORWARD = {
    Phase.ASKED: (Phase.ASKED, Phase.HELD, Phase.REFUSED, Phase.CAPTURED, Phase.ENDED),
    Phase.HELD: (Phase.HELD, Phase.CAPTURED, Phase.ENDED),
    Phase.CAPTURED: (Phase.CAPTURED, Phase.ENDED),
    Phase.ENDED: (Phase.ENDED,),
    Phase.REFUSED: (Phase.REFUSED,),
}
CALLS: tuple[set[Kind], ...] = (set(), {Kind.CAPTURE}, {Kind.DECLINE}, {Kind.REFUND})


def fact(phase: Phase, was: Phase | None = None) -> Fact:
    """A hold in a phase; one that ended after its capture was refunded."""
    back = phase is Phase.ENDED and was is Phase.CAPTURED
    captured = 100 if phase is Phase.CAPTURED or back else 0
    return Fact(b"x", phase, 100, captured, 100 if back else 0)


def test_whatever_happens_between_two_looks_the_machine_has_a_way() -> None:
    missing = set()
    for before, calls in itertools.product(itertools.product(FORWARD, repeat=2), CALLS):
        first = state_of(Purpose.REDEEM, [fact(phase) for phase in before], calls)
        for after in itertools.product(*(FORWARD[phase] for phase in before)):
            facts = [fact(now, was) for was, now in zip(before, after, strict=True)]
            second = state_of(Purpose.REDEEM, facts, set())
            if first is not second and not way(ORDER.moves, first, second):
                missing.add((first, second))

    assert missing == set()


def test_nothing_leads_out_of_a_finished_order() -> None:
    assert [move for move in ORDER.moves if move[0] in FINISHED] == []


SLICES = st.dictionaries(
    st.binary(min_size=2, max_size=2),
    st.dictionaries(st.integers(1, 6), st.integers(1, 50), min_size=1, max_size=4),
    min_size=1,
    max_size=4,
)


@given(SLICES, st.integers(1, 800), st.booleans())
def test_amounts_spread_by_expiry_over_all_holds(
    slices: dict[bytes, dict[int, int]], units: int, latest_first: bool
) -> None:
    amounts = spread(slices, units, latest_first=latest_first)

    flat = sorted(
        (epoch for held in slices.values() for epoch, n in held.items() for _ in range(n)),
        reverse=latest_first,
    )
    by_hold = []
    for hold_id, amount in amounts.items():
        own = [epoch for epoch, n in slices[hold_id].items() for _ in range(n)]
        by_hold += sorted(own, reverse=latest_first)[:amount]
    assert sorted(by_hold, reverse=latest_first) == flat[:units]
    assert 0 not in amounts.values()
