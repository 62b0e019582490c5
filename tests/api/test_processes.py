"""Two API processes over one PostgreSQL database, with two relayers' keys between them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import tomli_w
from sqlalchemy import text

from api.access import Role
from api.commands import create_key_in
from api.settings import Settings
from ledger.chain.signer import Key
from ledger.store.engine import open_database, reading
from tests.api.serving import BLOCK_S, settings_of
from tests.api.test_process import free_port
from tests.support.network import COUNCIL, Network, founded
from tests.support.postgres import Server
from tests.support.season import CANTEEN, MINUTES, OPERATOR, VOLUNTEER

pytestmark = pytest.mark.slow

CLIENTS, ORDERS = 16, 3
UNITS = 100
MINUTES_EARNED = 60
"""1,000 units a wallet."""
SECOND_KEY = Key.from_bytes(b"\x0e" * 32)
PATIENCE_S = 40.0
SIGNED_NOT_SENT = "outbox.new-recorded.after#4"


@dataclass
class Process:
    """One API process."""

    url: str
    popen: subprocess.Popen[bytes]


@dataclass
class Pair:
    """Two processes over one database, and what is around them."""

    network: Network
    settings: Settings
    processes: list[Process]
    token: str

    def headers(self, name: str) -> dict[str, str]:
        """Of a command."""
        return {"Authorization": f"Bearer {self.token}", "Idempotency-Key": name}

    def ask(self, number: int, method: str, path: str, body: object = None) -> Any:
        """A command's last answer, or what a GET shows: at that process, else at the other one,
        under one name, for as long as neither has it."""
        name, deadline = str(uuid.uuid4()), time.monotonic() + PATIENCE_S
        while True:
            url = self.processes[number % len(self.processes)].url
            with contextlib.suppress(httpx.TransportError):
                answer = httpx.request(
                    method, url + path, json=body, headers=self.headers(name),
                    timeout=PATIENCE_S, trust_env=False,
                )  # fmt: skip
                if answer.status_code in (200, 201):
                    return answer.json()
                assert answer.status_code in (202, 503), answer.text
            assert time.monotonic() < deadline, f"{method} {path} has no answer"
            number += 1
            time.sleep(0.02)

    def wallets(self, count: int) -> list[str]:
        """So many wallets with volunteer points."""
        opened = [
            self.ask(n, "POST", "/v1/wallets", {"issuers": [VOLUNTEER]}) for n in range(count)
        ]
        rows = [bytes.fromhex(each["accounts"][0]["account"][2:]) for each in opened]
        self.network.chain.stop_mining()
        self.network.mint(VOLUNTEER, [(account, MINUTES, MINUTES_EARNED) for account in rows])
        self.network.chain.start_mining(BLOCK_S, clock=None)
        names = [str(each["id"]) for each in opened]
        for number in range(len(self.processes)):
            self._await(number, f"/v1/wallets/{names[-1]}/balance")
        return names

    def _await(self, number: int, path: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self.ask(number, "GET", path)["total"]["units"] == 0:
            assert time.monotonic() < deadline, "the projection does not follow"
            time.sleep(0.02)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the operator's database holds."""
        with (
            open_database(self.settings.database, (), exclusive=False) as database,
            reading(database.engine) as connection,
        ):
            return [tuple(row) for row in connection.execute(text(statement))]

    def settle(self) -> None:
        """Returns once every call has its outcome, and every transaction its end."""
        deadline = time.monotonic() + PATIENCE_S
        calls = "SELECT count(*) FROM operator_commands WHERE state IN ('recorded', 'batched')"
        sent = "SELECT count(*) FROM outbox WHERE state NOT IN ('final', 'failed')"
        while any(self.rows(statement)[0][0] for statement in (calls, sent)):
            assert time.monotonic() < deadline, "calls are left without an outcome"
            time.sleep(0.05)


@contextlib.contextmanager
def started(settings: Settings, root: Path, fault: str | None = None) -> Iterator[Process]:
    """A process that answers."""
    file = settings.data.parent / "api.toml"
    file.write_text(tomli_w.dumps(settings.model_dump(mode="json", exclude_none=True)), "utf-8")
    words = [sys.executable, "-m", "tests.api.dying", str(file), *([fault] if fault else [])]
    url = f"http://127.0.0.1:{settings.port}"
    with subprocess.Popen(words, cwd=root, env=os.environ | {"PYTHONUTF8": "1"}) as popen:
        try:
            deadline = time.monotonic() + PATIENCE_S
            while True:
                assert popen.poll() is None, "the process ended"
                assert time.monotonic() < deadline, "the process does not get ready"
                with contextlib.suppress(httpx.TransportError):
                    if httpx.get(f"{url}/readyz", trust_env=False).status_code == 200:
                        break
                time.sleep(0.05)
            yield Process(url, popen)
        finally:
            popen.kill()


@contextlib.contextmanager
def pair(folder: Path, root: Path, postgres: Server, fault: str | None = None) -> Iterator[Pair]:
    """Both processes; the first may be told where to die. The canteen's host is the first key's
    member, the other key's member hosts nobody."""
    with founded(folder / "chain") as network, contextlib.ExitStack() as stack:
        code = b"M6".ljust(32, b"\0")
        network.call(COUNCIL, "MemberRegistry", "addMember", SECOND_KEY.address, OPERATOR, code)
        database = postgres.new()
        every = [_settings(folder / name, network, database) for name in ("first", "second")]
        token = create_key_in(every[0], Role.OPERATOR).token
        network.chain.start_mining(BLOCK_S, clock=None)
        stack.callback(network.chain.stop_mining)
        processes = [
            stack.enter_context(started(settings, root, fault if number == 0 else None))
            for number, settings in enumerate(every)
        ]
        yield Pair(network, every[0], processes, token)


def _settings(folder: Path, network: Network, database: str) -> Settings:
    folder.mkdir()
    second = folder / "second.key"
    second.write_text(SECOND_KEY.to_bytes().hex() + "\n", "ascii")
    second.chmod(0o600)
    given = {"database": database, "operator_keys": [second], "port": free_port()}
    return settings_of(folder, network, adopt_used_key=True, **given)


def buy(city: Pair, client: int, wallet: str, done: threading.Semaphore) -> list[str]:
    """A client's orders, placed and captured one after another."""
    names = []
    for turn in range(ORDERS):
        body = {"wallet": wallet, "acceptor": CANTEEN, "units": UNITS}
        order = city.ask(client + turn, "POST", "/v1/orders", body)
        path = f"/v1/orders/{order['id']}/capture"
        names.append(str(order["id"]))
        city.ask(client + turn + 1, "POST", path, {})
        done.release()
    return names


def check_all_there_once(city: Pair, wallets: Sequence[str], names: Sequence[str]) -> None:
    """Every order is captured once, in the rows and on the chain, and nothing else is."""
    count = len(wallets) * ORDERS
    assert len(set(names)) == count
    states = city.rows(
        "SELECT state, count(*), sum(captured_units) FROM operator_orders GROUP BY 1"
    )
    assert [(s, n, int(u)) for s, n, u in states] == [("captured", count, count * UNITS)]
    ended = city.rows(
        "SELECT kind, state, count(*) FROM operator_commands GROUP BY 1, 2 ORDER BY 1"
    )
    assert ended == [("capture", "done", count), ("hold", "done", count)]
    for sender, rows, first, following in city.rows(
        "SELECT s.sender, count(o.id), s.first_nonce, s.next_nonce FROM outbox_senders s "
        "LEFT JOIN outbox o ON o.sender = s.sender AND o.state = 'final' GROUP BY s.sender"
    ):
        assert rows == following - first
        assert city.network.gateway.transaction_count(bytes(sender)) == following
    owed = city.network.read("ClearingHouse", "positionOf", 1, CANTEEN)
    assert owed == count * UNITS
    left = [city.ask(1, "GET", f"/v1/wallets/{name}/balance")["total"]["units"] for name in wallets]
    assert left == [MINUTES_EARNED * 1_000 // 60 - ORDERS * UNITS] * len(wallets)


@pytest.mark.parametrize("fault", [None, SIGNED_NOT_SENT])
def test_one_of_two_processes_is_killed_and_nothing_is_lost_or_doubled(
    root: Path, tmp_path: Path, postgres: Server, fault: str | None
) -> None:
    """At any time, or by a fault between a transaction's signing and its sending."""
    with pair(tmp_path, root, postgres, fault) as city:
        wallets, done = city.wallets(CLIENTS), threading.Semaphore(0)

        with ThreadPoolExecutor(CLIENTS) as clients:
            buying = [
                clients.submit(buy, city, client, wallet, done)
                for client, wallet in enumerate(wallets)
            ]
            if fault is None:
                for _ in range(CLIENTS):
                    assert done.acquire(timeout=PATIENCE_S)
                city.processes[0].popen.kill()
            names = [name for one in buying for name in one.result()]
        city.settle()

        assert city.processes[0].popen.wait(PATIENCE_S) == -9
        city.processes.reverse()
        check_all_there_once(city, wallets, names)
