"""Residents of two districts and a fund, over both databases: the chain's clock is turned."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from api.places import OPERATOR_FAMILY
from ledger.faults import NoFaults
from ledger.index.rows import MemberRow
from ledger.projects.service import Projects
from ledger.projects.values import Draft, Plan, Vetting
from ledger.redeeming.workplace import Workplace
from ledger.residents.messages import FileOutbox, Post
from ledger.rules.registry import FUND
from ledger.store import operator_wallets as wallets
from ledger.store import residents_people as people
from ledger.store.engine import open_database, transaction
from ledger.store.index_schema import open_index
from ledger.store.index_tables import TABLES
from ledger.store.residents_people import DeathRow, OpeningRow
from ledger.store.tables import METADATA
from tests.ledger.offers.stand import Stand

CHARITY = 5
EAST, WEST = "示例东街", "示例西街"
HOUR_S = 3_600
RAILS = Draft("楼道扶手", "Handrails", "给没有电梯的楼装扶手。", 60_000)


class Village(Stand):
    """A stand with a fund, and all use cases around its projects."""

    projects: Projects
    folder: Path
    """Where messages go."""

    def begin(self) -> None:
        """Empties both, and lets the fund join."""
        super().begin()
        with transaction(self.engine) as at:
            for table in reversed(METADATA.sorted_tables):
                if table.name.startswith(("projects_", "residents_")):
                    at.execute(table.delete())
        fund = MemberRow(CHARITY, bytes([CHARITY] * 20), FUND, 1, 0, 0, "M5", 1)
        with transaction(self._projection) as at:
            at.execute(TABLES[MemberRow].insert().values(**fund._asdict()))
        self.projects = self._under(b"invented")

    def projects_elsewhere(self) -> Projects:
        """As a process has them that was given another secret."""
        return self._under(b"another")

    def _under(self, secret: bytes) -> Projects:
        def keyed(round_id: str, wallet: str) -> bytes:
            return hmac.digest(secret, f"{round_id}:{wallet}".encode(), "sha256")

        post = Post(self.engine, lambda: float(self.now_s), FileOutbox(self.folder))
        return Projects.at(cast("Workplace", self), keyed, (EAST, WEST), post)

    def resident(self, district: str = EAST, guardian_until: int | None = None) -> str:
        """Of that district; a child under 14 until a month."""
        name = f"w-{uuid.uuid4()}"
        with transaction(self.engine) as at:
            wallets.add(at, name, self.now_s, [])
            opening = OpeningRow(name, "worker-1", self.now_s, 1, None, guardian_until, None)
            people.add_opening(at, opening)
        self.projects.homes.settle(name, district, "worker-1")
        return name

    def die(self, wallet: str) -> None:
        """A worker reports it."""
        with transaction(self.engine) as at:
            row = DeathRow(str(uuid.uuid4()), wallet, "worker-1", self.now_s, 0, None, None, None)
            people.add_death(at, row)

    def forget(self, wallet: str) -> None:
        """The wallet is erased; what stands here is tidied up later."""
        with transaction(self.engine) as at:
            wallets.forget(at, wallet)

    def round(self, *, projects: int = 2, budget: int = 100_000) -> tuple[str, list[str]]:
        """(round, projects) of the east, whose voting has begun and lasts an hour."""
        begins_s, name = self.now_s + 10, str(uuid.uuid4())
        ends_s = begins_s + HOUR_S
        plan = Plan(CHARITY, EAST, "示例投票", "", begins_s, ends_s, budget)
        self.projects.voting.plan(name, plan)
        put = []
        for _ in range(projects):
            put.append(str(uuid.uuid4()))
            self.projects.proposing.propose(put[-1], self.resident(), RAILS)
            self.projects.proposing.vet(put[-1], Vetting(True, "合适。", name))
        self.pass_time(10)
        return name, put


@contextmanager
def village_over(place: Path | str, folder: Path) -> Iterator[Village]:
    """Over databases that nobody has used."""
    with (
        open_database(place, OPERATOR_FAMILY, exclusive=False, durable=False) as database,
        open_index(folder / "index.db") as projection,
    ):
        made = Village(database.engine, projection.engine, NoFaults())
        made.folder = folder / "messages"
        yield made
