"""What every use case of the operator works with: both databases, the outboxes, the desk's domain.

Also how a change is asked and waited for. Use cases commit here, in one place, and nowhere else.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from ledger.chain.authorisation import DeskDomain
from ledger.chain.deployment import Deployment
from ledger.chain.outbox import Outbox
from ledger.chain.types import enhex
from ledger.errors import Rejected, Unavailable
from ledger.faults import Faults, NoFaults
from ledger.redeeming.meter import Load
from ledger.redeeming.reading import read_orders
from ledger.redeeming.seeing import Rules
from ledger.redeeming.telling import Teller
from ledger.redeeming.values import Order
from ledger.store import operator_commands as commands
from ledger.store import operator_orders as orders
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.operator_tables import ID_CHARACTERS

NOT_FINAL, BEHIND = "order.not-final", "order.index-behind"
"""What a moment mends: the step before is on its way, or the projection is."""
_AGAIN_S = 0.25
"""How often one looks again whether an order is final, where nobody tells."""
T = TypeVar("T")


class Look(NamedTuple):
    """One state of both databases, to read from."""

    operator: Connection
    projection: Connection


class Workplace:
    """One operator's. Safe to use from any thread."""

    def __init__(
        self,
        engine: Engine,
        projection: Engine,
        outboxes: Sequence[Outbox],
        teller: Teller,
        deployment: Deployment,
        operator: int,
        faults: Faults | None = None,
        wake: Callable[[], object] = lambda: None,
    ) -> None:
        """``operator`` is its member number; the first outbox is its key's, the others those of
        further operator members. ``wake`` tells the relayers, wherever they run, that something
        was recorded for them."""
        self.operator = operator
        self.deployment = deployment
        self.domain = DeskDomain(deployment.chain_id, deployment.desk)
        self.rules = Rules()
        self.outboxes = tuple(outboxes)
        self.teller = teller
        self.wake = wake
        self._engine = engine
        self._projection = projection
        self._faults = faults or NoFaults()

    @property
    def keys_text(self) -> list[str]:
        """The operator's keys as the pure core spells them."""
        return [enhex(outbox.sender) for outbox in self.outboxes]

    def load(self) -> Load:
        """What the relayers have before them."""
        with reading(self._engine) as connection:
            waiting = commands.depth(connection)
            batches = len(commands.open_batches(connection))
        return Load(waiting, batches, self.teller.meter.read())

    @contextmanager
    def look(self) -> Iterator[Look]:
        """Both databases, to read."""
        with reading(self._projection) as projection, reading(self._engine) as operator:
            yield Look(operator, projection)

    @contextmanager
    def change(self) -> Iterator[Look]:
        """Both, the operator's to write; it commits when left."""
        with (
            reading(self._projection) as projection,
            transaction(self._engine, self._faults) as operator,
        ):
            yield Look(operator, projection)

    def read(self, order_id: str) -> Order:
        """The order as it stands; Rejected("order.unknown")."""
        with self.look() as at:
            cursor = cursor_at(at)
            row = orders.find(at.operator, order_id)
            if row is None:
                raise Rejected("order.unknown", id=order_id)
            return read_orders(at.operator, at.projection, [row], cursor)[0]

    def ask(
        self,
        order_id: str,
        record: Callable[[], Order | bool],
        wait_s: float,
        enough: Callable[[Order], bool],
        request_id: str | None = None,
    ) -> Order:
        """Records a change and waits for its outcome; the order as it then stands.

        ``record`` commits for itself, and answers whether anything is new, or the new order. Where
        it says that a moment mends it, it is tried again until the time is over. ``request_id`` is
        the change's, where it has one of its own.
        """
        deadline = time.monotonic() + wait_s
        key, waiters = request_id or order_id, self.teller.waiters
        waiter = waiters.expect(key)
        try:
            told = self._recorded(record, order_id, deadline)
            self.wake()
            order = told if isinstance(told, Order) else None
            if told is False:
                order = self.read(order_id)
            while order is None or not enough(order):
                left_s = deadline - time.monotonic()
                heard = waiter.wait(left_s) if left_s > 0 else None
                if heard is None:
                    return order if left_s <= 0 and order else self.read(order_id)
                order = heard.order or self.read(order_id)
            return order
        finally:
            waiters.give_back(key, waiter)

    def _recorded(
        self, record: Callable[[], Order | bool], order_id: str, deadline: float
    ) -> Order | bool:
        waiter = self.teller.waiters.expect(order_id)
        try:
            while True:
                try:
                    return record()
                except Unavailable as error:
                    left_s = deadline - time.monotonic()
                    if error.code not in (NOT_FINAL, BEHIND) or left_s <= 0:
                        raise
                waiter.wait(min(_AGAIN_S, left_s))
        finally:
            self.teller.waiters.give_back(order_id, waiter)


def cursor_at(at: Look) -> int:
    """Up to which final block the operator's rows are; -1 before the first."""
    found = commands.newest_cursor(at.operator)
    return -1 if found is None else found


def check_id(given: str) -> None:
    """Rejected("order.id-length") for an id that the tables do not take."""
    if not 0 < len(given) <= ID_CHARACTERS:
        raise Rejected("order.id-length", length=len(given), most=ID_CHARACTERS)


def content_of(*parts: object) -> bytes:
    """A digest of all that was asked, so that the same id with other content is noticed."""
    return hashlib.sha256(repr(parts).encode()).digest()


def require_same(given: str, kept: bytes, content: bytes) -> None:
    """Rejected("order.id-reused") for other content under an id."""
    if kept != content:
        raise Rejected("order.id-reused", id=given)
