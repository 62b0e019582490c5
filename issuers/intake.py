"""Rows into the inbox: pulled page by page, or pushed by the source; stored before anything else.

A page's rows and the cursor after them are stored in one transaction. A call of the source is
acknowledged only when its rows are stored. While too many rows wait to be minted, because the node
is slow or away, nothing more is taken: the source keeps it for us. What the rows say is none of
this module's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, cast

from issuers.adapter import BEGINNING, Cursor, IssuerAdapter, PullAdapter, PushAdapter, RawRow
from ledger.errors import Refused, Unavailable
from ledger.faults import Faults
from ledger.store import agent_inbox, agent_notes
from ledger.store.engine import Engine, reading, transaction

BACKLOG_ROWS = 100_000
PAGES = 20
"""Most pages of one round, so that what was read gets on meanwhile."""


class Read(NamedTuple):
    """What a round of reading came to."""

    rows: int
    complete: bool
    """Whether everything that the source shows now is stored."""
    held: bool = False
    """Whether it stopped because too much waits already."""


class Intake:
    """Stores what one source shows."""

    def __init__(
        self,
        engine: Engine,
        adapter: IssuerAdapter,
        faults: Faults,
        backlog_rows: int = BACKLOG_ROWS,
    ) -> None:
        """``backlog_rows``: so many may wait to be minted before no more are taken; a page or a
        call may go beyond it by what it holds."""
        self._engine = engine
        self._adapter = adapter
        self._faults = faults
        self._backlog_rows = backlog_rows
        self.calls_us = isinstance(adapter, PushAdapter)

    def pull(self, now_s: int) -> Read:
        """Reads on from where the last round stopped. A source that calls has nothing to read.

        ``now_s`` is the chain's time. Raises what the adapter raises; pages before are stored.
        """
        if self.calls_us:
            return Read(0, complete=True)
        rows, pages, room = 0, 0, self._room()
        if room <= 0:
            return Read(0, complete=False, held=True)
        for page in cast("PullAdapter", self._adapter).read(self._cursor()):
            self._store(page.rows, now_s, page.next)
            rows, pages = rows + len(page.rows), pages + 1
            if pages == PAGES or rows >= room:
                return Read(rows, complete=False, held=rows >= room)
        return Read(rows, complete=True)

    def accept(self, headers: Mapping[str, str], body: bytes, now_s: int) -> int:
        """Stores the rows of one genuine call; how many. SignatureInvalid for any other call,
        Refused where this source is pulled, Unavailable("agent.backlog") while too much waits."""
        if not self.calls_us:
            raise Refused("agent.not-called")
        rows = cast("PushAdapter", self._adapter).accept(headers, body)
        if self._room() <= 0:
            raise Unavailable("agent.backlog", most=self._backlog_rows)
        self._store(rows, now_s, None)
        return len(rows)

    def _room(self) -> int:
        """How many more rows may be taken."""
        most = self._backlog_rows
        with reading(self._engine) as connection:
            return most - agent_inbox.under_way(connection, most)

    def _cursor(self) -> Cursor:
        with reading(self._engine) as connection:
            return Cursor(agent_notes.get(connection, agent_notes.CURSOR) or BEGINNING)

    def _store(self, rows: tuple[RawRow, ...], now_s: int, following: Cursor | None) -> None:
        with transaction(self._engine, self._faults) as connection:
            agent_inbox.store(connection, [(row.place, row.content) for row in rows], now_s)
            if following is not None:
                agent_notes.put(connection, agent_notes.CURSOR, following)
