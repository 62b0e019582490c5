"""What is asked of the projection about clearing: windows, positions, obligations, settlement.

Repository only. Amounts are signed units of 0.01 point.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, or_

from ledger.index.rows import (
    ClearingEntryRow,
    DisputeRow,
    ObligationRow,
    PriceRow,
    SettlementTransferRow,
    WindowRow,
)
from ledger.store.index_query import FIRST, MOST_ROWS, Page, Place, one, paged, rows
from ledger.store.index_tables import TABLES

REFERENCES_AT_A_TIME = 500


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


def all_entries(
    connection: Connection, window_number: int, member: int
) -> Iterator[ClearingEntryRow]:
    """All of a member's in a window, in order; read piece by piece."""
    page: Page | None = Page(MOST_ROWS)
    while page is not None:
        found = entries_in(connection, window_number, member, page)
        yield from found
        last = Place(found[-1].block, found[-1].position) if found else None
        page = Page(MOST_ROWS, last) if len(found) == MOST_ROWS else None


def entries_of(connection: Connection, references: Sequence[bytes]) -> list[ClearingEntryRow]:
    """What these holds made, in all windows: captures, and refunds that came later."""
    found = list[ClearingEntryRow]()
    for start in range(0, len(references), REFERENCES_AT_A_TIME):
        part = references[start : start + REFERENCES_AT_A_TIME]
        found += rows(connection, ClearingEntryRow, TABLES[ClearingEntryRow].c.reference.in_(part))
    return found


def transfers(connection: Connection, window_number: int) -> list[SettlementTransferRow]:
    """A window's settlement with its confirmations; empty until it is published."""
    fits = TABLES[SettlementTransferRow].c.window == window_number
    return rows(connection, SettlementTransferRow, fits)


def dispute(connection: Connection, dispute_id: bytes) -> DisputeRow | None:
    """One of them."""
    return one(connection, DisputeRow, dispute_id)


def disputes(connection: Connection, origin_window: int | None = None) -> list[DisputeRow]:
    """Reversing entries, of all windows or of one origin, in the order of proposal."""
    c = TABLES[DisputeRow].c
    fits = [] if origin_window is None else [c.origin_window == origin_window]
    return rows(connection, DisputeRow, *fits, by=("proposed_block", "id"))


def next_unit_price_micro_yuan(connection: Connection) -> int | None:
    """The price that the council agreed on last; None while it is still the first window's."""
    agreed = rows(connection, PriceRow)
    return agreed[-1].unit_price_micro_yuan if agreed else None
