"""Who may hear of what: whoever may read the object. Taken from the table of access itself.

No event names a wallet: which are a resident's own is looked up among orders, tickets and
reminders, and no more once the wallet is forgotten.
"""

from __future__ import annotations

from api.access import ACCESS, BY_SESSION, OF_A_MEMBER, Caller, Role
from ledger.hooks.events import Subject
from ledger.store.hooks_events import Reader
from ledger.store.hooks_rows import Owner

READ_BY: dict[Subject, tuple[str, ...]] = {
    Subject.ORDER: ("get_order",),
    Subject.EXCHANGE: ("get_order", "get_exchange"),
    Subject.DONATION: ("get_order",),
    Subject.CLAIM: ("get_claim",),
    Subject.LINK: ("get_link", "list_claims"),
    Subject.WINDOW: ("get_window",),
    Subject.TICKET: ("get_ticket",),
    Subject.WALLET: ("get_reminder",),
}
"""Operations that show the object."""
_OWN = (Subject.ORDER, Subject.EXCHANGE, Subject.DONATION, Subject.TICKET, Subject.WALLET)


def reader_for(caller: Caller) -> Reader:
    """What this caller may know: of a session, its wallet's orders, tickets and reminders alone."""
    if caller.wallet is None:
        return reader_of(Owner(str(caller.role), caller.member))
    return Reader(frozenset(map(str, _OWN)), None, caller.wallet)


def reader_of(owner: Owner) -> Reader:
    """What keys of this role and member may know."""
    role = Role(owner.role)
    assert role not in BY_SESSION, "a session may know of its own wallet only"
    subjects = frozenset(
        str(subject)
        for subject, operations in READ_BY.items()
        if any(role in (ACCESS[operation] or ()) for operation in operations)
    )
    return Reader(subjects, owner.member if role in OF_A_MEMBER else None)
