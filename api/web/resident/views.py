"""What a resident's first page shows: what there is, what expires when, where it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from datetime import datetime
from typing import NamedTuple

from api.client.shapes.shared import OrderShape
from api.client.shapes.standard import EntryShape
from api.client.shapes.wallets import AwardShape, WalletsBalanceShape
from api.web.page import Page


class Expiring(NamedTuple):
    """All that is lost at one moment."""

    at: datetime
    units: int


class AwardShown(NamedTuple):
    """One award in words."""

    what: str
    scheme: str
    month: str
    """Of occurrence, as the API writes it."""
    quantity: str
    certifier: str
    units: int


class OrderShown(NamedTuple):
    """One order in words."""

    id: str
    acceptor: str
    state: str
    placed_at: datetime
    units: int
    can_cancel: bool
    by_own_key: bool


def expiring(balance: WalletsBalanceShape) -> list[Expiring]:
    """The earliest first."""
    sums: Counter[datetime] = Counter()
    for lot in balance.lots:
        sums[lot.expires_at] += lot.amount.units
    return [Expiring(at, units) for at, units in sorted(sums.items())]


def entries(page: Page) -> dict[int, EntryShape]:
    """What the certification standard says of each activity, where the network has that code."""
    schemes = page.client.get_standard().schemes
    by_code = {entry.code: entry for scheme in schemes for entry in scheme.activities}
    known = page.client.list_activities().activities
    return {one.activity: by_code[one.code] for one in known if one.code in by_code}


def awards_shown(page: Page, awards: Iterable[AwardShape]) -> list[AwardShown]:
    """With the names of schemes, of what was done and of who vouched for it."""
    known = entries(page)
    return [_award(page, one, known.get(one.activity)) for one in awards]


def own_accounts(page: Page, wallet: str) -> set[str]:
    """Accounts that obey a key of the resident's own."""
    return {one.account for one in page.client.list_keys(wallet).accounts if one.in_effect}


def orders_shown(
    page: Page, orders: Iterable[OrderShape], own: Set[str], now: datetime
) -> list[OrderShown]:
    """With the names of acceptors; which of them may still be cancelled, and which of those not
    without a signature by an own key, which no page here asks for."""
    return [
        OrderShown(
            one.id,
            page.member(one.acceptor),
            one.state,
            one.placed_at,
            one.amount.units,
            one.state == "held" and now < one.service_at,
            any(hold.account in own for hold in one.holds or ()),
        )
        for one in orders
    ]


def _award(page: Page, one: AwardShape, entry: EntryShape | None) -> AwardShown:
    scheme, units = page.member(one.issuer), one.amount.units - one.corrected.units
    if entry is None:
        return AwardShown(str(one.activity), scheme, one.month, str(one.quantity), "", units)
    zh = page.lang == "zh"
    unit, certifier = (words.zh if zh else words.en for words in (entry.unit_name, entry.certifier))
    what, quantity = entry.zh if zh else entry.en, f"{one.quantity} {unit}"
    return AwardShown(what, scheme, one.month, quantity, certifier, units)
