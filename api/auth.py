"""Whose request it is: the bearer token looked up, believed for a short while, and counted.

argon2 takes about 20 ms on purpose, so what it said is remembered in memory, by a hash of the
token, never longer than the key works. Knows no endpoints; who may do what: ``api.access``.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import NamedTuple

from api.access import Caller, Role
from api.keys import find_key
from api.limits import Buckets
from ledger.errors import Refused, Rejected, TongduiError
from ledger.logins.sessions import Visit
from ledger.residents.sittings import Sitting
from ledger.store.access_tables import KeyRow
from ledger.store.engine import Engine

HEADER = "Authorization"
OF_A_SESSION = "tds_"
"""How tokens of sessions at desks begin."""
OF_A_VISIT = "tdr_"
"""How tokens of residents who signed in begin."""
REMEMBERED_MOST = 10_000
"""Keys remembered at a time; then all are forgotten, which costs one look each."""
LOOKING_MOST = 16
"""Tokens compared at a time: the same token is compared once, however many bring it."""


class _Known(NamedTuple):
    caller: Caller
    expires_s: int
    believed_until_s: float


class Doorkeeper:
    """Turns tokens into callers. Safe to call from any thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        *,
        believe_s: float,
        of_a_key: Buckets,
        of_a_stranger: Buckets,
        sittings: Callable[[str], Sitting | None] = lambda _token: None,
        visits: Callable[[str], Visit] | None = None,
    ) -> None:
        """``clock`` gives seconds since 1970. A stranger is an address whose token is not known
        yet: it may not try tokens, nor burn our processor, faster than its bucket refills.
        ``sittings`` finds the session at a desk of a token, ``visits`` the sign-in; both are asked
        on every request."""
        self._engine = engine
        self._clock = clock
        self._believe_s = believe_s
        self._of_a_key = of_a_key
        self._of_a_stranger = of_a_stranger
        self._sittings = sittings
        self._visits = visits
        self._known: dict[bytes, _Known] = {}
        self._lock = threading.Lock()
        self._looking = [threading.Lock() for _ in range(LOOKING_MOST)]

    def caller(self, authorization: str | None, address: str) -> Caller:
        """Who sent this header from this address.

        Raises Rejected("access.key-missing"), Rejected("access.key-unknown"),
        Refused("access.key-expired"), Refused("resident.session-over"),
        Refused("resident.delegation-over"), Unavailable("access.too-many-requests").
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            self._of_a_stranger.take(address)
            raise Rejected("access.key-missing", field=HEADER)
        if token.startswith(OF_A_SESSION):
            return self._at_a_desk(token.strip(), address)
        if self._visits is not None and is_of_a_visit(token):
            return self._at_home(self._visits, token.strip(), address)
        name = hashlib.sha256(token.strip().encode()).digest()
        known = self._remembered(name)
        if known is None:
            with self._looking[name[0] % LOOKING_MOST]:  # one of many that bring the same token
                known = self._remembered(name)
                if known is None:
                    self._of_a_stranger.take(address)
                    known = self._look_up(name, token.strip())
        return self._entered(known)

    def at_hand(self, authorization: str | None) -> Caller | None:
        """As ``caller`` where memory says it; None where the database must be asked."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        known = self._remembered(hashlib.sha256(token.strip().encode()).digest())
        return None if known is None else self._entered(known)

    def _entered(self, known: _Known) -> Caller:
        if known.expires_s <= self._clock():
            raise Refused("access.key-expired", expired_s=known.expires_s)
        self._of_a_key.take(known.caller.key_id)
        return known.caller

    def _at_a_desk(self, token: str, address: str) -> Caller:
        """Never believed from memory: what ends a session ends it at once."""
        sitting = self._sittings(token)
        if sitting is None:
            self._of_a_stranger.take(address)
            raise Rejected("access.key-unknown", field=HEADER)
        self._of_a_key.take(sitting.id)
        role = Role.RESIDENT if sitting.delegation is None else Role.DELEGATE
        return Caller(sitting.id, role, None, sitting)

    def _at_home(self, visits: Callable[[str], Visit], token: str, address: str) -> Caller:
        """Never believed from memory either. Commands and limits are a person's, not a session's:
        what was asked before signing in anew is not asked twice."""
        try:
            visit = visits(token)
        except TongduiError:
            self._of_a_stranger.take(address)
            raise
        person = f"u{visit.login.subject.hex()[:15]}"
        self._of_a_key.take(person)
        return Caller(person, Role.RESIDENT, None, visit=visit)

    def stranger(self, address: str) -> None:
        """Counts a request that needs no key. Raises Unavailable("access.too-many-requests")."""
        self._of_a_stranger.take(address)

    def forget(self) -> None:
        """Nothing is believed any more: the next requests look their keys up."""
        with self._lock:
            self._known.clear()

    def _remembered(self, name: bytes) -> _Known | None:
        with self._lock:
            known = self._known.get(name)
        return known if known is not None and self._clock() < known.believed_until_s else None

    def _look_up(self, name: bytes, token: str) -> _Known:
        row = find_key(self._engine, token)
        if row is None:
            raise Rejected("access.key-unknown", field=HEADER)
        known = _Known(_caller_of(row), row.expires_s, self._clock() + self._believe_s)
        with self._lock:
            if len(self._known) >= REMEMBERED_MOST:
                self._known.clear()
            self._known[name] = known
        return known


def is_of_a_visit(token: str) -> bool:
    """Whether it looks like the token of a sign-in, or like a provider's own (three parts)."""
    return token.startswith(OF_A_VISIT) or token.count(".") == 2


def _caller_of(row: KeyRow) -> Caller:
    return Caller(row.id, Role(row.role), row.member)
