"""Undoes a whole file: what it brought is withdrawn, or taken back by corrections, previewed first.

Below the office's threshold a clerk's word is enough; above it another clerk approves, as for a
single correction. The loop then goes through the file's rows in portions, each once, so that a kill
anywhere loses and doubles none. Knows no HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from issuers import reviews
from issuers.filing import BALANCES
from issuers.outlook import ChainViews
from issuers.takingback import Sums, look_many, propose_many
from ledger.errors import Refused, Rejected
from ledger.faults import Faults
from ledger.store import agent_files, agent_notes, agent_reviews
from ledger.store.agent_files import FileRow
from ledger.store.agent_office_tables import File, Review
from ledger.store.agent_reviews import Kind, ReviewRow
from ledger.store.engine import Connection, Engine, reading, transaction

EVENTS = 500
"""Undone in one transaction."""
ABOVE = "undo.above-threshold"
"""Why another clerk has to approve."""


class Undone(NamedTuple):
    """What an undo would come to, or how far it has come; ``review`` where one is open."""

    file: int
    state: File
    sums: Sums
    approval: bool
    review: int | None


class Undoing:
    """Undoes the files of one agent."""

    def __init__(
        self, engine: Engine, views: ChainViews, approve_above_units: int, faults: Faults
    ) -> None:
        self._engine = engine
        self._views = views
        self._threshold = approve_above_units
        self._faults = faults

    def look(self, number: int) -> Undone:
        """What it would come to; nothing is changed.

        Refused: file.unknown, file.not-committed. Raises what the node raises.
        """
        file = self._committed(number)
        sums = look_many(self._engine, self._views, self._views.read(), self._pages(number))
        with reading(self._engine) as connection:
            waits = _open_review(connection, number)
        above = sums.back_units > self._threshold
        return Undone(number, file.state, sums, above, waits)

    def ask(self, number: int, reason: str, by: str, at_s: int) -> Undone:
        """Does it, or asks another clerk to approve it; safe to repeat. Raises as ``look``,
        Rejected("undo.reason") and Refused("review.needs-name")."""
        if not reason.strip():
            raise Rejected("undo.reason", file=number)
        found = self.look(number)
        reviews.check_named(by)
        if found.state is not File.COMMITTED or found.review is not None:
            return found
        with transaction(self._engine, self._faults) as connection:
            if not found.approval:
                _begin(connection, number, reason, by, at_s, None)
                return found._replace(state=File.UNDOING)
            evidence = found.sums._asdict() | {"words": reason, "threshold_units": self._threshold}
            subject = str(number)
            review = reviews.open(connection, Kind.UNDO, subject, ABOVE, evidence, by, at_s)
        return found._replace(review=review)

    def step(self) -> int:
        """Goes on with files that are being undone; how many events were withdrawn or noted."""
        with reading(self._engine) as connection:
            files = agent_files.of_state(connection, File.UNDOING)
            unread = {one.id: agent_files.unread(connection, one.id) for one in files}
        return sum(self._undo(file) for file in files if not unread[file.id])

    def _undo(self, file: FileRow) -> int:
        with reading(self._engine) as connection:
            said = orjson.loads(agent_notes.get(connection, _note(file.id)) or "{}")
        moved = 0
        for event_ids in self._pages(file.id):
            with transaction(self._engine, self._faults) as connection:
                many = propose_many(
                    connection, event_ids, reason=said["reason"], by=said["by"],
                    at_s=said["at_s"], review_id=said["review"], name=f"undo/{file.id}",
                )  # fmt: skip
            moved += many.noted + many.withdrawn
        with transaction(self._engine, self._faults) as connection:
            agent_files.move(connection, file.id, File.UNDOING, File.UNDONE)
        return moved + 1

    def _committed(self, number: int) -> FileRow:
        with reading(self._engine) as connection:
            file = agent_files.find(connection, number)
        if file.state not in (File.COMMITTED, File.UNDOING, File.UNDONE):
            raise Refused("file.not-committed", file=number, state=str(file.state))
        if file.kind == BALANCES:
            raise Refused("file.balances-stay", file=number)
        return file

    def _pages(self, number: int) -> Iterator[list[str]]:
        after = 0
        while True:
            with reading(self._engine) as connection:
                page = agent_files.events_of(connection, number, after, EVENTS)
            if not page:
                return
            yield [event_id for _, event_id in page]
            after = page[-1][0]


class UndoneFiles:
    """What a decision on an undo does."""

    def approve(self, connection: Connection, review: ReviewRow, at_s: int) -> None:
        """The file is undone, if nobody undid it before."""
        words = orjson.loads(review.evidence)["words"]
        _begin(connection, int(review.subject), words, review.opened_by, at_s, review.id)

    def refuse(self, connection: Connection, review: ReviewRow, words: str) -> None:
        """The file stays as it is."""

    def shown(self, connection: Connection, review: ReviewRow) -> dict[str, Any]:
        """The file, and the events that it brought, by state."""
        file = agent_files.find(connection, int(review.subject))
        counts = agent_files.inbox_counts(connection, file.id)
        return {"file": file.id, "name": file.name, "clerk": file.clerk, "inbox": counts}


def _begin(
    connection: Connection, number: int, reason: str, by: str, at_s: int, review: int | None
) -> None:
    """From now on the loop undoes the file."""
    said = {"reason": reason, "by": by, "at_s": at_s, "review": review}
    agent_notes.put(connection, _note(number), orjson.dumps(said).decode())
    agent_files.move(connection, number, File.COMMITTED, File.UNDOING)


def _note(number: int) -> str:
    return f"undo of file {number}"


def _open_review(connection: Connection, number: int) -> int | None:
    found = agent_reviews.of_subjects(connection, Kind.UNDO, [str(number)])
    return next((one.id for one in found.values() if one.state is Review.OPEN), None)
