"""Corrections at the counter: look first, then ask; and what became of an event's corrections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuers.askings import Asked, Outcome, Recorded
from issuers.awards import Taken
from issuers.correcting import Correcting
from issuers.counter.routing import Answer, Ask, Route, Who
from issuers.decisions import shown_event, shown_notice
from issuers.standard.catalogue import Standard
from ledger.errors import Rejected

LARGEST = 2**53
"""Of a quantity in a request."""


class CorrectionsAtCounter:
    """The routes of corrections."""

    def __init__(self, correcting: Correcting, standard: Standard) -> None:
        self._correcting = correcting
        self._standard = standard

    def routes(self) -> list[Route]:
        """What the counter answers about corrections."""
        return [
            Route("GET", "/events/{event}/corrections", Who.CLERK, self._history),
            Route("POST", "/events/{event}/corrections", Who.CLERK, self._ask),
            Route("POST", "/events/{event}/corrections/preview", Who.CLERK, self._look),
        ]

    def _history(self, ask: Ask) -> Answer:
        event, made, taken = self._correcting.history(ask.path["event"])
        return {
            "event": shown_event(event, self._standard),
            "asked": [shown_notice(one) for one in made],
            "corrections": [_taken(one) for one in taken],
        }

    def _look(self, ask: Ask) -> Answer:
        return told(self._correcting.look(_asked(ask)))

    def _ask(self, ask: Ask) -> Answer:
        return recorded(self._correcting.ask(_asked(ask), ask.at_s))


def told(outcome: Outcome) -> dict[str, Any]:
    """What a correction would do."""
    return {
        "event_id": outcome.event_id, "effect": str(outcome.effect), "quantity": outcome.quantity,
        "present_quantity": outcome.present_quantity, "minted_units": outcome.minted_units,
        "standing_units": outcome.standing_units, "back_units": outcome.back_units,
        "spent_units": outcome.spent_units, "approval": outcome.approval, "ahead": outcome.ahead,
    }  # fmt: skip


def recorded(found: Recorded) -> dict[str, Any]:
    """What stands of an asking."""
    return {
        "notice": found.notice, "state": str(found.state), "review": found.review,
        "repeated": found.repeated,
        "outcome": None if found.outcome is None else told(found.outcome),
    }  # fmt: skip


def _asked(ask: Ask) -> Asked:
    body = ask.json()
    name = ask.text(body, "id", most=100) if body.get("id") else ""
    quantity, reverses = _number(body, "quantity"), _number(body, "reverse")
    if quantity is not None and reverses is not None:
        raise Rejected("counter.field", field="quantity")
    reason = body.get("reason", "")
    if not isinstance(reason, str) or len(reason) > 1000:
        raise Rejected("counter.field", field="reason")
    return Asked(ask.path["event"], quantity, reverses, reason.strip(), ask.by, name)


def _number(body: Mapping[str, Any], name: str) -> int | None:
    found = body.get(name)
    if found is None:
        return None
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= LARGEST:
        raise Rejected("counter.field", field=name)
    return found


def _taken(one: Taken) -> dict[str, Any]:
    return {
        "correction": one.ordinal, "id": "0x" + one.id.hex(), "due_units": one.due_units,
        "spent_units": one.due_units - one.taken_units, "reversed": one.reversed,
    }  # fmt: skip
