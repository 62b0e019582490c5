"""Links by one-time code, either way, and what keeps codes from being found by trying.

The issuer hands a member a code, which the resident types into the wallet; or the wallet makes one,
which the member tells the issuer. Codes of ours stand in the store as keyed hashes. A member leads
to one account for good: another wallet gets the earlier account or is told where it is.
"""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from issuers import links
from issuers.eventkeys import EventKeys
from ledger.errors import Refused, Rejected, Unavailable
from ledger.faults import Faults
from ledger.onetime import RANDOM_BYTES, make_code, read_code, show_code
from ledger.store import agent_claims, agent_link_codes, agent_links
from ledger.store.agent_link_codes import CodeRow
from ledger.store.engine import Connection, Engine, transaction
from ledger.units import DAY_S

MOST_MEMBERS = 5_000
"""Codes made in one request."""
HOUR_S = 3_600
MOST_WRONG_OF_AN_ACCOUNT = 5
"""Wrong codes within an hour; then an account's codes are refused unseen until it is over."""
MOST_WRONG_IN_ALL = 50
"""Wrong codes within an hour; then all codes wait. With 100,000 codes out, whoever tries 50 an hour
for a year finds one with a chance of 1 in 800."""
WRONG, LOCKED = "link.code-wrong", "link.code-locked"


class Code(NamedTuple):
    """A code to be handed to a member, grouped as it is shown."""

    member_id: str
    code: str
    expires_s: int


class Outcome(NamedTuple):
    """What a link came to: a reason of ``ledger.claims``, and the earlier account it leads to."""

    reason: str
    account: bytes | None = None


class Linking:
    """One scheme's links by code."""

    def __init__(
        self, engine: Engine, keys: EventKeys, tombs: links.Tombs, code_days: int, faults: Faults
    ) -> None:
        """``code_days``: how long a code that we made is good."""
        self._engine = engine
        self._keys = keys
        self._tombs = tombs
        self._life_s = code_days * DAY_S
        self._faults = faults

    def make(self, members: Sequence[str], by: str, at_s: int) -> list[Code]:
        """A code for each of these members; the ones they had are void.

        Rejected("link.no-members"), Refused("link.erased").
        """
        wanted = list(dict.fromkeys(members))
        if not 0 < len(wanted) <= MOST_MEMBERS:
            raise Rejected("link.no-members", field="members")
        expires_s = at_s + self._life_s
        made = [(one, make_code(secrets.token_bytes(RANDOM_BYTES))) for one in wanted]
        rows = [CodeRow(self._digest(c), m, at_s, by, expires_s, None) for m, c in made]
        with transaction(self._engine, self._faults) as connection:
            for member_id in wanted:
                self._tombs.check(connection, member_id, at_s)
            agent_link_codes.put(connection, rows, at_s)
        return [Code(member_id, show_code(code), expires_s) for member_id, code in made]

    def check(self, connection: Connection, account: bytes, digest: bytes, at_s: int) -> Outcome:
        """What a resident's code comes to, by its keyed hash; used up by it. Part of the deciding
        transaction.

        Unavailable("link.guessing") where too many wrong ones came from everywhere.
        """
        wrong = agent_claims.guesses(connection, at_s - HOUR_S, WRONG)
        if Counter(wrong)[account] >= MOST_WRONG_OF_AN_ACCOUNT:
            return Outcome(LOCKED)
        if len(wrong) >= MOST_WRONG_IN_ALL:
            raise Unavailable("link.guessing", most=MOST_WRONG_IN_ALL)
        row = agent_link_codes.find(connection, digest)
        good = row is not None and hmac.compare_digest(row.digest, digest)
        if row is None or not good or row.used_s is not None or row.expires_s <= at_s:
            return Outcome(WRONG)
        agent_link_codes.use(connection, digest, at_s)
        return self.consent(connection, row.member_id, account, at_s)

    def consent(self, connection: Connection, member_id: str, account: bytes, at_s: int) -> Outcome:
        """Links, or says why not; ``link.taken-over`` stands once the wallet has that account."""
        try:
            self._tombs.check(connection, member_id, at_s)
        except Refused:
            return Outcome("link.erased")
        before = agent_links.of_members(connection, [member_id]).get(member_id)
        owner = agent_links.of_account(connection, account)
        if owner is not None and owner.member_id != member_id:
            return Outcome("link.account-taken")
        if before is not None and before.account != account:
            return Outcome("link.taken-over", before.account)
        if before is not None and before.unlinked_at_s is None:
            return Outcome("link.stood")
        links.link(connection, member_id, account, at_s)
        return Outcome("link.done")

    def taken_over(self, connection: Connection, account: bytes, at_s: int) -> None:
        """The resident's new wallet has the earlier account now: its link is in force."""
        owner = agent_links.of_account(connection, account)
        if owner is not None and owner.unlinked_at_s is not None:
            agent_links.revive(connection, owner.member_id, at_s)

    def name_of(self, member_id: str, code: str) -> str:
        """The name of one redemption: the same for the same member and code, and telling nothing
        of either."""
        what = f"redeem\0{member_id}\0{read_code(code)}".encode()
        return hmac.digest(self._keys.derive("link codes"), what, "sha256").hex()

    def digest(self, typed: str) -> bytes:
        """The keyed hash under which a code stands; of one that can't be, a hash of no code."""
        try:
            return self._digest(read_code(typed))
        except Rejected:
            return self._digest(typed)

    def _digest(self, code: str) -> bytes:
        return hmac.digest(self._keys.derive("link codes"), code.encode(), "sha256")
