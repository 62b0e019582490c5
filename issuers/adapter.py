"""What every issuer adapter is: how rows come out of an outside system and answers go back in.

An adapter knows one outside system and nothing of rates, accounts, links or the chain. It hands on
raw rows with their place, reads a row into an event, a correction or a rejection, marks events at
the source in two phases, and credits native points. It never drops a repeat: that is the pipeline's
work. This module is pure; the adapters beside it speak HTTP.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType, Protocol, cast, runtime_checkable

from issuers.reasons import Sentence, reason
from ledger.errors import Refused, Rejected

Cursor = NewType("Cursor", str)
"""Where reading goes on: opaque text that only its own adapter understands."""
BEGINNING = Cursor("")


@dataclass(frozen=True, slots=True)
class Source:
    """How to reach one outside system. ``extra`` holds what only one adapter needs."""

    url: str
    user: str
    secret: str = field(repr=False)
    timeout_s: float = 10.0
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it came: where it stood, and its content as bytes fit to be kept."""

    place: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Rows that come together. ``next`` is the cursor once all of them are stored."""

    rows: tuple[RawRow, ...]
    next: Cursor


@dataclass(frozen=True, slots=True)
class EarningEvent:
    """Something a member did. ``quantity`` is in the activity's smallest unit, above zero;
    ``occurred`` is aware, in Beijing time; ``record`` is the canonical evidence: the same bytes
    whenever and in whatever form the source repeats the event."""

    event_id: str
    member_id: str
    activity_code: str
    quantity: int
    occurred: datetime
    record: bytes
    place: str
    began: datetime | None = None
    """Aware, where the deed has a beginning and an end; with ``ended``."""
    ended: datetime | None = None
    checker: str = ""
    """Who certified it, by the source's own id; empty where it does not say."""
    spot: str = ""
    """Where the deed was done, by the source's own name; empty where it does not say."""


@dataclass(frozen=True, slots=True)
class CorrectionNotice:
    """The source says that an event was worth less: its whole new quantity, not the difference."""

    notice_id: str
    event_id: str
    new_quantity: int
    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that can't be taken: where, which field, why, and what stood there."""

    place: str
    field: str
    reason_code: str
    value: str
    event_id: str | None = None

    @property
    def sentence(self) -> Sentence:
        """Why, in both languages."""
        return reason(self.reason_code).why

    @property
    def fix(self) -> Sentence:
        """What to do about it, in both languages."""
        return reason(self.reason_code).fix


Item = EarningEvent | CorrectionNotice | RejectedRow


class MarkState(StrEnum):
    """Where an event stands at its source."""

    OPEN = "open"
    RESERVED = "reserved"
    CREDITED_ELSEWHERE = "credited_elsewhere"
    SPENT = "spent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MarkAnswer:
    """The source's answer for one event; ``refusal`` says why the step was not taken."""

    state: MarkState
    refusal: MarkRefused | None = None


class MarkRefused(Refused):
    """The source will not take the step; ``event_id`` says for which event."""


class SpentNatively(MarkRefused):
    """mark.spent-natively: the member has used the event in the scheme's own shop."""


class MarkedByAnother(MarkRefused):
    """mark.by-another: somebody else holds the mark."""


class EventUnknown(MarkRefused):
    """mark.event-unknown: the source knows no such event."""


class NotReserved(MarkRefused):
    """mark.not-reserved: confirm came without prepare, or after a cancel."""


class AlreadyConfirmed(MarkRefused):
    """mark.already-confirmed: too late to cancel."""


class CreditRefused(Refused):
    """credit.refused: the source will never take this credit; ``why`` is its own word."""


class SignatureInvalid(Rejected):
    """webhook.signature: not from the source, or not now."""


class LayoutChanged(Rejected):
    """source.layout-changed: the file's or answer's columns are not those agreed."""


@runtime_checkable
class IssuerAdapter(Protocol):
    """What the agent needs of every outside system."""

    @property
    def scheme(self) -> str:
        """The scheme's code in the certification standard."""

    def parse(self, row: RawRow, now: datetime) -> Item:
        """What the row says; pure. Nothing raised: a bad row is a RejectedRow."""

    def prepare_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Reserve events at the source, many in one call; safe to repeat."""

    def confirm_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Make reservations final; safe to repeat."""

    def cancel_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Give reservations up; safe to repeat."""

    def prepare_mark(self, event_id: str) -> None:
        """Reserve one event, or raise the MarkRefused that says why not."""

    def confirm_mark(self, event_id: str) -> None:
        """Make one reservation final, or raise the MarkRefused that says why not."""

    def cancel_mark(self, event_id: str) -> None:
        """Give one reservation up, or raise the MarkRefused that says why not."""

    def mark_state(self, event_id: str) -> MarkState:
        """Where the event stands at the source."""

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        """Credit native points once per hold id, or raise CreditRefused for good."""

    def close(self) -> None:
        """Release connections."""


@runtime_checkable
class PullAdapter(IssuerAdapter, Protocol):
    """A source that is asked."""

    def read(self, since: Cursor) -> Iterator[Page]:
        """Pages after ``since``, as far as there are any now; ends when all is read."""


@runtime_checkable
class PushAdapter(IssuerAdapter, Protocol):
    """A source that calls."""

    def subscribe(self, url: str) -> None:
        """Ask the source to call ``url`` from now on."""

    def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[RawRow, ...]:
        """The rows of one genuine call, or SignatureInvalid. Store them before answering 2xx."""

    def replay(self, since: date) -> int:
        """Ask the source to send again what it showed from that day on; how many."""


@runtime_checkable
class BalanceAdapter(IssuerAdapter, Protocol):
    """A source whose members have native points from before. A balance is marked as an event is,
    under an id that the source gives it: reserved it can't be spent there, confirmed it is gone
    there. Points that came from the interchange are never listed."""

    def balances(self) -> Iterator[RawRow]:
        """Every member's balance that is above zero, as it stands now."""

    def parse_balance(self, row: RawRow) -> EarningEvent | RejectedRow:
        """What such a row says: the balance as an event of the scheme's balance activity, its
        quantity in native points; pure, and nothing raised."""


@runtime_checkable
class StatementAdapter(IssuerAdapter, Protocol):
    """A source whose books can be asked for a span of days, as a monthly tie-out wants them. One
    that is pulled is read from its beginning where it offers no such thing."""

    def statement(self, first: date, last: date) -> Iterator[RawRow]:
        """All that the source has for these days, both included, as ``parse`` reads it."""


def open_adapter(module: str, source: Source) -> IssuerAdapter:
    """The adapter of ``module`` (such as ``issuers.volunteer``), connected to ``source``."""
    made = importlib.import_module(module).open_adapter(source)
    return cast("IssuerAdapter", made)
