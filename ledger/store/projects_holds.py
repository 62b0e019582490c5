"""What is asked of the projection about a fund's accounts.

Repository only, on the projection's database: takes the caller's connection, commits nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from ledger.index.columns import HoldPhase
from ledger.index.rows import HoldRow
from ledger.store.index_tables import TABLES


def held_of(connection: Connection, accounts: Sequence[bytes]) -> int:
    """Units that these accounts have set aside for acceptors."""
    c = TABLES[HoldRow].c
    chosen = select(func.coalesce(func.sum(c.held_units), 0))
    chosen = chosen.where(c.account.in_(accounts), c.phase == HoldPhase.HELD)
    return int(connection.execute(chosen).scalar_one())
