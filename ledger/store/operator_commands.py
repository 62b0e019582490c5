"""What is asked of the operator's calls for the desk: recorded, put into batches, concluded.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, not_, select, update

from ledger.store import transitions
from ledger.store.operator_tables import CAPPED, COMMAND, COMMANDS, CURSOR, ORDERS, CommandState
from ledger.store.outbox_tables import FINISHED, OUTBOX, State

OPEN = (CommandState.RECORDED, CommandState.BATCHED)
"""Without an outcome."""


class CommandRow(NamedTuple):
    """One call; the columns of its table say what each field holds."""

    seq: int
    kind: str
    order: str | None
    hold: bytes | None
    request: str | None
    data: bytes
    gas: int
    state: str
    batch: str | None
    place: int | None
    failures: int
    reason: bytes | None


class Call(NamedTuple):
    """A call to be recorded; ``data`` is for the desk, ``gas`` the most that it may use."""

    kind: str
    data: bytes
    gas: int
    order: str | None = None
    hold: bytes | None = None
    request: str | None = None


class Ended(NamedTuple):
    """A batched call whose transaction is final or failed."""

    command: CommandRow
    mined_hash: bytes
    succeeded: bool
    """Whether the transaction carried the calls at all."""


class InBatch(NamedTuple):
    """Where an open call's transaction stands."""

    command: CommandRow
    mined_hash: bytes | None
    block_number: int | None
    succeeded: bool


def add(connection: Connection, calls: Sequence[Call]) -> None:
    """Records calls, in order."""
    blank = {"batch": None, "place": None, "failures": 0, "reason": None}
    rows = [{**call._asdict(), **blank} for call in calls]
    transitions.create_many(connection, COMMAND, COMMANDS, CommandState.RECORDED, rows)


def waiting(
    connection: Connection,
    most: int,
    kinds: Collection[str] = (),
    not_for: Collection[int] = (),
    sender: bytes | None = None,
) -> list[CommandRow]:
    """Recorded and in no batch, in the order of recording; none of ``kinds`` that is about an order
    at an acceptor of ``not_for``, none that the ``sender`` was too capped to carry."""
    chosen = select(COMMANDS).where(COMMANDS.c.state == CommandState.RECORDED)
    if sender is not None:
        tried = (CAPPED.c.command == COMMANDS.c.seq, CAPPED.c.sender == sender)
        chosen = chosen.where(~select(CAPPED.c.command).where(*tried).exists())
    if kinds and not_for:
        theirs = select(ORDERS.c.id).where(
            ORDERS.c.id == COMMANDS.c.order, ORDERS.c.acceptor.in_(not_for)
        )
        chosen = chosen.where(not_(and_(COMMANDS.c.kind.in_(kinds), theirs.exists())))
    chosen = chosen.order_by(COMMANDS.c.seq).limit(most)
    return [CommandRow(*row) for row in connection.execute(chosen)]


def put_into(connection: Connection, batch: str, commands: Sequence[CommandRow]) -> None:
    """These make up a batch, in this order."""
    keys = [command.seq for command in commands]
    moved = (CommandState.RECORDED, CommandState.BATCHED)
    values = {"batch": batch}
    transitions.move_many(connection, COMMAND, COMMANDS, "seq", keys, moved, values)
    placed = update(COMMANDS).where(COMMANDS.c.seq == bindparam("key"))
    places = [{"key": key, "at": place} for place, key in enumerate(keys)]
    connection.execute(placed.values(place=bindparam("at")), places)


def batch_of(connection: Connection, batch: str) -> list[CommandRow]:
    """The calls of a batch, in its order."""
    chosen = select(COMMANDS).where(COMMANDS.c.batch == batch).order_by(COMMANDS.c.place)
    return [CommandRow(*row) for row in connection.execute(chosen)]


def open_batches(connection: Connection, sender: bytes | None = None) -> list[str]:
    """Batches with calls that have no outcome, of one key or of all."""
    chosen = select(COMMANDS.c.batch).where(COMMANDS.c.state == CommandState.BATCHED).distinct()
    if sender is not None:
        chosen = chosen.join(OUTBOX, OUTBOX.c.id == COMMANDS.c.batch)
        chosen = chosen.where(OUTBOX.c.sender == sender)
    return list(connection.execute(chosen).scalars())


def batches_seen(
    connection: Connection, batches: Sequence[str], until_block: int
) -> dict[str, bool]:
    """Those of these batches that stand in blocks up to this one; whether all their calls ended."""
    c = OUTBOX.c
    chosen = select(c.id, c.state).where(c.id.in_(batches), c.block_number <= until_block)
    found = {row[0]: row[1] in FINISHED for row in connection.execute(chosen)}
    still = select(COMMANDS.c.batch).where(COMMANDS.c.batch.in_(found)).distinct()
    flying = connection.execute(still.where(COMMANDS.c.state == CommandState.BATCHED)).scalars()
    return found | dict.fromkeys(flying, False)


def ended(connection: Connection, sender: bytes, until_block: int) -> list[Ended]:
    """Batched calls whose transactions, of this key, ended in blocks up to this one."""
    c = OUTBOX.c
    chosen = select(COMMANDS, c.mined_hash, c.state.label("ended"))
    chosen = chosen.join(OUTBOX, c.id == COMMANDS.c.batch)
    chosen = chosen.where(COMMANDS.c.state == CommandState.BATCHED, c.state.in_(FINISHED))
    chosen = chosen.where(c.sender == sender, c.block_number <= until_block)
    rows = connection.execute(chosen)
    return [Ended(CommandRow(*row[:-2]), row[-2], row[-1] == "final") for row in rows]


def of_orders(connection: Connection, orders: Iterable[str]) -> dict[str, list[InBatch]]:
    """Open calls by order, with where their transactions stand."""
    wanted, found = list(orders), dict[str, list[InBatch]]()
    for start in range(0, len(wanted), transitions.KEYS_AT_A_TIME):
        part = wanted[start : start + transitions.KEYS_AT_A_TIME]
        for row in _standing(connection, COMMANDS.c.order.in_(part), COMMANDS.c.state.in_(OPEN)):
            found.setdefault(row.command.order or "", []).append(row)
    return found


def of_request(connection: Connection, request: str) -> list[InBatch]:
    """The calls that a client's request made, with where their transactions stand."""
    return _standing(connection, COMMANDS.c.request == request)


def ended_among(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of these orders and requests that have calls, and none without an outcome."""
    c, known, still = COMMANDS.c, set[str](), set[str]()
    for start in range(0, len(keys), transitions.KEYS_AT_A_TIME):
        part = keys[start : start + transitions.KEYS_AT_A_TIME]
        for column in (c.order, c.request):
            for key, state in connection.execute(select(column, c.state).where(column.in_(part))):
                (still if state in OPEN else known).add(key)
    return known - still


def kinds_for(connection: Connection, hold: bytes) -> list[str]:
    """The kinds of all calls that there ever were for a hold."""
    chosen = select(COMMANDS.c.kind).where(COMMANDS.c.hold == hold).order_by(COMMANDS.c.seq)
    return list(connection.execute(chosen).scalars())


def conclude(
    connection: Connection,
    done: Sequence[int],
    refused: Mapping[int, bytes],
    again: Mapping[int, int],
) -> None:
    """Calls by number: done; refused, with the revert data; to be sent again, with their gas."""
    after = {
        CommandState.DONE: list(done),
        CommandState.REFUSED: list(refused),
        CommandState.RECORDED: list(again),
    }
    for state, keys in after.items():
        moved = (CommandState.BATCHED, state)
        transitions.move_many(connection, COMMAND, COMMANDS, "seq", keys, moved)
    chosen = update(COMMANDS).where(COMMANDS.c.seq == bindparam("key"))
    if refused:
        whys = [{"key": key, "why": why} for key, why in refused.items()]
        connection.execute(chosen.values(reason=bindparam("why")), whys)
    if again:
        blank = {"batch": None, "place": None, "failures": COMMANDS.c.failures + 1}
        gases = [{"key": key, "most": gas} for key, gas in again.items()]
        connection.execute(chosen.values(gas=bindparam("most"), **blank), gases)


def capped(connection: Connection, calls: Collection[int]) -> dict[int, set[bytes]]:
    """By call's number: the keys that were too capped to carry it."""
    found: dict[int, set[bytes]] = {}
    for row in connection.execute(select(CAPPED).where(CAPPED.c.command.in_(calls))):
        found.setdefault(row.command, set()).add(row.sender)
    return found


def pass_on(connection: Connection, sender: bytes, calls: Sequence[int]) -> None:
    """These go to keys that have not tried them: the sender's cap is used."""
    if not calls:
        return
    over = select(COMMANDS.c.seq).where(COMMANDS.c.state.not_in(OPEN))
    connection.execute(delete(CAPPED).where(CAPPED.c.command.in_(over)))
    moved = (CommandState.BATCHED, CommandState.RECORDED)
    blank = {"batch": None, "place": None}
    transitions.move_many(connection, COMMAND, COMMANDS, "seq", calls, moved, blank)
    connection.execute(insert(CAPPED), [{"command": seq, "sender": sender} for seq in calls])


def first_unfinished_block(connection: Connection, sender: bytes) -> int | None:
    """The lowest block with a transaction of the sender's that has not ended; None without one."""
    c = OUTBOX.c
    chosen = select(func.min(c.block_number)).where(c.sender == sender, c.state == State.MINED)
    found: int | None = connection.execute(chosen).scalar_one()
    return found


def depth(connection: Connection) -> int:
    """How many calls have no outcome."""
    chosen = select(func.count()).select_from(COMMANDS).where(COMMANDS.c.state.in_(OPEN))
    return connection.execute(chosen).scalar_one()


def newest_cursor(connection: Connection) -> int | None:
    """The newest final block whose events are in the operator's tables, whichever key's relayer
    brought them there; None before the first."""
    found: int | None = connection.execute(select(func.max(CURSOR.c.block))).scalar_one()
    return found


def cursor(connection: Connection, sender: bytes) -> int | None:
    """Up to which final block a key's relayer has brought the chain into the operator's tables."""
    chosen = select(CURSOR.c.block).where(CURSOR.c.sender == sender)
    return connection.execute(chosen).scalar_one_or_none()


def set_cursor(connection: Connection, sender: bytes, block: int) -> None:
    """Events up to this block are in the tables."""
    moved = update(CURSOR).where(CURSOR.c.sender == sender).values(block=block)
    if connection.execute(moved).rowcount == 0:
        connection.execute(insert(CURSOR).values(sender=sender, block=block))


def _standing(connection: Connection, *where: Any) -> list[InBatch]:
    c = OUTBOX.c
    chosen = select(COMMANDS, c.mined_hash, c.block_number, c.succeeded)
    chosen = chosen.outerjoin(OUTBOX, c.id == COMMANDS.c.batch).where(*where)
    rows = connection.execute(chosen.order_by(COMMANDS.c.seq))
    return [InBatch(CommandRow(*row[:-3]), row[-3], row[-2], bool(row[-1])) for row in rows]
