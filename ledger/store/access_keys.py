"""What is asked of the table of API keys. Repository only: commits nothing."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from ledger.store.access_tables import KEYS, KeyRow


def add(connection: Connection, row: KeyRow) -> None:
    """Records a new key; a database error if its id is taken."""
    connection.execute(insert(KEYS).values(**row._asdict()))


def find(connection: Connection, key_id: str) -> KeyRow | None:
    """The key of that id, expired and revoked ones too."""
    row = connection.execute(select(KEYS).where(KEYS.c.id == key_id)).one_or_none()
    return None if row is None else KeyRow(*row)


def every(connection: Connection) -> list[KeyRow]:
    """All keys, oldest first."""
    chosen = select(KEYS).order_by(KEYS.c.created_s, KEYS.c.id)
    return [KeyRow(*row) for row in connection.execute(chosen)]


def revoke(connection: Connection, key_id: str, now_s: int) -> bool:
    """Ends a key; False if there is none of that id that still worked."""
    chosen = update(KEYS).where(KEYS.c.id == key_id, KEYS.c.revoked_s.is_(None))
    return connection.execute(chosen.values(revoked_s=now_s)).rowcount == 1
