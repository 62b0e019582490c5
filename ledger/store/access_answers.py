"""What is asked of the table of answers: a command's content, and what was said to it.

Repository only: commits nothing. A row without a status says that a command of that content was
begun under that name, so that another content is refused even if the process died in between.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from ledger.store.access_tables import ANSWERS, AnswerRow


def find(connection: Connection, key_id: str, name: str) -> AnswerRow | None:
    """What is kept under a key's name for its command, or None."""
    c = ANSWERS.c
    chosen = select(c.fingerprint, c.expires_s, c.status, c.headers, c.body)
    row = connection.execute(chosen.where(c.key_id == key_id, c.name == name)).one_or_none()
    return None if row is None else AnswerRow(*row)


def begin(
    connection: Connection, key_id: str, name: str, fingerprint: bytes, expires_s: int
) -> None:
    """Notes that a command of this content begins; a database error if the name is taken."""
    values = {"fingerprint": fingerprint, "expires_s": expires_s}
    connection.execute(insert(ANSWERS).values(key_id=key_id, name=name, **values))


def answer(
    connection: Connection, key_id: str, name: str, status: int, headers: str, body: bytes
) -> None:
    """Keeps the final answer of a command that was begun."""
    chosen = update(ANSWERS).where(ANSWERS.c.key_id == key_id, ANSWERS.c.name == name)
    connection.execute(chosen.values(status=status, headers=headers, body=body))


def drop(connection: Connection, key_id: str, name: str) -> None:
    """Forgets one command, if it is there."""
    connection.execute(delete(ANSWERS).where(ANSWERS.c.key_id == key_id, ANSWERS.c.name == name))


def forget(connection: Connection, now_s: int) -> int:
    """Drops what has expired; how many."""
    return connection.execute(delete(ANSWERS).where(ANSWERS.c.expires_s <= now_s)).rowcount
