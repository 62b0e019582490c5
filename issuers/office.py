"""An office without any system (没有系统的单位): records come as files and sign-in sheets.

There is nothing to read and nobody to mark anything with: the agent's own inbox, which takes an
event once, is the only book of its events, whoever numbered them. Points of other schemes can't be
credited by a program here, so an exchange is refused and the points go back to the resident. The
settings name the scheme: ``source_extra = {scheme = "volunteer"}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime

from issuers.adapter import (
    CreditRefused,
    Cursor,
    IssuerAdapter,
    Item,
    MarkAnswer,
    MarkState,
    Page,
    RawRow,
    RejectedRow,
    Source,
)
from issuers.conformance.stage import Stage
from ledger.errors import Refused, Rejected

SCHEME = "scheme"
"""The name under Source.extra of the scheme's code in the certification standard."""
BY_HAND = "office_credits_by_hand"
"""Why no credit is taken: a person would have to write it into the office's books."""


class OfficeAdapter:
    """Pulls nothing, and answers for marks as a book would that nobody else writes in."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme

    def read(self, since: Cursor) -> Iterator[Page]:
        """Nothing, ever."""
        del since
        return iter(())

    def parse(self, row: RawRow, now: datetime) -> Item:
        """Rows of files are read by their own columns; no other row can come."""
        del now
        return RejectedRow(row.place, "*", "row.broken", "")

    def statement(self, first: date, last: date) -> Iterator[RawRow]:
        """Refused("tieout.no-statement"): a month is tied out against an export."""
        del first, last
        raise Refused("tieout.no-statement", scheme=self.scheme)

    def prepare_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Reserved: there is no shop in which an event could have been spent."""
        return dict.fromkeys(event_ids, MarkAnswer(MarkState.RESERVED))

    def confirm_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Confirmed."""
        return dict.fromkeys(event_ids, MarkAnswer(MarkState.CREDITED_ELSEWHERE))

    def cancel_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Open again."""
        return dict.fromkeys(event_ids, MarkAnswer(MarkState.OPEN))

    def prepare_mark(self, event_id: str) -> None:
        """Never refused."""

    def confirm_mark(self, event_id: str) -> None:
        """Never refused."""

    def cancel_mark(self, event_id: str) -> None:
        """Never refused."""

    def mark_state(self, event_id: str) -> MarkState:
        """Unknown: nothing is written down outside the inbox."""
        del event_id
        return MarkState.UNKNOWN

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        """CreditRefused, always."""
        del native_points
        raise CreditRefused("credit.refused", hold_id=hold_id, member_id=member_id, why=BY_HAND)

    def close(self) -> None:
        """Nothing to release."""


def open_adapter(source: Source) -> IssuerAdapter:
    """The adapter. Rejected("agent.setting-missing") where no scheme is named."""
    scheme = source.extra.get(SCHEME, "")
    if not scheme:
        raise Rejected("agent.setting-missing", setting=f"source_extra.{SCHEME}")
    return OfficeAdapter(scheme)


def conformance_source() -> AbstractContextManager[Stage]:
    """No system at all: what needs one does not apply."""
    from issuers.conformance.nosystem import nothing_there

    return nothing_there("volunteer")
