"""What a test does at a desk: wallets and orders as the operator's tables have them."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

from ledger.redeeming.values import Balance, Order, Purpose, State
from ledger.residents.cards import Fresh
from ledger.residents.delegates import Granted
from ledger.residents.messages import FileOutbox, Post, Sender
from ledger.residents.opening import Asked, Guardian
from ledger.residents.place import Place
from ledger.residents.rules import Terms
from ledger.residents.seals import Seals
from ledger.residents.service import Residents
from ledger.residents.sittings import Opened, Sitting
from ledger.residents.slips import Slips
from ledger.store import operator_orders as orders
from ledger.store import operator_wallets as wallets
from ledger.store.engine import Engine, transaction

FAMILY = ("outbox", "operator", "access", "residents")
NOW_S = 1_780_000_000
"""28 May 2026, in Beijing."""
WORKER, OTHER = "worker-1", "worker-2"
ACCEPTOR = 3


class Desk:
    """One desk's use cases, over a clock of the test's."""

    def __init__(
        self,
        engine: Engine,
        messages: Path,
        terms: Terms | None = None,
        sender: Sender | None = None,
    ) -> None:
        self.engine = engine
        self.now_s = NOW_S
        self.folder = messages
        post = Post(engine, lambda: self.now_s, sender or FileOutbox(messages))
        self.seals = Seals(b"\7" * 32)
        self.place = Place(engine, lambda: self.now_s, self.seals, terms or Terms(), post)
        self.all = Residents(self.place)

    def under(self, **terms: int) -> Residents:
        """The same desk with other terms."""
        changed = replace(self.place.terms, **terms)
        return Residents(
            Place(self.engine, lambda: self.now_s, self.seals, changed, self.place.post)
        )

    def wallet(self) -> str:
        """A wallet as the redemption service opens it."""
        name = f"w-{secrets.token_hex(6)}"
        with transaction(self.engine) as at:
            wallets.add(at, name, self.now_s, [])
        return name

    def opened(
        self, wallet: str, guardian: Guardian | None = None, contact: str | None = "13900000000"
    ) -> Fresh:
        """A card for it, at the first worker's desk."""
        asked = Asked(wallet, WORKER, 1, guardian, contact)
        return self.all.opening.open(f"open-{wallet}", asked)

    def session(self, fresh: Fresh, pin: str | None = None) -> Opened:
        """A session with that card."""
        command = f"s-{secrets.token_hex(6)}"
        return self.all.sittings.open(command, WORKER, fresh.card.number, pin or fresh.pin, None)

    def sitting(self, fresh: Fresh) -> Sitting:
        """Who sits there with it."""
        return self.session(fresh).sitting

    def delegate(self, wallet: str, **changed: Any) -> Fresh:
        """A delegate's card: 50 points an order, 80 a month, anywhere, for 90 days."""
        granted = Granted(wallet, "女儿", 5_000, 8_000, (), self.now_s + 90 * 86_400, "13911111111")
        command = f"d-{secrets.token_hex(6)}"
        return self.all.delegates.register(command, granted._replace(**changed), WORKER)[1]

    def record(self, order_id: str, wallet: str, units: int, *states: str) -> None:
        """An order as its table has it, moved along these states."""
        row = {
            "id": order_id, "wallet": wallet, "content": b"\0" * 32, "purpose": "redeem",
            "acceptor": ACCEPTOR, "units": units, "service_at_s": self.now_s,
            "deadline_s": self.now_s + 86_400, "placed_at_s": self.now_s,
        }  # fmt: skip
        with transaction(self.engine) as at:
            orders.add(at, [row], [])
            before = "placed"
            for state in states:
                orders.move(at, [order_id], before, state)
                before = state

    def order(self, sitting: Sitting, units: int, *states: str, acceptor: int = ACCEPTOR) -> str:
        """An order within a session, as HTTP places one."""
        order_id = f"o-{secrets.token_hex(6)}"
        with self.all.acting.order(sitting, order_id, acceptor, units):
            self.record(order_id, sitting.wallet, units, *states)
        return order_id

    def files(self) -> list[dict[str, str]]:
        """What the sender was given."""
        return [json.loads(file.read_text("utf-8")) for file in sorted(self.folder.glob("*.json"))]


def order_of(slips: Slips, order_id: str, state: State) -> Order:
    """The order of a slip, as the redemption service would show it."""
    row = slips.read(order_id)
    return Order(
        order_id, row.wallet, Purpose.REDEEM, row.acceptor, row.units, NOW_S, NOW_S + 86_400,
        NOW_S, state, 0, 0, (), None, True, True,
    )  # fmt: skip


def balance_of(wallet: str, units: int) -> Balance:
    """A balance of so much."""
    return Balance(wallet, (), {}, units, 0, 1, NOW_S)
