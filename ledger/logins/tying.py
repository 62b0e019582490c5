"""Which wallet a sign-in opens: a fresh one, one made at a desk, or one that another sign-in opens.

A wallet that exists is reached by a one-time code that comes out of it: from a desk where it was
opened, as long as no sign-in opens it; from the resident's own session afterwards. So whoever ties
a second provider has proved both. One sign-in opens one wallet.
"""

from __future__ import annotations

import enum

from ledger.errors import Refused, Rejected
from ledger.logins.place import Login, Place
from ledger.logins.sessions import end_all, wallet_of
from ledger.onetime import make_code, read_code
from ledger.store import logins_sessions as sessions
from ledger.store import logins_signing as rows
from ledger.store import operator_wallets as wallets
from ledger.store.engine import Connection
from ledger.store.logins_sessions import EventRow
from ledger.store.logins_signing import CodeRow, TieRow


class Purpose(enum.StrEnum):
    """What a wallet's code is for."""

    SIGN_IN = "sign-in"
    """Whoever types it signs in to the wallet from then on."""
    CONTACT = "contact"
    """Whoever types it names the wallet's resident as a recovery contact."""


class Tying:
    """Use cases of ties and codes at one place."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def make_code(
        self, command_id: str, wallet: str, purpose: Purpose, by: str, *, own: bool
    ) -> tuple[str, int]:
        """(code, when it ends); the same for the same command while it is good, and nowhere stored.
        The wallet's earlier one is void. ``own``: asked for by the resident's own session.

        Raises Rejected("wallet.unknown"); Refused: login.signed-in-already, and login.code-used,
        login.code-over, where that is what became of the command's code.
        """
        code = make_code(self._place.keyed("code", command_id))
        digest, now_s = code_digest(self._place, code), self._place.now_s()
        expires_s = now_s + self._place.terms.code_s
        with self._place.change() as at:
            if wallets.opened_at_s(at, wallet) is None:
                raise Rejected("wallet.unknown", id=wallet)
            before = rows.code(at, digest)
            if before is not None:  # the same command again: its time goes on running
                _require_good(before, now_s)
                return code, before.expires_s
            if purpose is Purpose.SIGN_IN and not own and rows.ties_of(at, wallet):
                raise Refused("login.signed-in-already", id=wallet)
            row = CodeRow(digest, wallet, purpose, by, expires_s)
            rows.put_code(at, row, now_s)
            self._place.note(at, wallet, f"{purpose}-code", by)
        return code, expires_s

    def tie(self, command_id: str, login: Login, typed: str, by: str) -> str:
        """The wallet of that code, which the sign-in opens from now on.

        Raises Rejected: link.code-mistyped, login.code-unknown; Refused("login.has-wallet").
        """
        digest = code_digest(self._place, read_code(typed))
        with self._place.change() as at:
            before = rows.tie_of(at, *login)
            if before is not None:
                return _same(before, command_id)
            found = rows.take_code(at, digest, Purpose.SIGN_IN, self._place.now_s())
            if found is None:
                raise Rejected("login.code-unknown", field="code")
            self.add(at, command_id, login, found.wallet, by)
            return found.wallet

    def require_free(self, command_id: str, login: Login) -> str | None:
        """The wallet that this very command tied; Refused("login.has-wallet") for any other."""
        with self._place.look() as at:
            before = rows.tie_of(at, *login)
        return None if before is None else _same(before, command_id)

    def tie_new(
        self, command_id: str, login: Login, wallet: str, consent_version: int, by: str
    ) -> None:
        """Ties a wallet that was just made for this; Refused("login.has-wallet") where the same
        sign-in has got another one meanwhile."""
        with self._place.change() as at:
            before = rows.tie_of(at, *login)
            if before is None:
                self.add(at, command_id, login, wallet, by, consent_version)
            else:
                _same(before, command_id)

    def add(
        self,
        connection: Connection,
        tie_id: str,
        login: Login,
        wallet: str,
        by: str,
        consent_version: int | None = None,
    ) -> None:
        """In the caller's transaction: a sign-in that opened nothing opens the wallet."""
        row = TieRow(tie_id, *login, wallet, self._place.now_s(), consent_version)
        rows.tie(connection, row)
        self._place.note(connection, wallet, "tied", by)

    def ties(self, wallet: str) -> list[TieRow]:
        """Every sign-in that opens the wallet."""
        with self._place.look() as at:
            return rows.ties_of(at, wallet)

    def untie(self, wallet: str, tie_id: str, by: str) -> None:
        """Ends a sign-in with its sessions; others stay.

        Raises Rejected("request.no-such-item"), Refused("login.last-one").
        """
        with self._place.change() as at:
            kept = {one.id: one for one in rows.ties_of(at, wallet)}
            gone = kept.pop(tie_id, None)
            if gone is None:
                raise Rejected("request.no-such-item", field="tie_id")
            if not kept:
                raise Refused("login.last-one", id=tie_id)
            now_s = self._place.now_s()
            for one in sessions.of_wallet(at, wallet, now_s):
                if (one.provider, one.subject) == (gone.provider, gone.subject):
                    sessions.end(at, one.id, now_s)
            rows.untie(at, tie_id)
            self._place.note(at, wallet, "untied", by)

    def events(self, wallet: str, before: int | None, most: int) -> list[EventRow]:
        """What happened, newest first."""
        with self._place.look() as at:
            return sessions.events(at, wallet, before, most)


def hand_over(connection: Connection, place: Place, wallet: str) -> None:
    """Ends every sign-in and session of a wallet, in the caller's transaction."""
    end_all(connection, wallet, place.now_s())
    for one in rows.ties_of(connection, wallet):
        rows.untie(connection, one.id)


def require_free(connection: Connection, login: Login) -> None:
    """Refused("login.has-wallet")."""
    if wallet_of(connection, login) is not None:
        raise Refused("login.has-wallet")


def code_digest(place: Place, code: str) -> bytes:
    """As it is stored."""
    return place.keyed("code-digest", code)


def _require_good(made: CodeRow, now_s: int) -> None:
    if made.used_s is not None:
        raise Refused("login.code-used", used_s=made.used_s)
    if made.expires_s <= now_s:
        raise Refused("login.code-over", expires_s=made.expires_s)


def _same(before: TieRow, command_id: str) -> str:
    if before.id != command_id:
        raise Refused("login.has-wallet")
    return before.wallet
