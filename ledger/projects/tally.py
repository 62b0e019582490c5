"""What a round's voices tell the fund. Pure.

The rule, in the order of the voices: a project that fits what is left of the budget is advised; one
that does not is passed over, and the next is looked at. As many voices are the same rank. Where the
budget has room for some of a rank and not for all, the choice among those that fit is the fund's,
with its reason, and nothing below that rank is advised. Fewer than five voices are no advice, as
they are not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from ledger.offers.rating import in_steps
from ledger.offers.values import SMALLEST_CELL
from ledger.projects.values import Advice, Result


class Entry(NamedTuple):
    """A project of a round: what it asks for, how many voices it has."""

    project: str
    wanted_units: int
    voices: int


def results(entries: Sequence[Entry], budget_units: int) -> tuple[Result, ...]:
    """What is told of each: most voices first, those too few to tell in the order given."""
    ranked = sorted(
        (each for each in entries if each.voices >= SMALLEST_CELL), key=lambda each: -each.voices
    )
    advice = _advised(ranked, budget_units)
    above: dict[int, int] = {}
    for place, each in enumerate(ranked, 1):
        above.setdefault(each.voices, place)
    told = [
        Result(e.project, in_steps(e.voices), above[e.voices], advice[e.project]) for e in ranked
    ]
    few = [e for e in entries if e.voices < SMALLEST_CELL]
    return (*told, *(Result(e.project, None, None, Advice.LEAVE) for e in few))


def follows(advice: Advice, wanted_units: int, granted_units: int) -> bool:
    """Whether a decision does what the vote said; one of a tie never does by itself."""
    if advice is Advice.FUND:
        return granted_units == wanted_units
    return advice is Advice.LEAVE and granted_units == 0


def _advised(ranked: Sequence[Entry], budget_units: int) -> Mapping[str, Advice]:
    found = {each.project: Advice.LEAVE for each in ranked}
    left = budget_units
    for _, same in groupby(ranked, key=lambda each: each.voices):
        fitting = [each for each in same if each.wanted_units <= left]
        needed = sum(each.wanted_units for each in fitting)
        if needed > left:
            found |= {each.project: Advice.TIED for each in fitting}
            break
        found |= {each.project: Advice.FUND for each in fitting}
        left -= needed
    return found
