"""A process that runs an agent and the clerks at its counter until all is at rest, or is killed.

What the clerks do is given in words that another process can send: (what, event, clerk, quantity).
They do it once the agent rests; who does it again after a kill says the same words.
"""

from __future__ import annotations

from pathlib import Path

from issuers.askings import Asked
from ledger.store.agent_reviews import Kind
from tests.issuers.agent_program import ROUNDS, SCHEME, FileSource
from tests.issuers.market import BareChain, Clerk, attached, clerk

Act = tuple[str, str, str, int]
"""("correct", event, clerk, new quantity), or ("approve" or "refuse", event, clerk, 0)."""
WORDS = "已核对签到表"


def play(folder: Path, url: str, fault: str, acts: list[Act]) -> None:
    """Goes on from whatever is there, lets the clerks act, and goes on until all is at rest."""
    market = attached(folder, url)
    assert isinstance(market.chain, BareChain)
    settings = market.settings(SCHEME, fault=fault, links_file=folder / "links.csv")
    with clerk(market, settings, FileSource(folder / "source.json")) as found:
        found.settle(ROUNDS)
        for what, event, name, quantity in acts:
            if what == "correct":
                asked = Asked(event, quantity, None, WORDS, name)
                found.agent.parts.correcting.ask(asked, market.chain.now_s())
            else:
                _decide(found, what, event, name)
        found.settle(ROUNDS)


def _decide(found: Clerk, what: str, event: str, name: str) -> None:
    """On the review about that event."""
    reviews = found.agent.parts.reviews
    for row in reviews.listed(None, None, 0, 500):
        about = reviews.shown(row.id)[1]["event"]
        if about["event_id"] == event and row.kind in (Kind.EVENT, Kind.CORRECTION):
            decide = reviews.approve if what == "approve" else reviews.refuse
            decide(row.id, name, WORDS, found.market.chain.now_s())
