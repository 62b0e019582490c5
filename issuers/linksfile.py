"""The file of links that the issuer's own system writes: read at the start and when it changes."""

from __future__ import annotations

import logging
from pathlib import Path

from issuers.links import Imported, Tombs, import_links
from ledger.store import agent_notes
from ledger.store.engine import Engine, reading, transaction

_log = logging.getLogger(__name__)


class LinksFile:
    """A CSV file, or none."""

    def __init__(self, engine: Engine, path: Path | None, tombs: Tombs | None = None) -> None:
        """``tombs``: who was erased, whom no file links again."""
        self._engine = engine
        self._path = path
        self._tombs = tombs
        self.last: Imported | None = None
        """What became of its lines at the last reading."""

    def read(self, now_s: int) -> int:
        """Imports what is new; how many members were linked. Raises as ``import_links``.

        A file is known by its size and time; a missing one is waited for.
        """
        if self._path is None or not self._path.exists():
            return 0
        shown = self._path.stat()
        mark = f"{shown.st_mtime_ns}:{shown.st_size}"
        with reading(self._engine) as connection:
            if agent_notes.get(connection, agent_notes.LINKS_FILE) == mark:
                return 0
        text = self._path.read_text("utf-8-sig")
        with transaction(self._engine) as connection:
            self.last = import_links(connection, text, now_s, self._tombs)
            agent_notes.put(connection, agent_notes.LINKS_FILE, mark)
        for wrong in self.last.wrong:
            _log.warning("links, line %d: %s", wrong.line, wrong.code)  # no member ids in logs
        return self.last.linked + self.last.relinked
