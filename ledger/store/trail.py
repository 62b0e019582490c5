"""The trail of blocks that a sender's outbox has read: the newest final one and all after it.

Repository only. Where the chain went back, the trail says to which block.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from ledger.store.outbox_tables import BLOCKS


class TrailBlock(NamedTuple):
    """A block that was read, with everything found in it committed."""

    number: int
    hash: bytes


def blocks(connection: Connection, who: bytes) -> list[TrailBlock]:
    """Blocks read, lowest first."""
    chosen = select(BLOCKS.c.number, BLOCKS.c.hash).where(BLOCKS.c.sender == who)
    return [TrailBlock(*row) for row in connection.execute(chosen.order_by(BLOCKS.c.number))]


def extend(connection: Connection, who: bytes, read: Iterable[TrailBlock]) -> None:
    """These were read, in the transaction that notes what was found in them."""
    values = [{"sender": who, **block._asdict()} for block in read]
    if values:
        connection.execute(insert(BLOCKS), values)


def cut(connection: Connection, who: bytes, *, above: int) -> None:
    """Forgets blocks above this number."""
    connection.execute(delete(BLOCKS).where(BLOCKS.c.sender == who, BLOCKS.c.number > above))


def prune(connection: Connection, who: bytes, *, below: int) -> None:
    """Forgets blocks below this number."""
    connection.execute(delete(BLOCKS).where(BLOCKS.c.sender == who, BLOCKS.c.number < below))
