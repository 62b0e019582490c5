"""What is known when rows are judged: earlier rows, batches of a lost database, links, quantities.

The screening judges by the inbox alone. The preview of a file judges by the inbox and by the rows
of the same file that stand before, so that both come to the same verdicts. It moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ledger.store import agent_batches, agent_files, agent_inbox, agent_links
from ledger.store.agent_inbox import Standing
from ledger.store.agent_links import Link
from ledger.store.engine import Connection

Counted = dict[tuple[str, int, int], int]
"""Native quantity by (member, activity, day since 1970 in Beijing)."""


class Book(Protocol):
    """Answers for many rows at once."""

    def standing(self, event_ids: Iterable[str]) -> dict[str, list[Standing]]:
        """Earlier rows of these events, oldest first."""
        ...

    def rebuilt(self, keys: Iterable[bytes]) -> dict[bytes, tuple[int, int]]:
        """(batch, row) of the keys that a lost database minted."""
        ...

    def links(self, members: Iterable[str]) -> dict[str, Link]:
        """Links of these members, ended ones too."""
        ...

    def counted(self, members: Iterable[str], first_day: int, last_day: int) -> Counted:
        """What counts already against the standard's limits."""
        ...


class InboxBook:
    """All that the agent has taken in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def standing(self, event_ids: Iterable[str]) -> dict[str, list[Standing]]:
        """As the protocol says."""
        return agent_inbox.standing(self._connection, event_ids)

    def rebuilt(self, keys: Iterable[bytes]) -> dict[bytes, tuple[int, int]]:
        """As the protocol says."""
        return agent_batches.rebuilt(self._connection, keys)

    def links(self, members: Iterable[str]) -> dict[str, Link]:
        """As the protocol says."""
        return agent_links.of_members(self._connection, members)

    def counted(self, members: Iterable[str], first_day: int, last_day: int) -> Counted:
        """As the protocol says."""
        return agent_inbox.counted(self._connection, members, first_day, last_day)


class FileBook(InboxBook):
    """The inbox, and what a file's earlier rows would add to it."""

    def __init__(self, connection: Connection, file: int) -> None:
        super().__init__(connection)
        self._file = file

    def standing(self, event_ids: Iterable[str]) -> dict[str, list[Standing]]:
        """Rows of the file come after those of the inbox."""
        wanted = list(event_ids)
        found = super().standing(wanted)
        for event_id, rows in agent_files.standing(self._connection, self._file, wanted).items():
            found.setdefault(event_id, []).extend(rows)
        return found

    def counted(self, members: Iterable[str], first_day: int, last_day: int) -> Counted:
        """Sums of both."""
        wanted = list(members)
        found = super().counted(wanted, first_day, last_day)
        staged = agent_files.counted(self._connection, self._file, wanted, first_day, last_day)
        for what, quantity in staged.items():
            found[what] = found.get(what, 0) + quantity
        return found
