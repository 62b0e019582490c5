"""The review queue at the counter: what waits for a person, what it is about, and the decision."""

from __future__ import annotations

from typing import Any

import orjson

from issuers.counter.routing import Answer, Ask, Route, Who
from issuers.reasons import REASONS
from issuers.reviews import Reviews
from ledger.errors import Rejected
from ledger.store.agent_office_tables import Review
from ledger.store.agent_reviews import Kind, ReviewRow

MOST_LINES = 500
"""Reviews in one answer."""
ALL = "all"
"""Asks for reviews in every state."""


class ReviewsAtCounter:
    """The routes of reviews."""

    def __init__(self, reviews: Reviews) -> None:
        self._reviews = reviews

    def routes(self) -> list[Route]:
        """What the counter answers about reviews."""
        clerk = Who.CLERK
        return [
            Route("GET", "/reviews", clerk, self._list),
            Route("GET", "/reviews/{review}", clerk, self._show),
            Route("POST", "/reviews/{review}/approve", clerk, self._approve),
            Route("POST", "/reviews/{review}/refuse", clerk, self._refuse),
        ]

    def _list(self, ask: Ask) -> Answer:
        state, kind = ask.query.get("state", Review.OPEN), ask.query.get("kind", "")
        if state not in (*Review, ALL):
            raise Rejected("counter.field", field="state")
        if kind and kind not in set(Kind):
            raise Rejected("counter.field", field="kind")
        rows = self._reviews.listed(
            None if state == ALL else Review(state),
            Kind(kind) if kind else None,
            ask.number("after", 0),
            min(ask.number("limit", 100), MOST_LINES),
        )
        return {"reviews": [told(row, ask.at_s) for row in rows]}

    def _show(self, ask: Ask) -> Answer:
        row, about = self._reviews.shown(ask.id("review"))
        return told(row, ask.at_s) | {"about": about}

    def _approve(self, ask: Ask) -> Answer:
        words = ask.text(ask.json(), "reason")
        return told(self._reviews.approve(ask.id("review"), ask.by, words, ask.at_s), ask.at_s)

    def _refuse(self, ask: Ask) -> Answer:
        words = ask.text(ask.json(), "reason")
        return told(self._reviews.refuse(ask.id("review"), ask.by, words, ask.at_s), ask.at_s)


def told(row: ReviewRow, now_s: int) -> dict[str, Any]:
    """A review as JSON: the reason in both languages, the evidence as it was kept."""
    evidence = orjson.loads(row.evidence)
    for doubt in evidence.get("doubts", []):
        doubt.update(_words(doubt["reason"]))
    return {
        "review": row.id, "kind": str(row.kind), "subject": row.subject, "state": str(row.state),
        **_words(row.reason), "evidence": evidence, "opened_s": row.opened_s,
        "opened_by": row.opened_by, "age_s": (row.decided_s or now_s) - row.opened_s,
        "decided_s": row.decided_s, "decided_by": row.decided_by, "alone": row.alone,
        "words": row.words,
    }  # fmt: skip


def _words(code: str) -> dict[str, Any]:
    known = REASONS.get(code)
    if known is None:
        return {"reason": code, "zh": code, "en": code, "fix_zh": "", "fix_en": ""}
    return {
        "reason": code, "zh": known.why.zh, "en": known.why.en,
        "fix_zh": known.fix.zh, "fix_en": known.fix.en,
    }  # fmt: skip
