"""Claims of residents: read from the operator, decided here, answered there.

Links and their ends are decided by the agent itself, corrections and missing awards by a person. A
decision and what it does are one transaction; the answer is told until the operator has it, so
nothing is lost where either of them dies, and nothing happens twice.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from issuers import links
from issuers.directory import ClaimDesk, OpenClaim
from issuers.linking import Linking, Outcome
from ledger.claims import BY_HAND, REASONS, Kind, by_hand
from ledger.errors import Refused, Rejected, Unavailable
from ledger.faults import Faults
from ledger.store import agent_claims, agent_links
from ledger.store.agent_claims import ClaimRow
from ledger.store.agent_office_tables import Claim
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.units import DAY_S

AGENT = "agent"
"""By whom it is answered where no clerk did."""
AT_ONCE = 200
"""Claims of one round."""
AWAY = "operator.unavailable"
AWAY_ROUNDS = 6
"""After a look that nobody answered, so many are left out."""
_ITSELF = (Kind.LINK, Kind.UNLINK)


class Claims:
    """One scheme's claims."""

    def __init__(
        self,
        engine: Engine,
        desk: ClaimDesk | None,
        linking: Linking,
        faults: Faults,
        every_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``desk`` None: no operator is known. ``every_s``: how often it is asked."""
        self._engine = engine
        self._desk = desk
        self._linking = linking
        self._faults = faults
        self._every_s = every_s
        self._clock = clock
        self._next_s = clock()
        self._away: Unavailable | None = None
        """Why the operator could not be reached at the last look."""

    def step(self, at_s: int) -> int:
        """Reads, decides and answers; how much moved. Raises what the operator raises, and
        Unavailable("link.guessing") while codes wait."""
        if self._desk is None:
            return 0
        if self._away is not None and self._clock() < self._next_s:
            raise self._away  # still: the loop is not held up by asking again at once
        try:
            return self._round(self._desk, at_s)
        except Unavailable as error:
            if error.code == AWAY:
                self._away = error
                self._next_s = self._clock() + AWAY_ROUNDS * self._every_s
            raise

    def _round(self, desk: ClaimDesk, at_s: int) -> int:
        moved = self._told()
        if self._clock() >= self._next_s:
            moved += self._read(desk, at_s)
            self._next_s = self._clock() + self._every_s
        self._away = None
        return moved + self._decided(at_s) + self._told()

    def redeem(self, member_id: str, code: str, by: str, at_s: int) -> ClaimRow:
        """Links a member by the code of a wallet; the claim with what it came to.

        Raises Refused("link.no-operator"), and what the operator raises: nothing happened then, and
        the same may be asked again.
        """
        if self._desk is None:
            raise Refused("link.no-operator")
        asked = self._desk.redeem(code, self._linking.name_of(member_id, code))
        with transaction(self._engine, self._faults) as connection:
            if agent_claims.find(connection, asked.id) is None:
                self._store(connection, [asked], at_s)
                outcome = self._linking.consent(connection, member_id, asked.account, at_s)
                self._decide(connection, asked.id, outcome, by, at_s)
        with contextlib.suppress(Unavailable, Refused):  # it stands here; the loop tells it again
            self._told()
        return self.find(asked.id)

    def answer(self, claim_id: str, said: Mapping[str, Any], by: str, at_s: int) -> ClaimRow:
        """A clerk's answer: ``accepted``, ``reason``, ``words``. It goes out with the next round.

        Raises Rejected: claim.unknown, claim.reason; Refused: claim.not-by-hand, claim.answered.
        """
        with transaction(self._engine, self._faults) as connection:
            row = agent_claims.find(connection, claim_id)
            if row is None:
                raise Rejected("claim.unknown", id=claim_id)
            if row.kind not in BY_HAND:
                raise Refused("claim.not-by-hand", id=claim_id, kind=str(row.kind))
            reason = str(said["reason"])
            fits = reason in by_hand(row.kind) and REASONS[reason].accepted == said["accepted"]
            if not fits:
                raise Rejected("claim.reason", field="reason", reason=reason)
            if row.answer is None:
                stands = dict(said) | {"by": by, "at_s": at_s}
                agent_claims.decide(connection, claim_id, stands)
            elif {name: row.answer[name] for name in said} != dict(said):
                raise Refused("claim.answered", id=claim_id)
        return self.find(claim_id)

    def find(self, claim_id: str) -> ClaimRow:
        """Rejected("claim.unknown")."""
        with reading(self._engine) as connection:
            row = agent_claims.find(connection, claim_id)
        if row is None:
            raise Rejected("claim.unknown", id=claim_id)
        return row

    def _read(self, desk: ClaimDesk, at_s: int) -> int:
        """What is new at the operator, and what went away there."""
        with reading(self._engine) as connection:
            open_before = agent_claims.undecided(connection)
        listed = desk.open_claims()
        ids = {one.id for one in listed}
        with reading(self._engine) as connection:
            known = agent_claims.states(connection, ids)
        fresh = [one for one in listed if one.id not in known and not one.redeemed]
        left = [one for one in listed if one.id not in known and one.redeemed]
        stale = [one for one in left if one.asked_s + DAY_S < at_s]
        gone = open_before - ids
        if fresh or stale or gone:
            with transaction(self._engine, self._faults) as connection:
                self._store(connection, [*fresh, *stale], at_s)
                endings = dict.fromkeys((one.id for one in stale), "link.unfinished")
                endings |= dict.fromkeys(gone, "claim.withdrawn")
                for claim_id in endings.keys() & agent_claims.undecided(connection):
                    outcome = Outcome(endings[claim_id])
                    self._decide(connection, claim_id, outcome, AGENT, at_s)
        for claim_id, state in known.items():  # answered here, and open there: told once more
            if state is Claim.ANSWERED:
                self._tell(desk, self.find(claim_id))
        return len(fresh) + len(stale) + len(gone)

    def _store(self, connection: Connection, claims: Sequence[OpenClaim], at_s: int) -> None:
        """A code stands as its keyed hash from the beginning."""
        rows = [
            {
                "id": one.id, "kind": one.kind, "account": one.account, "received_s": at_s,
                "content": dict(one.content)
                | ({"code": self._linking.digest(one.code).hex()} if one.code else {}),
            }
            for one in claims
        ]  # fmt: skip
        agent_claims.add(connection, rows)

    def _decided(self, at_s: int) -> int:
        """Links and their ends."""
        with reading(self._engine) as connection:
            waiting = agent_claims.waiting(connection, _ITSELF, AT_ONCE)
        for row in waiting:
            with transaction(self._engine, self._faults) as connection:
                if row.id in agent_claims.undecided(connection):  # not erased meanwhile
                    outcome = self._outcome(connection, row, at_s)
                    self._decide(connection, row.id, outcome, AGENT, at_s, row.content)
        return len(waiting)

    def _outcome(self, connection: Connection, row: ClaimRow, at_s: int) -> Outcome:
        if row.kind is Kind.LINK:
            digest = bytes.fromhex(row.content.get("code", ""))
            return self._linking.check(connection, row.account, digest, at_s)
        link = agent_links.of_account(connection, row.account)
        ended = link is not None and links.unlink(connection, link.member_id, at_s)
        return Outcome("unlink.done" if ended else "unlink.none")

    @staticmethod
    def _decide(
        connection: Connection,
        claim_id: str,
        outcome: Outcome,
        by: str,
        at_s: int,
        content: Mapping[str, Any] | None = None,
    ) -> None:
        """Notes a decision; a code that was looked at is not kept."""
        answer: dict[str, Any] = {
            "accepted": REASONS[outcome.reason].accepted, "reason": outcome.reason, "words": "",
            "by": by, "at_s": at_s,
        }  # fmt: skip
        if outcome.account is not None:
            answer["account"] = "0x" + outcome.account.hex()
        kept = None if content is None else {k: v for k, v in content.items() if k != "code"}
        agent_claims.decide(connection, claim_id, answer, kept)

    def _told(self) -> int:
        """Answers that the operator does not have yet; how many it has now.

        One that is not taken holds none of the others up.
        """
        if self._desk is None:
            return 0
        with reading(self._engine) as connection:
            rows = agent_claims.of_state(connection, Claim.DECIDED, AT_ONCE)
        refused: Refused | None = None
        for row in rows:
            try:
                self._tell(self._desk, row)
            except Refused as error:
                refused = error
        if refused is not None:
            raise refused
        return len(rows)

    def _tell(self, desk: ClaimDesk, row: ClaimRow) -> None:
        """The answer as it then stands; an earlier account that the wallet has now is linked."""
        assert row.answer is not None, "a decided claim has an answer"
        said = {name: row.answer[name] for name in ("accepted", "reason", "words")}
        if row.answer["reason"] == "link.taken-over":
            said["account"] = row.answer["account"]
        stands = desk.answer(row.id, said)
        with transaction(self._engine, self._faults) as connection:
            answer = dict(row.answer)
            if stands is not None:
                answer |= stands._asdict()
            if stands is not None and stands.reason == "link.taken-over":
                account = bytes.fromhex(row.answer["account"][2:])
                self._linking.taken_over(connection, account, row.answer["at_s"])
            now = agent_claims.find(connection, row.id)
            if now is not None and now.state is Claim.DECIDED:  # not told by another thread
                agent_claims.told(connection, row.id, answer)
