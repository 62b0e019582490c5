"""A workplace without a chain: both databases, members that stand in them, and a clock to turn.

Offers ask of the chain only who takes part and what time it is, so that is all there is of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import update

from ledger.faults import Faults, NoFaults
from ledger.index.rows import MemberRow
from ledger.offers.choices import Category, Measure
from ledger.offers.market import Market
from ledger.offers.shelf import Shelf
from ledger.offers.values import Draft, Offer, Wanted
from ledger.redeeming.seeing import Rules
from ledger.redeeming.values import Order, Purpose, State
from ledger.redeeming.workplace import Look, Workplace
from ledger.store import operator_orders as orders
from ledger.store import operator_wallets as wallets
from ledger.store.engine import Connection, Engine, open_database, reading, transaction
from ledger.store.index_schema import open_index
from ledger.store.index_tables import TABLES, TRAIL
from ledger.store.offers_tables import TAKINGS
from ledger.store.operator_tables import ORDERS
from ledger.store.tables import METADATA
from ledger.units import DAY_S

FAMILY = ("outbox", "operator", "hooks", "offers")
ISSUERS, ACCEPTOR, OTHER = (1, 2), 3, 4
NOW_S = 1_780_000_000
HAIRCUT = Draft(
    title_zh="老人理发（上门）",
    title_en="Haircut at home",
    words="社区志愿理发师上门，工具自带。",
    price_units=1_500,
    measure=Measure.TIME,
    category=Category.HAIR,
    district="示例街道",
    from_s=NOW_S - DAY_S,
    until_s=NOW_S + 60 * DAY_S,
)


class Stand:
    """What use cases of offers need of a ``Workplace``."""

    def __init__(self, engine: Engine, projection: Engine, faults: Faults) -> None:
        self.engine = engine
        self.faults = faults
        self.rules = Rules()
        self._projection = projection
        self._block = 1
        self.market = Market.at(cast("Workplace", self))

    def begin(self) -> None:
        """Empties both, and lets the first members join."""
        self.rules, self._block = Rules(), 1
        self.market = Market.at(cast("Workplace", self))
        with transaction(self.engine) as connection:
            for table in reversed(METADATA.sorted_tables):
                if table.name.startswith(("offers_", "hooks_", "operator_")):
                    connection.execute(table.delete())
        roles = {1: 1, 2: 1, ACCEPTOR: 2, OTHER: 2}
        members = [
            MemberRow(n, bytes([n] * 20), role, 1, 0, 0, f"M{n}", 1) for n, role in roles.items()
        ]
        with transaction(self._projection) as connection:
            for table in (TABLES[MemberRow], TRAIL):
                connection.execute(table.delete())
            connection.execute(TABLES[MemberRow].insert(), [one._asdict() for one in members])
            values = {"number": 1, "hash": bytes(32), "time_s": NOW_S}
            connection.execute(TRAIL.insert().values(**values))

    @contextmanager
    def look(self) -> Iterator[Look]:
        """Both databases, to read."""
        with reading(self._projection) as projection, reading(self.engine) as operator:
            yield Look(operator, projection)

    @contextmanager
    def change(self) -> Iterator[Look]:
        """Both, the operator's to write."""
        with reading(self._projection) as projection, self.writing() as operator:
            yield Look(operator, projection)

    def writing(self) -> AbstractContextManager[Connection]:
        """The operator's database, to write."""
        return transaction(self.engine, self.faults)

    def read(self, order_id: str) -> Order:
        """The order as it stands, without holds."""
        with self.look() as at:
            row = orders.find(at.operator, order_id)
        assert row is not None, order_id
        return Order(
            id=row.id, wallet=row.wallet or "", purpose=Purpose(row.purpose),
            acceptor=row.acceptor, units=row.units, service_at_s=row.service_at_s,
            deadline_s=row.deadline_s, placed_at_s=row.placed_at_s, state=State(row.state),
            captured_units=row.captured_units, refunded_units=0, parts=(), reason=None,
            confirmed=True, final=True,
        )  # fmt: skip

    @property
    def now_s(self) -> int:
        """The chain's time."""
        return NOW_S + (self._block - 1)

    def pass_time(self, seconds: int) -> None:
        """So much later."""
        self._block += seconds
        with transaction(self._projection) as connection:
            connection.execute(update(TRAIL).values(time_s=self.now_s, number=self._block))

    def join(self, code: str, member: int) -> None:
        """The council adds a member under that code."""
        row = MemberRow(member, bytes([member] * 20), 2, 1, 0, 0, code, 1)
        with transaction(self._projection) as connection:
            connection.execute(TABLES[MemberRow].insert().values(**row._asdict()))

    def wallet(self) -> str:
        """A new wallet, without accounts."""
        name = f"w-{uuid.uuid4()}"
        with transaction(self.engine) as connection:
            wallets.add(connection, name, self.now_s, [])
        return name

    def offer(self, acceptor: int = ACCEPTOR, **changes: object) -> Offer:
        """An open offer."""
        name = str(uuid.uuid4())
        draft = HAIRCUT._replace(**changes)  # type: ignore[arg-type]
        self.market.offering.create(name, acceptor, draft)
        return self.market.offering.open(name)

    def order(self, offer: Offer, wallet: str, number: int = 1, slot: int | None = None) -> str:
        """Records an order for it, as ``Ordering`` does; raises what the offer says."""
        name = str(uuid.uuid4())
        wanted = Wanted(offer.id, number, slot)
        units = offer.draft.price_units * number
        with transaction(self.engine) as connection:
            shelf = Shelf(connection, [wanted], self.now_s, to_take=True)
            shelf.judged(wallet, offer.acceptor, units, wanted)
            orders.add(connection, [self.order_row(name, wallet, units)], [])
            shelf.take(name, wallet, wanted)
            shelf.write()
        return name

    def order_row(self, name: str, wallet: str, units: int) -> dict[str, object]:
        """A new order's."""
        return {
            "id": name, "wallet": wallet, "content": bytes(32), "purpose": "redeem",
            "acceptor": ACCEPTOR, "units": units, "service_at_s": self.now_s,
            "deadline_s": self.now_s, "placed_at_s": self.now_s,
        }  # fmt: skip

    def many(self, offer: Offer, wallet: str, count: int) -> None:
        """So many orders for it, in one go, that were captured."""
        done = {"state": "captured", "captured_units": 1, "refunded_units": 0}
        rows = [self.order_row(f"{offer.id}-{one}", wallet, 1) | done for one in range(count)]
        taken = [{"order": row["id"], "offer": offer.id, "number": 1} for row in rows]
        with transaction(self.engine) as connection:
            connection.execute(ORDERS.insert(), rows)
            connection.execute(TAKINGS.insert(), taken)

    def move(self, order: str, *states: str, before: str = "placed") -> None:
        """The order goes on from there through these states."""
        for state in states:
            with transaction(self.engine) as connection:
                orders.move(connection, [order], before, state)
            before = state

    def capture(self, order: str) -> None:
        """The acceptor delivered."""
        self.move(order, "held", "captured")
        with transaction(self.engine) as connection:
            done = update(ORDERS).where(ORDERS.c.id == order)
            connection.execute(done.values(captured_units=ORDERS.c.units))


@contextmanager
def stand(place: Path | str, index: Path, faults: Faults | None = None) -> Iterator[Stand]:
    """Over databases that nobody has used."""
    with (
        open_database(place, FAMILY, exclusive=False) as database,
        open_index(index) as projection,
    ):
        yield Stand(database.engine, projection.engine, faults or NoFaults())
