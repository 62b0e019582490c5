"""Windows close while fifty clients redeem: positions sum to zero all along, nothing is lost."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.access import Role
from ledger.chain.abi import abi
from ledger.chain.rpc import NodeRefused
from ledger.index.columns import ClearingKind
from ledger.index.rows import ClearingEntryRow, WindowRow
from ledger.store.engine import reading
from ledger.store.index_query import rows
from ledger.store.index_schema import open_index
from tests.api.clearing_town import Town, town_in
from tests.support.network import Network
from tests.support.season import CANTEEN, ROLES, VOLUNTEER

pytestmark = pytest.mark.slow
CLIENTS, ORDERS_EACH, WALLETS = 50, 4, 10
CLOSES = 3
Seen = dict[tuple[int, int], dict[int, int]]
"""Positions by (block, window), as the contract told them at that block."""


def test_windows_close_while_fifty_clients_redeem(tmp_path: Path) -> None:
    with town_in(tmp_path) as town:
        wallets = [town.city.wallet(6_000) for _ in range(WALLETS)]
        watch = Watch(town.city.network)
        with ThreadPoolExecutor(CLIENTS + 1) as pool:
            watching = pool.submit(watch.run)
            clients = [pool.submit(redeem, town, wallets[n % WALLETS], n) for n in range(CLIENTS)]
            closed = [close(town, clients) for _ in range(CLOSES)]
            taken = [units for client in clients for units in client.result()]
            refused = town.city.post(f"/v1/windows/{closed[0]}/close", {})
            watch.enough.set()
            watching.result()
        town.city_has_read(town.city.network.gateway.head())

    with (
        open_index(town.city.settings.index_file) as index,
        reading(index.engine) as connection,
    ):
        entries = rows(connection, ClearingEntryRow)
        windows = rows(connection, WindowRow)

    assert refused.json()["code"] == "request.window-closed"
    assert len(taken) == CLIENTS * ORDERS_EACH
    assert sorted(e.units for e in entries if e.kind is ClearingKind.CAPTURE) == sorted(taken)
    assert all(lies_in(entry, windows[entry.window - 1]) for entry in entries)
    assert len({entry.window for entry in entries}) > 1, "no window was closed under load"
    assert [w.first_block - 1 for w in windows[1:]] == [w.last_block for w in windows[:-1]]
    assert len(watch.seen) >= 20
    for (block, window), told in watch.seen.items():
        assert sum(told.values()) == 0, (block, window)
        assert told == replayed(entries, block, window), (block, window)
    assert sum(replayed(entries, watch.last, n).get(CANTEEN, 0) for n in closed) > 0


class Watch:
    """Asks the contract for every member's position, block by block, while it has time."""

    def __init__(self, network: Network) -> None:
        self.enough = threading.Event()
        self.seen: Seen = {}
        self.last = 0
        self._network = network

    def run(self) -> None:
        """Until told that it is enough."""
        while not self.enough.wait(0.01):
            self._look()
        self._look()

    def _look(self) -> None:
        """A block whose state the node has let go of meanwhile is passed over."""
        block = self._network.gateway.head()
        if block == self.last:
            return
        self.last = block
        with contextlib.suppress(NodeRefused):
            (window,) = self._ask(block, [("openWindow",)])
            for number in {window, max(1, window - 1)}:
                told = self._ask(block, [("positionOf", number, member) for member in ROLES])
                units = dict(zip(ROLES, told, strict=True))
                self.seen[block, number] = {m: u for m, u in units.items() if u}

    def _ask(self, block: int, views: list[tuple[Any, ...]]) -> list[int]:
        """What the contract says at a block; NodeRefused where that is not known any more."""
        house, to = abi("ClearingHouse"), self._network.deployment.clearing
        calls = [(to, house.call(*view)) for view in views]
        found = list[int]()
        answers = self._network.gateway.call_many(calls, block=block)
        for view, answer in zip(views, answers, strict=True):
            if isinstance(answer, NodeRefused):
                raise answer
            found.append(house.answer(view[0], answer))
        return found


def redeem(town: Town, wallet: str, client: int) -> list[int]:
    """Orders, each captured; what was taken."""
    taken = []
    for turn in range(ORDERS_EACH):
        units = 100 + client * ORDERS_EACH + turn
        order = town.city.order(wallet, units)
        town.city.done(town.city.post(f"/v1/orders/{order['id']}/capture", {}))
        taken.append(units)
    return taken


def close(town: Town, clients: list[Future[list[int]]]) -> int:
    """Once something is owed in it, the chain's clock goes on and the operator closes the window
    that is open; its number."""
    number: int = town.newest()["number"]
    while not town.city.get(f"/v1/windows/{number}").json()["obligations"]:
        if all(client.done() for client in clients):
            break
        time.sleep(0.01)
    town.later(700)
    name = str(uuid.uuid4())
    while True:
        answer = town.city.post(f"/v1/windows/{number}/close", {}, Role.OPERATOR, name)
        assert answer.status_code in (200, 202), answer.text
        if answer.status_code == 200:
            town.city_has_read(town.city.network.gateway.head())
            return number


def lies_in(entry: ClearingEntryRow, window: WindowRow) -> bool:
    """Whether its block belongs to its window."""
    last = entry.block if window.last_block is None else window.last_block
    return window.first_block <= entry.block <= last


def replayed(entries: list[ClearingEntryRow], block: int, window: int) -> dict[int, int]:
    """Positions that the entries up to a block make."""
    found: dict[int, int] = defaultdict(int)
    for entry in entries:
        if entry.window == window and entry.block <= block:
            found[entry.debtor] -= entry.units
            found[entry.creditor] += entry.units
    assert not found or found[VOLUNTEER] < 0
    return {member: units for member, units in found.items() if units}
