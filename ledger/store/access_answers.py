"""What is asked of the table of answers: a command's content, and what was said to it.

Repository only: commits nothing. A row without a status says that a command of that content was
begun under that name, so that another content is refused even if the process died in between. All
of it goes for many commands at once: busy processes commit for many.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Update, and_, bindparam, delete, insert, select, tuple_, update

from ledger.store.access_tables import ANSWERS, AnswerRow

Place: TypeAlias = tuple[str, str]
"""A key's id, and the name that its client gave to the command."""
PLACES_AT_A_TIME = 200


class Begun(NamedTuple):
    """A command that begins; ``seat`` is the process that works on it, where there are several."""

    key_id: str
    name: str
    fingerprint: bytes
    expires_s: int
    seat: int | None


class Said(NamedTuple):
    """A command's final answer."""

    key_id: str
    name: str
    status: int
    headers: str
    body: bytes


def find(connection: Connection, places: Sequence[Place]) -> dict[Place, AnswerRow]:
    """What is kept of these commands; unknown ones are left out."""
    c = ANSWERS.c
    chosen = select(
        c.key_id, c.name, c.fingerprint, c.expires_s, c.status, c.headers, c.body, c.seat
    )
    found: dict[Place, AnswerRow] = {}
    for start in range(0, len(places), PLACES_AT_A_TIME):
        part = places[start : start + PLACES_AT_A_TIME]
        for row in connection.execute(chosen.where(tuple_(c.key_id, c.name).in_(part))):
            found[row[0], row[1]] = AnswerRow(*row[2:])
    return found


def begin(connection: Connection, begun: Sequence[Begun]) -> None:
    """Notes that these begin; a database error if a name is taken."""
    if begun:
        connection.execute(insert(ANSWERS), [one._asdict() for one in begun])


def take(connection: Connection, places: Sequence[Place], seat: int | None) -> None:
    """The process of that seat works on these now; None for none."""
    if places:
        connection.execute(_at().values(seat=seat), [_place(place) for place in places])


def answer(connection: Connection, said: Sequence[Said]) -> None:
    """Keeps the final answers of commands that were begun."""
    if said:
        names = ("status", "headers", "body")
        given: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        values = [
            _place((one.key_id, one.name))
            | {"new_status": one.status, "new_headers": one.headers, "new_body": one.body}
            for one in said
        ]
        connection.execute(_at().values(**given, seat=None), values)


def drop(connection: Connection, places: Sequence[Place]) -> None:
    """Forgets these, where they are there."""
    if places:
        chosen = tuple_(ANSWERS.c.key_id, ANSWERS.c.name).in_(places)
        connection.execute(delete(ANSWERS).where(chosen))


def forget(connection: Connection, now_s: int) -> int:
    """Drops what has expired; how many."""
    return connection.execute(delete(ANSWERS).where(ANSWERS.c.expires_s <= now_s)).rowcount


def _at() -> Update:
    c = ANSWERS.c
    return update(ANSWERS).where(
        and_(c.key_id == bindparam("at_key"), c.name == bindparam("at_name"))
    )


def _place(place: Place) -> dict[str, object]:
    return {"at_key": place[0], "at_name": place[1]}
