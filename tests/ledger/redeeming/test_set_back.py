"""The projection begins again while the relayer settles: what it lacks then is judged later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import event

from ledger.chain.submitter import Submitter
from ledger.index.index import Index
from ledger.redeeming.relayer import Relayer
from ledger.redeeming.service import RedemptionService
from ledger.redeeming.telling import Teller
from ledger.redeeming.values import State
from ledger.redeeming.workplace import Workplace
from ledger.store import index_schema
from ledger.store.engine import Engine, open_database, transaction
from ledger.store.index_schema import open_index
from tests.ledger.redeeming.desk import FAMILY
from tests.support.network import KEYS, Network, founded
from tests.support.season import CANTEEN, MINUTES, OPERATING, VOLUNTEER

pytestmark = pytest.mark.slow
SETTLING = 2
"""Of a round's transactions on the projection, the one in which rows are settled."""


class Emptied:
    """The projection's rows are taken away just before the relayer's n-th next look at it."""

    def __init__(self, rows: Engine, watched: Engine) -> None:
        self._rows = rows
        self.left = 0
        event.listen(watched, "begin", self._begun)

    def _begun(self, _connection: object) -> None:
        self.left -= 1
        if self.left == 0:
            with transaction(self._rows) as connection:
                index_schema.empty(connection, forced=True)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with founded(tmp_path / "chain") as made:
        yield made


def test_a_projection_that_begins_again_while_orders_settle_leaves_them_to_the_next_round(
    network: Network, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        rows = stack.enter_context(open_database(tmp_path / "operator.db", FAMILY)).engine
        projection = stack.enter_context(open_index(tmp_path / "index.db")).engine
        watched = stack.enter_context(
            open_database(tmp_path / "index.db", (), exclusive=False)
        ).engine  # the relayer's own way to the same rows
        index = Index(projection, network.gateway, network.deployment)
        submitter = Submitter(rows, network.gateway, KEYS[OPERATING])
        submitter.bootstrap(adopt_used_key=True)
        emptied = Emptied(projection, watched)
        relayer = Relayer(rows, watched, submitter, network.deployment.desk, follow=index.catch_up)
        work = Workplace(
            rows, projection, [submitter.outbox], Teller(rows, projection), network.deployment,
            OPERATING,
        )  # fmt: skip
        service = RedemptionService(work)
        index.catch_up()
        account = service.open_wallet("w", [VOLUNTEER]).accounts[0].account
        network.mint(VOLUNTEER, [(account, MINUTES, 60)])
        network.chain.mine()
        index.catch_up()
        service.place_order("o", "w", CANTEEN, 500, wait_s=0)
        for _ in range(2):
            relayer.step()
            network.chain.mine(2)
        service.capture("c", "o", wait_s=0)
        relayer.step()
        network.chain.mine(2)

        emptied.left = SETTLING
        relayer.step()
        network.chain.mine(2)
        relayer.step()

        order, totals = service.order("o"), service.totals()
        assert emptied.left < 0
        assert (order.state, order.final) == (State.CAPTURED, True)
        assert (totals.by_state, totals.captured_units) == ({State.CAPTURED: 1}, 500)
