"""What this process keeps on disk: the operator's key and database.

The database's family is written here once, so that every program that opens it brings the same
tables up to date.
"""

from __future__ import annotations

from pathlib import Path

from api.settings import Settings
from ledger.chain.signer import Key
from ledger.errors import Rejected
from ledger.store.engine import Database, open_database

OPERATOR_FAMILY = ("outbox", "operator", "access")
_OTHERS = 0o077


def open_operator_database(settings: Settings, *, exclusive: bool = True) -> Database:
    """The operator's database; Refused("store.locked") where another API process runs on it."""
    return open_database(settings.database_place, OPERATOR_FAMILY, exclusive=exclusive)


def read_operator_key(path: Path) -> Key:
    """The key in a file of 64 hexadecimal digits that only its owner may read.

    Raises Rejected: "key.missing", "key.malformed", "key.readable-by-others".
    """
    try:
        if path.stat().st_mode & _OTHERS:
            raise Rejected("key.readable-by-others", path=str(path))
        return Key.from_bytes(bytes.fromhex(path.read_text("ascii").strip()))
    except OSError as error:
        raise Rejected("key.missing", path=str(path)) from error
    except ValueError as error:
        raise Rejected("key.malformed", path=str(path)) from error
