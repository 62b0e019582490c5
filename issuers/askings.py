"""What a clerk asks for when an event was worth less, and what it would come to. Pure.

A correction says the whole new quantity of an event and its reason; a reversal names one of the
event's corrections. Both become notices in the inbox, with an id of ours: the same asking twice is
one notice.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from ledger.errors import Rejected
from ledger.store.agent_corrections import Event, Made
from ledger.store.agent_tables import SALT_BYTES, Inbox
from ledger.units import MONTHS_PER_YEAR, year_is_open

PREFIX = "tongdui:correct:"
"""Of the ids of notices that clerks made."""
PLACE = "counter"
HERE = (Inbox.WAITING, Inbox.HELD, Inbox.READY)
"""Nothing outside knows of an event in these states: it can still be withdrawn."""
MINTED = (Inbox.MINTED, Inbox.DONE)
PENDING = (Inbox.PROPOSED, Inbox.NOTED, Inbox.CORRECTING)


class Effect(StrEnum):
    """What a correction comes to."""

    TAKE_BACK = "take-back"
    """Of what is minted."""
    AFTER_AWARD = "after-award"
    """The event is still to be minted; then it is taken back."""
    WITHDRAW = "withdraw"
    """The event will never be minted."""
    REVERSE = "reverse"
    """An earlier correction is undone."""


class Asked(NamedTuple):
    """What a clerk asks for: a new ``quantity``, or that the event's correction of that place
    among its corrections is undone. ``name`` is the client's own id for the asking, empty where
    the same words shall count as the same asking."""

    event_id: str
    quantity: int | None
    reverses: int | None
    reason: str
    by: str
    name: str = ""

    @property
    def notice_id(self) -> str:
        """The same for the same asking."""
        facts = [self.event_id, self.quantity, self.reverses, self.reason]
        said = orjson.dumps([self.name] if self.name else facts)
        return PREFIX + hashlib.sha256(said).hexdigest()[:32]

    def content(self, review: int | None = None) -> bytes:
        """What is kept of it."""
        kept: dict[str, Any] = {"by": self.by}
        kept |= {} if self.reverses is None else {"reverses": self.reverses}
        kept |= {} if review is None else {"review": review}
        return orjson.dumps(kept)


@dataclass(frozen=True)
class Outcome:
    """What a correction would do, or did. Units are 0.01 point; what is not known yet is 0."""

    event_id: str
    effect: Effect
    quantity: int | None
    """The whole new one."""
    present_quantity: int
    minted_units: int
    standing_units: int
    """What earlier corrections have left."""
    back_units: int
    """Taken back; given back by a reversal; never minted by a withdrawal."""
    spent_units: int
    """Of them, spent or held already: the issuer's loss."""
    approval: bool
    """Whether another clerk has to approve."""
    ahead: int
    """Corrections of the same event that come first."""
    account: bytes | None = None


class Recorded(NamedTuple):
    """An asking as it stands here; ``review`` is its review's number where it needed one."""

    notice: int
    state: Inbox
    review: int | None
    repeated: bool
    outcome: Outcome | None
    """None where it was asked before."""


def check(asked: Asked) -> None:
    """Whether the words can be taken. Rejected: correct.reason, correct.quantity."""
    if not asked.reason.strip():
        raise Rejected("correct.reason", event_id=asked.event_id)
    if asked.reverses is None and (asked.quantity is None or asked.quantity < 0):
        raise Rejected("correct.quantity", event_id=asked.event_id)


def reverses_of(content: bytes) -> int | None:
    """Which of its event's corrections a clerk's notice reverses, if it reverses one."""
    found = _kept(content).get("reverses")
    return found if isinstance(found, int) else None


def asked_by(content: bytes) -> str:
    """The clerk who asked for a notice; empty where it came from the source."""
    return str(_kept(content).get("by", ""))


def present(event: Event, pending: Sequence[Made]) -> int:
    """What the event counts for once everything that is under way has had its effect."""
    noted = (one.quantity for one in pending if one.state is not Inbox.PROPOSED)
    return min([event.quantity, *(quantity for quantity in noted if quantity is not None)])


def is_open(event: Event, now_month: int) -> bool:
    """Whether its year is still the issuer's own to correct."""
    return year_is_open(event.month // MONTHS_PER_YEAR, now_month)


def notice(asked: Asked, at_s: int, review: int | None = None) -> dict[str, Any]:
    """The asking as the inbox keeps it."""
    return {
        "place": PLACE, "content": asked.content(review), "received_s": at_s,
        "notice_id": asked.notice_id, "event_id": asked.event_id, "quantity": asked.quantity,
        "salt": secrets.token_bytes(SALT_BYTES), "value": asked.reason,
    }  # fmt: skip


def _kept(content: bytes) -> dict[str, Any]:
    """What ``Asked.content`` made; nothing of a source's notice."""
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
