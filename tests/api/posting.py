"""A courier of webhooks with a database of its own, running in a thread or to be killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from api.hooks.audience import reader_of
from api.hooks.delivering import Delivering
from api.hooks.sending import Sender
from ledger.faults import Faults
from ledger.hooks.courier import Courier
from ledger.hooks.events import Event, Kind
from ledger.hooks.keeping import Webhooks
from ledger.hooks.vault import Vault
from ledger.store import access_keys
from ledger.store import hooks_events as events
from ledger.store.access_tables import KeyRow
from ledger.store.engine import Engine, open_database, transaction
from ledger.store.hooks_rows import HookRow, Owner
from tests.support.receiver import Receiver

FAMILY = ("outbox", "operator", "hooks", "access")
CANTEEN = Owner("acceptor", 3)
KEY = "key"
VAULT = Vault([b"\5" * 32])
TICK_S = 0.02
DAY_S = 86_400
SPEED = 20
"""The first pause after a failure is 2 s, of which this makes a tenth."""


class Hurried:
    """Seconds that pass much faster, from now on; verifiers allow five minutes."""

    def __init__(self) -> None:
        self.ahead_s = 0.0
        self._began = time.time()

    def __call__(self) -> float:
        return self._began + (time.time() - self._began) * SPEED + self.ahead_s


@dataclass
class Post:
    """The rows, and what is done with them."""

    engine: Engine
    webhooks: Webhooks
    delivering: Delivering
    clock: Hurried

    def hook(self, receiver: Receiver, name: str = "hook", url: str = "") -> HookRow:
        """A webhook to that server, which knows the secret then."""
        made = self.webhooks.make(name, CANTEEN, KEY, url or receiver.url, ())
        receiver.secret = made.secret
        return made

    def happens(self, *objects: str) -> None:
        """One event of each of these orders, in a transaction."""
        with transaction(self.engine) as connection:
            events.record(connection, [event_of(name) for name in objects])

    @contextmanager
    def going(self) -> Iterator[None]:
        """Messages are sent meanwhile."""
        enough = threading.Event()
        thread = threading.Thread(target=self.delivering.run, args=(enough,))
        thread.start()
        try:
            yield
        finally:
            enough.set()
            thread.join()


def event_of(name: str, step: int = 0) -> Event:
    """Something that happened to an order of the canteen."""
    content = {
        "acceptor": 3, "units": 100, "service_at_s": 0, "deadline_s": 0, "state": "held",
        "captured_units": step, "refunded_units": 0, "holds": [],
    }  # fmt: skip
    return Event(Kind.ORDER_HELD, name, 3, 1_780_000_000, content)


@contextmanager
def posting(
    folder: Path, *, private: bool = True, patience_s: float = 2.0, faults: Faults | None = None
) -> Iterator[Post]:
    """Over a database in that folder, with a clock that runs fast."""
    with open_database(folder / "post.db", FAMILY) as database:
        engine = database.engine
        with transaction(engine) as connection:
            if access_keys.find(connection, KEY) is None:
                until_s = int(time.time()) + 400 * DAY_S
                access_keys.add(connection, KeyRow(KEY, "", "acceptor", 3, "", 0, until_s, None))
        clock = Hurried()
        courier = Courier(
            engine,
            clock,
            reader_of,
            lambda: 1.0,
            VAULT,
            give_up_s=30 * DAY_S,
            keep_s=90 * DAY_S,
            faults=faults,
        )
        sender: Any = partial(Sender, private=private, plain=True, patience_s=patience_s)
        delivering = Delivering(courier, sender, clock, tick_s=TICK_S, rest_s=0.1)
        yield Post(
            engine, Webhooks(engine, clock, VAULT, plain=True, faults=faults), delivering, clock
        )
