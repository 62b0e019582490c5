"""Recovery contacts (找回联系人): k of n residents give a wallet to its owner's new sign-in.

Each contact agreed to be one, by a code out of the own wallet. Whoever lost everything signs in
anew and tells the contacts a code; each says whose plan it is for. When enough have, the wallet's
present sessions hear of it and may say no, at any time until the delay is over and the new sign-in
takes the wallet. Contacts see a name that the owner chose, and nothing of what is in the wallet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.errors import Refused, Rejected
from ledger.logins.place import Login, Place
from ledger.logins.tying import Purpose, Tying, code_digest, hand_over, require_free
from ledger.onetime import make_code, read_code
from ledger.store import logins_recovery as rows
from ledger.store import logins_signing as signing
from ledger.store.engine import Connection
from ledger.store.logins_recovery import PlanRow, RecoveryRow, SeatRow

NEEDED_LEAST = 2
"""One contact alone could take the wallet."""
CONTACTS_MOST = 7


class Plan(NamedTuple):
    """Who may give the wallet back, by ids of their places."""

    needed: int
    name: str
    made_s: int
    seats: tuple[str, ...]


class Recovery(NamedTuple):
    """How one stands; ``needed`` None until the first contact has said whose wallet it is."""

    row: RecoveryRow
    confirmed: int
    needed: int | None


class Recovering:
    """Use cases of recovery at one place."""

    def __init__(self, place: Place, tying: Tying) -> None:
        self._place = place
        self._tying = tying

    # The resident, beforehand

    def set_plan(
        self, command_id: str, wallet: str, codes: Sequence[str], needed: int, name: str, by: str
    ) -> Plan:
        """The wallet's contacts, instead of any before; the same again for the same command.

        Raises Rejected: recovery.too-few, link.code-mistyped, login.code-unknown;
        Refused("recovery.own-contact").
        """
        if not NEEDED_LEAST <= needed <= len(codes):
            raise Rejected("recovery.too-few", field="needed", least=NEEDED_LEAST, most=len(codes))
        typed = [read_code(code) for code in codes]
        with self._place.change() as at:
            if rows.seat(at, _seat_id(command_id, 0)) is None:
                contacts = [self._contact(at, code, wallet) for code in typed]
                if len(set(contacts)) < len(contacts):
                    raise Refused("recovery.twice")
                seats = [
                    SeatRow(_seat_id(command_id, index), wallet, contact)
                    for index, contact in enumerate(contacts)
                ]
                rows.put_plan(at, PlanRow(wallet, needed, name, self._place.now_s()), seats)
                self._place.note(at, wallet, "contacts-set", by)
            found = _plan(at, wallet)
        assert found is not None, "a plan just made"
        return found

    def plan(self, wallet: str) -> Plan | None:
        """The wallet's; None where there is none."""
        with self._place.look() as at:
            return _plan(at, wallet)

    def drop_plan(self, wallet: str, by: str) -> None:
        """Nobody gives the wallet back any more."""
        with self._place.change() as at:
            if rows.drop_plan(at, wallet):
                self._place.note(at, wallet, "contacts-dropped", by)

    # The contact

    def seats_as(self, contact: str) -> list[tuple[SeatRow, str]]:
        """Where this wallet's resident is a contact, with the names that were chosen."""
        with self._place.look() as at:
            return rows.seats_as(at, contact)

    def confirm(self, contact: str, seat_id: str, typed: str, by: str) -> Recovery:
        """The contact's word; the same again changes nothing. ``by``: the contact's session, or
        the key of the desk where the contact is, good for one contact of a recovery.

        Raises Rejected: link.code-mistyped, login.code-unknown, request.no-such-item; Refused:
        recovery.other-wallet, recovery.same-desk, and as ``_require_open``.
        """
        code = code_digest(self._place, read_code(typed))
        with self._place.change() as at:
            seat, found = rows.seat(at, seat_id), rows.by_code(at, code)
            if seat is None or seat.contact != contact:
                raise Rejected("request.no-such-item", field="seat")
            if found is None:
                raise Rejected("login.code-unknown", field="code")
            said = rows.said(at, found.id)
            if contact not in said:
                self._require_open(found)
                if found.wallet not in (None, seat.wallet):
                    raise Refused("recovery.other-wallet", id=found.id)
                if by in said.values():
                    raise Refused("recovery.same-desk", id=found.id)
                rows.confirm(at, found.id, seat.wallet, contact, by, self._place.now_s())
                self._place.note(at, seat.wallet, "recovery-confirmed", by, found.id)
                if found.ready_s is None:
                    self._count(at, found.id, seat.wallet)
            return _read(at, found.id)

    # Whoever lost the sign-in

    def ask(self, command_id: str, login: Login) -> tuple[Recovery, str]:
        """A recovery with the code for the contacts; the same for the same command.

        Raises Refused("login.has-wallet").
        """
        code = make_code(self._place.keyed("recovery", command_id))
        with self._place.change() as at:
            if rows.find(at, command_id) is None:
                require_free(at, login)
                now_s = self._place.now_s()
                digest = code_digest(self._place, code)
                by_s = now_s + self._place.terms.confirm_s
                rows.add(at, RecoveryRow(
                    command_id, *login, digest, None, now_s, by_s, None, None, None, None
                ))  # fmt: skip
            return _read(at, command_id), code

    def finish(self, recovery_id: str, login: Login, by: str) -> str:
        """The wallet, which is the new sign-in's alone now; the same again changes nothing.

        Raises Rejected("request.no-such-item"); Refused: recovery.not-yet, recovery.too-soon,
        login.has-wallet, and as ``_require_open``.
        """
        with self._place.change() as at:
            found = rows.find(at, recovery_id)
            if found is None or (found.provider, found.subject) != login:
                raise Rejected("request.no-such-item", field="recovery_id")
            if found.done_s is None:
                self._require_ready(at, found)
                assert found.wallet is not None, "confirmed for no wallet"
                require_free(at, login)
                hand_over(at, self._place, found.wallet)
                self._tying.add(at, recovery_id, login, found.wallet, by)
                rows.finish(at, recovery_id, self._place.now_s())
                self._place.note(at, found.wallet, "recovered", by, recovery_id)
            assert found.wallet is not None, "done for no wallet"
            return found.wallet

    # Anybody concerned

    def cancel(self, recovery_id: str, by: str, *, wallet: str | None, login: Login | None) -> None:
        """Called off: by the wallet's own session, by whoever asked for it, or by staff (both
        None). The same again changes nothing.

        Raises Rejected("request.no-such-item"), Refused("recovery.over").
        """
        with self._place.change() as at:
            found = rows.find(at, recovery_id)
            staff = wallet is None and login is None
            own = found is not None and (
                (wallet is not None and found.wallet == wallet)
                or (found.provider, found.subject) == login
            )
            if found is None or not (staff or own):
                raise Rejected("request.no-such-item", field="recovery_id")
            if found.done_s is not None:
                raise Refused("recovery.over", id=recovery_id)
            if found.cancelled_s is None:
                rows.cancel(at, recovery_id, by, self._place.now_s())
                if found.wallet is not None:
                    self._place.note(at, found.wallet, "recovery-cancelled", by, recovery_id)

    def list(self, *, wallet: str | None, login: Login | None) -> list[Recovery]:
        """Those of a wallet, and those that a sign-in asked for, newest first."""
        with self._place.look() as at:
            found = [] if wallet is None else rows.of_wallet(at, wallet)
            if login is not None:
                known = {one.id for one in found}
                asked = rows.of_subject(at, *login)
                found = found + [one for one in asked if one.id not in known]
            return [_read(at, one.id) for one in found]

    def _contact(self, at: Connection, code: str, wallet: str) -> str:
        digest, now_s = code_digest(self._place, code), self._place.now_s()
        found = signing.take_code(at, digest, Purpose.CONTACT, now_s)
        if found is None:
            raise Rejected("login.code-unknown", field="codes")
        if found.wallet == wallet:
            raise Refused("recovery.own-contact", field="codes")
        return found.wallet

    def _count(self, at: Connection, recovery_id: str, wallet: str) -> None:
        """Where this was the last word needed, the delay begins."""
        plan = rows.plan(at, wallet)
        if plan is not None and rows.confirmed(at, recovery_id) >= plan.needed:
            rows.make_ready(at, recovery_id, self._place.now_s() + self._place.terms.delay_s)
            self._place.note(at, wallet, "recovery-ready", "", recovery_id)

    def _require_open(self, found: RecoveryRow) -> None:
        """Refused: recovery.over, recovery.cancelled, recovery.late."""
        if found.cancelled_s is not None:
            raise Refused("recovery.cancelled", id=found.id, at_s=found.cancelled_s)
        if found.done_s is not None:
            raise Refused("recovery.over", id=found.id)
        if found.ready_s is None and found.confirm_by_s <= self._place.now_s():
            raise Refused("recovery.late", id=found.id, until_s=found.confirm_by_s)

    def _require_ready(self, at: Connection, found: RecoveryRow) -> None:
        self._require_open(found)
        plan = None if found.wallet is None else rows.plan(at, found.wallet)
        confirmed = rows.confirmed(at, found.id)
        if found.ready_s is None or plan is None or confirmed < plan.needed:
            needed = NEEDED_LEAST if plan is None else plan.needed
            raise Refused("recovery.not-yet", confirmed=confirmed, needed=needed)
        if found.ready_s > self._place.now_s():
            raise Refused("recovery.too-soon", ready_s=found.ready_s)


def _plan(at: Connection, wallet: str) -> Plan | None:
    row = rows.plan(at, wallet)
    if row is None:
        return None
    return Plan(row.needed, row.name, row.made_s, tuple(s.id for s in rows.seats(at, wallet)))


def _read(at: Connection, recovery_id: str) -> Recovery:
    row = rows.find(at, recovery_id)
    assert row is not None, recovery_id
    plan = None if row.wallet is None else rows.plan(at, row.wallet)
    return Recovery(row, rows.confirmed(at, recovery_id), None if plan is None else plan.needed)


def _seat_id(command_id: str, index: int) -> str:
    return f"{command_id}-{index}"
