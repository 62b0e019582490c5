"""All use cases around projects, as the HTTP interface is handed them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Self

from ledger.projects.funding import Funding
from ledger.projects.ground import Ground
from ledger.projects.homes import Homes
from ledger.projects.proposing import Proposing
from ledger.projects.voting import Voting
from ledger.redeeming.workplace import Workplace
from ledger.residents.messages import Post


class Projects(NamedTuple):
    """One operator's."""

    proposing: Proposing
    homes: Homes
    voting: Voting
    funding: Funding

    @classmethod
    def at(
        cls,
        work: Workplace,
        keyed: Callable[[str, str], bytes],
        districts: Iterable[str],
        post: Post,
    ) -> Self:
        """All of them at one workplace; ``Ground`` says what each is for."""
        ground = Ground(work, keyed, tuple(districts), post)
        return cls(Proposing(ground), Homes(ground), Voting(ground), Funding(ground))

    def tend(self) -> None:
        """What a process does now and then: counts what is over, forgets who is forgotten."""
        self.voting.forget_orphans()
        self.voting.count()
