"""What the API reads of the projection: each question in a reading transaction of its own.

Rows are the projection's own; no question is asked here that its repositories do not answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger.errors import Unavailable
from ledger.index.columns import ContractRole
from ledger.index.rows import (
    AccountKeyRow,
    AwardRow,
    MemberRow,
    SettlementTransferRow,
    TermsRow,
    WindowRow,
)
from ledger.store import (
    index_clearing,
    index_network,
    index_points,
    index_totals,
    operator_facts,
)
from ledger.store.engine import Engine, reading
from ledger.store.index_network import Activity, Indexed
from ledger.store.index_query import MOST_ROWS, Page, Place
from ledger.store.index_totals import IssuerTotals

AWARDS_OF_A_BATCH_MOST = 620
"""They share one place on the chain, so a page ends only where a place does."""


class Sums(NamedTuple):
    """Everything that the public totals show of the chain, at one block."""

    at: Indexed
    issuers: list[IssuerTotals]
    window: WindowRow | None
    """The newest."""
    positions: dict[int, int]
    """In it, units by member; they sum to zero."""


class AwardsPage(NamedTuple):
    """Awards, newest first, and where the next page begins; None at the end."""

    awards: list[AwardRow]
    after: Place | None


class Projection:
    """Reading only; safe from any thread."""

    def __init__(self, engine: Engine) -> None:
        """``engine`` is the projection's database."""
        self._engine = engine

    def indexed(self) -> Indexed | None:
        """How far it has read; None before its first block."""
        with reading(self._engine) as connection:
            return index_network.indexed(connection)

    def now_s(self) -> int:
        """The chain's time, at the newest block read; Unavailable before the first."""
        indexed = self.indexed()
        if indexed is None:
            raise Unavailable("api.nothing-read", retry_after=1)
        return indexed.time_s

    def members(self) -> Sequence[MemberRow]:
        """All member organisations in the order of joining."""
        with reading(self._engine) as connection:
            return index_network.members(connection)

    def terms(self) -> Mapping[int, TermsRow]:
        """Issuers' terms by member."""
        with reading(self._engine) as connection:
            return index_network.terms(connection)

    def activities(self) -> Sequence[Activity]:
        """Of the rate book in office, with every version of their rates."""
        with reading(self._engine) as connection:
            return index_network.activities(connection)

    def key_nonce(self, account: bytes) -> int:
        """How many keys were announced or withdrawn for an account at the desk in office."""
        with reading(self._engine) as connection:
            desk = index_network.in_office(connection, ContractRole.DESK)
            found = None if desk is None else index_points.account_key(connection, desk, account)
        return 0 if found is None else found.nonce

    def desk(self) -> bytes | None:
        """The desk in office; None before the first block."""
        with reading(self._engine) as connection:
            return index_network.in_office(connection, ContractRole.DESK)

    def keys_of(self, accounts: Sequence[bytes]) -> Sequence[AccountKeyRow]:
        """The keys announced for these accounts at the desk in office."""
        with reading(self._engine) as connection:
            desk = index_network.in_office(connection, ContractRole.DESK)
            return [] if desk is None else operator_facts.account_keys(connection, desk, accounts)

    def sums(self) -> Sums | None:
        """What the totals show; None before the first block."""
        with reading(self._engine) as connection:
            at = index_network.indexed(connection)
            if at is None:
                return None
            windows = index_clearing.windows(connection)
            newest = windows[-1] if windows else None
            positions = index_clearing.positions(connection, newest.number) if newest else {}
            return Sums(at, index_totals.issuer_totals(connection, at.time_s), newest, positions)

    def windows(self) -> Sequence[WindowRow]:
        """All clearing windows, oldest first: some tens a year."""
        with reading(self._engine) as connection:
            return index_clearing.windows(connection)

    def transfers(self, window: int) -> Sequence[SettlementTransferRow]:
        """A window's published settlement, empty while there is none."""
        with reading(self._engine) as connection:
            return index_clearing.transfers(connection, window)

    def awards(self, accounts: Sequence[bytes], after: Place | None, limit: int) -> AwardsPage:
        """About ``limit`` awards of these accounts: more where a batch holds several of theirs."""
        most = min(MOST_ROWS, limit + AWARDS_OF_A_BATCH_MOST)
        page = Page(most, after, newest_first=True)
        with reading(self._engine) as connection:
            rows = index_points.awards_of(connection, accounts, page)
        if len(rows) <= limit:
            return AwardsPage(rows, None)
        last = _place(rows[limit - 1])
        kept = [row for row in rows if _place(row) >= last]
        return AwardsPage(kept, last if len(rows) > len(kept) else None)


def _place(row: AwardRow) -> Place:
    return Place(row.block, row.position)
