"""Writing a stretch that was read: its rows, and that the projection has come so far.

In the caller's transaction, so that both commit together or not at all.
"""

from __future__ import annotations

from ledger.chain.types import Block
from ledger.index.project import Projection, Stretch
from ledger.store import index_trail as store
from ledger.store.engine import Connection
from ledger.store.index_changes import Changes
from ledger.store.index_network import Indexed


def take_final(connection: Connection, stretch: Stretch) -> int:
    """As one change, as nothing of it will be undone; how many rows."""
    changes = Changes(connection)
    every = [log for logs in stretch.logs.values() for log in logs]
    Projection(changes, stretch).run(every)
    rows = changes.write(None)
    store.extend(connection, [_indexed(stretch.blocks[stretch.last])])
    store.settle(connection, stretch.last)
    return rows


def take_loose(connection: Connection, stretch: Stretch) -> int:
    """Block by block, each with what it takes to undo it; how many rows."""
    rows = 0
    for number, logs in stretch.logs.items():
        changes = Changes(connection)
        Projection(changes, stretch).run(logs)
        rows += changes.write(number)
    numbers = range(stretch.first, stretch.last + 1)
    store.extend(connection, [_indexed(stretch.blocks[number]) for number in numbers])
    return rows


def _indexed(block: Block) -> Indexed:
    return Indexed(block.number, block.hash, block.timestamp_s)
