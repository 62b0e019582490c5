"""Residents with points that expire, over both databases, without a chain: what a projection would
hold is written into it by hand, and its clock is turned."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import insert, select

from api.places import OPERATOR_FAMILY
from ledger.faults import NoFaults
from ledger.hooks.events import Kind
from ledger.index.rows import LotRow
from ledger.redeeming.workplace import Workplace
from ledger.reminders.choices import Choices
from ledger.reminders.reminding import KIND, Reminding
from ledger.reminders.terms import Terms
from ledger.residents.messages import FileOutbox, Post, Sender
from ledger.store import operator_wallets as wallets
from ledger.store import residents_people as people
from ledger.store.engine import open_database, reading, transaction
from ledger.store.hooks_tables import EVENTS
from ledger.store.index_schema import open_index
from ledger.store.index_tables import TABLES
from ledger.store.operator_wallets import AccountRow
from ledger.store.residents_people import OpeningRow
from ledger.store.residents_tables import MESSAGES
from ledger.store.tables import METADATA
from ledger.units import DAY_S, end_of_epoch, epoch_of
from tests.ledger.offers.stand import NOW_S, Stand

EPOCH = epoch_of(NOW_S)
EXPIRES_S = end_of_epoch(EPOCH)
VOLUNTEER, CULTURE = 1, 2
NOON_S = NOW_S - NOW_S % DAY_S + 4 * 3_600
"""Of Beijing: not the chain's time, this machine's."""


class Town(Stand):
    """A stand with residents, post and reminders. 28 May 2026: 34 days before points expire."""

    folder: Path
    sender: Sender

    def begin(self) -> None:
        """Empties both."""
        super().begin()
        with transaction(self.engine) as at:
            for table in reversed(METADATA.sorted_tables):
                if table.name.startswith(("residents_", "reminders_")):
                    at.execute(table.delete())
        with transaction(self._projection) as at:
            at.execute(TABLES[LotRow].delete())
        self.clock_s = float(NOON_S)
        self.turned_s = 0.0
        self.sender = FileOutbox(self.folder)
        for file in self.folder.glob("*"):
            file.unlink()

    @property
    def work(self) -> Workplace:
        """As use cases take it."""
        return cast("Workplace", self)

    def post(self) -> Post:
        """Which rests by night as ``Terms`` say."""
        night = Terms()
        return Post(
            self.engine,
            lambda: self.clock_s,
            self.sender,
            lambda: (KIND,) if night.is_quiet(int(self.clock_s)) else (),
        )

    def reminding(self, **terms: object) -> Reminding:
        """As one process has it, just started."""
        return Reminding(
            self.work,
            self.post(),
            self.market.offering,
            Terms(**terms),  # type: ignore[arg-type]
            lambda member, lang: {"zh": f"成员{member}", "en": f"Member {member}"}[lang],
            lambda: self.clock_s,
            lambda: self.turned_s,
        )

    def choices(self) -> Choices:
        """What residents chose."""
        return Choices(self.work)

    def resident(self, *lots: tuple[int, int, int], contact: str | None = "13900000000") -> str:
        """A wallet with (issuer, epoch, units) lots, opened at a desk."""
        name = f"w-{secrets.token_hex(6)}"
        accounts = {issuer: secrets.token_bytes(20) for issuer in (VOLUNTEER, CULTURE)}
        with transaction(self.engine) as at:
            rows = [AccountRow(account, issuer, False) for issuer, account in accounts.items()]
            wallets.add(at, name, NOW_S, rows)
            people.add_opening(at, OpeningRow(name, "worker-1", NOW_S, 1, None, None, contact))
        if lots:
            made = [
                LotRow(accounts[issuer], issuer, epoch, units)._asdict()
                for issuer, epoch, units in lots
            ]
            with transaction(self._projection) as at:
                at.execute(insert(TABLES[LotRow]), made)
        return name

    def messages(self) -> list[tuple[str, str]]:
        """(wallet, words) of all reminders that were recorded."""
        with reading(self.engine) as at:
            c = MESSAGES.c
            rows = at.execute(select(c.wallet, c.words).where(c.kind == KIND).order_by(c.seq))
            return [(row.wallet, row.words) for row in rows]

    def told(self) -> list[str]:
        """Objects of the events."""
        with reading(self.engine) as at:
            c = EVENTS.c
            chosen = select(c.object).where(c.kind == Kind.WALLET_POINTS_EXPIRING)
            return list(at.execute(chosen.order_by(c.seq)).scalars())

    def sent(self) -> list[dict[str, str]]:
        """What the sender was given."""
        return [json.loads(file.read_text("utf-8")) for file in sorted(self.folder.glob("*.json"))]


@contextmanager
def town_over(place: Path | str, folder: Path) -> Iterator[Town]:
    """Over databases that nobody has used."""
    with (
        open_database(place, OPERATOR_FAMILY, exclusive=False, durable=False) as database,
        open_index(folder / "index.db") as projection,
    ):
        made = Town(database.engine, projection.engine, NoFaults())
        made.folder = folder / "messages"
        yield made
