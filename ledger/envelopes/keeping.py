"""Envelopes of one wallet: stored, read, opened halfway by a PIN's proof, dropped.

Each try of a PIN is counted before it is judged, so that many at once are as many tries; waits and
the block are those of cards. The half for contacts' slips is for whoever was given the wallet back
by contacts, and for a few days. What happens is noted where the resident reads of sign-ins, and
told by the channel that the resident left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ledger.envelopes.rules import AFTER_RECOVERY_S, ENVELOPES_MOST, WAYS, Kind
from ledger.envelopes.sealing import Sealing
from ledger.envelopes.words import WORDS
from ledger.errors import Refused, Rejected
from ledger.logins.place import Login
from ledger.residents.messages import Post
from ledger.residents.rules import TRIES_MOST, wait_after
from ledger.store import envelopes_rows as rows
from ledger.store import logins_recovery, logins_sessions, residents_deeds
from ledger.store import residents_people as people
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.envelopes_rows import EnvelopeRow

MESSAGE = "wallet-keys"


class Halves(NamedTuple):
    """What a browser sends with an envelope whose key has two halves; ``verifier`` of a PIN."""

    share: bytes
    verifier: bytes | None


class Envelopes:
    """Use cases over the operator's database. Safe to call from any thread."""

    def __init__(
        self, engine: Engine, clock: Callable[[], float], sealing: Sealing, post: Post
    ) -> None:
        """``clock`` gives seconds since 1970."""
        self._engine = engine
        self._clock = clock
        self._sealing = sealing
        self._post = post

    def store(self, row: EnvelopeRow, halves: Halves | None = None) -> EnvelopeRow:
        """Keeps it, as of now; the same again for the same id.

        Raises Rejected("wallet.unknown"); Refused: envelope.too-many, envelope.there.
        """
        with transaction(self._engine) as at:
            found = rows.find(at, row.id)
            if found is not None:
                return found
            if not people.is_wallet(at, row.wallet):
                raise Rejected("wallet.unknown", id=row.wallet)
            _require_room(rows.of_wallet(at, row.wallet), row)
            kept = self._with_halves(row._replace(made_s=int(self._clock())), halves)
            rows.add(at, kept)
            self._note(at, kept, "envelope-stored", row.made_by)
            return kept

    def of_wallet(self, wallet: str) -> list[EnvelopeRow]:
        """All of them, in the order of making."""
        with reading(self._engine) as at:
            return rows.of_wallet(at, wallet)

    def read(self, wallet: str, envelope: str) -> EnvelopeRow:
        """Rejected("request.no-such-item") where the wallet has none of that id."""
        with reading(self._engine) as at:
            return _read(at, wallet, envelope)

    def drop(self, wallet: str, envelope: str, by: str, keys: Mapping[bytes, bytes]) -> None:
        """Drops it, and with it the operator's half. ``keys`` are those announced, by account of
        the wallet: while there are any, one way to the secret stays, and a hardware key in use.

        Raises Rejected("request.no-such-item"), Refused("envelope.last-way").
        """
        with transaction(self._engine) as at:
            found = _read(at, wallet, envelope)
            others = [one for one in rows.of_wallet(at, wallet) if one.id != envelope]
            last = found.kind in WAYS and not any(one.kind in WAYS for one in others)
            in_use = found.account is not None and keys.get(found.account) == found.key
            if in_use or (last and keys):
                raise Refused("envelope.last-way", id=envelope)
            rows.drop(at, envelope)
            self._note(at, found, "envelope-dropped", by)

    def share_for_pin(self, wallet: str, envelope: str, verifier: bytes | None, by: str) -> bytes:
        """The operator's half, for the PIN's proof.

        Raises Rejected("request.no-such-item"); Refused: envelope.wrong, envelope.locked,
        envelope.blocked, envelope.other-secret.
        """
        found = self._count(wallet, envelope)
        if not self._sealing.proves(envelope, found.verifier, verifier):
            self._note_wrong(found, by)
            raise Refused("envelope.wrong", field="verifier", left=TRIES_MOST - found.failures)
        share = self._opened(found)
        with transaction(self._engine) as at:
            rows.note_tries(at, envelope, 0, 0)
        return share

    def share_for_contacts(self, wallet: str, envelope: str, login: Login | None, by: str) -> bytes:
        """The operator's half, for whoever was given the wallet back after the envelope was made.

        Raises Rejected("request.no-such-item"); Refused: envelope.not-recovered,
        envelope.other-secret.
        """
        now_s = int(self._clock())
        with transaction(self._engine) as at:
            found = _read(at, wallet, envelope)
            since_s = max(found.made_s, now_s - AFTER_RECOVERY_S)
            if login is None or not _was_given(at, wallet, login, since_s):
                raise Refused("envelope.not-recovered", id=envelope)
            share = self._opened(found)
            self._note(at, found, "envelope-opened", by)
            return share

    def lift(self, wallet: str, envelope: str, by: str) -> EnvelopeRow:
        """A PIN may be tried again, as its resident came in person; the same again changes nothing.

        Raises Rejected("request.no-such-item").
        """
        with transaction(self._engine) as at:
            found = _read(at, wallet, envelope)
            if found.failures:
                rows.note_tries(at, envelope, 0, 0)
                self._note(at, found, "envelope-lifted", by)
            return _read(at, wallet, envelope)

    def tell(self, command_id: str, wallet: str, kind: str, by: str) -> None:
        """Notes and tells, once for a command, that one asked for an account's key."""
        with transaction(self._engine) as at:
            name = f"{kind}-{command_id}"
            if not residents_deeds.is_message(at, name):
                self._say(at, name, wallet, kind, by)

    def _count(self, wallet: str, envelope: str) -> EnvelopeRow:
        """The envelope, one try the more."""
        now_s = int(self._clock())
        with transaction(self._engine) as at:
            found = _read(at, wallet, envelope)
            if found.failures >= TRIES_MOST:
                raise Refused("envelope.blocked", id=envelope, most=TRIES_MOST)
            if found.locked_until_s > now_s:
                raise Refused("envelope.locked", id=envelope, until_s=found.locked_until_s)
            tries = found.failures + 1
            rest_s = wait_after(tries)
            rows.note_tries(at, envelope, tries, now_s + rest_s if rest_s else 0)
            return found._replace(failures=tries)

    def _note_wrong(self, found: EnvelopeRow, by: str) -> None:
        if wait_after(found.failures):
            with transaction(self._engine) as at:
                self._note(at, found, "envelope-locked", by)

    def _opened(self, found: EnvelopeRow) -> bytes:
        assert found.share is not None, "no half of this kind"
        return self._sealing.opened(found.wallet, found.id, found.share)

    def _with_halves(self, row: EnvelopeRow, halves: Halves | None) -> EnvelopeRow:
        if halves is None:
            return row
        share = self._sealing.sealed(row.wallet, row.id, halves.share)
        proof = None if halves.verifier is None else self._sealing.proof(row.id, halves.verifier)
        return row._replace(share=share, verifier=proof)

    def _note(self, at: Connection, row: EnvelopeRow, kind: str, by: str) -> None:
        """In the transaction in which it happens."""
        self._say(at, f"{kind}-{row.id}-{int(self._clock())}", row.wallet, kind, by)

    def _say(self, at: Connection, name: str, wallet: str, kind: str, by: str) -> None:
        logins_sessions.note(at, wallet, kind, int(self._clock()), by)
        opening = people.opening(at, wallet)
        contact = None if opening is None else opening.contact
        self._post.record(at, name, wallet, contact, MESSAGE, WORDS[kind])


def _read(at: Connection, wallet: str, envelope: str) -> EnvelopeRow:
    found = rows.find(at, envelope)
    if found is None or found.wallet != wallet:
        raise Rejected("request.no-such-item", field="envelope_id")
    return found


def _was_given(at: Connection, wallet: str, login: Login, since_s: int) -> bool:
    """Whether contacts gave the wallet to this sign-in since then."""
    asked = logins_recovery.of_subject(at, *login)
    return any(one.wallet == wallet and (one.done_s or 0) >= since_s for one in asked)


def _require_room(others: list[EnvelopeRow], row: EnvelopeRow) -> None:
    if len(others) >= ENVELOPES_MOST:
        raise Refused("envelope.too-many", most=ENVELOPES_MOST)
    for other in others:
        alike = (other.kind, other.credential) == (row.kind, row.credential)
        if row.credential is not None and alike and other.secret == row.secret:
            raise Refused("envelope.there", id=other.id)
        if row.kind == Kind.HARDWARE and row.account == other.account:
            raise Refused("envelope.there", id=other.id)
