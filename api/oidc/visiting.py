"""Who is at home, for endpoints: a call's visit, its wallet, and whether it is fresh enough."""

from __future__ import annotations

from api.guard import Call
from ledger.errors import Refused
from ledger.logins.sessions import Visit


def visit_of(call: Call) -> Visit:
    """The sign-in behind the call; Refused("login.not-signed-in") for a resident at a desk, whose
    card opens the wallet and nothing of this."""
    if call.caller.visit is None:
        raise Refused("login.not-signed-in")
    return call.caller.visit


def wallet_of(call: Call) -> str:
    """The wallet that the sign-in opens; Refused("login.no-wallet")."""
    wallet = visit_of(call).wallet
    if wallet is None:
        raise Refused("login.no-wallet")
    return wallet


def fresh_wallet_of(call: Call) -> str:
    """As ``wallet_of``, for what opens the wallet to others: a session that somebody found open
    must not suffice. Refused("login.sign-in-again") too."""
    wallet, fresh_s = wallet_of(call), call.office.visitors.place.terms.fresh_s
    if visit_of(call).opened_s < call.office.clock() - fresh_s:
        raise Refused("login.sign-in-again", delay_s=fresh_s)
    return wallet


def by(call: Call) -> str:
    """Which session or key it is, for the record."""
    visit = call.caller.visit
    return (visit.session if visit else "") or call.caller.key_id
