"""What is asked of members' references and reasons, and which order a hold belongs to.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from ledger.store.operator_tables import HOLDS
from ledger.store.statements_tables import INVOICES, REASONS

KEYS_AT_A_TIME = 500


class InvoiceRow(NamedTuple):
    """One reference, as it was noted."""

    reference: str
    noted_s: int


def invoice(connection: Connection, window: int, member: int) -> InvoiceRow | None:
    """The newest one, or None."""
    c = INVOICES.c
    chosen = select(c.reference, c.noted_s).where(c.window == window, c.member == member)
    row = connection.execute(chosen.order_by(c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else InvoiceRow(*row)


def note_invoice(
    connection: Connection, window: int, member: int, reference: str, noted_s: int
) -> None:
    """Notes a reference; those before it stay in the table."""
    values = {"window": window, "member": member, "reference": reference, "noted_s": noted_s}
    connection.execute(insert(INVOICES).values(values))


def reasons(connection: Connection, hashes: Sequence[bytes]) -> dict[bytes, str]:
    """Words by their hash, where they are known."""
    found: dict[bytes, str] = {}
    for part in _parts(hashes):
        rows = connection.execute(select(REASONS).where(REASONS.c.hash.in_(part)))
        found |= {row.hash: row.words for row in rows}
    return found


def note_reason(connection: Connection, hashed: bytes, words: str, noted_s: int) -> None:
    """Notes the words of a hash, once."""
    if not reasons(connection, [hashed]):
        values = {"hash": hashed, "words": words, "noted_s": noted_s}
        connection.execute(insert(REASONS).values(values))


def orders_by_hold(connection: Connection, holds: Sequence[bytes]) -> dict[bytes, str]:
    """Order ids by hold: those of other operators and of forgotten wallets are left out."""
    found: dict[bytes, str] = {}
    for part in _parts(holds):
        rows = connection.execute(select(HOLDS.c.id, HOLDS.c.order).where(HOLDS.c.id.in_(part)))
        found |= {row.id: row.order for row in rows}
    return found


def holds_by_order(connection: Connection, orders: Sequence[str]) -> dict[str, list[bytes]]:
    """Hold ids by order, of those of these orders that there are."""
    found: dict[str, list[bytes]] = {}
    for start in range(0, len(orders), KEYS_AT_A_TIME):
        part = orders[start : start + KEYS_AT_A_TIME]
        chosen = select(HOLDS.c.id, HOLDS.c.order).where(HOLDS.c.order.in_(part))
        for row in connection.execute(chosen.order_by(HOLDS.c.order, HOLDS.c.place)):
            found.setdefault(row.order, []).append(row.id)
    return found


def _parts(keys: Sequence[bytes]) -> list[Sequence[bytes]]:
    return [keys[at : at + KEYS_AT_A_TIME] for at in range(0, len(keys), KEYS_AT_A_TIME)]
