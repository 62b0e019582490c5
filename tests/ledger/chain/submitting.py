"""What the submitter's tests share: a bare node that can go back, an outbox on disk, commands."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ledger.chain.engine import Anvil, NodeProcess, free_port
from ledger.chain.following import OnFinal
from ledger.chain.gateway import Gateway
from ledger.chain.journal import Genesis
from ledger.chain.rpc import Rpc
from ledger.chain.sending import Habits
from ledger.chain.signer import Key
from ledger.chain.submitter import Submitter
from ledger.chain.types import Finality, FinalityKind
from ledger.faults import Faults
from ledger.store.engine import Database, open_database, transaction
from ledger.store.outbox_tables import OutboxRow
from scripts.node import foundry_binary
from tests.ledger.chain.contract import CHAIN_ID, CONTRACT, GAS, START_S, as_topic, creation

DEPTH_BLOCKS = 2
BLOCK_GAS = 1_000_000
"""Low, so that a transaction above it is one that the node never takes."""
FAMILY = ("outbox",)


class Historied(Anvil):
    """Anvil with its past states, so that it can be rolled back."""

    def command(self, port: int, genesis: Genesis, state: Path | None) -> list[str]:
        words = super().command(port, genesis, state)
        return [word for word in words if word != "--prune-history"]


class BareNode:
    """A node without a journal: it forgets what it is told to forget."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.rpc = Rpc(url)
        self.gateway = Gateway(Rpc(url), CHAIN_ID, Finality(FinalityKind.DEPTH, DEPTH_BLOCKS))

    def mine(self, blocks: int = 1) -> None:
        """Mines what waits, then empty ones."""
        self.rpc.send("anvil_mine", hex(blocks))

    def roll_back(self, blocks: int) -> None:
        """The newest blocks are gone, with what was in them."""
        self.rpc.send("anvil_rollback", blocks)
        self.lose_pool()

    def lose_pool(self) -> None:
        """As a node that died and came back."""
        self.rpc.send("anvil_dropAllTransactions")

    def poked(self, key: Key) -> list[bytes]:
        """The data of the key's successful calls of the contract, in order."""
        logs = self.gateway.logs(0, self.gateway.head(), [CONTRACT], [as_topic(key.address)])
        return [log.data for log in logs]


@contextlib.contextmanager
def bare_node(folder: Path) -> Iterator[BareNode]:
    """A fresh node with the contract on it."""
    binary = foundry_binary("anvil")
    assert binary is not None, "no anvil here: run `make setup`"
    genesis = Genesis(CHAIN_ID, START_S, BLOCK_GAS)
    process = NodeProcess.start(Historied(binary), free_port(), genesis, None, folder)
    node = BareNode(process.url)
    try:
        node.gateway.send_raw([creation()])
        node.mine(DEPTH_BLOCKS + 1)
        yield node
    finally:
        process.kill()


@dataclass
class Clock:
    """Seconds that pass when told."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Desk:
    """A key, its database and its submitter, over a node."""

    node: BareNode
    path: Path
    key: Key = field(default_factory=Key.generate)
    habits: Habits = field(default_factory=Habits)
    clock: Clock = field(default_factory=Clock)
    real_time: bool = False
    faults: Faults | None = None
    on_final: Sequence[OnFinal] = ()

    def open(self, *, adopt_used_key: bool = False) -> Desk:
        """Opens the database and compares nonces."""
        self.database: Database = open_database(self.path, FAMILY)
        self.submitter = Submitter(
            self.database.engine,
            self.node.gateway,
            self.key,
            self.faults,
            on_final=self.on_final,
            habits=self.habits,
            clock=time.monotonic if self.real_time else self.clock,
        )
        try:
            self.submitter.bootstrap(adopt_used_key=adopt_used_key)
        except BaseException:
            self.database.close()
            raise
        return self

    def close(self) -> None:
        """As the end of the process."""
        self.database.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def record(
        self, *commands: tuple[str, bytes], gas: int = GAS, proof: bytes | None = None
    ) -> list[OutboxRow]:
        """Records calls of the contract in one transaction."""
        with transaction(self.database.engine, self.faults) as connection:
            return [
                self.submitter.record(connection, name, CONTRACT, data, gas, proof=proof)
                for name, data in commands
            ]

    def turn(self, rounds: int = 1) -> None:
        """Steps, then a block; so many times."""
        for _ in range(rounds):
            self.submitter.step()
            self.node.mine()

    def states(self, *names: str) -> list[str]:
        """The states of these commands."""
        return [str(self.submitter.find(name).state) for name in names]


SETTLED_ROUNDS = DEPTH_BLOCKS + 3
"""Turns after which a fresh key's first two batches are final."""
