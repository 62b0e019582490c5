"""Sessions of one resident, or one delegate, at one desk: begun with a card, ended by time or hand.

A session's token speaks for its wallet and no other. It is looked up on every request: what ends
the session, its card or its delegation ends it at once.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import NamedTuple

from ledger.errors import Refused, Rejected
from ledger.residents.cards import Cards
from ledger.residents.place import Place
from ledger.residents.rules import Holder
from ledger.store import residents_cards as cards
from ledger.store import residents_people as people
from ledger.store.engine import Connection
from ledger.store.residents_cards import SessionRow
from ledger.store.residents_people import DelegationRow

_TOKEN = re.compile(r"tds_(s[0-9a-f]{12})_([0-9a-f]{64})")


class Sitting(NamedTuple):
    """Who sits at which desk."""

    id: str
    wallet: str
    holder: Holder
    card: str
    worker: str
    """The key of the desk."""
    ends_s: int
    delegation: DelegationRow | None


class Opened(NamedTuple):
    """A session just begun; ``token`` is stored nowhere."""

    sitting: Sitting
    token: str


class Sittings:
    """Use cases of sessions at one place."""

    def __init__(self, place: Place, proving: Cards) -> None:
        self._place = place
        self._proving = proving

    def open(
        self, command_id: str, worker: str, typed: str, pin: str | None, code: str | None
    ) -> Opened:
        """A session with a card and its PIN or code; the same for the same command.

        Raises as ``Cards.prove``, and Refused("resident.delegation-over"),
        Refused("resident.session-over").
        """
        name = session_id(command_id)
        token = self._place.seals.token(command_id)
        with self._place.look() as at:
            known = cards.session(at, name) is not None
        if not known:
            card = self._proving.prove(typed, pin, code)
            now_s = self._place.now_s()
            ends_s = min(now_s + self._place.terms.session_s, card.until_s or 2**62)
            row = SessionRow(
                name, _digest(token), card.wallet, card.id, card.delegation, worker, now_s,
                ends_s, None,
            )  # fmt: skip
            with self._place.change() as at:
                _require_delegation(at, row, now_s)
                if cards.session(at, name) is None:
                    cards.add_session(at, row)
        with self._place.look() as at:
            return Opened(self._read(at, name), f"tds_{name}_{token}")

    def find(self, token: str) -> Sitting | None:
        """Whose token it is; None where it is none of ours.

        Raises Refused: resident.session-over, resident.delegation-over.
        """
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            return None
        with self._place.look() as at:
            row = cards.session(at, parts[1])
            if row is None or not hmac.compare_digest(row.digest, _digest(parts[2])):
                return None
            return self._read(at, row.id)

    def end(self, session_id: str, *, worker: str | None = None) -> None:
        """Ends it; a worker's own only. Rejected("resident.session-unknown")."""
        with self._place.change() as at:
            row = cards.session(at, session_id)
            if row is None or worker not in (None, row.worker):
                raise Rejected("resident.session-unknown", id=session_id)
            cards.end_session(at, session_id, self._place.now_s())

    def _read(self, at: Connection, name: str) -> Sitting:
        row, now_s = cards.session(at, name), self._place.now_s()
        assert row is not None
        if row.ended_s is not None or row.ends_s <= now_s:
            raise Refused("resident.session-over", ended_s=row.ended_s or row.ends_s)
        card = cards.card(at, row.card)
        if card is None or card.ended_s is not None:
            raise Refused("resident.session-over", ended_s=now_s)
        granted = _require_delegation(at, row, now_s)
        holder = Holder(card.holder)
        return Sitting(row.id, row.wallet, holder, row.card, row.worker, row.ends_s, granted)


def session_id(command_id: str) -> str:
    """The id of the session that a command begins."""
    return "s" + hashlib.sha256(command_id.encode()).hexdigest()[:12]


def _require_delegation(at: Connection, row: SessionRow, now_s: int) -> DelegationRow | None:
    """The delegation behind a delegate's session, which must hold."""
    if row.delegation is None:
        return None
    found = people.delegation(at, row.delegation)
    if found is None or found.revoked_s is not None or found.until_s <= now_s:
        raise Refused("resident.delegation-over", id=row.delegation)
    return found


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
