"""One process a database: a lock file beside it, which the system lets go when its holder dies.

Two processes over one outbox would hand out the same nonces. For databases in a file; knows no SQL.
"""

from __future__ import annotations

import fcntl
from pathlib import Path

from ledger.errors import Refused


class ProcessLock:
    """Held from its making until ``release`` or the end of the process."""

    def __init__(self, database: Path) -> None:
        """Raises Refused("store.locked") with the database's path if another holds it."""
        self.path = database.with_name(database.name + ".lock")
        self._file = self.path.open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise Refused("store.locked", path=str(database)) from None

    def release(self) -> None:
        """Lets it go. The file stays: removing it would let two in."""
        self._file.close()
