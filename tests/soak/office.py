"""A member's key, its own database of recorded transactions, and the node that it sends through.

The sender and its node are our own software throughout; what is here only opens, waits and moves
to another node. Knows no awards and no orders.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ledger.chain.gateway import Gateway
from ledger.chain.reverts import refusal_of
from ledger.chain.rpc import NodeRefused
from ledger.chain.signer import Key
from ledger.chain.submitter import Submitter
from ledger.errors import Unavailable
from ledger.store.engine import open_database, transaction
from ledger.store.outbox_tables import FINISHED, OutboxRow, State

PERIOD_S = 0.2
"""Between a round of sending and the next."""
START_S = 60.0
"""How long a node may take until it says how many nonces are used."""
FINAL_S = 180.0
"""How long a transaction may take on a loaded machine, restarts of every node included."""
_POLL_S = 0.05


class Command(NamedTuple):
    """What is to be sent: its id, contract address, calldata and gas limit."""

    id: str
    to: bytes
    data: bytes
    gas: int


class Office:
    """One member that sends. Usable as a context; leaving it ends its thread."""

    def __init__(self, key: Key, file: Path) -> None:
        self.key = key
        self.recorded: list[str] = []
        """Ids of all its commands, in the order of their nonces."""
        self._database = open_database(file, ("outbox",))
        self._submitter: Submitter | None = None
        self._enough = threading.Event()
        self._thread: threading.Thread | None = None

    def through(self, gateway: Gateway) -> None:
        """From now on it sends through this node, as after a start of its process."""
        self._rest()
        submitter = Submitter(self._database.engine, gateway, self.key)
        _patiently(submitter)
        self._submitter = submitter
        self._enough = threading.Event()
        self._thread = threading.Thread(target=submitter.run, args=(self._enough, PERIOD_S))
        self._thread.start()

    def record(self, *commands: Command) -> list[str]:
        """Records them in one transaction; their ids."""
        with transaction(self._database.engine) as connection:
            for command in commands:
                self._sender.record(connection, *command)
        names = [command.id for command in commands]
        self.recorded += names
        return names

    def await_taken(self, names: Sequence[str]) -> None:
        """Returns once a node took every one of them; Unavailable if that takes too long."""
        deadline = time.monotonic() + FINAL_S
        while any(self.find(name).state is State.RECORDED for name in names):
            if time.monotonic() > deadline:
                raise Unavailable("node.unreachable", reason=self.find(names[-1]).last_words)
            time.sleep(_POLL_S)

    def await_final(self, names: Sequence[str]) -> list[OutboxRow]:
        """Their rows once all are final; the refusal of one that a contract said no to."""
        rows = [self._sender.wait(name, FINAL_S) for name in names]
        for row in rows:
            if row.state is State.FAILED:
                raise refusal_of(row.revert_data or b"")
        return rows

    def find(self, name: str) -> OutboxRow:
        """A command's row as it stands."""
        return self._sender.find(name)

    def unfinished(self, names: Sequence[str]) -> list[str]:
        """Those of them that are not final yet."""
        return [name for name in names if self.find(name).state not in FINISHED]

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self._rest()
        self._database.close()

    @property
    def _sender(self) -> Submitter:
        assert self._submitter is not None, "`through` says by which node to send"
        return self._submitter

    def _rest(self) -> None:
        self._enough.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None


def _patiently(submitter: Submitter) -> None:
    """A node that has just come back may not answer yet."""
    deadline = time.monotonic() + START_S
    while True:
        try:
            return submitter.bootstrap()
        except (Unavailable, NodeRefused):
            if time.monotonic() > deadline:
                raise
        time.sleep(PERIOD_S)
