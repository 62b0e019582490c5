"""Many events at once that shall count for nothing, as the undo of a file needs it.

What is still here is withdrawn and never minted; what is minted, or on its way, is noted to be
taken back. Who may decide that was decided before. Knows no HTTP.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from issuers import awards
from issuers.askings import HERE, MINTED, Asked, is_open, notice
from issuers.outlook import ChainViews, Outlook
from issuers.sheet import WITHDRAWN
from ledger.store import agent_batches, agent_corrections, agent_inbox, agent_reviews
from ledger.store.agent_corrections import ENDED, Event
from ledger.store.agent_office_tables import Review
from ledger.store.agent_reviews import Kind
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Connection, Engine, reading


class Many(NamedTuple):
    """What became of many events: to be taken back, withdrawn, or with nothing to take back."""

    noted: int
    withdrawn: int
    nothing: int


class Sums(NamedTuple):
    """What an undo of many events would come to. Units are 0.01 point."""

    events: int
    back_units: int
    spent_units: int
    withdrawn: int
    under_way: int
    """Minted first and then taken back."""
    nothing: int
    closed: int
    """Of years that only the council can still correct."""


def look_many(
    engine: Engine, views: ChainViews, outlook: Outlook, pages: Iterable[Sequence[str]]
) -> Sums:
    """What it would come to if these events counted for nothing; nothing is changed. Pages of some
    hundred events each keep memory flat. Raises what the node raises."""
    counts: Counter[str] = Counter()
    due: dict[bytes, int] = {}
    for event_ids in pages:
        counts["events"] += len(event_ids)
        with reading(engine) as connection:
            events = list(agent_corrections.events(connection, event_ids).values())
            batches = agent_batches.of_ids(
                connection, {one.batch for one in events if one.state in MINTED and one.batch}
            )
        counts["withdrawn"] += sum(one.state in HERE for one in events)
        counts["under_way"] += sum(one.state not in (*HERE, *ENDED, *MINTED) for one in events)
        minted = [one for one in events if one.state in MINTED]
        still = [one for one in minted if is_open(one, outlook.month)]
        counts["closed"] += len(minted) - len(still)
        places = [(batches[one.batch or 0], one.row or 0) for one in still]
        for stands in awards.standings(views, outlook, places):
            units = max(stands.due_units(0), 0)
            counts["taken"] += units > 0
            due[stands.account] = due.get(stands.account, 0) + units
    free = awards.free_units(views, outlook, due)
    spent = sum(max(units - free[account], 0) for account, units in due.items())
    some = sum(counts[name] for name in ("withdrawn", "under_way", "closed", "taken"))
    return Sums(
        events=counts["events"], back_units=sum(due.values()), spent_units=spent,
        withdrawn=counts["withdrawn"], under_way=counts["under_way"],
        nothing=counts["events"] - some, closed=counts["closed"],
    )  # fmt: skip


def propose_many(
    connection: Connection,
    event_ids: Sequence[str],
    *,
    reason: str,
    by: str,
    at_s: int,
    review_id: int | None,
    name: str,
) -> Many:
    """Lets many events count for nothing, as approved by a review or below the threshold: what is
    still here is withdrawn, the rest is noted to be taken back. ``name`` is the undo's own id: with
    it, asking again for the same events changes nothing. Part of the caller's transaction.
    """
    asked = {e: Asked(e, 0, None, reason, by, f"{name}/{e}") for e in event_ids}
    known = agent_corrections.known(connection, (one.notice_id for one in asked.values()))
    events = agent_corrections.events(connection, event_ids)
    fresh = [
        one
        for one in asked.values()
        if one.notice_id not in known
        and (event := events.get(one.event_id)) is not None
        and event.state not in ENDED
    ]
    notices = [notice(one, at_s, review_id) for one in fresh]
    agent_corrections.note(connection, Inbox.NOTED, notices)
    numbers = agent_corrections.ids_of(connection, (one.notice_id for one in fresh))
    here = [
        (events[one.event_id], numbers[one.notice_id])
        for one in fresh
        if events[one.event_id].state in HERE
    ]
    withdraw(connection, here, reason, by, at_s)
    return Many(len(fresh) - len(here), len(here), len(asked) - len(fresh))


def withdraw(
    connection: Connection, some: Sequence[tuple[Event, int]], reason: str, by: str, at_s: int
) -> None:
    """Events that are still here will earn nothing; each with the notice that says so, which has
    had its effect with that. A review that one of them waited for ends."""
    for state in HERE:
        ids = [event.id for event, _ in some if event.state is state]
        values = {"reason": WITHDRAWN, "field": "", "value": reason}
        agent_inbox.move(connection, state, Inbox.REJECTED, ids, **values)
    rows = [{"id": number, "reason": WITHDRAWN, "units": 0, "lost_units": 0} for _, number in some]
    agent_inbox.move_each(connection, Inbox.NOTED, Inbox.DONE, rows)
    held = [str(event.id) for event, _ in some if event.state is Inbox.HELD]
    asked = agent_reviews.of_subjects(connection, Kind.EVENT, held).values()
    numbers = [one.id for one in asked if one.state is Review.OPEN]
    agent_reviews.decide(
        connection, numbers, Review.REFUSED, by=by, at_s=at_s, words=reason, alone=False
    )
