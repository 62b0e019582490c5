"""The review queue: what a person has to decide, who may, and what the decision does.

Four eyes: whoever opened a review does not approve it. What the agent opened, any clerk decides:
the rule that doubted the deed is the first pair of eyes, and gains nothing. What a clerk opened,
another clerk approves; in an office with one clerk, and only there, the same one may after a wait,
and the record says so. Anybody may refuse, also what he opened himself. Each kind of review has an
effect of its own, in a module of its own. Knows no HTTP and no chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import orjson

from issuers.counter.passes import OFFICE
from ledger.errors import Refused
from ledger.faults import Faults
from ledger.store import agent_clerks, agent_reviews
from ledger.store.agent_office_tables import Review
from ledger.store.agent_reviews import Kind, ReviewRow
from ledger.store.engine import Connection, Engine, reading, transaction

HOUR_S = 3_600


class Effect(Protocol):
    """What decisions on one kind of review do; each call is part of the deciding transaction."""

    def approve(self, connection: Connection, review: ReviewRow, at_s: int) -> None:
        """It goes on. Refused where it can't any more."""
        ...

    def refuse(self, connection: Connection, review: ReviewRow, words: str) -> None:
        """It ends here."""
        ...

    def shown(self, connection: Connection, review: ReviewRow) -> dict[str, Any]:
        """What a person needs to see to decide, beside the evidence."""
        ...


class Opening(NamedTuple):
    """A review to be opened; see ``agent_reviews.ReviewRow``."""

    kind: str
    subject: str
    reason: str
    evidence: Mapping[str, Any]


def open(  # noqa: A001 - read with its module: reviews.open
    connection: Connection,
    kind: str,
    subject: str,
    reason: str,
    evidence: Mapping[str, Any],
    by: str,
    at_s: int,
) -> int:
    """Opens a review; its number. ``reason`` is a code of ``issuers.reasons``, ``by`` a clerk's
    name or ``agent``; who opens one for a person to decide acts under a name."""
    open_many(connection, [Opening(kind, subject, reason, evidence)], by, at_s)
    return agent_reviews.last(connection)


def open_many(connection: Connection, some: Sequence[Opening], by: str, at_s: int) -> None:
    """As ``open``, many at once. Refused("review.needs-name") for the office's own pass."""
    check_named(by)
    rows = [
        {
            "kind": str(Kind(one.kind)), "subject": one.subject, "reason": one.reason,
            "evidence": orjson.dumps(one.evidence).decode(), "opened_s": at_s, "opened_by": by,
        }
        for one in some
    ]  # fmt: skip
    agent_reviews.add(connection, rows)


class Reviews:
    """The queue of one agent. ``effects`` are by kind, ``Kind``'s values."""

    def __init__(
        self,
        engine: Engine,
        effects: Mapping[str, Effect],
        one_clerk_wait_h: int | None,
        faults: Faults,
    ) -> None:
        self._engine = engine
        self._effects = {str(kind): effect for kind, effect in effects.items()}
        self._wait_h = one_clerk_wait_h
        self._faults = faults

    def listed(
        self, state: Review | None, kind: Kind | None, after: int, most: int
    ) -> list[ReviewRow]:
        """Reviews from a number on."""
        with reading(self._engine) as connection:
            return agent_reviews.listed(connection, state, kind, after, most)

    def shown(self, number: int) -> tuple[ReviewRow, dict[str, Any]]:
        """A review and what it is about. Refused("review.unknown")."""
        with reading(self._engine) as connection:
            review = agent_reviews.find(connection, number)
            effect = self._effects.get(review.kind)
            return review, {} if effect is None else effect.shown(connection, review)

    def approve(self, number: int, by: str, words: str, at_s: int) -> ReviewRow:
        """It goes on; the review as it stands then. Safe to repeat.

        Refused: review.unknown, review.needs-name, review.decided, review.four-eyes, review.wait,
        and what the kind's effect refuses.
        """
        return self._decide(number, Review.APPROVED, by, words, at_s)

    def refuse(self, number: int, by: str, words: str, at_s: int) -> ReviewRow:
        """It ends here; as ``approve``, and nobody has to wait."""
        return self._decide(number, Review.REFUSED, by, words, at_s)

    def _decide(self, number: int, state: Review, by: str, words: str, at_s: int) -> ReviewRow:
        check_named(by)
        with transaction(self._engine, self._faults) as connection:
            review = agent_reviews.find(connection, number)
            if review.state is not Review.OPEN:
                if (review.state, review.decided_by) == (state, by):
                    return review
                raise Refused(
                    "review.decided", review=number, state=str(review.state),
                    by=review.decided_by,
                )  # fmt: skip
            alone = review.opened_by == by
            effect = self._effects[review.kind]
            if state is Review.APPROVED:
                self._check_eyes(connection, review, by, at_s)
                effect.approve(connection, review, at_s)
            else:
                effect.refuse(connection, review, words)
            agent_reviews.decide(
                connection, [number], state, by=by, at_s=at_s, words=words, alone=alone
            )
            return agent_reviews.find(connection, number)

    def _check_eyes(self, connection: Connection, review: ReviewRow, by: str, at_s: int) -> None:
        """Whether this clerk may approve it."""
        if review.opened_by != by:
            return
        others = [c.name for c in agent_clerks.every(connection) if c.ended_s is None]
        if self._wait_h is None or set(others) - {by}:
            raise Refused("review.four-eyes", review=review.id, name=by)
        until_s = review.opened_s + self._wait_h * HOUR_S
        if at_s < until_s:
            hours = -(-(until_s - at_s) // HOUR_S)
            raise Refused("review.wait", review=review.id, name=by, left_h=hours)


def check_named(by: str) -> None:
    """Decisions are taken under a person's name; the office's own pass has none."""
    if by == OFFICE:
        raise Refused("review.needs-name")
