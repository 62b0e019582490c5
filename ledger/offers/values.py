"""What offers, slots, tickets, applications, wishes and ratings are, as use cases give them.

Amounts are units of 0.01 point, times seconds since 1970 of the chain's clock. Pure.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, NamedTuple

from ledger.offers.choices import Category, Measure

LONGEST_CALL_S = 1_800
"""How long a place is kept for whoever was called."""
CHANGEABLE_S = 86_400
"""How long a rating can be changed; from then on it counts."""
SMALLEST_CELL = 5
"""Counts of people are published in steps of this; below it, not at all."""


class OfferState(enum.StrEnum):
    """Where an offer stands."""

    DRAFT = "draft"
    """Can be changed; seen by its acceptor and the operator."""
    OPEN = "open"
    """Can be ordered while it is valid; price and terms stay."""
    CLOSED = "closed"


class Slot(NamedTuple):
    """A time with room for so many."""

    starts_s: int
    ends_s: int
    capacity: int


class Draft(NamedTuple):
    """All that an acceptor says of an offer."""

    title_zh: str
    title_en: str
    words: str
    price_units: int
    measure: Measure
    category: Category
    district: str
    from_s: int
    until_s: int
    stock: int | None = None
    limit_number: int | None = None
    limit_days: int | None = None
    schemes: tuple[int, ...] = ()
    """Issuers whose points it takes; none named: all."""
    slots: tuple[Slot, ...] = ()


class SlotNow(NamedTuple):
    """A slot as it stands."""

    number: int
    slot: Slot
    left: int
    """Places that nobody has ordered or been called to."""
    waiting: int


class Offer(NamedTuple):
    """An offer as it stands."""

    id: str
    acceptor: int
    state: OfferState
    draft: Draft
    left: int | None
    """Of its stock; None where that has no limit."""
    slots: tuple[SlotNow, ...]
    pictures: tuple[bytes, ...]
    """Their SHA-256, in their order."""
    made_s: int


class Wanted(NamedTuple):
    """What an order takes of an offer."""

    offer: str
    number: int
    slot: int | None = None


class Terms(NamedTuple):
    """What an offer makes of an order."""

    acceptor: int
    units: int
    service_at_s: int | None


class TicketState(enum.StrEnum):
    """Where somebody in a queue stands."""

    WAITING = "waiting"
    CALLED = "called"
    """A place is kept until its time is over."""
    USED = "used"
    LEFT = "left"
    EXPIRED = "expired"
    """Not ordered in time after the call, or the slot began."""


class Ticket(NamedTuple):
    """A place in the queue for a slot."""

    id: str
    offer: str
    slot: int
    wallet: str
    state: TicketState
    ahead: int
    """How many wait before it."""
    taken_s: int
    until_s: int


class ApplicationState(enum.StrEnum):
    """Where an organisation that wants to take points stands."""

    APPLIED = "applied"
    VETTED = "vetted"
    """Agreed to; the council adds it under the code that was agreed."""
    JOINED = "joined"
    """A member of that code stands on the chain."""
    REFUSED = "refused"


class Application(NamedTuple):
    """An application; ``told`` holds contact, categories, contract reference and documents."""

    id: str
    state: ApplicationState
    organisation: str
    told: Mapping[str, Any]
    applied_s: int
    code: str | None
    member: int | None
    reason: str | None
    decided_s: int | None


class Wish(NamedTuple):
    """What some residents would like to get."""

    id: str
    words: str
    category: Category
    district: str
    voices: int
    last_s: int
    met_by: tuple[str, ...]
    """Offers that are open now and were named for it."""


class Score(enum.StrEnum):
    """好, 中 or 差: three large buttons that need no reading."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Rating(NamedTuple):
    """What an order's resident said of it."""

    order: str
    score: Score
    changeable_until_s: int
