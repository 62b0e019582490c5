"""What is asked of an agent's duties: holds that want native points, and transfers to confirm.

Repository only: commits nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from ledger.store import transitions
from ledger.store.agent_tables import (
    EXCHANGE_MACHINE,
    EXCHANGES,
    SETTLEMENT_MACHINE,
    SETTLEMENTS,
    Exchange,
    Settlement,
)


class ExchangeRow(NamedTuple):
    """A hold with the issuer as acceptor; ``terms`` and ``points`` are its two words, 32 bytes."""

    hold_id: bytes
    issuer: int
    units: int
    terms: bytes
    points: bytes
    member_id: str | None
    native_points: int
    command: str | None
    reason: str | None
    state: Exchange


class TransferRow(NamedTuple):
    """One transfer of a window's settlement; positions are units, positive where owed to us."""

    window: int
    place: int
    payer: int
    payee: int
    units: int
    listed_units: int
    found_units: int | None
    command: str | None
    state: Settlement


def add_exchange(connection: Connection, values: dict[str, Any]) -> None:
    """A hold that is final on the chain."""
    transitions.create(connection, EXCHANGE_MACHINE, EXCHANGES, Exchange.SEEN, values)


def exchange(connection: Connection, hold_id: bytes) -> ExchangeRow | None:
    """The hold, if it is ours."""
    row = connection.execute(select(EXCHANGES).where(EXCHANGES.c.hold_id == hold_id)).one_or_none()
    return None if row is None else _exchange(row)


def exchange_of_command(connection: Connection, command: str) -> ExchangeRow | None:
    """The hold for which the outbox's row was recorded."""
    row = connection.execute(select(EXCHANGES).where(EXCHANGES.c.command == command)).one_or_none()
    return None if row is None else _exchange(row)


def exchanges(connection: Connection, state: Exchange, most: int) -> list[ExchangeRow]:
    """Holds in that state."""
    chosen = select(EXCHANGES).where(EXCHANGES.c.state == state).order_by(EXCHANGES.c.hold_id)
    return [_exchange(row) for row in connection.execute(chosen.limit(most))]


def move_exchange(
    connection: Connection, hold_id: bytes, before: Exchange, after: Exchange, **values: Any
) -> None:
    """Moves a hold."""
    key, states = {"hold_id": hold_id}, (before, after)
    transitions.move(connection, EXCHANGE_MACHINE, EXCHANGES, key, states, values)


def add_transfers(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Transfers of a published list to which the member is a party."""
    transitions.create_many(connection, SETTLEMENT_MACHINE, SETTLEMENTS, Settlement.SEEN, rows)


def transfers(connection: Connection, state: Settlement) -> list[TransferRow]:
    """Transfers in that state, by window."""
    chosen = select(SETTLEMENTS).where(SETTLEMENTS.c.state == state)
    ordered = chosen.order_by(SETTLEMENTS.c.window, SETTLEMENTS.c.place)
    return [_transfer(row) for row in connection.execute(ordered)]


def transfer_of_command(connection: Connection, command: str) -> TransferRow | None:
    """The transfer for which the outbox's row was recorded."""
    chosen = select(SETTLEMENTS).where(SETTLEMENTS.c.command == command)
    row = connection.execute(chosen).one_or_none()
    return None if row is None else _transfer(row)


def move_transfer(
    connection: Connection, row: TransferRow, before: Settlement, after: Settlement, **values: Any
) -> None:
    """Moves a transfer."""
    key, states = {"window": row.window, "place": row.place}, (before, after)
    transitions.move(connection, SETTLEMENT_MACHINE, SETTLEMENTS, key, states, values)


def _exchange(row: Row[Any]) -> ExchangeRow:
    values = row._asdict()
    return ExchangeRow(**values | {"state": Exchange(values["state"])})


def _transfer(row: Row[Any]) -> TransferRow:
    values = row._asdict()
    return TransferRow(**values | {"state": Settlement(values["state"])})
