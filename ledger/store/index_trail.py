"""Where the projection stands on the chain: the newest final block read, and those after it.

Repository only. Where the chain went back, the trail says to which block.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.store.index_changes import forget_undo, undo_above
from ledger.store.index_network import Indexed
from ledger.store.index_tables import PLACE, TRAIL


def trail(connection: Connection) -> list[Indexed]:
    """Blocks read, lowest first; the lowest is final."""
    return [Indexed(*row) for row in connection.execute(select(TRAIL).order_by(TRAIL.c.number))]


def extend(connection: Connection, read: Iterable[Indexed]) -> None:
    """These were read, in the transaction that writes what was found in them."""
    values = [{"number": b.block, "hash": b.hash, "time_s": b.time_s} for b in read]
    if values:
        connection.execute(insert(TRAIL), values)


def settle(connection: Connection, final: int) -> None:
    """Blocks up to this one stay: forgets all but the newest of them, and how to undo them."""
    newest = select(func.max(TRAIL.c.number)).where(TRAIL.c.number <= final)
    connection.execute(delete(TRAIL).where(TRAIL.c.number < newest.scalar_subquery()))
    forget_undo(connection, final)


def go_back(connection: Connection, block: int) -> None:
    """The blocks above this one are gone from the chain: so is what they changed. Counted."""
    undo_above(connection, block)
    connection.execute(delete(TRAIL).where(TRAIL.c.number > block))
    connection.execute(update(PLACE).values(rollbacks=PLACE.c.rollbacks + 1))
