"""Whatever residents do and in whichever order, the count is one voice for each that still has one.

The model is what people would note on paper: who stands for what, and where everybody lives.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from ledger.errors import Refused
from ledger.offers.rating import in_steps
from ledger.store.engine import reading
from ledger.store.projects_tables import BALLOTS
from tests.ledger.projects.village import EAST, HOUR_S, WEST, Village, village_over

PEOPLE, PROJECTS = 9, 3
WHO, WHAT = st.integers(0, PEOPLE - 1), st.integers(0, PROJECTS - 1)


class Voices(RuleBasedStateMachine):
    """One round of the east, in a village with people of both districts."""

    opened: Village

    @initialize()
    def found(self) -> None:
        """Everybody lives in the east."""
        self.opened.begin()
        self.projects = self.opened.projects
        self.round, self.put = self.opened.round(projects=PROJECTS)
        self.wallets = [self.opened.resident() for _ in range(PEOPLE)]
        self.home = dict.fromkeys(range(PEOPLE), EAST)
        self.stands: dict[int, int] = {}
        self.gone, self.dead = set[int](), set[int]()
        self.over = False

    def may(self, who: int) -> bool:
        """Whether the voice is theirs to give."""
        left = who not in self.gone | self.dead
        return left and self.home[who] == EAST and not self.over

    def tries(self, who: int, what: int | None) -> bool:
        """Whether it went through."""
        project = None if what is None else self.put[what]
        try:
            self.projects.voting.vote(self.round, self.wallets[who], project)
        except Refused:
            return False
        return True

    @rule(who=WHO, what=WHAT)
    def vote(self, who: int, what: int) -> None:
        """For the first time, or for another one."""
        if who in self.gone:
            return
        assert self.tries(who, what) == self.may(who)
        if self.may(who):
            self.stands[who] = what

    @rule(who=WHO)
    def take_back(self, who: int) -> None:
        """Where there is none, too."""
        if who in self.gone:
            return
        assert self.tries(who, None) == self.may(who)
        if self.may(who):
            self.stands.pop(who, None)

    @rule(who=WHO, where=st.sampled_from([EAST, WEST]))
    def move(self, who: int, where: str) -> None:
        """With a worker; only while no voice stands."""
        if who in self.gone or self.home[who] == where:
            return
        stands = who in self.stands and not self.over
        with pytest.raises(Refused, match=r"home\.voice-stands") if stands else nullcontext():
            self.projects.homes.settle(self.wallets[who], where, "worker-2")
        if not stands:
            self.home[who] = where

    @rule(who=WHO, tidied=st.booleans())
    def forget(self, who: int, tidied: bool) -> None:
        """The wallet is erased, whether or not anybody tidies up at once."""
        if who in self.gone:
            return
        self.opened.forget(self.wallets[who])
        self.gone.add(who)
        if not self.over:
            self.stands.pop(who, None)
        if tidied:
            self.projects.voting.forget_orphans()

    @rule(who=WHO)
    def die(self, who: int) -> None:
        """The voice stays as it is."""
        if who not in self.gone | self.dead:
            self.opened.die(self.wallets[who])
            self.dead.add(who)

    @rule(late=st.integers(0, 3))
    def end(self, late: int) -> None:
        """The hour is over, now and then; nothing is told before the count."""
        if self.over or late < 3:
            return
        assert self.projects.voting.read(self.round).results == ()
        self.opened.pass_time(HOUR_S)
        self.over = True
        self.projects.voting.count()

    @invariant()
    def each_has_one_voice_at_most(self) -> None:
        """As on paper; after the count only in steps of five, and no voices are left."""
        if not hasattr(self, "over"):
            return
        with reading(self.opened.engine) as at:
            kept = at.execute(select(func.count()).select_from(BALLOTS)).scalar_one()
        if not self.over:
            assert len(self.stands) <= kept <= len(self.stands) + len(self.gone)
            return
        assert kept == 0
        paper = Counter(self.stands.values())
        told = {r.project: r.voices for r in self.projects.voting.read(self.round).results}
        assert told == {
            project: in_steps(paper[n]) if paper[n] >= 5 else None
            for n, project in enumerate(self.put)
        }


@pytest.mark.slow
def test_the_count_is_one_voice_for_each_who_still_has_one() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        Voices.opened = stack.enter_context(village_over(folder / "a.db", folder))
        case = Voices.TestCase
        case.settings = settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        )
        case().runTest()
