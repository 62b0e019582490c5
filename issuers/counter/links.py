"""Links at the counter: codes for members, codes of wallets redeemed, ends, erasures, the list.

Every member id comes in the body or goes out in the answer, never in a path that a log might keep.
"""

from __future__ import annotations

from typing import Any

from issuers import links
from issuers.counter.routing import Answer, Ask, Route, Who
from issuers.linking import MOST_MEMBERS
from issuers.residents import Residents
from ledger.claims import REASONS
from ledger.errors import Refused, Rejected
from ledger.faults import Faults
from ledger.store import agent_link_codes, agent_links
from ledger.store.agent_claims import ClaimRow
from ledger.store.engine import Engine, reading, transaction

LONGEST_ID = 200
"""Characters of a member id."""
MOST_LINES = 500
"""Links in one answer."""


class LinksAtCounter:
    """The routes of links."""

    def __init__(self, engine: Engine, residents: Residents, faults: Faults) -> None:
        self._engine = engine
        self._residents = residents
        self._faults = faults

    def routes(self) -> list[Route]:
        """What the counter answers about links."""
        clerk = Who.CLERK
        return [
            Route("POST", "/links/codes", clerk, self._codes),
            Route("POST", "/links/redeem", clerk, self._redeem),
            Route("POST", "/links/end", clerk, self._end),
            Route("POST", "/links/erase", clerk, self._erase),
            Route("GET", "/links", clerk, self._list),
        ]

    def _codes(self, ask: Ask) -> Answer:
        members = ask.json().get("members")
        if not isinstance(members, list) or not 0 < len(members) <= MOST_MEMBERS:
            raise Rejected("link.no-members", field="members")
        wanted = [str(one).strip() for one in members]
        if not all(0 < len(one) <= LONGEST_ID for one in wanted):
            raise Rejected("counter.field", field="members")
        made = self._residents.linking.make(wanted, ask.by, ask.at_s)
        return {"codes": [one._asdict() for one in made]}

    def _redeem(self, ask: Ask) -> Answer:
        body = ask.json()
        member_id = ask.text(body, "member_id", most=LONGEST_ID)
        code = ask.text(body, "code", most=40)
        return told(self._residents.claims.redeem(member_id, code, ask.by, ask.at_s))

    def _end(self, ask: Ask) -> Answer:
        member_id = ask.text(ask.json(), "member_id", most=LONGEST_ID)
        with transaction(self._engine, self._faults) as connection:
            if not links.unlink(connection, member_id, ask.at_s):
                raise Refused("link.none", field="member_id")
        return {"ended_s": ask.at_s}

    def _erase(self, ask: Ask) -> Answer:
        member_id = ask.text(ask.json(), "member_id", most=LONGEST_ID)
        return self._residents.erasing.erase(member_id, ask.at_s)._asdict()

    def _list(self, ask: Ask) -> Answer:
        after, most = ask.query.get("after", ""), min(ask.number("limit", 100), MOST_LINES)
        with reading(self._engine) as connection:
            found = agent_links.page(connection, after, most)
            codes = agent_link_codes.count(connection, ask.at_s)
            in_force = agent_links.count(connection)
        shown = [one._asdict() | {"account": "0x" + one.account.hex()} for one in found]
        return {"links": shown, "in_force": in_force, "codes_out": codes}


def told(row: ClaimRow) -> dict[str, Any]:
    """A claim as JSON, its answer in both languages."""
    found: dict[str, Any] = {
        "claim": row.id, "kind": str(row.kind), "account": "0x" + row.account.hex(),
        "received_s": row.received_s, "state": str(row.state), "answer": None,
        **{name: value for name, value in row.content.items() if name != "code"},
    }  # fmt: skip
    if row.answer is not None:
        why = REASONS[row.answer["reason"]]
        found["answer"] = dict(row.answer) | {
            "zh": why.zh, "en": why.en, "fix_zh": why.fix_zh, "fix_en": why.fix_en
        }  # fmt: skip
    return found
