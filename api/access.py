"""Who may call what: one table, role by operation. Whose object it is, each endpoint checks itself.

The operation is the route's operation id in the OpenAPI document. A test walks every role over
every operation, and fails where a route stands here under no name.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from ledger.errors import Refused
from ledger.logins.sessions import Visit
from ledger.residents.sittings import Sitting


class Role(enum.StrEnum):
    """What a key is for."""

    OPERATOR = "operator"
    """The operator's own staff and systems."""
    WORKER = "worker"
    """A community worker's desk or kiosk, serving residents."""
    ACCEPTOR = "acceptor"
    """An acceptor's desk: its own orders only."""
    ISSUER = "issuer"
    """An issuer's agent: its own scheme's exchanges, links and claims, and its own positions."""
    AUDITOR = "auditor"
    """Reads what members may read."""
    FUND = "fund"
    """A community fund: what it gives to projects, spends on them, and tells of them."""
    COUNCIL = "council"
    """A seat of the council: reads what members may read."""
    RESIDENT = "resident"
    """A resident, at a desk with a card and its PIN, or signed in by a provider: the own wallet
    only."""
    DELEGATE = "delegate"
    """Somebody of the family at a desk, with a card of their own: within the resident's limits."""


OF_A_MEMBER = frozenset({Role.ACCEPTOR, Role.ISSUER, Role.FUND})
"""Roles whose keys belong to one member organisation."""
BY_SESSION = frozenset({Role.RESIDENT, Role.DELEGATE})
"""Roles that nobody has a key for: a card at a desk or a sign-in makes a session for them."""


class Caller(NamedTuple):
    """Whose request it is."""

    key_id: str
    role: Role
    member: int | None
    sitting: Sitting | None = None
    """Of a session at a desk: whose, and at which desk."""
    visit: Visit | None = None
    """Of a sign-in: whose."""

    @property
    def wallet(self) -> str | None:
        """The only wallet that a session speaks for; None for one without, and for keys."""
        if self.sitting is not None:
            return self.sitting.wallet
        return None if self.visit is None else self.visit.wallet


STAFF = frozenset({Role.OPERATOR, Role.WORKER})
ANY_KEY = frozenset(Role)
_MEMBERS = frozenset({Role.OPERATOR, Role.ACCEPTOR, Role.ISSUER, Role.AUDITOR, Role.COUNCIL})
_OWN = frozenset({Role.OPERATOR, Role.RESIDENT})
"""What a resident decides, in person; the operator by its own rules, as custodian."""
_SELF = STAFF | {Role.RESIDENT}
_ACTING = frozenset({Role.OPERATOR, Role.RESIDENT, Role.DELEGATE})
"""Who may spend: a worker only within a session that a card began."""
_RESIDENT = frozenset({Role.RESIDENT})
_AT_A_DESK = frozenset({Role.WORKER})
_DESK = frozenset({Role.OPERATOR, Role.ACCEPTOR})
_OWED = frozenset({Role.ACCEPTOR, Role.ISSUER})
"""Members who owe and are owed."""
_FUND = frozenset({Role.FUND})
_VETTING = frozenset({Role.OPERATOR, Role.FUND})
_STATEMENTS = frozenset({Role.OPERATOR, Role.ACCEPTOR, Role.ISSUER, Role.AUDITOR})
_TOLD = frozenset({Role.OPERATOR, Role.ACCEPTOR, Role.ISSUER, Role.AUDITOR})
"""Who may have servers that are told of events."""
_LISTENING = _TOLD | {Role.WORKER, Role.COUNCIL, Role.RESIDENT}
"""Who may ask for events: each for those about what it may read."""

ACCESS: dict[str, frozenset[Role] | None] = {
    "open_wallet": STAFF,
    "get_wallet": _SELF,
    "forget_wallet": frozenset({Role.OPERATOR}),
    "get_balance": _SELF | {Role.DELEGATE},
    "list_awards": _SELF,
    "prepare_key": _SELF,
    "register_key": _RESIDENT | {Role.OPERATOR},
    "list_keys": _SELF,
    "withdraw_key": _OWN,
    "list_envelopes": _RESIDENT,
    "get_envelope": _RESIDENT,
    "store_passkey": _RESIDENT,
    "store_pin": _RESIDENT,
    "store_for_contacts": _RESIDENT,
    "store_hardware_key": _RESIDENT,
    "drop_envelope": _RESIDENT,
    "ask_share": _RESIDENT,
    "lift_envelope_lock": _RESIDENT,
    "quote": _SELF | {Role.DELEGATE},
    "prepare_order": _SELF,
    "place_order": _ACTING,
    "list_orders": _SELF | {Role.ACCEPTOR, Role.AUDITOR},
    "get_order": _SELF | {Role.DELEGATE, Role.ACCEPTOR, Role.AUDITOR},
    "capture_order": _DESK,
    "release_order": _DESK,
    "refund_order": _DESK,
    "prepare_cancel": _SELF,
    "cancel_order": _ACTING,
    "prepare_donation": _SELF,
    "donate": _OWN,
    "search_offers": None,
    "list_choices": None,
    "get_offer": None,
    "get_picture": None,
    "list_offers": STAFF | {Role.ACCEPTOR},
    "create_offer": _DESK,
    "revise_offer": _DESK,
    "open_offer": _DESK,
    "close_offer": _DESK,
    "set_stock": _DESK,
    "add_picture": _DESK,
    "drop_picture": _DESK,
    "list_offer_orders": STAFF | {Role.ACCEPTOR},
    "take_ticket": _SELF,
    "get_ticket": _SELF,
    "leave_queue": _SELF,
    "list_acceptors": None,
    "get_ratings": None,
    "rate_order": _SELF,
    "apply_as_acceptor": None,
    "get_application_state": None,
    "list_applications": frozenset({Role.OPERATOR}),
    "get_application": frozenset({Role.OPERATOR}),
    "decide_application": frozenset({Role.OPERATOR}),
    "say_wish": _SELF,
    "list_wishes": STAFF | {Role.ACCEPTOR},
    "grant_wish": _DESK,
    "count_wishes": None,
    "propose_project": _RESIDENT,
    "search_projects": None,
    "list_proposals": _VETTING,
    "get_project": None,
    "vet_project": _VETTING,
    "decide_project": _FUND,
    "note_spending": _FUND,
    "report_effect": _FUND,
    "list_own_projects": _SELF,
    "plan_round": _VETTING,
    "list_rounds": None,
    "get_round": None,
    "call_off_round": _VETTING,
    "vote": _RESIDENT,
    "take_vote_back": _RESIDENT,
    "get_my_vote": _RESIDENT,
    "list_districts": None,
    "get_district": _SELF,
    "set_district": _SELF,
    "get_fund": None,
    "exchange": _OWN,
    "get_exchange": frozenset({Role.OPERATOR, Role.ISSUER}),
    "make_link": _SELF,
    "get_link": _SELF,
    "get_consent": None,
    "make_link_code": _SELF,
    "redeem_link_code": frozenset({Role.ISSUER}),
    "make_claim": _SELF,
    "list_claims": _SELF | {Role.ISSUER},
    "get_claim": _SELF | {Role.ISSUER},
    "answer_claim": frozenset({Role.ISSUER}),
    "get_caller": ANY_KEY,
    "list_members": ANY_KEY,
    "get_member": ANY_KEY,
    "list_activities": ANY_KEY,
    "get_standard": None,
    "get_scheme_standard": None,
    "list_windows": _MEMBERS,
    "get_window": _MEMBERS,
    "close_window": frozenset({Role.OPERATOR}),
    "publish_settlement": frozenset({Role.OPERATOR}),
    "list_statements": _STATEMENTS,
    "get_statement": _STATEMENTS,
    "get_statement_file": _STATEMENTS,
    "note_invoice": _OWED,
    "match_till": _OWED,
    "annotate_till": _OWED,
    "list_disputes": _MEMBERS,
    "get_dispute": _MEMBERS,
    "note_reason": _OWED,
    "prepare_clearing": _OWED,
    "send_clearing": _OWED,
    "list_events": _LISTENING,
    "stream_events": _LISTENING,
    "make_webhook": _TOLD,
    "list_webhooks": _TOLD,
    "get_webhook": _TOLD,
    "delete_webhook": _TOLD,
    "rotate_webhook": _TOLD,
    "disable_webhook": _TOLD,
    "enable_webhook": _TOLD,
    "ping_webhook": _TOLD,
    "replay_webhook": _TOLD,
    "list_deliveries": _TOLD,
    "get_totals": None,
    "list_providers": None,
    "start_sign_in": None,
    "finish_sign_in": None,
    "enter": None,
    "renew_session": None,
    "sign_out": _RESIDENT,
    "get_my": _RESIDENT,
    "open_my_wallet": _RESIDENT,
    "tie_wallet": _RESIDENT,
    "list_my_sessions": _RESIDENT,
    "end_my_session": _RESIDENT,
    "list_my_sign_ins": _RESIDENT,
    "end_my_sign_in": _RESIDENT,
    "list_my_events": _RESIDENT,
    "make_wallet_code": _RESIDENT | {Role.OPERATOR},
    "set_contacts": _RESIDENT,
    "get_contacts": _RESIDENT,
    "drop_contacts": _RESIDENT,
    "list_contact_of": _RESIDENT,
    "ask_recovery": _RESIDENT,
    "list_recoveries": _RESIDENT,
    "confirm_recovery": STAFF | {Role.RESIDENT},
    "finish_recovery": _RESIDENT,
    "cancel_recovery": STAFF | {Role.RESIDENT},
    "open_at_desk": STAFF,
    "open_session": _AT_A_DESK,
    "end_session": STAFF | BY_SESSION,
    "send_card_code": _AT_A_DESK,
    "ask_reset": _AT_A_DESK,
    "confirm_reset": _AT_A_DESK,
    "end_card": _SELF,
    "print_card": STAFF,
    "print_receipt": _SELF | {Role.DELEGATE},
    "report_death": STAFF,
    "get_death": STAFF,
    "name_heir": _AT_A_DESK,
    "withdraw_death": STAFF,
    "give_estate": frozenset({Role.OPERATOR}),
    "list_cards": _SELF,
    "list_acts": _OWN,
    "list_messages": _OWN,
    "list_views": _OWN,
    "get_notices": _SELF,
    "set_notices": _OWN,
    "get_reminder": _OWN,
    "get_month": _SELF,
    "get_month_file": _SELF,
    "get_month_text": _SELF,
    "make_mailing": frozenset({Role.OPERATOR}),
    "list_mailings": frozenset({Role.OPERATOR}),
    "get_mailing": frozenset({Role.OPERATOR}),
    "list_letters": frozenset({Role.OPERATOR}),
    "get_mailing_file": frozenset({Role.OPERATOR}),
    "register_delegate": frozenset({Role.RESIDENT}),
    "list_delegates": _SELF,
    "get_delegate": _SELF | {Role.DELEGATE},
    "revoke_delegate": _SELF | {Role.DELEGATE},
    "make_slip": _ACTING,
    "get_slip": _ACTING,
    "print_slip": _ACTING,
    "take_slip": _DESK,
    "open_test_resident": STAFF | {Role.ACCEPTOR},
    "place_test_order": frozenset({Role.ACCEPTOR}),
}
"""Roles by operation; None for everybody, without a key."""


OFF_CHAIN = frozenset(
    {
        "enter",
        "renew_session",
        "sign_out",
        "tie_wallet",
        "store_passkey",
        "store_pin",
        "store_for_contacts",
        "store_hardware_key",
        "ask_share",
        "lift_envelope_lock",
        "make_wallet_code",
        "set_contacts",
        "ask_recovery",
        "confirm_recovery",
        "finish_recovery",
        "cancel_recovery",
        "set_notices",
        "make_mailing",
    }
)
"""Commands that need no chain, and go on while the node is away."""


def check_role(operation: str, caller: Caller | None) -> None:
    """Refused where the caller's role may not; a public operation takes anybody."""
    roles = ACCESS[operation]
    if roles is None:
        return
    assert caller is not None, operation
    if caller.role not in roles:
        raise Refused("access.not-allowed", key_role=str(caller.role), operation=operation)


def check_own(caller: Caller, member: int, field: str) -> None:
    """Refused where a member's key is used for another member's business."""
    if caller.role in OF_A_MEMBER and caller.member != member:
        raise Refused("access.not-yours", member=caller.member, field=field)
