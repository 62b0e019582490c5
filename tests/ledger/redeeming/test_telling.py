"""Who waits is told, also where nobody looked while a batch was on its way."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from ledger.chain.submitter import Submitter
from ledger.index.index import Index, open_index
from ledger.redeeming.relayer import Relayer
from ledger.redeeming.service import RedemptionService
from ledger.redeeming.telling import Teller
from ledger.redeeming.values import State
from ledger.redeeming.workplace import Workplace
from ledger.store.engine import open_database
from tests.ledger.redeeming.desk import FAMILY
from tests.support.network import KEYS, founded
from tests.support.season import CANTEEN, MINUTES, OPERATING, VOLUNTEER

pytestmark = pytest.mark.slow


def test_a_batch_that_came_and_went_between_two_looks_is_told_of(tmp_path: Path) -> None:
    with ExitStack() as stack:
        network = stack.enter_context(founded(tmp_path / "chain"))
        rows = stack.enter_context(open_database(tmp_path / "operator.db", FAMILY)).engine
        projection = stack.enter_context(open_index(tmp_path / "index.db")).engine
        index = Index(projection, network.gateway, network.deployment)
        submitter = Submitter(rows, network.gateway, KEYS[OPERATING])
        submitter.bootstrap(adopt_used_key=True)
        desk, teller = network.deployment.desk, Teller(rows, projection)
        relayer = Relayer(rows, projection, submitter, desk, follow=index.catch_up)
        work = Workplace(
            rows, projection, [submitter.outbox], teller, network.deployment, OPERATING
        )
        service = RedemptionService(work)
        index.catch_up()
        account = service.open_wallet("w", [VOLUNTEER]).accounts[0].account
        network.mint(VOLUNTEER, [(account, MINUTES, 60)])
        network.chain.mine()
        index.catch_up()
        waiter = teller.waiters.expect("o")
        teller.look()
        service.place_order("o", "w", CANTEEN, 500, wait_s=0)
        for _ in range(3):
            relayer.step()
            network.chain.mine(2)
        relayer.step()
        assert (service.order("o").state, service.order("o").final) == (State.HELD, True)

        teller.look()

        assert waiter.wait(0) is not None
