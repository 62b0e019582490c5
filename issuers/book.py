"""What is known when rows are judged: earlier rows, batches of a lost database, links, quantities.

The screening judges by the inbox alone. The preview of a file judges by the inbox and by the rows
of the same file that stand before, so that both come to the same verdicts. It moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from issuers.stages.stage import Certified, Deed, Past
from ledger.store import agent_batches, agent_deeds, agent_files, agent_inbox, agent_links
from ledger.store.agent_batches import Minted
from ledger.store.agent_inbox import Standing
from ledger.store.agent_links import Link
from ledger.store.engine import Connection

Counted = dict[tuple[str, int, int], int]
"""Native quantity by (member, activity, day since 1970 in Beijing)."""


class Book(Past, Protocol):
    """Answers for many rows at once; the stages of the screening ask it too."""

    def standing(self, event_ids: Iterable[str]) -> dict[str, list[Standing]]:
        """Earlier rows of these events, oldest first."""
        ...

    def rebuilt(self, keys: Iterable[bytes]) -> dict[bytes, Minted]:
        """Where those of the keys are that a lost database minted."""
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

    def rebuilt(self, keys: Iterable[bytes]) -> dict[bytes, Minted]:
        """As the protocol says."""
        return agent_batches.rebuilt(self._connection, keys)

    def links(self, members: Iterable[str]) -> dict[str, Link]:
        """As the protocol says."""
        return agent_links.of_members(self._connection, members)

    def counted(self, members: Iterable[str], first_day: int, last_day: int) -> Counted:
        """As the protocol says."""
        return agent_inbox.counted(self._connection, members, first_day, last_day)

    def certified(
        self, checkers: Iterable[str], first_day: int, last_day: int
    ) -> dict[Certified, int]:
        """As the protocol says."""
        counts = agent_deeds.certified(self._connection, checkers, first_day, last_day)
        return {Certified(*what): count for what, count in counts.items()}

    def timed(self, members: Iterable[str], first_day: int, last_day: int) -> list[Deed]:
        """As the protocol says."""
        rows = agent_deeds.timed(self._connection, members, first_day, last_day)
        return [Deed(*row) for row in rows]


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

    def certified(
        self, checkers: Iterable[str], first_day: int, last_day: int
    ) -> dict[Certified, int]:
        """Sums of both."""
        wanted, span = list(checkers), (first_day, last_day)
        found = super().certified(wanted, *span)
        staged = agent_deeds.certified(self._connection, wanted, *span, file=self._file)
        for what, count in staged.items():
            found[Certified(*what)] = found.get(Certified(*what), 0) + count
        return found

    def timed(self, members: Iterable[str], first_day: int, last_day: int) -> list[Deed]:
        """Rows of the file come after those of the inbox."""
        wanted, span = list(members), (first_day, last_day)
        rows = agent_deeds.timed(self._connection, wanted, *span, file=self._file)
        return super().timed(wanted, *span) + [Deed(*row) for row in rows]
