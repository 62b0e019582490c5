"""What an agent does for residents: links by code, their claims, and erasing who asks for it.

Wired here so that the agent's bootstrap and loop know one part. Who may ask is the counter's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from issuers.claims import Claims
from issuers.directory import ClaimDesk
from issuers.erasing import Erasing, pending
from issuers.eventkeys import EventKeys
from issuers.linking import Linking
from issuers.links import Tombs
from issuers.standard.catalogue import Standard
from ledger.faults import Faults
from ledger.store import agent_claims
from ledger.store.engine import Connection, Engine

OTHERS = frozenset({"claims"})
"""Stages whose troubles are the operator's: the agent is at rest while it is away."""


class Residents:
    """One scheme's."""

    def __init__(
        self,
        engine: Engine,
        keys: EventKeys,
        standard: Standard,
        scheme: str,
        desk: ClaimDesk | None,
        faults: Faults,
        *,
        code_days: int,
        poll_s: float,
    ) -> None:
        """``desk``: the operator, if one is known, asked every ``poll_s``."""
        self.tombs = Tombs(keys)
        self.linking = Linking(engine, keys, self.tombs, code_days, faults)
        self.claims = Claims(engine, desk, self.linking, faults, poll_s)
        self.erasing = Erasing(engine, keys, self.tombs, standard, scheme, faults)

    def stages(self, at_s: int) -> list[tuple[str, Callable[[], int]]]:
        """The loop's stages, each with its own troubles."""
        return [
            ("claims", lambda: self.claims.step(at_s)),
            ("erasing", lambda: self.erasing.step(at_s)),
        ]


def told(connection: Connection, now_s: int) -> dict[str, Any]:
    """What the status shows of them."""
    claims = agent_claims.tally(connection, now_s)._asdict()
    return {"claims": claims, "erasures": len(pending(connection))}


def waits(shown: Mapping[str, Any]) -> list[tuple[int, str]]:
    """(how many, reason) of what residents wait for, by what ``told`` shows."""
    claims = shown["claims"]
    return [
        (claims["open"] - claims["overdue"], "claim.open"),
        (claims["overdue"], "claim.overdue"),
        (claims["untold"], "claim.untold"),
        (shown["erasures"], "member.erasing"),
    ]
