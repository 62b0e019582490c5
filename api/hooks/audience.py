"""Who may hear of what: whoever may read the object. Taken from the table of access itself.

Residents' own roles are not among these: what they may hear of is one wallet's, which no event
names.
"""

from __future__ import annotations

from api.access import ACCESS, OF_A_MEMBER, Role
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
}
"""Operations that show the object."""


def reader_of(owner: Owner) -> Reader:
    """What keys of this role and member may know."""
    role = Role(owner.role)
    subjects = frozenset(
        str(subject)
        for subject, operations in READ_BY.items()
        if any(role in (ACCESS[operation] or ()) for operation in operations)
    )
    return Reader(subjects, owner.member if role in OF_A_MEMBER else None)
