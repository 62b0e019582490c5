"""What this process keeps on disk: the operator's key and database.

The database's family is written here once, so that every program that opens it brings the same
tables up to date.
"""

from __future__ import annotations

from api.settings import Settings
from ledger.store.engine import Database, open_database

OPERATOR_FAMILY = ("outbox", "operator", "access", "offers")


def open_operator_database(settings: Settings, *, exclusive: bool = True) -> Database:
    """The operator's database; Refused("store.locked") where another API process runs on it."""
    return open_database(settings.database_place, OPERATOR_FAMILY, exclusive=exclusive)
