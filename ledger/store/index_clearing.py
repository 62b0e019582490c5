"""What is asked of the projection about clearing: windows, positions, obligations, settlement.

Repository only. Amounts are signed units of 0.01 point.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, or_

from ledger.index.rows import (
    ClearingEntryRow,
    DisputeRow,
    ObligationRow,
    PriceRow,
    SettlementTransferRow,
    WindowRow,
)
from ledger.store.index_query import FIRST, Page, one, paged, rows
from ledger.store.index_tables import TABLES


def windows(connection: Connection) -> list[WindowRow]:
    """All windows in order."""
    return rows(connection, WindowRow)


def window(connection: Connection, number: int) -> WindowRow | None:
    """One of them."""
    return one(connection, WindowRow, number)


def window_at(connection: Connection, block: int) -> WindowRow | None:
    """The window to which the captures of a block belong."""
    begun = rows(connection, WindowRow, TABLES[WindowRow].c.first_block <= block)
    return begun[-1] if begun else None


def obligations(connection: Connection, window_number: int) -> list[ObligationRow]:
    """Who owes whom how much in a window, also where it came back to zero."""
    return rows(connection, ObligationRow, TABLES[ObligationRow].c.window == window_number)


def positions(connection: Connection, window_number: int) -> dict[int, int]:
    """What each member with entries in the window is owed less what it owes; they sum to zero."""
    found: dict[int, int] = defaultdict(int)
    for row in obligations(connection, window_number):
        found[row.debtor] -= row.units
        found[row.creditor] += row.units
    return dict(sorted(found.items()))


def entries_in(
    connection: Connection, window_number: int, member: int | None = None, page: Page = FIRST
) -> list[ClearingEntryRow]:
    """What made up a window's obligations, all of it or one member's, page by page."""
    c = TABLES[ClearingEntryRow].c
    fits = [c.window == window_number]
    if member is not None:
        fits.append(or_(c.debtor == member, c.creditor == member))
    return paged(connection, ClearingEntryRow, page, *fits)


def transfers(connection: Connection, window_number: int) -> list[SettlementTransferRow]:
    """A window's settlement with its confirmations; empty until it is published."""
    fits = TABLES[SettlementTransferRow].c.window == window_number
    return rows(connection, SettlementTransferRow, fits)


def disputes(connection: Connection, origin_window: int | None = None) -> list[DisputeRow]:
    """Reversing entries, of all windows or of one origin, in the order of proposal."""
    c = TABLES[DisputeRow].c
    fits = [] if origin_window is None else [c.origin_window == origin_window]
    return rows(connection, DisputeRow, *fits, by=("proposed_block", "id"))


def next_unit_price_micro_yuan(connection: Connection) -> int | None:
    """The price that the council agreed on last; None while it is still the first window's."""
    agreed = rows(connection, PriceRow)
    return agreed[-1].unit_price_micro_yuan if agreed else None
