"""Envelopes over a fresh database, with a clock that the test turns."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from ledger.envelopes.keeping import Envelopes, Halves
from ledger.envelopes.rules import Kind
from ledger.envelopes.sealing import Sealing
from ledger.residents.messages import FileOutbox, Post
from ledger.store import operator_wallets as wallets
from ledger.store.engine import Engine, open_database, transaction
from ledger.store.envelopes_rows import EnvelopeRow
from tests.support.postgres import Server

FAMILY = ("outbox", "operator", "access", "logins", "residents", "envelopes")
NOW_S = 1_780_000_000
SHARE, VERIFIER = b"\x5a" * 32, b"\x6b" * 32


class Keeper:
    """One installation's envelopes."""

    def __init__(self, engine: Engine, messages: Path) -> None:
        self.engine = engine
        self.now_s = NOW_S
        self.messages = messages
        self.all = self.under(b"\7" * 32)

    def under(self, secret: bytes) -> Envelopes:
        """The same with another secret of the installation."""
        post = Post(self.engine, lambda: self.now_s, FileOutbox(self.messages))
        return Envelopes(self.engine, lambda: self.now_s, Sealing(secret), post)

    def wallet(self) -> str:
        """A wallet as the redemption service opens it."""
        name = f"w-{secrets.token_hex(6)}"
        with transaction(self.engine) as at:
            wallets.add(at, name, self.now_s, [])
        return name

    def row(self, wallet: str, kind: Kind, **more: object) -> EnvelopeRow:
        """As a browser sends one."""
        name, rest = f"e-{secrets.token_hex(6)}", {"secret": b"\x1d" * 8, "salt": b"\x41" * 32}
        sealed = {"iv": b"\x2e" * 12, "ciphertext": b"\x3f" * 48} | rest | more
        return EnvelopeRow(name, wallet, kind, 1, "我的手机", 0, "s-1", **sealed)  # type: ignore[arg-type]

    def pin(self, wallet: str) -> EnvelopeRow:
        """A PIN's, stored."""
        row = self.row(wallet, Kind.PIN, rounds=600_000)
        return self.all.store(row, Halves(SHARE, VERIFIER))

    def passkey(self, wallet: str, credential: str = "Y3JlZA") -> EnvelopeRow:
        """A passkey's, stored."""
        return self.all.store(self.row(wallet, Kind.PASSKEY, credential=credential))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def keeper(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keeper]:
    """Over either kind of database."""
    where: Path | str = tmp_path / "a.db"
    if request.param == "postgresql":
        where = cast("Server", request.getfixturevalue("postgres")).new()
    with open_database(where, FAMILY, durable=False) as database:
        yield Keeper(database.engine, tmp_path / "messages")
