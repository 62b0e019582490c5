"""Marks and credits at a source, for every adapter whose source has the interchange's connector.

A mark's id is made from the event's own id, so that an agent that lost its database finds its marks
again. A subclass adds reading. Knows no scheme's rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import httpx

from issuers.adapter import (
    AlreadyConfirmed,
    CreditRefused,
    EventUnknown,
    LayoutChanged,
    MarkAnswer,
    MarkedByAnother,
    MarkRefused,
    MarkState,
    NotReserved,
    SpentNatively,
)
from issuers.remote import Remote, listed, object_in, succeeded, word
from ledger.errors import Broken

MOST_AT_ONCE = 500
"""Marks in one call, by the connector's terms."""
REFUSALS: dict[str, tuple[type[MarkRefused], str]] = {
    "spent_natively": (SpentNatively, "mark.spent-natively"),
    "marked_by_another": (MarkedByAnother, "mark.by-another"),
    "event_unknown": (EventUnknown, "mark.event-unknown"),
    "not_reserved": (NotReserved, "mark.not-reserved"),
    "already_confirmed": (AlreadyConfirmed, "mark.already-confirmed"),
}


class ConnectedAdapter:
    """The part of an adapter that writes. ``prefix`` is where the source mounts the connector."""

    prefix = ""

    def __init__(self, remote: Remote) -> None:
        self.remote = remote

    def close(self) -> None:
        """Release connections."""
        self.remote.close()

    def prepare_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Reserve events; the answer of each."""
        return self._mark("prepare", event_ids)

    def confirm_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Make reservations final; the answer of each."""
        return self._mark("confirm", event_ids)

    def cancel_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Give reservations up; the answer of each."""
        return self._mark("cancel", event_ids)

    def prepare_mark(self, event_id: str) -> None:
        """Reserve one event or raise its refusal."""
        _raise_refusal(self.prepare_marks([event_id])[event_id])

    def confirm_mark(self, event_id: str) -> None:
        """Make one reservation final or raise its refusal."""
        _raise_refusal(self.confirm_marks([event_id])[event_id])

    def cancel_mark(self, event_id: str) -> None:
        """Give one reservation up or raise its refusal."""
        _raise_refusal(self.cancel_marks([event_id])[event_id])

    def mark_state(self, event_id: str) -> MarkState:
        """Where the event stands; UNKNOWN where the source has no such event."""
        path = f"{self.prefix}/marks/{quote(event_id, safe='')}"
        answer = self.remote.ask("GET", path)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return MarkState.UNKNOWN
        return _state(object_in(succeeded(answer)), path)

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        """Credit once per hold id. CreditRefused: never; the hold is to be refunded."""
        body = {"hold_id": hold_id, "member_id": member_id, "points": native_points}
        answer = self.remote.ask("POST", f"{self.prefix}/credits", body=body)
        if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY and (why := _code_in(answer)):
            raise CreditRefused("credit.refused", hold_id=hold_id, member_id=member_id, why=why)
        if answer.status_code == httpx.codes.CONFLICT:
            raise Broken("credit.differs", hold_id=hold_id, member_id=member_id)
        succeeded(answer)

    def _mark(self, step: str, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        answers: dict[str, MarkAnswer] = {}
        for start in range(0, len(event_ids), MOST_AT_ONCE):
            some = event_ids[start : start + MOST_AT_ONCE]
            marks = [{"event_id": one, "mark_id": f"tongdui:{one}"} for one in some]
            path = f"{self.prefix}/marks/{step}"
            results = listed(object_in(self.remote.post(path, {"marks": marks})), "results", path)
            told = {word(result, "event_id", path): _answer(result, path) for result in results}
            if not told.keys() >= set(some):
                raise LayoutChanged("source.layout-changed", where=path, wanted="results")
            answers |= {one: told[one] for one in some}
        return answers


def _answer(result: dict[str, Any], path: str) -> MarkAnswer:
    state, refused = _state(result, path), result.get("refused")
    if not refused:
        return MarkAnswer(state)
    if not isinstance(refused, str) or refused not in REFUSALS:
        raise LayoutChanged("source.layout-changed", where=path, wanted="refused")
    kind, code = REFUSALS[refused]
    return MarkAnswer(state, kind(code, event_id=result["event_id"]))


def _state(found: dict[str, Any], path: str) -> MarkState:
    """One of the connector's states, or LayoutChanged."""
    told = word(found, "state", path)
    if told not in set(MarkState):
        raise LayoutChanged("source.layout-changed", where=path, wanted="state")
    return MarkState(told)


def _raise_refusal(answer: MarkAnswer) -> None:
    if answer.refusal is not None:
        raise answer.refusal


def _code_in(answer: httpx.Response) -> str:
    detail = object_in(answer).get("detail")
    return str(detail.get("code", "")) if isinstance(detail, dict) else ""
