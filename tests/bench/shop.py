"""An API as an installation runs it, for the figures of orders over HTTP: chain, process, clients.

The chain mines in this process, the API and the clients run in processes of their own.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w

from api.access import Role
from api.commands import create_key_in
from api.places import open_operator_database
from api.settings import Settings
from ledger.store import operator_wallets as wallets
from ledger.store.engine import transaction
from ledger.store.operator_wallets import AccountRow
from scripts.node import ROOT
from tests.bench.world import CANTEEN, KEYS, OPERATING
from tests.support.network import Network

HOST = "127.0.0.1"
BLOCK_S = 0.05
"""Between blocks while orders come."""
TICK_S = 0.01
CLIENTS = 64
START_S = 60.0

Purses = Sequence[tuple[int, bytes]]
"""(issuer, account) of one wallet."""


class Outcome(NamedTuple):
    """Of one run of the clients."""

    seconds: float
    place_s: list[float]
    capture_s: list[float]
    accepted: int
    errors: dict[str, int]

    @property
    def orders_per_s(self) -> float:
        """Placed and captured."""
        return len(self.capture_s) / self.seconds


def settings_of(folder: Path, network: Network, **more: Any) -> Settings:
    """One API process's settings, everything in one folder."""
    folder.mkdir(parents=True, exist_ok=True)
    network.deployment.write(folder / "deployment.json")
    key = folder / "operator.key"
    key.write_text(KEYS[OPERATING].to_bytes().hex() + "\n", "ascii")
    key.chmod(0o600)
    given: dict[str, Any] = {
        "node_url": network.chain.url,
        "deployment": folder / "deployment.json",
        "operator_key": key,
        "data": folder / "data",
        "port": _free_port(),
        "relayer_tick_s": TICK_S,
        "index_tick_s": TICK_S,
        "requests_per_minute": 10_000_000,
        "requests_burst": 100_000,
        "adopt_used_key": True,
    }
    return Settings(**given | more)


def open_wallets(settings: Settings, every: Sequence[Purses], *, own: bool = False) -> list[str]:
    """A wallet for each list of purses, as a desk would have opened them one by one. ``own``: the
    accounts are keys of the residents'."""
    names = [f"resident-{number}" for number in range(len(every))]
    with (
        open_operator_database(settings, exclusive=False) as database,
        transaction(database.engine) as connection,
    ):
        for name, purses in zip(names, every, strict=True):
            rows = [AccountRow(account, issuer, own) for issuer, account in purses]
            wallets.add(connection, name, 0, rows)
    return names


@contextmanager
def serving(settings: Settings) -> Iterator[Path]:
    """The API in a process of its own, once it is ready; the file that says, when it has ended,
    what its stages took."""
    folder = settings.data.parent
    file, stages = folder / f"api-{settings.port}.toml", folder / f"stages-{settings.port}.json"
    kept = settings.model_dump(mode="json", exclude_none=True)
    file.write_text(tomli_w.dumps(kept), "utf-8")
    words = [sys.executable, "-m", "tests.bench.timed_api", str(stages), "--config", str(file)]
    with (folder / f"api-{settings.port}.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, stdout=log, stderr=log,
                                   env=os.environ | {"PYTHONUTF8": "1"})  # fmt: skip
        try:
            _await_ready(f"http://{HOST}:{settings.port}/readyz", process)
            yield stages
        finally:
            process.terminate()
            process.wait(30)


def token_of(settings: Settings) -> str:
    """A fresh key of the operator's staff."""
    return create_key_in(settings, Role.OPERATOR).token


def run_clients(
    ports: Sequence[int],
    token: str,
    names: Sequence[str],
    units: int,
    clients: int = CLIENTS,
    *,
    signers: str = "",
) -> Outcome:
    """One order of each wallet, from a process of its own; signed by keys of that kind."""
    task = {
        "host": HOST,
        "ports": list(ports),
        "token": token,
        "clients": clients,
        "acceptor": CANTEEN,
        "units": units,
        "wallets": list(names),
        "signers": signers,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.clients"],
        cwd=ROOT,
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Outcome(**json.loads(done.stdout))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _await_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while True:
        assert process.poll() is None, "the API ended"
        assert time.monotonic() < until, "the API does not get ready"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
