"""Rows into the inbox: pulled page by page, or pushed by the source; stored before anything else.

A page's rows and the cursor after them are stored in one transaction. A call of the source is
acknowledged only when its rows are stored. What the rows say is none of this module's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, cast

from issuers.adapter import BEGINNING, Cursor, IssuerAdapter, PullAdapter, PushAdapter, RawRow
from ledger.errors import Refused
from ledger.faults import Faults
from ledger.store import agent_inbox, agent_notes
from ledger.store.engine import Engine, reading, transaction

PAGES = 20
"""Most pages of one round, so that what was read gets on meanwhile."""


class Read(NamedTuple):
    """What a round of reading came to."""

    rows: int
    complete: bool
    """Whether everything that the source shows now is stored."""


class Intake:
    """Stores what one source shows."""

    def __init__(self, engine: Engine, adapter: IssuerAdapter, faults: Faults) -> None:
        self._engine = engine
        self._adapter = adapter
        self._faults = faults
        self.calls_us = isinstance(adapter, PushAdapter)

    def pull(self, now_s: int) -> Read:
        """Reads on from where the last round stopped. A source that calls has nothing to read.

        ``now_s`` is the chain's time. Raises what the adapter raises; pages before are stored.
        """
        if self.calls_us:
            return Read(0, complete=True)
        rows, pages = 0, 0
        for page in cast("PullAdapter", self._adapter).read(self._cursor()):
            self._store(page.rows, now_s, page.next)
            rows, pages = rows + len(page.rows), pages + 1
            if pages == PAGES:
                return Read(rows, complete=False)
        return Read(rows, complete=True)

    def accept(self, headers: Mapping[str, str], body: bytes, now_s: int) -> int:
        """Stores the rows of one genuine call; how many. SignatureInvalid for any other call,
        Refused where this source is pulled."""
        if not self.calls_us:
            raise Refused("agent.not-called")
        rows = cast("PushAdapter", self._adapter).accept(headers, body)
        self._store(rows, now_s, None)
        return len(rows)

    def _cursor(self) -> Cursor:
        with reading(self._engine) as connection:
            return Cursor(agent_notes.get(connection, agent_notes.CURSOR) or BEGINNING)

    def _store(self, rows: tuple[RawRow, ...], now_s: int, following: Cursor | None) -> None:
        with transaction(self._engine, self._faults) as connection:
            agent_inbox.store(connection, [(row.place, row.content) for row in rows], now_s)
            if following is not None:
                agent_notes.put(connection, agent_notes.CURSOR, following)
