"""Erasing a member: nothing here tells any more whose account it was, nor what was recorded.

What is under way to the chain ends first; the loop comes back to it until it has, also after a
restart. Then the database's files are rewritten, so that nothing old is left in them. What the
issuer must keep by law stays in its own system.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from issuers.eventkeys import EventKeys, hidden
from issuers.links import Tomb, Tombs
from issuers.standard.catalogue import Standard
from ledger.errors import Refused
from ledger.faults import Faults
from ledger.store import agent_claims, agent_erasing, agent_links, agent_notes
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.scrub import scrub
from ledger.store.tables import METADATA
from ledger.units import GRACE_MONTHS, MONTHS_PER_YEAR, month_of, start_of_month

REASON = "member.erased"
"""Why the member's waiting events end."""
CLAIM_ANSWER = {"accepted": False, "reason": "claim.erased", "words": "", "by": "agent"}


class Erased(NamedTuple):
    """What an erasure came to so far: rows that end first, and from when on a link is possible."""

    under_way: int
    again_s: int


class Pending(NamedTuple):
    """An erasure that is not over: rows up to ``until`` are part of it."""

    member_id: str
    until: int


class Erasing:
    """Erases members of one scheme."""

    def __init__(
        self,
        engine: Engine,
        keys: EventKeys,
        tombs: Tombs,
        standard: Standard,
        scheme: str,
        faults: Faults,
    ) -> None:
        self._engine = engine
        self._keys = keys
        self._tombs = tombs
        sector = next(one for one in standard.sectors if one.scheme == scheme)
        yearly = [one for one in standard.by_scheme(scheme) if one.per_year]
        self._capped = bool(sector.annual_cap_units or yearly)
        self._faults = faults

    def erase(self, member_id: str, at_s: int) -> Erased:
        """Begins an erasure, and ends it where nothing is under way.

        Refused("link.none") for a member of whom nothing is here.
        """
        again_s = _year_closed_s(at_s) if self._capped else at_s
        with transaction(self._engine, self._faults) as connection:
            before = pending(connection)
            if not agent_erasing.knows(connection, member_id):
                raise Refused("link.none", field="member_id")
            self._tombs.put(connection, member_id, Tomb(at_s, again_s))
            asked = Pending(member_id, agent_erasing.newest(connection))
            left = self._forget(connection, asked, at_s)
            others = [one for one in before if one.member_id != member_id]
            _note(connection, [*others, asked] if left else others)
            agent_notes.put(connection, agent_notes.SCRUB, "due")
        self._scrub()
        return Erased(left, again_s)

    def step(self, at_s: int) -> int:
        """Goes on with erasures that wait; how many ended."""
        with reading(self._engine) as connection:
            waits = pending(connection)
            late = agent_erasing.any_late(connection)
        ended = 0
        if waits or late:
            with transaction(self._engine, self._faults) as connection:
                before = pending(connection)
                left = [one for one in before if self._forget(connection, one, at_s)]
                ended = len(before) - len(left)
                if ended + agent_erasing.forget_late(connection):
                    _note(connection, left)
                    agent_notes.put(connection, agent_notes.SCRUB, "due")
        self._scrub()
        return ended

    def _forget(self, connection: Connection, asked: Pending, at_s: int) -> int:
        link = agent_links.of_members(connection, [asked.member_id]).get(asked.member_id)
        if link is not None:
            agent_claims.forget(connection, link.account, CLAIM_ANSWER | {"at_s": at_s})
        return agent_erasing.forget(
            connection, asked.member_id, REASON, lambda one: hidden(self._keys(one)), asked.until
        )

    def _scrub(self) -> None:
        """Rewrites the files where that is due; tried again in the next round where it can't be."""
        with reading(self._engine) as connection:
            if agent_notes.get(connection, agent_notes.SCRUB) != "due":
                return
        ours = [table for name, table in METADATA.tables.items() if name.startswith("agent_")]
        if scrub(self._engine, ours):
            with transaction(self._engine) as connection:
                agent_notes.put(connection, agent_notes.SCRUB, "done")


def pending(connection: Connection) -> list[Pending]:
    """Erasures that are not over."""
    text = agent_notes.get(connection, agent_notes.ERASURES) or "[]"
    return [Pending(*one) for one in json.loads(text)]


def _note(connection: Connection, left: Sequence[Pending]) -> None:
    agent_notes.put(connection, agent_notes.ERASURES, json.dumps(left, ensure_ascii=False))


def _year_closed_s(at_s: int) -> int:
    """When the year of that moment is closed: 1 April of the next, in Beijing."""
    year = month_of(at_s) // MONTHS_PER_YEAR
    return start_of_month((year + 1) * MONTHS_PER_YEAR + GRACE_MONTHS)
