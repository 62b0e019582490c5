"""An operator's whole desk over a founded network: databases, index, relayer, service.

Blocks are mined by a thread a few times a second, each a second of chain time after the one before.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.chain.submitter import Submitter
from ledger.faults import Faults
from ledger.index.index import Index
from ledger.redeeming.relayer import Relayer, RelayerLoop
from ledger.redeeming.seeing import indexed
from ledger.redeeming.service import RedemptionService
from ledger.redeeming.values import Order
from ledger.redeeming.workplace import Workplace
from ledger.store import operator_facts as chain
from ledger.store.engine import Database, open_database
from ledger.store.index_schema import open_index
from tests.support.network import KEYS, Network
from tests.support.season import CULTURE, MINUTES, OPERATING, SPENDING, VOLUNTEER

FAMILY = ("outbox", "operator")
BLOCK_S = 0.08
TICK_S = 0.02
PATIENCE_S = 10.0
DAY_S = 86_400


@dataclass
class Operator:
    """The parts of one operator's process."""

    network: Network
    database: Database
    projection: Database
    submitter: Submitter
    relayer: Relayer
    loop: RelayerLoop
    work: Workplace
    service: RedemptionService

    def wallet(self, minutes: int = 0, yuan: int = 0) -> str:
        """A new wallet with an account in both schemes, and so much awarded to it.

        100 units (a point) for 6 minutes or for 6.67 yuan.
        """
        name = f"w-{secrets.token_hex(6)}"
        by_issuer = {a.issuer: a.account for a in self.service.open_wallet(name, BOTH).accounts}
        with self.quiet():
            if minutes:
                self.network.mint(VOLUNTEER, [(by_issuer[VOLUNTEER], MINUTES, minutes)])
            if yuan:
                self.network.mint(CULTURE, [(by_issuer[CULTURE], SPENDING, yuan * 100)])
        return name

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """No block but those mined inside; afterwards the projection has seen them."""
        self.network.chain.stop_mining()
        yield
        head = self.network.gateway.head()
        self.until(lambda: self.indexed() >= head)
        self.network.chain.start_mining(BLOCK_S, clock=None)

    def words(self, hold_id: bytes) -> tuple[int, int]:
        """The hold's words as the chain said them last."""
        with self.work.look() as at:
            hold = chain.holds(at.projection, [hold_id])[hold_id]
        return hold.terms, hold.points

    def indexed(self) -> int:
        """The newest block in the projection."""
        with self.work.look() as at:
            return indexed(at.projection).block

    def until(self, condition: Callable[[], bool]) -> None:
        """Waits for what the relayer's thread brings about."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "it never came about"
            assert self.loop.failure is None, self.loop.failure
            self.loop.wake()
            time.sleep(0.01)

    def final(self, order_id: str) -> Order:
        """The order once it is final."""
        self.until(lambda: self.service.order(order_id).final)
        return self.service.order(order_id)


BOTH = (VOLUNTEER, CULTURE)


@contextmanager
def operator(network: Network, folder: Path, faults: Faults | None = None) -> Iterator[Operator]:
    """The operator's process over its databases in a folder; its key is the network's."""
    with (
        open_database(folder / "operator.db", FAMILY) as database,
        open_index(folder / "index.db") as projection,
    ):
        key = KEYS[OPERATING]
        submitter = Submitter(database.engine, network.gateway, key, faults)
        submitter.bootstrap(adopt_used_key=True)
        index = Index(projection.engine, network.gateway, network.deployment)
        index.catch_up()
        relayer = Relayer(
            database.engine,
            projection.engine,
            submitter,
            network.deployment.desk,
            follow=index.step,
            faults=faults,
        )
        loop = RelayerLoop(relayer, tick_s=TICK_S, idle_s=0.1)
        engines = (database.engine, projection.engine)
        work = Workplace(*engines, loop, network.deployment, OPERATING, faults)
        made = Operator(
            network, database, projection, submitter, relayer, loop, work, RedemptionService(work)
        )
        loop.start()
        try:
            yield made
        finally:
            network.chain.stop_mining()
            loop.stop()
