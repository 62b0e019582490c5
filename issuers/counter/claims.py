"""Residents' claims at the counter: what waits for a person, what it is about, and the answer."""

from __future__ import annotations

from typing import Any

from issuers.counter.links import told
from issuers.counter.routing import Answer, Ask, Route, Who
from issuers.residents import Residents
from ledger.claims import REASONS, by_hand
from ledger.errors import Rejected
from ledger.store import agent_claims, agent_links
from ledger.store.agent_claims import ClaimRow
from ledger.store.engine import Engine, reading

MOST_LINES = 500
"""Claims in one answer."""
WORDS_MOST = 1_000
"""Characters that a clerk may write to a resident."""


class ClaimsAtCounter:
    """The routes of claims."""

    def __init__(self, engine: Engine, residents: Residents) -> None:
        self._engine = engine
        self._residents = residents

    def routes(self) -> list[Route]:
        """What the counter answers about claims."""
        clerk = Who.CLERK
        return [
            Route("GET", "/claims", clerk, self._list),
            Route("GET", "/claims/{claim}", clerk, self._show),
            Route("POST", "/claims/{claim}/answer", clerk, self._answer),
        ]

    def _list(self, ask: Ask) -> Answer:
        every, most = ask.query.get("state") == "all", min(ask.number("limit", 100), MOST_LINES)
        with reading(self._engine) as connection:
            rows = agent_claims.by_hand(connection, every=every, most=most)
            tally = agent_claims.tally(connection, ask.at_s)
        return {"claims": [_told(row, ask.at_s) for row in rows], **tally._asdict()}

    def _show(self, ask: Ask) -> Answer:
        row = self._residents.claims.find(ask.path["claim"])
        with reading(self._engine) as connection:
            link = agent_links.of_account(connection, row.account)
            member_id = None if link is None else link.member_id
            rows = agent_claims.deeds(connection, member_id or "", _month(row), MOST_LINES)
        choices = [
            {"reason": code, "accepted": REASONS[code].accepted, "zh": REASONS[code].zh,
             "en": REASONS[code].en}
            for code in by_hand(row.kind)
        ]  # fmt: skip
        return _told(row, ask.at_s) | {
            "member_id": member_id, "choices": choices,
            "rows": [one._asdict() for one in rows],
        }  # fmt: skip

    def _answer(self, ask: Ask) -> Answer:
        body = ask.json()
        if not isinstance(body.get("accepted"), bool):
            raise Rejected("counter.field", field="accepted")
        words = body.get("words", "")
        if not isinstance(words, str) or len(words) > WORDS_MOST:
            raise Rejected("counter.field", field="words")
        said = {
            "accepted": body["accepted"], "reason": ask.text(body, "reason", most=60),
            "words": words.strip(),
        }  # fmt: skip
        row = self._residents.claims.answer(ask.path["claim"], said, ask.by, ask.at_s)
        return _told(row, ask.at_s)


def _told(row: ClaimRow, now_s: int) -> dict[str, Any]:
    overdue = row.answer is None and row.content.get("due_s", now_s) < now_s
    return told(row) | {"overdue": overdue}


def _month(row: ClaimRow) -> int | None:
    """The month of the deed that the claim names."""
    day = str(dict(row.content.get("about") or {}).get("day") or "")
    year, _, rest = day.partition("-")
    return int(year) * 12 + int(rest[:2]) - 1 if year.isdecimal() and rest[:2].isdecimal() else None
