"""Node processes of an embedded chain: how each kind is started, found again and stopped.

Two kinds: Anvil, and a fallback in Python for machines on which Anvil cannot run. Both mine only
when told. Knows nothing of journals' content or of when to mine.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

import psutil

from ledger.chain.journal import Genesis
from ledger.chain.rpc import Rpc
from ledger.errors import Unavailable

START_S = 60.0
"""How long a node may take until it answers, loading its state included."""
STOP_S = 20.0
"""How long a node may take to end before it is killed."""
_POLL_S = 0.02
LOOPBACK = "127.0.0.1"
PID_FILE = "node.pid"


class Engine(Protocol):
    """A kind of node."""

    name: str
    loads_dumps: bool
    """True: begins from a dump of state. False: reads the journal itself before it listens."""

    def command(self, port: int, genesis: Genesis, state: Path | None) -> list[str]:
        """The words that start it on a port of the loopback address."""
        ...


class Anvil:
    """Anvil by its binary: no accounts of its own, no fees, mining only when told."""

    name = "anvil"
    loads_dumps = True

    def __init__(self, binary: Path) -> None:
        self._binary = binary

    def command(self, port: int, genesis: Genesis, state: Path | None) -> list[str]:
        options = {
            "--host": LOOPBACK,
            "--port": port,
            "--chain-id": genesis.chain_id,
            "--timestamp": genesis.timestamp_s,
            "--gas-limit": genesis.gas_limit,
            "--hardfork": "osaka",
            "--order": "fifo",  # replay relies on it: sent one by one, mined in that order
            "--accounts": 0,
            "--base-fee": 0,
            "--gas-price": 0,
        }
        flags = [
            "--enable-tx-gas-limit",  # EIP-7825: 16,777,216 gas a transaction
            "--no-mining",
            "--prune-history",
            "--disable-min-priority-fee",
            "--disable-console-log",
            "--no-request-size-limit",
            "--quiet",
        ]
        loading = ["--load-state", str(state)] if state else []
        words = [str(word) for pair in options.items() for word in pair]
        return [str(self._binary), *words, *flags, *loading]


class Fallback:
    """The EVM in Python: slow, but it runs wherever Python does."""

    name = "eth-tester"
    loads_dumps = False

    def command(self, port: int, genesis: Genesis, state: Path | None) -> list[str]:
        words = [port, genesis.chain_id, genesis.timestamp_s, genesis.gas_limit]
        journal = [str(state)] if state else []
        return [sys.executable, "-m", "ledger.chain.fallback", *map(str, words), *journal]


def choose(anvil: Path | None) -> Engine:
    """Anvil if it is given and runs here, else the fallback; ``name`` says which."""
    if anvil is None:
        return Fallback()
    try:
        told = subprocess.run(
            [anvil, "--version"], check=False, capture_output=True, timeout=START_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return Fallback()
    return Anvil(anvil) if told.returncode == 0 else Fallback()


class NodeProcess:
    """One running node. Its pid stands in a file, so that a later process can end a stray one."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, pid_file: Path) -> None:
        self.process = process
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"
        self._pid_file = pid_file

    @classmethod
    def start(
        cls, engine: Engine, port: int, genesis: Genesis, state: Path | None, folder: Path
    ) -> NodeProcess:
        """Starts a node and waits for its first answer; Unavailable with its last words."""
        log = folder / "node.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                engine.command(port, genesis, state),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # an interrupt at the terminal is ours to handle
            )
        pid_file = folder / PID_FILE
        write_pid(pid_file, process.pid)
        node = cls(process, port, pid_file)
        try:
            node._await_answer(log)
        except BaseException:
            node.kill()
            raise
        return node

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Ends it; kills it if it does not."""
        if self.alive():
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._gone()

    def kill(self) -> None:
        """Ends it at once."""
        self.process.kill()
        self._gone()

    def _gone(self) -> None:
        self.process.wait()
        self._pid_file.unlink(missing_ok=True)

    def _await_answer(self, log: Path) -> None:
        rpc = Rpc(self.url)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.alive():
            with contextlib.suppress(Unavailable):
                rpc.call("eth_blockNumber")
                rpc.close()
                return
            time.sleep(_POLL_S)
        words = log.read_text("utf-8", "replace")[-500:]
        raise Unavailable("chain.node-did-not-start", words=words)


def write_pid(pid_file: Path, pid: int) -> None:
    """Notes a process of ours, with when it began: a number alone may come to mean another."""
    pid_file.write_text(f"{pid} {psutil.Process(pid).create_time()}", "ascii")


def end_stray(folder: Path, name: str = PID_FILE) -> None:
    """Kills the process that a killed one of ours left behind, if it is still that one."""
    pid_file = folder / name
    try:
        pid, began = pid_file.read_text("ascii").split()
        stray = psutil.Process(int(pid))
        if abs(stray.create_time() - float(began)) < 1:
            os.kill(stray.pid, signal.SIGKILL)
            stray.wait(STOP_S)
    except (OSError, ValueError, psutil.NoSuchProcess):
        pass
    pid_file.unlink(missing_ok=True)


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
