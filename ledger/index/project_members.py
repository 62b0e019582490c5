"""Members, rates, appointments, stops and keys as row changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.events import (
    ActivityAdded,
    CallRefused,
    CapsChanged,
    DeskAppointed,
    IssuerTermsChanged,
    KeyAnnounced,
    KeyWithdrawn,
    MemberAdded,
    MemberHostChanged,
    MemberKeyChanged,
    MemberStatusChanged,
    Paused,
    RateAgreed,
    RateBookReplaced,
    Resumed,
    StrictStopBegun,
    SuccessorNamed,
)
from ledger.index.changes import RowChanges
from ledger.index.columns import ContractRole, StopKind
from ledger.index.here import Handler, Here, known, text_of
from ledger.index.rows import (
    AccountKeyRow,
    ActivityRow,
    AppointmentRow,
    CapsRow,
    MemberRow,
    RateRow,
    RefusedCallRow,
    StopRow,
    TermsRow,
)

ACTIVE = 1
_STOPS = {
    Paused: StopKind.PAUSED,
    StrictStopBegun: StopKind.STRICT,
    Resumed: StopKind.RESUMED,
}


def member_added(changes: RowChanges, event: MemberAdded, here: Here) -> None:
    """Active, without host or successor."""
    code = text_of(event.code)
    row = MemberRow(event.member, event.key, event.roles, ACTIVE, 0, 0, code, here.block)
    changes.put(row)


def member_status_changed(changes: RowChanges, event: MemberStatusChanged, here: Here) -> None:
    """By the council."""
    member = known(changes, here, MemberRow, event.member)
    changes.put(member._replace(status=event.status))


def member_key_changed(changes: RowChanges, event: MemberKeyChanged, here: Here) -> None:
    """By the member or the council."""
    member = known(changes, here, MemberRow, event.member)
    changes.put(member._replace(key=event.new_key))


def member_host_changed(changes: RowChanges, event: MemberHostChanged, here: Here) -> None:
    """By the member; 0 ends it."""
    member = known(changes, here, MemberRow, event.member)
    changes.put(member._replace(host=event.host))


def successor_named(changes: RowChanges, event: SuccessorNamed, here: Here) -> None:
    """By the council, for one that leaves."""
    member = known(changes, here, MemberRow, event.member)
    changes.put(member._replace(successor=event.successor))


def terms_changed(changes: RowChanges, event: IssuerTermsChanged, here: Here) -> None:
    """The row has the event's fields in the event's order."""
    changes.put(TermsRow(*event, here.block))


def activity_added(changes: RowChanges, event: ActivityAdded, here: Here) -> None:
    """To the rate book that says so."""
    code = text_of(event.code)
    changes.put(ActivityRow(here.contract, event.activity, event.issuer, code, here.block))


def rate_agreed(changes: RowChanges, event: RateAgreed, here: Here) -> None:
    """The next version in the rate book that says so."""
    rate = (event.from_month, event.numerator, event.denominator, event.standard_hash)
    changes.put(RateRow(here.contract, event.activity, event.version, *rate, here.block))


def rate_book_replaced(changes: RowChanges, event: RateBookReplaced, here: Here) -> None:
    """For mints and corrections from here on."""
    role = ContractRole.RATE_BOOK
    changes.put(AppointmentRow(here.block, here.position, role, event.rate_book))


def desk_appointed(changes: RowChanges, event: DeskAppointed, here: Here) -> None:
    """For new holds from here on; the one before finishes its own."""
    changes.put(AppointmentRow(here.block, here.position, ContractRole.DESK, event.desk))


def stopped(changes: RowChanges, event: Paused | StrictStopBegun | Resumed, here: Here) -> None:
    """Any of the three."""
    kind = _STOPS[type(event)]
    changes.put(StopRow(here.block, here.position, kind, event.by, here.time_s))


def caps_changed(changes: RowChanges, event: CapsChanged, here: Here) -> None:
    """Of the desk that says so."""
    caps = (event.account_monthly_units, event.operator_daily_units)
    changes.put(CapsRow(here.contract, *caps, here.block))


def key_announced(changes: RowChanges, event: KeyAnnounced, here: Here) -> None:
    """In effect at once or after its wait."""
    _put_key(changes, here, event.account, event.key, event.effective_at_s)


def key_withdrawn(changes: RowChanges, event: KeyWithdrawn, here: Here) -> None:
    """Before it took effect."""
    _put_key(changes, here, event.account, None, 0)


def call_refused(changes: RowChanges, event: CallRefused, here: Here) -> None:
    """One of a relayed batch."""
    refused = (here.contract, event.place, event.reason, here.transaction)
    changes.put(RefusedCallRow(here.block, here.position, *refused))


REGISTRY: Mapping[type, Handler] = {
    MemberAdded: member_added,
    MemberStatusChanged: member_status_changed,
    MemberKeyChanged: member_key_changed,
    MemberHostChanged: member_host_changed,
    SuccessorNamed: successor_named,
    IssuerTermsChanged: terms_changed,
}
RATE_BOOK: Mapping[type, Handler] = {ActivityAdded: activity_added, RateAgreed: rate_agreed}
LEDGER: Mapping[type, Handler] = {
    RateBookReplaced: rate_book_replaced,
    DeskAppointed: desk_appointed,
    Paused: stopped,
    StrictStopBegun: stopped,
    Resumed: stopped,
}
DESK: Mapping[type, Handler] = {
    CapsChanged: caps_changed,
    KeyAnnounced: key_announced,
    KeyWithdrawn: key_withdrawn,
    CallRefused: call_refused,
}


def _put_key(
    changes: RowChanges, here: Here, account: bytes, key: bytes | None, effective_at_s: int
) -> None:
    before = changes.get(AccountKeyRow, here.contract, account)
    nonce = before.nonce + 1 if before else 1
    row = AccountKeyRow(here.contract, account, key, effective_at_s, nonce, here.block)
    changes.put(row)
