"""What a database says when it cannot, as errors of ours: full, away, busy, spoilt.

Only what concerns the database as a whole is translated. A key that is there already and the like
pass through: they are for whoever asked. The driver's own words go to the log, never into an error:
they may name hosts and files, and errors are shown to strangers.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from ledger.errors import Broken, OutcomeUnknown, TongduiError, Unavailable

FULL, AWAY, BUSY, SPOILT = "full", "away", "busy", "spoilt"
"""What can be the matter with a database."""
_PRIMARY = 0xFF
"""SQLite's extended codes carry the primary one in their lowest byte."""
_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_READONLY: AWAY,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_CORRUPT: SPOILT,
    sqlite3.SQLITE_NOTADB: SPOILT,
}
_SQLSTATES = {
    "53100": FULL,  # disk_full
    "55P03": BUSY,  # lock_not_available
    "XX001": SPOILT,  # data_corrupted
    "XX002": SPOILT,  # index_corrupted
    "25006": AWAY,  # read_only_sql_transaction: a standby, or a server set so while its disk fills
}
_CLASSES = {"08": AWAY, "53": AWAY, "57": AWAY, "58": AWAY}
"""Connection, resources, the operator's hand, the system: by the first two characters."""
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def told(engine: Engine) -> Iterator[None]:
    """Errors of the database as a whole, raised inside, leave as ours."""
    try:
        yield
    except DBAPIError as error:
        found = trouble_of(error, engine)
        if found is None:
            raise
        raise found from error


def trouble_of(error: DBAPIError, engine: Engine, *, committing: bool = False) -> (
    TongduiError | None
):  # fmt: skip
    """What the error means for whoever wants the database; None if it is the asker's own affair.

    ``committing``: a connection lost then leaves open whether the commit took place.
    """
    matter, name = _matter(error), name_of(engine)
    if matter is None:
        return None
    _log.warning("the database %s: %s", name, str(error.orig).strip())
    if matter == FULL:
        return Unavailable("store.full", name=name)
    if matter == BUSY:
        return Unavailable("store.busy", name=name)
    if matter == SPOILT:
        return Broken("store.spoilt", name=name)
    if committing and error.connection_invalidated:
        return OutcomeUnknown("store.commit-unknown", name=name)
    return Unavailable("store.away", name=name)


def name_of(engine: Engine) -> str:
    """What the database is called where people read it: its file's or its own name, no more."""
    return str(engine.url.database or "").replace("\\", "/").rsplit("/", 1)[-1] or "memory"


def _matter(error: DBAPIError) -> str | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        number = getattr(cause, "sqlite_errorcode", None)
        return None if number is None else _SQLITE.get(number & _PRIMARY)
    state = getattr(cause, "sqlstate", None)
    if state is None:
        lost = error.connection_invalidated or type(cause).__name__ == "OperationalError"
        return AWAY if lost else None
    return _SQLSTATES.get(state) or _CLASSES.get(state[:2])
