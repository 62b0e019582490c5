"""What every use case of projects works with, and the rows that they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ledger.errors import Refused, Rejected
from ledger.redeeming.seeing import indexed
from ledger.redeeming.workplace import Look, Workplace
from ledger.residents.messages import Post
from ledger.rules.registry import FUND
from ledger.store import index_network as network
from ledger.store import projects_rounds as rounds
from ledger.store import projects_rows as rows
from ledger.store import residents_people as people
from ledger.store.projects_rounds import RoundRow
from ledger.store.projects_rows import ProjectRow

MESSAGE = "project"
"""Kind of what whoever proposed a project is told."""


class Ground(NamedTuple):
    """One operator's. Safe to use from any thread."""

    work: Workplace
    keyed: Callable[[str, str], bytes]
    """(round, wallet) as a voice stands under: keyed by a secret of the installation."""
    districts: tuple[str, ...]
    """The districts there are; none named: any."""
    post: Post

    def tell(self, at: Look, row: ProjectRow, what: str, words: str) -> None:
        """Whoever proposed it, in the same transaction, if that is still known."""
        if row.wallet is None:
            return
        opening = people.opening(at.operator, row.wallet)
        contact = None if opening is None else opening.contact
        name = f"{what}-{row.id}-{now_of(at)}"
        self.post.record(at.operator, name, row.wallet, contact, MESSAGE, words)

    def seal(self, round_id: str) -> bytes:
        """Tells the secret of one round: another secret makes another one, and so do wallets."""
        return self.keyed(round_id, "")

    def knows(self, row: RoundRow) -> bool:
        """Whether the secret at hand is the one that the round's voices stand under."""
        return row.seal in (None, self.seal(row.id))

    def voter(self, row: RoundRow, wallet: str) -> bytes:
        """As the wallet's voice stands under; Refused("vote.other-secret") where that can't be
        told, as a second voice would look like the first of somebody else."""
        if not self.knows(row):
            raise Refused("vote.other-secret", id=row.id)
        return self.keyed(row.id, wallet)

    def require_district(self, district: str) -> None:
        """Rejected("home.unknown-district") for one that the operator has not named."""
        if not district or (self.districts and district not in self.districts):
            raise Rejected("home.unknown-district", field="district", district=district)


def now_of(at: Look) -> int:
    """The chain's time: the one clock that all processes have in common."""
    return indexed(at.projection).time_s


def project_row(at: Look, name: str) -> ProjectRow:
    """Rejected("project.unknown")."""
    row = rows.find(at.operator, name)
    if row is None:
        raise Rejected("project.unknown", id=name)
    return row


def round_row(at: Look, name: str) -> RoundRow:
    """Rejected("round.unknown")."""
    row = rounds.find(at.operator, name)
    if row is None:
        raise Rejected("round.unknown", id=name)
    return row


def require_alive(at: Look, wallet: str) -> None:
    """Refused("vote.dead") once a death is reported: whoever has a card then speaks as an heir."""
    if people.death_of(at.operator, wallet) is not None:
        raise Refused("vote.dead", wallet=wallet)


def require_fund(at: Look, member: int) -> None:
    """Rejected("round.no-fund") for a member that is no fund."""
    found = network.member(at.projection, member)
    if found is None or not found.roles & FUND:
        raise Rejected("round.no-fund", field="fund", member=member)
