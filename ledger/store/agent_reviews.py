"""What is asked of the review queue: what a person has to decide, has decided, and how.

Repository only: commits nothing. What a decision does, and who may take it, stands in ``issuers``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, and_, cast, func, select

from ledger.errors import Refused
from ledger.store import transitions
from ledger.store.agent_office_tables import REVIEW_MACHINE, REVIEWS, Review
from ledger.store.agent_tables import INBOX, Inbox
from ledger.units import DAY_S

AGENT = "agent"
"""Who opened a review that no clerk opened; no clerk can have this name."""
CHUNK = 500
"""Values in one question."""
_c = REVIEWS.c


class Kind(enum.StrEnum):
    """What is to be decided, and so what ``subject`` names."""

    EVENT = "event"
    """A held row, by its number in the inbox."""
    CORRECTION = "correction"
    """A proposed correction, by its number in the inbox."""
    UNDO = "undo"
    """The undo of a clerk's file, by the file's number."""
    CLAIM = "claim"
    """A resident's claim, by the operator's id."""


class ReviewRow(NamedTuple):
    """One review. ``evidence`` is JSON; times are seconds since 1970; ``alone``: one clerk both
    opened and decided it."""

    id: int
    kind: Kind
    subject: str
    reason: str
    evidence: str
    opened_s: int
    opened_by: str
    decided_s: int | None
    decided_by: str | None
    alone: bool | None
    words: str | None
    state: Review


class Tally(NamedTuple):
    """Open reviews of one kind."""

    kind: Kind
    reviews: int
    oldest_s: int


class Waiting(NamedTuple):
    """A reviewed row that waits; ``reviewed_days`` count against no term."""

    row: int
    activity: int
    day: int
    reviewed_days: int


def add(connection: Connection, values: Sequence[dict[str, Any]]) -> None:
    """Opens reviews, all with the same columns."""
    transitions.create_many(connection, REVIEW_MACHINE, REVIEWS, Review.OPEN, values)


def last(connection: Connection) -> int:
    """The number of the review that was opened last; 0 before the first."""
    return int(connection.execute(select(func.coalesce(func.max(_c.id), 0))).scalar_one())


def find(connection: Connection, number: int) -> ReviewRow:
    """The review. Refused("review.unknown")."""
    row = connection.execute(select(REVIEWS).where(_c.id == number)).one_or_none()
    if row is None:
        raise Refused("review.unknown", review=number)
    return _review(row)


def listed(
    connection: Connection, state: Review | None, kind: Kind | None, after: int, most: int
) -> list[ReviewRow]:
    """Reviews from a number on; None takes every state or kind."""
    wanted = [_c.id > after]
    wanted += [] if state is None else [_c.state == state]
    wanted += [] if kind is None else [_c.kind == kind]
    found = connection.execute(select(REVIEWS).where(*wanted).order_by(_c.id).limit(most))
    return [_review(row) for row in found]


def of_subjects(
    connection: Connection, kind: Kind, subjects: Iterable[str]
) -> dict[str, ReviewRow]:
    """The newest review of each subject."""
    wanted = sorted(set(subjects))
    found: dict[str, ReviewRow] = {}
    for start in range(0, len(wanted), CHUNK):
        chosen = select(REVIEWS).where(
            _c.kind == kind, _c.subject.in_(wanted[start : start + CHUNK])
        )
        for row in connection.execute(chosen.order_by(_c.id)):
            found[row.subject] = _review(row)
    return found


def decide(
    connection: Connection,
    numbers: Sequence[int],
    state: Review,
    *,
    by: str,
    at_s: int,
    words: str,
    alone: bool,
) -> None:
    """Ends open reviews."""
    values = {"decided_s": at_s, "decided_by": by, "words": words, "alone": alone}
    states = (Review.OPEN, state)
    transitions.move_many(connection, REVIEW_MACHINE, REVIEWS, "id", numbers, states, values)


def open_tallies(connection: Connection) -> list[Tally]:
    """Open reviews by kind."""
    chosen = select(_c.kind, func.count(), func.min(_c.opened_s)).where(_c.state == Review.OPEN)
    found = connection.execute(chosen.group_by(_c.kind).order_by(_c.kind))
    return [Tally(Kind(row[0]), int(row[1]), int(row[2])) for row in found]


def decided_alone(connection: Connection) -> int:
    """Reviews that one clerk both opened and approved."""
    chosen = select(func.count()).select_from(REVIEWS)
    where = and_(_c.alone.is_(True), _c.state == Review.APPROVED)
    return int(connection.execute(chosen.where(where)).scalar_one())


def waiting(connection: Connection) -> list[Waiting]:
    """Rows that a person let go on and that wait for their member's account."""
    took_s = func.sum(_c.decided_s - _c.opened_s)
    chosen = select(INBOX.c.id, INBOX.c.activity, INBOX.c.day, took_s)
    chosen = chosen.join(REVIEWS, _c.subject == cast(INBOX.c.id, String)).where(
        INBOX.c.state == Inbox.WAITING, _c.kind == Kind.EVENT, _c.state == Review.APPROVED
    )
    found = connection.execute(chosen.group_by(INBOX.c.id, INBOX.c.activity, INBOX.c.day))
    return [Waiting(row[0], row[1], row[2], -(-int(row[3]) // DAY_S)) for row in found]


def _review(row: Any) -> ReviewRow:
    found = ReviewRow(*row)
    return found._replace(kind=Kind(found.kind), state=Review(found.state))
