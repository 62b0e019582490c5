"""Where an event is marked: at the source if the source gave its id, in our own book if we did.

Rows of files without an id column and sign-in sheets get ids that we make. The source has never
heard of them and can't spend them, so the inbox, which takes an event once, is their whole book.
"""

from __future__ import annotations

from collections.abc import Sequence

from issuers.adapter import IssuerAdapter, MarkAnswer, MarkState

OWN = "tongdui:"
"""What ids that we made begin with; no source's id may."""


class Marks:
    """Both books behind the three steps of a mark."""

    def __init__(self, adapter: IssuerAdapter) -> None:
        self._adapter = adapter

    def prepare(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Reserves; the answer of each. Raises what the adapter raises."""
        own, theirs = _split(event_ids, MarkState.RESERVED)
        return own | (self._adapter.prepare_marks(theirs) if theirs else {})

    def confirm(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Makes reservations final; the answer of each. Raises what the adapter raises."""
        own, theirs = _split(event_ids, MarkState.CREDITED_ELSEWHERE)
        return own | (self._adapter.confirm_marks(theirs) if theirs else {})

    def cancel(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Gives reservations up; the answer of each. Raises what the adapter raises."""
        own, theirs = _split(event_ids, MarkState.OPEN)
        return own | (self._adapter.cancel_marks(theirs) if theirs else {})


def is_own(event_id: str) -> bool:
    """Whether we made the id."""
    return event_id.startswith(OWN)


def _split(event_ids: Sequence[str], state: MarkState) -> tuple[dict[str, MarkAnswer], list[str]]:
    """Our own, answered, and the source's."""
    own = {one: MarkAnswer(state) for one in event_ids if is_own(one)}
    return own, [one for one in event_ids if not is_own(one)]
