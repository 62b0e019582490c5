"""The events that are told to clients: their names, what each is about, and when one is due. Pure.

An event says that something is final on the chain, or stands in the operator's own rows. It carries
ids, sums and members, never a wallet, an account or a word of a resident's: whoever may know more
asks for the object.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, NamedTuple

from ledger.redeeming.values import Purpose, State


class Subject(enum.StrEnum):
    """What an event is about."""

    ORDER = "order"
    EXCHANGE = "exchange"
    DONATION = "donation"
    CLAIM = "claim"
    LINK = "link"
    WINDOW = "window"
    TICKET = "ticket"
    WALLET = "wallet"
    """Which no event names: its id is that of what the resident was told."""


class Kind(enum.StrEnum):
    """What happened. A subject and a word in the past tense."""

    ORDER_HELD = "order.held"
    ORDER_CAPTURED = "order.captured"
    ORDER_RELEASED = "order.released"
    ORDER_REFUNDED = "order.refunded"
    ORDER_REFUSED = "order.refused"
    ORDER_STEP_REFUSED = "order.step_refused"
    """The chain refused a capture, release or refund; the order stands as before."""
    EXCHANGE_HELD = "exchange.held"
    EXCHANGE_CAPTURED = "exchange.captured"
    EXCHANGE_RELEASED = "exchange.released"
    EXCHANGE_REFUNDED = "exchange.refunded"
    EXCHANGE_REFUSED = "exchange.refused"
    EXCHANGE_STEP_REFUSED = "exchange.step_refused"
    DONATION_GIVEN = "donation.given"
    DONATION_REFUSED = "donation.refused"
    CLAIM_OPENED = "claim.opened"
    CLAIM_ANSWERED = "claim.answered"
    LINK_OPENED = "link.opened"
    LINK_ANSWERED = "link.answered"
    WINDOW_CLOSED = "window.closed"
    WINDOW_PUBLISHED = "window.published"
    WINDOW_SETTLED = "window.settled"
    TICKET_TAKEN = "ticket.taken"
    TICKET_CALLED = "ticket.called"
    """There is a place for it now, until the call is over."""
    TICKET_USED = "ticket.used"
    TICKET_LEFT = "ticket.left"
    WALLET_POINTS_EXPIRING = "wallet.points_expiring"
    """A resident was reminded."""

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(self.value.partition(".")[0])


PING = "webhook.ping"
"""Of a trial that an owner asks for; it is told to that webhook alone and recorded nowhere."""


class Event(NamedTuple):
    """Something that happened, as it is recorded."""

    kind: Kind
    object_id: str
    member: int | None
    """The one member organisation whose business it is; None where all may know."""
    at_s: int
    """The chain's time."""
    content: Mapping[str, Any]
    """What JSON can hold."""


class Standing(NamedTuple):
    """As much of an order as decides what is told of it. Amounts in units."""

    state: State
    captured_units: int
    refunded_units: int


_SUBJECTS = {
    Purpose.REDEEM: Subject.ORDER,
    Purpose.EXCHANGE: Subject.EXCHANGE,
    Purpose.DONATION: Subject.DONATION,
}
_NEVER_HELD = frozenset({State.PLACED, State.UNDOING, State.REFUSED, State.GIVEN})


def of_order(
    purpose: Purpose, before: Standing, after: Standing, *, refused: bool = False
) -> list[Kind]:
    """What is told when an order moves, in the order of happening; one look may hold several steps.

    ``refused``: the chain said no to something that was asked of it.
    """
    words = []
    if before.state is State.PLACED and after.state not in _NEVER_HELD:
        words.append("held")
    if after.captured_units > before.captured_units:
        words.append("captured")
    if after.refunded_units > before.refunded_units:
        words.append("refunded")
    if after.state is not before.state and after.state in (
        State.RELEASED,
        State.REFUSED,
        State.GIVEN,
    ):
        words.append(str(after.state))
    if refused and after.state in (State.HELD, State.CAPTURED) and not words:
        words.append("step_refused")
    return [Kind(f"{_SUBJECTS[purpose]}.{word}") for word in words]
