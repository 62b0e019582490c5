"""What decisions do: to rows that a stage of the screening holds, and to proposed corrections.

Each is an effect of ``issuers.reviews``, and shows what the person who decides has to see: names
and ids are looked up when somebody asks, and stand in no evidence. Knows no HTTP and no chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from issuers.askings import asked_by, reverses_of
from issuers.standard.catalogue import Standard
from ledger.errors import Refused
from ledger.store import agent_corrections, agent_inbox, agent_links
from ledger.store.agent_corrections import Event
from ledger.store.agent_reviews import ReviewRow
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Connection

REFUSED = "review.refused"


class HeldRows:
    """Events that a stage doubted."""

    def __init__(self, standard: Standard) -> None:
        self._standard = standard

    def approve(self, connection: Connection, review: ReviewRow, at_s: int) -> None:
        """The row goes on: to be minted, or to wait for its member's account."""
        del at_s
        event = _event(connection, review)
        if event is None or event.state is not Inbox.HELD:
            return  # it went on without us: a database put back to an older day found it minted
        link = agent_links.of_members(connection, [event.member_id or ""]).get(
            event.member_id or ""
        )
        on: dict[str, Any] = {
            "id": event.id,
            "account": None,
            "reason": "member.unlinked",
            "value": None,
        }
        state = Inbox.WAITING
        if link is not None and link.unlinked_at_s is None:
            on |= {"account": link.account, "reason": event.value}
            state = Inbox.READY
        agent_inbox.move_each(connection, Inbox.HELD, state, [on])

    def refuse(self, connection: Connection, review: ReviewRow, words: str) -> None:
        """The row earns nothing. Refused("review.too-late") where it was minted meanwhile."""
        event = _event(connection, review)
        if event is None or event.state is not Inbox.HELD:
            raise Refused("review.too-late", review=review.id)
        why = {"reason": REFUSED, "field": "*", "value": words}
        agent_inbox.move(connection, Inbox.HELD, Inbox.REJECTED, [event.id], **why)

    def shown(self, connection: Connection, review: ReviewRow) -> dict[str, Any]:
        """The event, and the others that its evidence names by their rows."""
        event = _event(connection, review)
        doubts = orjson.loads(review.evidence).get("doubts", [])
        named = {other["row"] for doubt in doubts for other in doubt.get("others", [])}
        others = agent_corrections.rows(connection, named)
        return {
            "event": None if event is None else shown_event(event, self._standard),
            "others": [shown_event(one, self._standard) for _, one in sorted(others.items())],
        }


class ProposedCorrections:
    """Corrections above the threshold."""

    def __init__(self, standard: Standard) -> None:
        self._standard = standard

    def approve(self, connection: Connection, review: ReviewRow, at_s: int) -> None:
        """It takes its turn."""
        del at_s
        agent_inbox.move(connection, Inbox.PROPOSED, Inbox.NOTED, [int(review.subject)])

    def refuse(self, connection: Connection, review: ReviewRow, words: str) -> None:
        """The award stays as it is."""
        why = {"reason": REFUSED, "field": "", "value": words}
        ids = [int(review.subject)]
        agent_inbox.move(connection, Inbox.PROPOSED, Inbox.REJECTED, ids, **why)

    def shown(self, connection: Connection, review: ReviewRow) -> dict[str, Any]:
        """What was asked for, and the event as it stands."""
        made = agent_corrections.made(connection, int(review.subject))
        if made is None:
            return {}
        event = agent_corrections.events(connection, [made.event_id]).get(made.event_id)
        return {
            "event": None if event is None else shown_event(event, self._standard),
            "correction": shown_notice(made),
        }


def shown_event(event: Event, standard: Standard) -> dict[str, Any]:
    """An event as clerks see it."""
    activity = standard.by_id.get(event.activity)
    names: Mapping[str, Any] = (
        {}
        if activity is None
        else {"activity": activity.code, "activity_zh": activity.zh, "activity_en": activity.en}
    )
    return {
        "row": event.id, "event_id": event.event_id, "place": event.place,
        "member_id": event.member_id, "state": str(event.state), **names,
        "reported": event.reported, "quantity": event.quantity,
        "unit": "" if activity is None else activity.unit, "occurred_s": event.occurred_s,
        "began_s": event.began_s, "ended_s": event.ended_s, "checker": event.checker,
        "spot": event.spot, "full_units": event.full_units, "units": event.units,
    }  # fmt: skip


def shown_notice(made: agent_corrections.Made) -> dict[str, Any]:
    """A correction as clerks see it."""
    return {
        "notice": made.id, "event_id": made.event_id, "quantity": made.quantity,
        "reverses": reverses_of(made.content), "by": asked_by(made.content),
        "words": made.words, "asked_s": made.received_s, "state": str(made.state),
        "reason": made.reason, "units": made.units, "lost_units": made.lost_units,
    }  # fmt: skip


def _event(connection: Connection, review: ReviewRow) -> Event | None:
    return agent_corrections.event(connection, int(review.subject))
