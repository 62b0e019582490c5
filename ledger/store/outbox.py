"""What is asked of the outbox's tables: transactions of a key, recorded before they are sent.

Repository only: every function takes the caller's connection and commits nothing. What the rows
mean, and when they move, stands in ``ledger.chain``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update

from ledger.store import transitions
from ledger.store.outbox_tables import (
    FINISHED,
    MACHINE,
    OUTBOX,
    SENDERS,
    WAITING,
    OutboxRow,
    State,
)


class Sender(NamedTuple):
    """What is kept of a key: ``first_nonce`` was the chain's count when it began."""

    chain_id: int
    first_nonce: int
    next_nonce: int


class Waiting(NamedTuple):
    """A row without its content, for watching blocks and choosing what to send."""

    id: str
    nonce: int
    state: State
    hash: bytes
    nothing_hash: bytes | None
    refusals: int
    to: bytes | None
    proof: bytes | None


class Seen(NamedTuple):
    """Where a transaction was found mined, and what became of it."""

    mined_hash: bytes
    block_number: int
    block_hash: bytes
    succeeded: bool
    gas_used: int | None
    """None where its proof was found instead of its receipt."""
    revert_data: bytes | None


# Senders


def sender(connection: Connection, who: bytes, *, lock: bool = False) -> Sender | None:
    """What is kept of a key, or None; ``lock`` holds others off until the transaction ends."""
    chosen = select(SENDERS.c.chain_id, SENDERS.c.first_nonce, SENDERS.c.next_nonce)
    chosen = chosen.where(SENDERS.c.sender == who)
    row = connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    return None if row is None else Sender(*row)


def add_sender(connection: Connection, who: bytes, chain_id: int, first_nonce: int) -> None:
    """Begins to count a key's nonces."""
    connection.execute(
        insert(SENDERS).values(
            sender=who, chain_id=chain_id, first_nonce=first_nonce, next_nonce=first_nonce
        )
    )


def take_nonce(connection: Connection, who: bytes) -> None:
    """Counts one on: after ``sender(..., lock=True)``, in the same transaction."""
    counted = update(SENDERS).where(SENDERS.c.sender == who)
    connection.execute(counted.values(next_nonce=SENDERS.c.next_nonce + 1))


def skip_nonces(connection: Connection, who: bytes, next_nonce: int) -> None:
    """The nonces before this one are used on the chain, by what a lost database had recorded."""
    counted = update(SENDERS).where(SENDERS.c.sender == who)
    connection.execute(counted.values(next_nonce=next_nonce))


# Rows


def add(connection: Connection, values: dict[str, Any]) -> None:
    """Records a row: id, sender, nonce, to, data, gas, proof, raw, hash."""
    counts = {"attempts": 0, "refusals": 0}
    transitions.create(connection, MACHINE, OUTBOX, State.RECORDED, values | counts)


def find(connection: Connection, command_id: str) -> OutboxRow | None:
    """The row of a command, or None."""
    return _found(connection, OUTBOX.c.id == command_id)


def find_nonce(connection: Connection, who: bytes, nonce: int) -> OutboxRow | None:
    """The row of a nonce, or None."""
    return _found(connection, and_(OUTBOX.c.sender == who, OUTBOX.c.nonce == nonce))


def waiting(connection: Connection, who: bytes) -> list[Waiting]:
    """Rows in no block, in nonce order."""
    c = OUTBOX.c
    chosen = select(c.id, c.nonce, c.state, c.hash, c.nothing_hash, c.refusals, c.to, c.proof)
    chosen = chosen.where(c.sender == who, c.state.in_(WAITING)).order_by(c.nonce)
    return [Waiting(row[0], row[1], State(row[2]), *row[3:]) for row in connection.execute(chosen)]


def raws(connection: Connection, ids: Sequence[str]) -> list[bytes]:
    """What to send for these rows, in their order: itself, or nothing in its place."""
    c = OUTBOX.c
    chosen = select(c.id, func.coalesce(c.nothing_raw, c.raw)).where(c.id.in_(ids))
    found: dict[str, bytes] = {row[0]: row[1] for row in connection.execute(chosen)}
    return [found[name] for name in ids]


def mined_after(connection: Connection, who: bytes, number: int) -> list[OutboxRow]:
    """Rows in blocks behind this one that are not final yet, in nonce order."""
    return _rows(connection, who, OUTBOX.c.state == State.MINED, OUTBOX.c.block_number > number)


def mined_until(connection: Connection, who: bytes, last: int) -> list[OutboxRow]:
    """Rows in blocks up to ``last`` that are not final yet, in nonce order."""
    return _rows(connection, who, OUTBOX.c.state == State.MINED, OUTBOX.c.block_number <= last)


def troubled(connection: Connection, who: bytes, attempts: int) -> list[OutboxRow]:
    """Rows in no block that the node refused the last time, and the earliest one if it was handed
    over so many times; in nonce order."""
    c = OUTBOX.c
    earliest = select(func.min(c.nonce)).where(c.sender == who, c.state.in_(WAITING))
    unmined = and_(c.nonce == earliest.scalar_subquery(), c.attempts >= attempts)
    return _rows(connection, who, c.state.in_(WAITING), or_(c.refusals > 0, unmined))


def unfinished(connection: Connection, who: bytes, below: int) -> int:
    """How many rows of nonces below this one have no end yet."""
    c = OUTBOX.c
    chosen = select(func.count()).where(c.sender == who, c.nonce < below)
    return int(connection.execute(chosen.where(c.state.not_in(FINISHED))).scalar_one())


def is_busy(connection: Connection, who: bytes) -> bool:
    """Whether a key has rows that have not ended."""
    chosen = select(OUTBOX.c.id).where(OUTBOX.c.sender == who, OUTBOX.c.state.not_in(FINISHED))
    return connection.execute(chosen.limit(1)).first() is not None


def busy_senders(connection: Connection) -> list[bytes]:
    """The keys with rows that have not ended."""
    chosen = select(OUTBOX.c.sender).distinct().where(OUTBOX.c.state.not_in(FINISHED))
    return [row[0] for row in connection.execute(chosen.order_by(OUTBOX.c.sender))]


def ever_mined(connection: Connection, who: bytes) -> bool:
    """Whether the chain knows the sender by a transaction recorded here."""
    states = (State.MINED, *FINISHED)
    chosen = select(OUTBOX.c.id).where(OUTBOX.c.sender == who, OUTBOX.c.state.in_(states))
    return connection.execute(chosen.limit(1)).one_or_none() is not None


def counts(connection: Connection, who: bytes) -> dict[State, int]:
    """How many rows are in each state."""
    chosen = select(OUTBOX.c.state, func.count()).where(OUTBOX.c.sender == who)
    found = {row[0]: int(row[1]) for row in connection.execute(chosen.group_by(OUTBOX.c.state))}
    return {state: found.get(state, 0) for state in State}


# Moves


def mark_sent(connection: Connection, rows: Sequence[Waiting]) -> None:
    """A node has them."""
    fresh = [row.id for row in rows if row.state is State.RECORDED]
    states = (State.RECORDED, State.SENT)
    transitions.move_many(connection, MACHINE, OUTBOX, "id", fresh, states)


def mark_mined(connection: Connection, found: Sequence[tuple[Waiting, Seen]]) -> None:
    """They stand in blocks, also where nobody had noted that they were sent."""
    mark_sent(connection, [row for row, _ in found])
    values = [{"id": row.id, **seen._asdict()} for row, seen in found]
    transitions.move_each(connection, MACHINE, OUTBOX, "id", (State.SENT, State.MINED), values)


def mark_vanished(connection: Connection, row: OutboxRow) -> None:
    """Its block is gone: it is to be sent again."""
    _move(connection, row.id, State.MINED, State.SENT, dict.fromkeys(Seen._fields))


def mark_finished(connection: Connection, rows: Sequence[OutboxRow]) -> list[OutboxRow]:
    """Their blocks stay; the rows as they end."""
    ended = [dataclasses.replace(row, state=_end_of(row)) for row in rows]
    for state in FINISHED:
        ids = [row.id for row in ended if row.state is state]
        transitions.move_many(connection, MACHINE, OUTBOX, "id", ids, (State.MINED, state))
    return ended


def count_attempts(connection: Connection, ids: Sequence[str]) -> None:
    """Handed over once more."""
    chosen = update(OUTBOX).where(OUTBOX.c.id.in_(ids))
    connection.execute(chosen.values(attempts=OUTBOX.c.attempts + 1))


def note_refusal(connection: Connection, command_id: str, words: str) -> None:
    """The node said no, in these words."""
    chosen = update(OUTBOX).where(OUTBOX.c.id == command_id)
    connection.execute(chosen.values(refusals=OUTBOX.c.refusals + 1, last_words=words))


def forget_refusals(connection: Connection, command_id: str) -> None:
    """It was taken after all."""
    chosen = update(OUTBOX).where(OUTBOX.c.id == command_id)
    connection.execute(chosen.values(refusals=0, last_words=None))


def set_nothing(connection: Connection, command_id: str, raw: bytes, name: bytes) -> None:
    """From now on this is sent in its place; both hashes are looked for in blocks."""
    chosen = update(OUTBOX).where(OUTBOX.c.id == command_id)
    connection.execute(
        chosen.values(nothing_raw=raw, nothing_hash=name, refusals=0, last_words=None)
    )


def _end_of(row: OutboxRow) -> State:
    return State.FINAL if row.succeeded and not row.replaced else State.FAILED


def _rows(connection: Connection, who: bytes, *where: ColumnElement[bool]) -> list[OutboxRow]:
    chosen = select(OUTBOX).where(OUTBOX.c.sender == who, *where).order_by(OUTBOX.c.nonce)
    return [_row(row) for row in connection.execute(chosen)]


def _found(connection: Connection, where: ColumnElement[bool]) -> OutboxRow | None:
    row = connection.execute(select(OUTBOX).where(where)).one_or_none()
    return None if row is None else _row(row)


def _row(row: Row[Any]) -> OutboxRow:
    values = row._asdict()
    return OutboxRow(**values | {"state": State(values["state"])})


def _move(
    connection: Connection,
    command_id: str,
    before: State,
    after: State,
    values: dict[str, Any] | None = None,
) -> None:
    key = {"id": command_id}
    transitions.move(connection, MACHINE, OUTBOX, key, (before, after), values)
