"""What the pages of own keys show: keys of accounts, ways in, and whether one may change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from api.client.shapes.my import EnvelopeShape, SessionList
from api.client.shapes.wallets import AccountKeyShape
from api.web.page import Page

LEAVING_S = 120
"""How much of its time a fresh sign-in must have left when a task begins."""


class KeyShown(NamedTuple):
    """One account's key."""

    scheme: str
    account: str
    state: str
    """``none``, ``waiting`` or ``own``."""
    since: datetime | None


class WayShown(NamedTuple):
    """One way to open the wallet."""

    id: str
    kind: str
    label: str
    made_at: datetime
    tries_left: int | None
    locked_until: datetime | None


def keys_shown(page: Page, accounts: Sequence[AccountKeyShape]) -> list[KeyShown]:
    """Each account with the name of its scheme."""
    return [
        KeyShown(
            page.member(one.issuer),
            one.account,
            "none" if one.key is None else "own" if one.in_effect else "waiting",
            one.effective_at,
        )
        for one in accounts
    ]


def ways_shown(envelopes: Sequence[EnvelopeShape]) -> list[WayShown]:
    """In the order of making."""
    return [
        WayShown(e.id, e.kind, e.label, e.made_at, e.tries_left, e.locked_until) for e in envelopes
    ]


def fresh_s(page: Page) -> int:
    """A sign-in as old as this stores and drops nothing."""
    return page.office.visitors.place.terms.fresh_s


def is_fresh(page: Page, sessions: SessionList) -> bool:
    """Whether this session may store and drop ways in, and for long enough to do so."""
    mine = next((one for one in sessions.sessions if one.this_one), None)
    begun_s = page.browsers.clock() - fresh_s(page) + LEAVING_S
    return mine is not None and mine.opened_at.timestamp() > begun_s
