"""What is asked of an agent's batches: recorded, final, failed, or rebuilt from the chain.

Repository only: commits nothing. Words and keys of a batch stand here in award order, because a
correction has to show them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, insert, select, update

from ledger.store.agent_tables import BATCHES, INBOX, REBUILT

WORD = 32
CHUNK = 500
"""Values in one question."""
_c = BATCHES.c


class Batch(NamedTuple):
    """One batch; ``words`` and ``keys`` are 32 bytes each, one after another."""

    id: int
    number: int
    command: str | None
    rows: int
    units: int
    root: bytes
    words: bytes
    keys: bytes
    block_number: int | None
    why_failed: str | None

    def word_list(self) -> list[bytes]:
        """The words."""
        return [self.words[at : at + WORD] for at in range(0, len(self.words), WORD)]

    def key_list(self) -> list[bytes]:
        """The keys."""
        return [self.keys[at : at + WORD] for at in range(0, len(self.keys), WORD)]


class Minted(NamedTuple):
    """Where an award stands that a lost database minted, and its word of 32 bytes."""

    batch: int
    row: int
    word: bytes


def add(connection: Connection, values: dict[str, Any]) -> int:
    """Records a batch; its id."""
    made = connection.execute(insert(BATCHES).values(**values)).inserted_primary_key
    assert made is not None
    return int(made[0])


def add_rebuilt(connection: Connection, batch: int, keys: Sequence[bytes]) -> None:
    """These keys are minted, in that order, by a batch of a database that was lost. A key that an
    earlier batch has stays with it."""
    known = rebuilt(connection, keys)
    rows = [
        {"key": key, "batch": batch, "row": at} for at, key in enumerate(keys) if key not in known
    ]
    if rows:
        connection.execute(insert(REBUILT), rows)


def rebuilt(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, Minted]:
    """Where those of the keys are that a lost database minted."""
    found: dict[bytes, Minted] = {}
    if connection.execute(select(REBUILT.c.key).limit(1)).one_or_none() is None:
        return found  # no database was lost, as nearly always
    wanted = sorted(set(keys))
    at = func.substr(_c.words, REBUILT.c.row * WORD + 1, WORD)
    for start in range(0, len(wanted), CHUNK):
        chosen = select(REBUILT.c.key, REBUILT.c.batch, REBUILT.c.row, at)
        chosen = chosen.join(BATCHES, _c.id == REBUILT.c.batch)
        chosen = chosen.where(REBUILT.c.key.in_(wanted[start : start + CHUNK]))
        found |= {row[0]: Minted(*row[1:]) for row in connection.execute(chosen)}
    return found


def of_command(connection: Connection, command: str) -> Batch | None:
    """The batch that an outbox row carries."""
    row = connection.execute(select(BATCHES).where(_c.command == command)).one_or_none()
    return None if row is None else Batch(*row)


def of_ids(connection: Connection, ids: Iterable[int]) -> dict[int, Batch]:
    """Batches by id."""
    rows = connection.execute(select(BATCHES).where(_c.id.in_(sorted(set(ids)))))
    return {row[0]: Batch(*row) for row in rows}


def in_flight(connection: Connection) -> list[Batch]:
    """Recorded, and neither final nor failed; in the order of their numbers."""
    chosen = select(BATCHES).where(_c.block_number.is_(None), _c.why_failed.is_(None))
    return [Batch(*row) for row in connection.execute(chosen.order_by(_c.number))]


def last_number(connection: Connection) -> int:
    """The highest number that stands or may yet; 0 before the first."""
    chosen = select(func.max(_c.number)).where(_c.why_failed.is_(None))
    return int(connection.execute(chosen).scalar() or 0)


def standing_numbers(connection: Connection, last: int) -> dict[int, int | None]:
    """The block of each batch up to ``last`` that stands; None of one that may yet."""
    chosen = select(_c.number, _c.block_number).where(_c.why_failed.is_(None), _c.number <= last)
    return {row[0]: row[1] for row in connection.execute(chosen)}


def last(connection: Connection) -> Batch | None:
    """The batch of that number."""
    chosen = select(BATCHES).where(_c.why_failed.is_(None)).order_by(_c.number.desc()).limit(1)
    row = connection.execute(chosen).one_or_none()
    return None if row is None else Batch(*row)


def tries_of(connection: Connection, number: int) -> int:
    """How often a batch of that number was recorded."""
    chosen = select(func.count()).select_from(BATCHES).where(_c.number == number)
    return int(connection.execute(chosen).scalar_one())


def end(connection: Connection, batch: int, block_number: int | None, why: str | None) -> None:
    """It is final in that block, or failed for that reason."""
    chosen = update(BATCHES).where(_c.id == batch)
    connection.execute(chosen.values(block_number=block_number, why_failed=why))


def note_units(connection: Connection, batch: int, units: int) -> None:
    """What the chain says that it minted."""
    connection.execute(update(BATCHES).where(_c.id == batch).values(units=units))


def summed_units(connection: Connection, batch: int) -> tuple[int, int]:
    """(rows, units) of the batch's rows here; a rebuilt one may have fewer rows than it minted."""
    where = and_(INBOX.c.batch == batch, ~INBOX.c.is_notice)
    chosen = select(func.count(), func.coalesce(func.sum(INBOX.c.units), 0)).where(where)
    rows, units = connection.execute(chosen).one()
    return int(rows), int(units)
