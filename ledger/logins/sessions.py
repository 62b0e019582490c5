"""Sessions of residents: a short-lived token, and one that renews both and works once.

A renewal token that comes a second time was copied: the session ends for whoever has it. Only the
command that used it may come again, as its answer may have been lost. Which wallet a session opens
is looked up each time, so whatever ends works no longer at once.
"""

from __future__ import annotations

import hmac
import re
import secrets
from typing import NamedTuple

from ledger.errors import Refused, Rejected
from ledger.logins.place import Login, Place, hashed
from ledger.store import logins_sessions as rows
from ledger.store import logins_signing as ties
from ledger.store.engine import Connection
from ledger.store.logins_sessions import SessionRow

ACCESS = re.compile(r"tdr_([0-9a-f]{12})_[0-9a-f]{64}")
_ID_BYTES = 6
_SECRET_BYTES = 32
HEADER = "Authorization"


class Tokens(NamedTuple):
    """A session's tokens, shown once."""

    session: str
    access: str
    access_ends_s: int
    refresh: str
    ends_s: int
    wallet: str | None


class Visit(NamedTuple):
    """Whose request it is: a sign-in, and the wallet that it opens, if any yet."""

    session: str
    """Empty where an app came with a provider's own token."""
    login: Login
    wallet: str | None
    opened_s: int


class Sessions:
    """Use cases of sessions at one place."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def open(self, login: Login) -> Tokens:
        """A new session; of somebody who has no wallet yet, too."""
        now_s = self._place.now_s()
        fresh = _fresh(secrets.token_hex(_ID_BYTES))
        ends_s = now_s + self._place.terms.session_s
        row = SessionRow(
            fresh.id, *login, hashed(fresh.access), self._access_ends_s(ends_s),
            hashed(fresh.refresh), None, None, ends_s, now_s, None,
        )  # fmt: skip
        with self._place.change() as at:
            rows.forget_over(at, now_s)
            rows.add(at, row)
            wallet = wallet_of(at, login)
            if wallet is not None:
                self._place.note(at, wallet, "signed-in", row.id)
        return _tokens(row, fresh, wallet)

    def enter(self, token: str) -> Visit:
        """Whose token it is. Raises Rejected("access.key-unknown"), Refused("access.key-expired"),
        both for what has ended as for what never was."""
        parts = ACCESS.fullmatch(token)
        with self._place.look() as at:
            row = None if parts is None else rows.session(at, parts[1])
            fits = row is not None and hmac.compare_digest(row.access, hashed(token))
            if row is None or not fits or row.ended_s is not None:
                raise Rejected("access.key-unknown", field=HEADER)
            if row.access_ends_s <= self._place.now_s():
                raise Refused("access.key-expired", expired_s=row.access_ends_s)
            login = Login(row.provider, row.subject)
            return Visit(row.id, login, wallet_of(at, login), row.opened_s)

    def renew(self, command_id: str, refresh: str) -> Tokens:
        """Fresh tokens; those before are void.

        Raises Rejected("login.refresh-unknown"); Refused("login.refresh-reused"), which ends the
        session.
        """
        now_s = self._place.now_s()
        with self._place.change() as at:
            row = rows.by_refresh(at, hashed(refresh))
            if row is None or row.ended_s is not None or row.ends_s <= now_s:
                raise Rejected("login.refresh-unknown", field="refresh")
            reused = row.refresh != hashed(refresh) and row.renewed_as != command_id
            if reused:
                rows.end(at, row.id, now_s)
            else:
                fresh = _fresh(row.id)
                row = row._replace(
                    access=hashed(fresh.access), access_ends_s=self._access_ends_s(row.ends_s),
                    refresh=hashed(fresh.refresh), former=hashed(refresh), renewed_as=command_id,
                )  # fmt: skip
                rows.renew(at, row)
            wallet = wallet_of(at, Login(row.provider, row.subject))
            if reused and wallet is not None:
                self._place.note(at, wallet, "refresh-reused", row.id)
        if reused:
            raise Refused("login.refresh-reused", field="refresh")
        return _tokens(row, fresh, wallet)

    def of_wallet(self, wallet: str) -> list[SessionRow]:
        """Those that have not ended."""
        with self._place.look() as at:
            return rows.of_wallet(at, wallet, self._place.now_s())

    def end(self, session: str) -> None:
        """Ends a session; one that has ended already stays so."""
        with self._place.change() as at:
            row = rows.session(at, session)
            if row is None or not rows.end(at, session, self._place.now_s()):
                return
            wallet = wallet_of(at, Login(row.provider, row.subject))
            if wallet is not None:
                self._place.note(at, wallet, "signed-out", session)

    def end_of(self, wallet: str, session: str) -> None:
        """Ends one of the wallet's sessions; Rejected("request.no-such-item") for another's."""
        if session not in [one.id for one in self.of_wallet(wallet)]:
            raise Rejected("request.no-such-item", field="session_id")
        self.end(session)

    def _access_ends_s(self, session_ends_s: int) -> int:
        return min(self._place.now_s() + self._place.terms.access_s, session_ends_s)


class _Fresh(NamedTuple):
    id: str
    access: str
    refresh: str


def end_all(connection: Connection, wallet: str, now_s: int) -> None:
    """Every session of everybody who is tied to the wallet, in the caller's transaction."""
    for row in rows.of_wallet(connection, wallet, now_s):
        rows.end(connection, row.id, now_s)


def wallet_of(connection: Connection, login: Login) -> str | None:
    """What a sign-in opens; None where nothing yet."""
    found = ties.tie_of(connection, *login)
    return None if found is None else found.wallet


def _fresh(session: str) -> _Fresh:
    access = f"tdr_{session}_{secrets.token_hex(_SECRET_BYTES)}"
    return _Fresh(session, access, f"tdf_{secrets.token_hex(_SECRET_BYTES)}")


def _tokens(row: SessionRow, fresh: _Fresh, wallet: str | None) -> Tokens:
    return Tokens(row.id, fresh.access, row.access_ends_s, fresh.refresh, row.ends_s, wallet)
