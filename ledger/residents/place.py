"""What every use case at a desk works with: the operator's database, clock, secret, terms, post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ledger.errors import Rejected
from ledger.residents.messages import Post
from ledger.residents.rules import Terms
from ledger.residents.seals import Seals
from ledger.store import residents_people as people
from ledger.store.engine import Connection, Engine, reading, transaction


class Place:
    """One operator's. Safe to use from any thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        seals: Seals,
        terms: Terms,
        post: Post,
    ) -> None:
        """``clock`` gives seconds since 1970."""
        self._engine = engine
        self._clock = clock
        self.seals = seals
        self.terms = terms
        self.post = post

    def now_s(self) -> int:
        """By this machine."""
        return int(self._clock())

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """To read."""
        with reading(self._engine) as connection:
            yield connection

    @contextmanager
    def change(self) -> Iterator[Connection]:
        """To write; it commits when left. Writers come one after another."""
        with transaction(self._engine) as connection:
            yield connection


def require_wallet(connection: Connection, wallet: str) -> None:
    """Rejected("wallet.unknown")."""
    if not people.is_wallet(connection, wallet):
        raise Rejected("wallet.unknown", id=wallet)
