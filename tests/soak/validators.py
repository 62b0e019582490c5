"""Four validators on the loopback address: their homes, their processes, their clocks, their ends.

Each is one process, ended by its id. Knows nothing of contracts. Ports of one: consensus between
nodes, consensus RPC, JSON-RPC, WebSocket and metrics, ten apart from the next one's.
"""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

from ledger.chain.engine import LOOPBACK, NodeProcess, end_stray
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import NodeRefused, Rpc
from ledger.chain.types import Finality, FinalityKind
from ledger.errors import Unavailable
from tests.soak.binary import polite

COUNT = 4
PORTS_EACH = 10
_PORTS_FROM, _PORTS_UNTIL = 20_000, 32_000
"""Below those that systems give to connections going out."""
BLOCK_GAS = 300_000_000
PAUSE = "500ms"
"""Between a block and the next."""
START_S = 120.0
"""How long a node, or all of them, may take until blocks come."""
_POLL_S = 0.2


class Validators:
    """The members' nodes on this machine. Usable as a context: leaving it ends them all."""

    def __init__(self, binary: Path, folder: Path, chain_id: int) -> None:
        self.chain_id = chain_id
        self._binary = binary
        self._folder = folder
        self._port = _free_ports(COUNT * PORTS_EACH)
        self._running: dict[int, NodeProcess] = {}

    def found(self, senders: Sequence[bytes], genesis_s: int) -> None:
        """Writes keys, settings and the one genesis; ``senders`` are accounts from the first."""
        funded = [f"--fund=0x{sender.hex()}" for sender in senders]
        command = [
            *(str(self._binary), "network", "--dir", str(self._folder), "--validators", str(COUNT)),
            *("--chain-id", f"soak-{self.chain_id}", "--evm-chain-id", str(self.chain_id)),
            *("--base-port", str(self._port), "--max-gas", str(BLOCK_GAS)),
            *("--timeout-commit", PAUSE, *funded),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=START_S)
        moment = datetime.fromtimestamp(genesis_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for number in range(COUNT):
            file = self._home(number) / "config" / "genesis.json"
            genesis = json.loads(file.read_text("utf-8")) | {"genesis_time": moment}
            file.write_text(json.dumps(genesis), "utf-8")

    def start(self, number: int, *, behind_s: int = 0) -> None:
        """Starts one; it answers and follows a little later."""
        home = self._home(number)
        end_stray(home)
        words = [str(self._binary), "start", "--home", str(home)]
        with (self._folder / f"node{number}.log").open("ab") as log:
            process = subprocess.Popen(
                [*polite(5), *words],
                env=os.environ | {"TONGDUI_SOAK_BEHIND_S": str(behind_s)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # an interrupt at the terminal is ours to handle
            )
        pid_file = home / "node.pid"  # as the embedded chain's: a later run ends what is left over
        pid_file.write_text(f"{process.pid} {psutil.Process(process.pid).create_time()}", "ascii")
        self._running[number] = NodeProcess(process, self._rpc_port(number), pid_file)

    def start_all(self, *, behind_s: int = 0) -> float:
        """Starts those that do not run and waits until blocks come; seconds that it took."""
        began = time.monotonic()
        for number in range(COUNT):
            if number not in self._running:
                self.start(number, behind_s=behind_s)
        for number in range(COUNT):
            self.await_block(number, above=0)
        head = max(self.gateway(number).head() for number in range(COUNT))
        self.await_block(0, above=head)
        return time.monotonic() - began

    def kill(self, number: int) -> None:
        """Ends one at once, as a power cut does."""
        self._running.pop(number).kill()

    def kill_all(self) -> None:
        """Ends all that run at once."""
        for node in self._running.values():
            node.process.kill()
        for number in list(self._running):
            self.kill(number)

    def gateway(self, number: int) -> Gateway:
        """What our software knows of the network through that node."""
        url = f"http://{LOOPBACK}:{self._rpc_port(number)}"
        return Gateway(Rpc(url), self.chain_id, Finality(FinalityKind.LATEST))

    def await_block(self, number: int, *, above: int, within_s: float = START_S) -> int:
        """The node's head once it is above a number; Unavailable if that takes too long."""
        gateway, deadline = self.gateway(number), time.monotonic() + within_s
        head = -1
        while time.monotonic() < deadline:
            try:
                head = gateway.head()
            except (Unavailable, NodeRefused):
                self._check_alive(number)
            if head > above:
                return head
            time.sleep(_POLL_S)
        raise Unavailable("chain.node-behind", head=head, final=above)

    def logs(self) -> list[Path]:
        """What the nodes wrote."""
        return sorted(self._folder.glob("node*.log"))

    def __enter__(self) -> Validators:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_all()

    def _home(self, number: int) -> Path:
        return self._folder / f"node{number}"

    def _rpc_port(self, number: int) -> int:
        return self._port + number * PORTS_EACH + 2

    def _check_alive(self, number: int) -> None:
        node = self._running.get(number)
        if node is None or not node.alive():
            words = (self._folder / f"node{number}.log").read_text("utf-8", "replace")[-500:]
            raise Unavailable("chain.node-did-not-start", words=words)


def _free_ports(count: int) -> int:
    """The first of so many ports in a row on which nobody listens now."""
    for _ in range(100):
        first = random.randrange(_PORTS_FROM, _PORTS_UNTIL, 100)
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise RuntimeError(f"no {count} free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
