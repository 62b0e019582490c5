"""A sign-in from leaving for the provider to coming back, and the ticket that a session takes.

The page that begins keeps a verifier and hands over its hash (RFC 7636, towards us): whoever brings
a ticket has to show it. So nobody can be signed in by another's link, and a ticket that is seen on
its way is worth nothing. State, nonce and our own verifier towards the provider stay here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import NamedTuple

from ledger.errors import Rejected
from ledger.logins.place import Login, Place, hashed
from ledger.logins.sessions import Sessions, Tokens
from ledger.store import logins_signing as rows
from ledger.store.logins_signing import StartRow, TicketRow

RANDOM_BYTES = 32


class Begun(NamedTuple):
    """What goes to the provider; ``challenge`` is the hash of our verifier, as it is sent."""

    state: str
    nonce: str
    challenge: str


class Starting:
    """Use cases of sign-ins at one place."""

    def __init__(self, place: Place, sessions: Sessions) -> None:
        self._place = place
        self._sessions = sessions

    def begin(self, provider: str, challenge: bytes) -> Begun:
        """``challenge``: SHA-256 of the verifier that the page keeps."""
        state, nonce, verifier = (secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3))
        now_s = self._place.now_s()
        row = StartRow(
            hashed(state), provider, nonce, verifier, challenge, now_s,
            now_s + self._place.terms.start_s,
        )  # fmt: skip
        with self._place.change() as at:
            rows.begin(at, row)
        return Begun(state, nonce, text_of(hashed(verifier)))

    def come_back(self, provider: str, state: str) -> StartRow:
        """What was begun under that state, once. Rejected("login.start-unknown") where nothing
        was, or with another provider, or too long ago, or somebody came back already."""
        with self._place.change() as at:
            found = rows.take_start(at, hashed(state))
        late = found is not None and found.expires_s <= self._place.now_s()
        if found is None or late or found.provider != provider:
            raise Rejected("login.start-unknown", field="state")
        return found

    def vouched(self, begun: StartRow, login: Login) -> str:
        """The ticket of somebody whom the provider vouched for."""
        ticket, now_s = secrets.token_urlsafe(RANDOM_BYTES), self._place.now_s()
        ends_s = now_s + self._place.terms.ticket_s
        with self._place.change() as at:
            rows.add_ticket(at, TicketRow(hashed(ticket), *login, begun.challenge, ends_s), now_s)
        return ticket

    def enter(self, ticket: str, verifier: str) -> Tokens:
        """A session for a ticket, once: also a wrong verifier uses it up.

        Raises Rejected("login.ticket-unknown").
        """
        with self._place.change() as at:
            found = rows.take_ticket(at, hashed(ticket))
        if (
            found is None
            or found.expires_s <= self._place.now_s()
            or not hmac.compare_digest(challenge_of(verifier), found.challenge)
        ):
            raise Rejected("login.ticket-unknown", field="ticket")
        return self._sessions.open(Login(found.provider, found.subject))


def challenge_of(verifier: str) -> bytes:
    """As RFC 7636 makes it (S256), before it becomes text."""
    return hashlib.sha256(verifier.encode("ascii", "replace")).digest()


def text_of(content: bytes) -> str:
    """Bytes as base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
