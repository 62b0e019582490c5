"""A process that plays a day at a desk under fixed names, or is killed on the way.

Started again it asks for the same once more: what was done is found, the rest is done.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from ledger.redeeming.values import Order, State
from ledger.residents.delegates import Granted
from ledger.residents.messages import FileOutbox
from ledger.residents.sittings import Sitting
from ledger.residents.slips import Taken
from ledger.store import operator_orders as orders
from ledger.store import operator_wallets as wallets
from ledger.store.engine import Engine, open_database, reading, transaction
from tests.ledger.residents.desk import ACCEPTOR, FAMILY, NOW_S, WORKER, Desk, order_of

WALLET, BY_DELEGATE, ON_SLIP, UNITS = "w", "o-delegate", "o-slip", 1_000
TAKEN = Taken("take", "key-1", "1 号窗口")
DEATHS = ("acted", "ordered", "sent", "slip-noted", "slip-ordered", "slip-taken", "captured")
"""Where it may be killed, in the order of the day: between two commits each."""


class Mortal(Desk):
    """A desk whose process is killed at one place."""

    def __init__(self, folder: Path, engine: Engine, death: str | None) -> None:
        messages = folder / "messages"
        super().__init__(engine, messages, sender=Letters(messages, self.die))
        self._death = death

    def die(self, where: str) -> None:
        """At once, where it is to be there."""
        if where == self._death:
            os.kill(os.getpid(), signal.SIGKILL)

    def state(self, order_id: str) -> State | None:
        """Of an order; None where there is none."""
        with reading(self.engine) as at:
            row = orders.find(at, order_id)
        return None if row is None else State(row.state)

    def placed(self, order_id: str) -> None:
        """As the redemption service records one: once."""
        if self.state(order_id) is None:
            self.record(order_id, WALLET, UNITS, "held")


class Letters(FileOutbox):
    """Files, and a death between a file and the note that it is there."""

    def __init__(self, folder: Path, die: Callable[[str], None]) -> None:
        super().__init__(folder)
        self._die = die

    def send(self, message_id: str, contact: str, words: str) -> None:
        """Written; perhaps never noted."""
        super().send(message_id, contact, words)
        self._die("sent")


def play(folder: Path, death: str | None) -> None:
    """The whole day."""
    with open_database(folder / "a.db", FAMILY) as database:
        desk = Mortal(folder, database.engine, death)
        with transaction(desk.engine) as at:
            if wallets.opened_at_s(at, WALLET) is None:
                wallets.add(at, WALLET, NOW_S, [])
        _delegate_orders(desk, _delegate(desk))
        _slip(desk)


def _delegate(desk: Desk) -> Sitting:
    desk.opened(WALLET)
    granted = Granted(WALLET, "女儿", 5_000, 8_000, (), NOW_S + 86_400, "13911111111")
    fresh = desk.all.delegates.register("d", granted, WORKER)[1]
    return desk.all.sittings.open("s", WORKER, fresh.card.number, fresh.pin, None).sitting


def _delegate_orders(desk: Mortal, sitting: Sitting) -> None:
    with desk.all.acting.order(sitting, BY_DELEGATE, ACCEPTOR, UNITS):
        desk.die("acted")
        desk.placed(BY_DELEGATE)
        desk.die("ordered")


def _slip(desk: Mortal) -> None:
    slips = desk.all.slips

    def place() -> Order:
        desk.die("slip-noted")
        desk.placed(ON_SLIP)
        desk.die("slip-ordered")
        return order_of(slips, ON_SLIP, State.HELD)

    def capture() -> Order:
        desk.die("slip-taken")
        if desk.state(ON_SLIP) is State.HELD:
            with transaction(desk.engine) as at:
                orders.move(at, [ON_SLIP], State.HELD, State.CAPTURED)
        desk.die("captured")
        return order_of(slips, ON_SLIP, State.CAPTURED)

    row, _ = slips.make(ON_SLIP, WALLET, (ACCEPTOR, UNITS), WORKER, place)
    row = slips.find(slips.text(row))
    slips.take(row, order_of(slips, ON_SLIP, desk.state(ON_SLIP) or State.HELD), TAKEN, capture)
