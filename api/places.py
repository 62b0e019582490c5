"""What this process keeps on disk: the operator's key and database.

The database's family is written here once, so that every program that opens it brings the same
tables up to date.
"""

from __future__ import annotations

from pathlib import Path

from api.settings import Settings
from ledger.store.engine import Database, open_database

OPERATOR_FAMILY = (
    "outbox",
    "operator",
    "hooks",
    "access",
    "offers",
    "statements",
    "logins",
    "residents",
    "reminders",
    "projects",
    "envelopes",
)


def open_operator_database(settings: Settings, *, exclusive: bool = True) -> Database:
    """The operator's database; Refused("store.locked") where another API process runs on its file.

    On a server several may: what only one may do at a time, ``ledger.store.seats`` sees to.
    """
    place = settings.database_place
    alone = exclusive and (isinstance(place, Path) or place.startswith("sqlite"))
    return open_database(place, OPERATOR_FAMILY, exclusive=alone)
