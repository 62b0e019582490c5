"""Brings recorded calls to the desk: many in a transaction, each with its own outcome.

A round puts what waits into batches (calls and outbox rows move in one transaction), lets the
submitter send and read, brings what is final into the operator's rows, and tells who waits. All
that matters is on disk: killed anywhere, it goes on from there. ``RelayerLoop`` runs it.
"""

from __future__ import annotations

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.chain import calls
from ledger.chain.rpc import NodeRefused
from ledger.chain.submitter import Submitter
from ledger.errors import OutcomeUnknown, TongduiError, Unavailable
from ledger.faults import Faults, NoFaults
from ledger.redeeming import packing
from ledger.redeeming.meter import Latency, Meter
from ledger.redeeming.reading import read_orders
from ledger.redeeming.settling import settle
from ledger.redeeming.standing import ON_THE_WAY
from ledger.redeeming.waiting import Waiters
from ledger.store import operator_commands as commands
from ledger.store import operator_facts as chain
from ledger.store import operator_orders as orders
from ledger.store import trail
from ledger.store.engine import Engine, reading, transaction
from ledger.store.index_network import indexed
from ledger.store.operator_commands import CommandRow

OPEN_BATCHES_MAX = 32
"""Batches on their way at once; what is beyond waits, where it can still be shared out better."""
_PASSING = (Unavailable, OutcomeUnknown, NodeRefused)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Load:
    """What the relayer has before it."""

    waiting: int
    """Calls without an outcome."""
    batches: int
    """Transactions on their way."""
    latency: Latency


@dataclass
class _Flight:
    """A transaction on its way."""

    keys: set[str]
    """Orders and requests that wait for it."""
    calls: int
    began_s: float
    seen: bool = False


class Relayer:
    """One operator key's. ``step`` is for one thread; the rest may be called from any."""

    def __init__(
        self,
        engine: Engine,
        projection: Engine,
        submitter: Submitter,
        desk: bytes,
        *,
        follow: Callable[[], object],
        faults: Faults | None = None,
        chance: random.Random | None = None,
    ) -> None:
        """``follow`` brings the projection to the head, or returns at once where others do.

        ``chance`` shuffles batches; without it, as the system's own randomness has it.
        """
        self.submitter = submitter
        self.waiters = Waiters()
        self._engine = engine
        self._projection = projection
        self._desk = desk
        self._follow = follow
        self._faults = faults or NoFaults()
        self._chance = chance or secrets.SystemRandom()
        self._meter = Meter()
        self._flying: dict[str, _Flight] = {}
        self._revisit: set[str] | None = None

    def step(self) -> bool:
        """One round; whether anything is on its way.

        Raises Unavailable, OutcomeUnknown or NodeRefused (call again), and what the submitter
        raises for good.
        """
        self._batch()
        self.submitter.step()
        self._follow()
        self._settle()
        self._tell()
        return bool(self._flying) or bool(self._revisit)

    def watch(self, transaction_id: str, key: str) -> None:
        """Tells those who wait for ``key`` when this transaction of the outbox is seen."""
        self._flying[transaction_id] = _Flight({key}, 0, time.monotonic())

    def cursor(self) -> int:
        """Up to which final block the operator's rows are; -1 before the first."""
        with reading(self._engine) as connection:
            found = commands.cursor(connection, self.submitter.outbox.sender)
        return -1 if found is None else found

    def load(self) -> Load:
        """For metrics."""
        with reading(self._engine) as connection:
            waiting = commands.depth(connection)
        return Load(waiting, len(self._flying), self._meter.read())

    def _batch(self) -> None:
        """Puts what waits into batches, as far as there is room for them."""
        room = OPEN_BATCHES_MAX - len(self._flying)
        most = room * packing.CALLS_MAX
        with reading(self._engine) as connection:
            if room <= 0 or not commands.waiting(connection, 1):
                return
        with transaction(self._engine, self._faults) as connection:
            waiting = commands.waiting(connection, most)
            made = [
                (f"batch:{secrets.token_hex(16)}", batch)
                for batch in packing.batches(waiting, self._chance)
            ][:room]
            for name, batch in made:
                commands.put_into(connection, name, batch)
                data = calls.try_all([command.data for command in batch])
                gas = packing.batch_gas(batch)
                self.submitter.record(connection, name, self._desk, data, gas)
        for name, batch in made:
            self._flying[name] = _flight(batch)

    def _settle(self) -> None:
        """Brings the operator's rows to the newest block final for outbox and projection."""
        sender = self.submitter.outbox.sender
        with reading(self._engine) as connection:
            read = trail.blocks(connection, sender)[-1].number
            unfinished = commands.first_unfinished_block(connection, sender)
            before = commands.cursor(connection, sender)
            if self._revisit is None:
                self._revisit = set(orders.ids_in(connection, ON_THE_WAY))
                self._flying = {
                    name: _flight(commands.batch_of(connection, name))
                    for name in commands.open_batches(connection)
                }
        with reading(self._projection) as connection:
            until = min(read, chain.final_block(connection) or 0)
        if unfinished is not None:
            until = min(until, unfinished - 1)
        if before is not None and until <= before:
            return
        with (
            reading(self._projection) as projection,
            transaction(self._engine, self._faults) as operator,
        ):
            if (chain.final_block(projection) or 0) < until:
                return  # it began again meanwhile, and shows too little to settle by
            self._revisit = settle(operator, projection, sender, until, self._revisit)

    def _tell(self) -> None:
        """Wakes those whose calls stand in blocks that the projection has seen."""
        if not self._flying:
            return
        with reading(self._projection) as projection, reading(self._engine) as operator:
            at = indexed(projection)
            seen = commands.batches_seen(operator, list(self._flying), at.block if at else 0)
            keys = self.waiters.among(k for name in seen for k in self._flying[name].keys)
            rows = list(orders.find_many(operator, keys).values()) if keys else []
            cursor = commands.cursor(operator, self.submitter.outbox.sender) or 0
            found = read_orders(operator, projection, rows, cursor) if rows else []
        self.waiters.tell(keys, {order.id: order for order in found})
        for name, ended in seen.items():
            flight = self._flying[name]
            if not flight.seen:
                flight.seen = True
                self._meter.observe(time.monotonic() - flight.began_s, flight.calls)
            if ended:
                del self._flying[name]


def _flight(batch: Sequence[CommandRow]) -> _Flight:
    keys = {key for command in batch for key in (command.order, command.request) if key}
    return _Flight(keys, len(batch), time.monotonic())


class RelayerLoop:
    """Runs a relayer in a thread: a round each tick while there is work, else when woken."""

    def __init__(self, relayer: Relayer, *, tick_s: float = 0.05, idle_s: float = 0.5) -> None:
        """``idle_s``: how often the chain is looked at while nothing of ours is on its way."""
        self.relayer = relayer
        self.failure: TongduiError | None = None
        self._tick_s = tick_s
        self._idle_s = idle_s
        self._wake = threading.Event()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relayer", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the present round."""
        self._enough.set()
        self._wake.set()
        self._thread.join()

    def wake(self) -> None:
        """Something was recorded."""
        self._wake.set()

    def _run(self) -> None:
        while not self._enough.is_set():
            began = time.monotonic()
            try:
                busy = self.relayer.step()
                pause_s = self._tick_s if busy else self._idle_s
            except _PASSING as error:
                _log.warning("a round of relaying failed: %s", error)
                busy, pause_s = True, self._tick_s * 10
            except TongduiError as error:
                _log.error("relaying stopped: %s", error)
                self.failure = error
                return
            self._pause(pause_s, busy, began)

    def _pause(self, pause_s: float, busy: bool, began: float) -> None:
        """Waits the tick out while busy, so that calls gather; else until something is recorded."""
        if busy:
            self._enough.wait(max(0.0, pause_s - (time.monotonic() - began)))
        elif self._wake.wait(pause_s):
            self._enough.wait(self._tick_s)
        self._wake.clear()
