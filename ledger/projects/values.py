"""What projects, rounds of voting, spendings and effects are, as use cases give them.

Amounts are units of 0.01 point, times seconds since 1970 of the chain's clock. Pure.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple

from ledger.index.columns import HoldPhase
from ledger.units import DAY_S

ROUND_LEAST_S, ROUND_MOST_S = 3_600, 60 * DAY_S
"""How long a round of voting lasts."""
PROPOSED_MOST, PROPOSED_DAYS = 5, 90
"""How many projects a wallet may propose within so many days."""
MOVED_DAYS = 90
"""How long a changed district stays, unless a worker changes it."""
PROJECTS_MOST = 50
"""Of one round: a list that somebody reads to the end."""
EFFECTS_MOST, SPENDINGS_MOST = 20, 200
"""Of one project."""


class Stage(enum.StrEnum):
    """Where a project stands. It follows from what happened, and is stored nowhere."""

    PROPOSED = "proposed"
    """Seen by whoever proposed it, the operator and funds."""
    DECLINED = "declined"
    """Not put to the vote, with the reason; seen by the same."""
    ACCEPTED = "accepted"
    """Its round begins later. From here on everybody sees it."""
    VOTING = "voting"
    VOTED = "voted"
    """The fund has not decided."""
    REFUSED = "refused"
    """The fund gives nothing, with the reason."""
    GRANTED = "granted"
    REPORTED = "reported"
    """Granted, and something was told of its effect."""


class Phase(enum.StrEnum):
    """Where a round stands, by the clock."""

    PLANNED = "planned"
    VOTING = "voting"
    COUNTING = "counting"
    """Over, and counted in a moment."""
    COUNTED = "counted"
    CALLED_OFF = "called-off"


class Advice(enum.StrEnum):
    """What the vote tells the fund."""

    FUND = "fund"
    TIED = "tied"
    """The budget has room for some of those with as many voices, and not for all."""
    LEAVE = "leave"


class Draft(NamedTuple):
    """What a resident says of a project."""

    title_zh: str
    title_en: str
    words: str
    wanted_units: int


class Vetting(NamedTuple):
    """Whether a project is put to the vote, in which round, and why."""

    accepted: bool
    reason: str
    round: str | None = None


class Decision(NamedTuple):
    """What the fund gives, 0 for nothing, and why; the reason may be empty where it follows the
    vote."""

    granted_units: int
    reason: str


class Spending(NamedTuple):
    """A hold from an account of the fund's that a project was spent on, as the chain has it now."""

    hold: bytes
    words: str
    noted_s: int
    acceptor: int
    phase: HoldPhase
    held_units: int
    captured_units: int
    refunded_units: int
    transaction: bytes
    """Of its last event."""

    @property
    def spent_units(self) -> int:
        """What it takes of the fund: all that is held, or what was delivered and not given back."""
        held = self.phase is HoldPhase.HELD
        return self.held_units if held else self.captured_units - self.refunded_units


class Figure(NamedTuple):
    """A number that says what came of a project; decimal digits, as they were written."""

    what: str
    number: str
    unit: str


class Effect(NamedTuple):
    """What came of a project."""

    id: str
    words: str
    figures: tuple[Figure, ...]
    day: str
    """As 2026-09-30."""
    reported_s: int


class Project(NamedTuple):
    """A project as it stands. ``wallet`` is None once it is forgotten."""

    id: str
    wallet: str | None
    district: str
    draft: Draft
    stage: Stage
    proposed_s: int
    round: str | None
    fund: int | None
    """Whose points it asks for; None before it is accepted."""
    vetting: Vetting | None
    vetted_s: int | None
    advice: Advice | None
    """None until its round is counted."""
    decision: Decision | None
    decided_s: int | None
    account: bytes | None
    """The fund's account for this project alone, once it is granted."""
    spendings: tuple[Spending, ...]
    effects: tuple[Effect, ...]

    @property
    def spent_units(self) -> int:
        """Sum of its spendings."""
        return sum(each.spent_units for each in self.spendings)


class Plan(NamedTuple):
    """All that is said of a round beforehand."""

    fund: int
    district: str
    title_zh: str
    title_en: str
    begins_s: int
    ends_s: int
    budget_units: int
    """Most that the fund means to give to projects of this round."""


class Result(NamedTuple):
    """What a round says of one project."""

    project: str
    voices: int | None
    """In steps of five; None: too few to tell."""
    rank: int | None
    """1 for the most voices; the same for as many; None where they are too few to tell."""
    advice: Advice


class Round(NamedTuple):
    """A round as it stands."""

    id: str
    plan: Plan
    phase: Phase
    projects: tuple[str, ...]
    """In the order of proposing."""
    results: tuple[Result, ...]
    """Once it is counted: those with the most voices first."""
    counted_s: int | None
    reason: str | None
    """Of calling it off."""


class Voice(NamedTuple):
    """A wallet's own voice in a round, while it is not counted."""

    round: str
    project: str | None
    changeable_until_s: int


class Home(NamedTuple):
    """In which district a wallet has its voice; empty where nobody has said."""

    wallet: str
    district: str
    said_s: int | None
    said_by: str
    """The worker's key; empty where the resident said it."""
    changeable_from_s: int | None
    """When the resident may change it again."""


class Purse(NamedTuple):
    """What a fund has on the chain, of points that have not expired."""

    fund: int
    account: bytes
    """Its account for everything; gifts to a project go to the project's own."""
    free_units: int
    held_units: int
    """Set aside for acceptors, of all its accounts."""
    promised_units: int
    """Granted to projects and not spent yet, beyond what their own accounts have."""
    of_projects: Mapping[str, int]
    """What is free on projects' own accounts, by project."""
    block: int
    time_s: int

    @property
    def available_units(self) -> int:
        """What can still be granted."""
        return max(0, self.free_units - self.promised_units)
