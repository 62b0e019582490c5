"""What was reported final, noted as it is reported and held against all that is reported later.

Looks at both outboxes, the agent's events and the operator's orders. Knows nothing of nodes.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from ledger.redeeming.values import Order, State
from ledger.store.agent_tables import INBOX, Inbox
from ledger.store.engine import Engine, reading
from ledger.store.outbox_tables import FINISHED, OUTBOX
from ledger.store.outbox_tables import State as Sending
from tests.e2e.busy_town import Town

LOOK_S = 0.02
WAY = (
    State.PLACED, State.HELD, State.CAPTURING, State.RELEASING, State.CAPTURED, State.RELEASED,
    State.REFUNDING, State.REFUNDED,
)  # fmt: skip
"""No order goes back on it."""
MOST = 2_000


class Sent(NamedTuple):
    """A transaction that an outbox reported final."""

    id: str
    state: Sending
    hash: bytes
    block: int
    block_hash: bytes


class Stood(NamedTuple):
    """How far an order was reported final. Greater is later; amounts in units."""

    step: int
    captured: int
    refunded: int


@dataclass
class Reported:
    """``look`` notes what is final now; ``broken`` is what went back on it since."""

    town: Town
    sent: dict[str, Sent] = field(default_factory=dict)
    orders: dict[str, Stood] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    looks: int = 0
    broken: list[object] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> None:
        """One look at everything."""
        with self._lock:
            agents, operators = map(_finished, self.town.outboxes)
            self._hold_against(agents | operators)
            for order in self.town.service.orders(most=MOST).orders:
                self._hold_order(order)
            done = _done(self.town.outboxes[0])
            self.broken += [("event", one) for one in self.done - done]
            self.done |= done
            self.looks += 1

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Looks again and again, in a thread, while the block runs."""
        enough = threading.Event()
        thread = threading.Thread(target=self._run, args=(enough,), name="watching")
        thread.start()
        try:
            yield
        finally:
            enough.set()
            thread.join()

    def _run(self, enough: threading.Event) -> None:
        while not enough.wait(LOOK_S):
            self.look()

    def _hold_against(self, found: dict[str, Sent]) -> None:
        before = self.sent.items()
        self.broken += [(one, found.get(name)) for name, one in before if found.get(name) != one]
        self.sent |= found

    def _hold_order(self, order: Order) -> None:
        now = Stood(WAY.index(order.state), order.captured_units, order.refunded_units)
        before = self.orders.get(order.id, now)
        if any(less < was for less, was in zip(now, before, strict=True)):
            self.broken.append((order.id, before, now, order.final))
        if order.final:
            self.orders[order.id] = now


def _finished(engine: Engine) -> dict[str, Sent]:
    c = OUTBOX.c
    chosen = select(c.id, c.state, c.mined_hash, c.block_number, c.block_hash)
    with reading(engine) as connection:
        rows = connection.execute(chosen.where(c.state.in_(FINISHED))).all()
    return {row.id: Sent(row.id, Sending(row.state), *row[2:]) for row in rows}


def _done(engine: Engine) -> set[int]:
    with reading(engine) as connection:
        chosen = select(INBOX.c.id).where(INBOX.c.state == Inbox.DONE)
        return {row.id for row in connection.execute(chosen)}
