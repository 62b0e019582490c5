"""Killed at any fault point of orders and calls and started again, an operator's day ends the same.

One process after another goes on with the same day, each killed at the next point; a point that was
passed in the transaction of another is met on a further day.
"""

from __future__ import annotations

import multiprocessing
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.faults import machines
from ledger.redeeming.service import RedemptionService
from ledger.store.operator_tables import COMMAND, ORDER
from tests.ledger.redeeming.crash_program import (
    ENDS,
    FEN_SPENT,
    GONE_UNITS,
    MINUTES_EARNED,
    Place,
    play,
)
from tests.ledger.redeeming.desk import BLOCK_S, BOTH, opened
from tests.support.network import KEYS, Network, founded
from tests.support.season import CULTURE, MINUTES, OPERATING, SPENDING, VOLUNTEER

pytestmark = pytest.mark.slow

BY_OTHERS = {
    "order.held-captured",
    "order.held-released",
    "order.captured-refunded",
    "order.capturing-released",
    "order.capturing-held",
    "order.releasing-captured",
    "order.releasing-held",
    "order.undoing-captured",
    "command.batched-recorded",
}
"""Moves that take an outsider's transaction or a failing node: the same code makes them."""
POINTS = [
    point
    for machine in (COMMAND, ORDER)
    for point in machines()[machine.machine].points()
    if point.rpartition(".")[0] not in BY_OTHERS
]
MOST_DAYS = 12
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.ledger.redeeming.crash_program"])


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """A chain that mines on whoever dies."""
    with founded(tmp_path_factory.mktemp("chain")) as made:
        yield made


def test_a_kill_at_any_point_changes_no_total(network: Network, tmp_path: Path) -> None:
    secret = KEYS[OPERATING].to_bytes()
    place = Place(network.chain.url, network.deployment, tmp_path, secret)
    left, missed = list(POINTS), list[str]()

    for day in range(MOST_DAYS):
        wallet = morning(network, place, f"day-{day}")
        while left and (code := run(place, wallet, left[0])) == -signal.SIGKILL:
            left.pop(0)
        if left:
            assert code == 0
            missed.append(left.pop(0))
        else:
            left, missed = missed, []
            assert run(place, wallet, None) == 0
        evening(network, place, wallet)
        if not left and not missed:
            break

    assert (left, missed) == ([], [])


def run(place: Place, wallet: str, fault: str | None) -> int | None:
    """The exit code of a process of its own."""
    process = _PROCESSES.Process(target=play, args=(place, wallet, fault))
    process.start()
    process.join()
    return process.exitcode


def morning(network: Network, place: Place, wallet: str) -> str:
    """Opens a wallet and awards it points."""
    network.chain.stop_mining()
    with opened(network.gateway, place.deployment, place.folder, place.secret) as desk:
        name = f"{wallet}-{secrets.token_hex(3)}"
        by_issuer = {a.issuer: a.account for a in desk.service.open_wallet(name, BOTH).accounts}
        network.mint(VOLUNTEER, [(by_issuer[VOLUNTEER], MINUTES, MINUTES_EARNED)])
        network.mint(CULTURE, [(by_issuer[CULTURE], SPENDING, FEN_SPENT)])
        head = network.gateway.head()
        desk.until(lambda: desk.indexed() >= head)
    network.chain.start_mining(BLOCK_S / 2, clock=None)
    return name


def evening(network: Network, place: Place, wallet: str) -> None:
    """Orders, balance and the chain agree that each thing happened once."""
    with opened(network.gateway, place.deployment, place.folder, place.secret) as desk:
        assert_ended(desk.service, wallet)


def assert_ended(service: RedemptionService, wallet: str) -> None:
    orders = {name: service.order(f"{wallet}-{name}") for name in ENDS}
    ends = {n: (o.state, o.captured_units, o.refunded_units) for n, o in orders.items()}
    assert ends == ENDS
    assert service.balance(wallet).total_units == 1_202_010 - GONE_UNITS
    assert service.load().waiting == 0
