"""Where an order stands, by its holds and what was asked; how amounts spread over holds.

The state is a function of the holds' phases and of the calls that have no outcome yet, so it is the
same whether the facts are final or only mined. Pure.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ledger.redeeming.values import Phase, Purpose, State
from ledger.rules.lanes import Slices


class Kind(enum.StrEnum):
    """What a call asks of the desk."""

    HOLD = "hold"
    GIVE = "give"
    CAPTURE = "capture"
    DECLINE = "decline"
    CANCEL = "cancel"
    OVERDUE = "overdue"
    REFUND = "refund"
    KEY = "key"


BY_ACCEPTOR = (Kind.CAPTURE, Kind.DECLINE, Kind.REFUND)
"""Only the acceptor's key may ask for these, or that of the operator who hosts it."""
RELEASING = frozenset({Kind.DECLINE, Kind.CANCEL, Kind.OVERDUE})
FINISHED = frozenset({State.REFUSED, State.RELEASED, State.REFUNDED, State.GIVEN})
"""Nothing more can happen to such an order."""
UNFINISHED = tuple(state for state in State if state not in {*FINISHED, State.CAPTURED})
"""Points are set aside, or may be soon."""
ON_THE_WAY = (State.PLACED, State.UNDOING, State.CAPTURING, State.RELEASING, State.REFUNDING)
"""Something was asked of the chain."""


@dataclass(frozen=True)
class Fact:
    """What the chain says of one hold. Amounts in units."""

    id: bytes
    phase: Phase
    units: int
    captured_units: int = 0
    refunded_units: int = 0


def state_of(purpose: Purpose, facts: Sequence[Fact], asked: Collection[Kind]) -> State:
    """The order's state. ``asked`` are the kinds of its calls that have no outcome yet."""
    phases = {fact.phase for fact in facts}
    if Phase.ASKED in phases:
        return State.PLACED
    if purpose is Purpose.DONATION:
        return State.GIVEN if Phase.GIVEN in phases else State.REFUSED
    if Phase.HELD in phases:
        return State.UNDOING if Phase.REFUSED in phases else _held(asked)
    captured = sum(fact.captured_units for fact in facts)
    if captured == 0:
        return State.REFUSED if Phase.REFUSED in phases else State.RELEASED
    if captured == sum(fact.refunded_units for fact in facts):
        return State.REFUNDED
    return State.REFUNDING if Kind.REFUND in asked else State.CAPTURED


def _held(asked: Collection[Kind]) -> State:
    if Kind.CAPTURE in asked:
        return State.CAPTURING
    return State.RELEASING if RELEASING & set(asked) else State.HELD


def way(moves: Collection[tuple[str, str]], before: State, after: State) -> list[tuple[str, str]]:
    """The moves of a machine that lead from one state to another: most often one.

    What happened in one look may be several steps, such as a hold and its capture. Empty where
    the two are the same, or no way leads there.
    """
    ways: list[list[str]] = [[before]]
    seen = {str(before)}
    while ways:
        path = ways.pop(0)
        if path[-1] == after:
            return list(itertools.pairwise(path))
        following = [to for at, to in moves if at == path[-1] and to not in seen]
        seen.update(following)
        ways += [[*path, to] for to in following]
    return []


def spread(
    slices: Mapping[bytes, Slices], units: int, *, latest_first: bool = False
) -> dict[bytes, int]:
    """How much of each hold makes up ``units``: earliest expiry first over all, or latest first.

    ``slices`` are units by epoch for each hold. Holds that give nothing are left out. Less than
    ``units`` where there is less.
    """
    amounts: dict[bytes, int] = {}
    epochs = sorted({epoch for held in slices.values() for epoch in held}, reverse=latest_first)
    for epoch in epochs:
        for hold_id, held in slices.items():
            part = min(held.get(epoch, 0), units)
            if part:
                amounts[hold_id] = amounts.get(hold_id, 0) + part
                units -= part
    return amounts


def total(slices: Mapping[bytes, Slices]) -> int:
    """Units in all of them."""
    return sum(sum(held.values()) for held in slices.values())
