"""Tells those who wait what became of their calls, whichever process brought them to the desk.

A look finds the batches on their way in the operator's rows, and where the projection has seen one,
hands its orders to whoever waits for them: read once for all. A batch may come and go between two
looks; whoever waits for one of its calls is found when the operator's rows have moved on. All that
matters is on disk; what is kept here may be lost.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import TongduiError, Unavailable
from ledger.redeeming.meter import Meter
from ledger.redeeming.reading import read_orders
from ledger.redeeming.values import Order
from ledger.redeeming.waiting import Waiters
from ledger.store import operator_commands as commands
from ledger.store import operator_orders as orders
from ledger.store.engine import Connection, Engine, reading
from ledger.store.index_network import indexed
from ledger.store.operator_commands import CommandRow

_log = logging.getLogger(__name__)


@dataclass
class _Flight:
    """A transaction on its way."""

    keys: dict[str, str | None]
    """What may be waited for, orders and requests, with the order that it is about."""
    calls: int
    began_s: float
    seen: bool = False


class Teller:
    """One process's. Safe to use from any thread."""

    def __init__(self, engine: Engine, projection: Engine) -> None:
        self.waiters = Waiters()
        self.meter = Meter()
        self._engine = engine
        self._projection = projection
        self._looking = threading.Lock()
        self._flying: dict[str, _Flight] = {}
        self._settled: int | None = None
        """Up to which block the operator's rows were at the last look."""

    def watch(self, transaction_id: str, key: str) -> None:
        """Tells those who wait for ``key`` when this transaction of the outbox is seen."""
        self._flying[transaction_id] = _Flight({key: None}, 0, time.monotonic())

    def look(self) -> bool:
        """Tells what is new; whether anything is on its way."""
        with self._looking:
            if self._flying or self.waiters.are_there():
                self._look()
            return bool(self._flying)

    def _look(self) -> None:
        with reading(self._projection) as projection, reading(self._engine) as operator:
            self._join(operator)
            at = indexed(projection)
            seen = commands.batches_seen(operator, list(self._flying), at.block if at else 0)
            news = [name for name in seen if not self._flying[name].seen]
            keys = self._keys(news)
            found = _read(operator, projection, keys)
            missed = self._missed(operator)
        self.waiters.tell({key: found.get(order or "") for key, order in keys.items()})
        self.waiters.tell(dict.fromkeys(missed))
        ended = [name for name, over in seen.items() if over]
        last = self._keys(ended)
        self.waiters.tell({key: None for key in last if key not in keys})
        for name in news:
            flight = self._flying[name]
            flight.seen = True
            self.meter.observe(time.monotonic() - flight.began_s, flight.calls)
        for name in ended:
            del self._flying[name]

    def _join(self, operator: Connection) -> None:
        """Batches that other threads or processes made."""
        for name in commands.open_batches(operator):
            if name not in self._flying:
                self._flying[name] = _flight(commands.batch_of(operator, name))

    def _missed(self, operator: Connection) -> set[str]:
        """What somebody waits for that ended with a batch that no look ever saw."""
        settled = commands.newest_cursor(operator)
        if settled == self._settled:
            return set()
        self._settled = settled
        flying = {key for flight in self._flying.values() for key in flight.keys}
        waiting = self.waiters.all_but(flying)
        return commands.ended_among(operator, waiting) if waiting else set()

    def _keys(self, batches: Sequence[str]) -> dict[str, str | None]:
        """Of these batches, what somebody waits for."""
        keys = {key: order for name in batches for key, order in self._flying[name].keys.items()}
        return {key: keys[key] for key in self.waiters.among(keys)}


class TellerLoop:
    """Runs a teller in a thread: a look at once when there is news of the chain, and each tick
    while something is on its way, as another process may bring what makes it news."""

    def __init__(self, teller: Teller, *, tick_s: float, idle_s: float) -> None:
        """``idle_s``: how often one looks while nothing known is on its way."""
        self.failure: TongduiError | None = None
        self._teller = teller
        self._tick_s = tick_s
        self._idle_s = idle_s
        self._news = threading.Event()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="teller", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the present look."""
        self._enough.set()
        self._news.set()
        self._thread.join()

    def news(self) -> None:
        """The projection or the outbox has moved, or something was recorded."""
        self._news.set()

    def _run(self) -> None:
        busy = False
        while not self._enough.is_set():
            self._news.wait(self._tick_s if busy else self._idle_s)
            self._news.clear()
            try:
                busy = self._teller.look()
            except Unavailable as error:
                _log.warning("those who wait are told later: %s", error)
                self._enough.wait(self._tick_s * 10)
            except TongduiError as error:
                _log.error("telling stopped: %s", error)
                self.failure = error
                return


def _read(
    operator: Connection, projection: Connection, keys: dict[str, str | None]
) -> dict[str, Order]:
    names = sorted({order for order in keys.values() if order})
    rows = list(orders.find_many(operator, names).values()) if names else []
    cursor = commands.newest_cursor(operator) or 0
    found = read_orders(operator, projection, rows, cursor) if rows else []
    return {order.id: order for order in found}


def _flight(calls: Sequence[CommandRow]) -> _Flight:
    keys = {key: call.order for call in calls for key in (call.order, call.request) if key}
    return _Flight(keys, len(calls), time.monotonic())
