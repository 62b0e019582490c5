"""What an agent keeps once: its source's cursor, how far it has read the chain, and counters.

Repository only: commits nothing.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from ledger.store.agent_tables import NOTES

CURSOR = "source cursor"
REBUILT = "rebuilt until batch"
REPLAYED = "source replayed"
BATCHED_AT = "daily batches made for"
BEHIND = "older than the chain"
DUTIES_BLOCK = "duties read until block"
CORRECTIONS = "corrections sent"
EXCHANGES = "exchange steps sent"
CONFIRMATIONS = "confirmations sent"
LINKS_FILE = "links file read"
ERASURES = "erasures under way"
SCRUB = "files to be rewritten"


def get(connection: Connection, name: str) -> str | None:
    """The text under the name, if any."""
    found = connection.execute(select(NOTES.c.text).where(NOTES.c.name == name)).scalar()
    return None if found is None else str(found)


def put(connection: Connection, name: str, text: str) -> None:
    """Replaces the text under the name."""
    changed = update(NOTES).where(NOTES.c.name == name).values(text=text)
    if connection.execute(changed).rowcount == 0:
        connection.execute(insert(NOTES).values(name=name, text=text))


def count_on(connection: Connection, name: str) -> int:
    """One more than the last time, from 1."""
    number = int(get(connection, name) or 0) + 1
    put(connection, name, str(number))
    return number
