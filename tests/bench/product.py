"""Commands by the product's own way: recorded in an outbox, sent by the submitter, mined, indexed.

Everything runs at once as in an installation on one machine: a thread that records, one that
sends, one that mines, and beside them the node and a process that keeps the index.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ledger.chain.signer import TRANSACTION_GAS_MAX, Key
from ledger.chain.submitter import Submitter
from ledger.store.engine import Engine, open_database, transaction
from ledger.store.outbox_tables import State
from tests.bench.indexer import following
from tests.support.network import Network

BLOCK_PERIOD_S = 0.05
"""Between blocks: short, so that waiting for the next block is not what is measured."""
STEP_PERIOD_S = 0.02
LONGEST_S = 300.0


class Timing(NamedTuple):
    """Seconds since the first command was handed in, until all were so far."""

    accepted_s: float
    """On disk in the outbox, packed and signed."""
    final_s: float
    """Mined, journalled, and known to be final."""
    indexed_s: float
    """Final, and in the index."""


def send(
    network: Network,
    key: Key,
    contract: str,
    commands: Sequence[Callable[[], bytes]],
    folder: Path,
    proof: bytes | None = None,
) -> Timing:
    """Packs and records each command in a transaction of its own; waits until all are indexed."""
    to = network.deployment.contracts[contract]
    with (
        following(network, folder / "index") as index,
        _outbox(network, key, folder) as (engine, submitter),
    ):
        began = time.perf_counter()
        for number, packed in enumerate(commands):
            with transaction(engine) as connection:
                submitter.record(
                    connection, f"{number}", to, packed(), TRANSACTION_GAS_MAX, proof=proof
                )
        accepted = time.perf_counter()
        row = submitter.wait(f"{len(commands) - 1}", LONGEST_S)
        final = time.perf_counter()
        assert row.state is State.FINAL, row.revert_data
        assert row.block_number is not None
        index.wait(row.block_number)
        indexed = time.perf_counter()
    return Timing(accepted - began, final - began, indexed - began)


@contextmanager
def mining(network: Network) -> Iterator[None]:
    """The chain mines in a thread, as an installation's does, only more often."""
    network.chain.start_mining(BLOCK_PERIOD_S, clock=None)
    try:
        yield
    finally:
        network.chain.stop_mining()


@contextmanager
def _outbox(network: Network, key: Key, folder: Path) -> Iterator[tuple[Engine, Submitter]]:
    """A submitter that runs in a thread, over a database of its own, while the chain mines."""
    enough = threading.Event()
    with open_database(folder / "outbox.db", ("outbox",)) as database:
        submitter = Submitter(database.engine, network.gateway, key)
        submitter.bootstrap(adopt_used_key=True)
        thread = threading.Thread(target=submitter.run, args=(enough, STEP_PERIOD_S), name="sender")
        with mining(network):
            thread.start()
            try:
                yield database.engine, submitter
            finally:
                enough.set()
                thread.join()
