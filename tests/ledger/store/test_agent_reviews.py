"""The review queue and the deeds that stages ask about, kept alike by either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import Broken, Refused
from ledger.store import agent_corrections, agent_deeds, agent_files, agent_inbox, agent_reviews
from ledger.store.agent_corrections import Event
from ledger.store.agent_deeds import DeedRow
from ledger.store.agent_office_tables import Review, Verdict
from ledger.store.agent_reviews import Kind, Tally, Waiting
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Connection, Engine, open_database, transaction
from ledger.units import DAY_S

pytestmark = pytest.mark.slow
NOW_S = 1_790_000_000


@pytest.fixture
def engine(place: Path | str) -> Iterator[Engine]:
    with open_database(place, ("outbox", "agent")) as database:
        yield database.engine


def opened(kind: Kind, subject: str, at_s: int = NOW_S, by: str = "agent") -> dict[str, Any]:
    return {
        "kind": str(kind), "subject": subject, "reason": "deed.two-places", "evidence": "{}",
        "opened_s": at_s, "opened_by": by,
    }  # fmt: skip


def judged(connection: Connection, state: Inbox, **facts: Any) -> int:
    """A row of member m1, taken in and judged; its number."""
    agent_inbox.store(connection, [("row", b"{}")], NOW_S)
    number = agent_inbox.received(connection, 9)[-1].id
    usual = {
        "event_id": f"e{number}", "member_id": "m1", "activity": 101, "reported": 60,
        "quantity": 60, "occurred_s": NOW_S, "day": 20_000, "month": 24_315, "full_units": 1_000,
        "checker": "c1", "spot": "桥东", "began_s": 100, "ended_s": 200,
    }  # fmt: skip
    agent_inbox.move_each(connection, Inbox.RECEIVED, state, [{"id": number} | usual | facts])
    return number


def test_a_review_is_opened_listed_and_decided_once(engine: Engine) -> None:
    with transaction(engine) as connection:
        claim = opened(Kind.CLAIM, "c-9", NOW_S - 60, "王示例")
        agent_reviews.add(connection, [opened(Kind.EVENT, "4"), claim])
        last = agent_reviews.last(connection)
        tallies = agent_reviews.open_tallies(connection)
        how: dict[str, Any] = {"by": "王示例", "at_s": NOW_S + 9, "words": "是", "alone": True}
        agent_reviews.decide(connection, [last], Review.APPROVED, **how)
        found = agent_reviews.find(connection, last)
        listed = agent_reviews.listed(connection, Review.OPEN, Kind.EVENT, 0, 9)
        alone = agent_reviews.decided_alone(connection)
    with pytest.raises(Broken) as twice, transaction(engine) as connection:
        agent_reviews.decide(connection, [last], Review.REFUSED, **how)
    with pytest.raises(Refused) as unknown, transaction(engine) as connection:
        agent_reviews.find(connection, 99)

    assert tallies == [Tally(Kind.CLAIM, 1, NOW_S - 60), Tally(Kind.EVENT, 1, NOW_S)]
    assert (found.state, found.decided_by, found.alone) == (Review.APPROVED, "王示例", True)
    assert [one.subject for one in listed] == ["4"]
    assert alone == 1
    assert twice.value.code == "store.not-in-state"
    assert (unknown.value.code, unknown.value.fields) == ("review.unknown", {"review": 99})


def test_rows_that_wait_after_a_review_have_its_days_and_no_others(engine: Engine) -> None:
    how: dict[str, Any] = {
        "by": "王示例",
        "at_s": NOW_S + 3 * DAY_S + 1,
        "words": "是",
        "alone": False,
    }
    with transaction(engine) as connection:
        held, _ = judged(connection, Inbox.HELD), judged(connection, Inbox.WAITING)
        agent_reviews.add(connection, [opened(Kind.EVENT, str(held)), opened(Kind.CLAIM, "c-9")])
        numbers = [one.id for one in agent_reviews.listed(connection, None, None, 0, 9)]
        agent_reviews.decide(connection, numbers, Review.APPROVED, **how)
        agent_inbox.move(connection, Inbox.HELD, Inbox.WAITING, [held])
        waiting = agent_reviews.waiting(connection)
        stale = agent_inbox.reject_stale(connection, 101, 20_001, "member.linked-too-late")

    assert waiting == [Waiting(held, 101, 20_000, 4)]
    assert stale == 1


def test_deeds_of_inbox_and_file_are_told_apart(engine: Engine) -> None:
    with transaction(engine) as connection:
        first = judged(connection, Inbox.READY)
        judged(connection, Inbox.REJECTED)
        judged(connection, Inbox.HELD, began_s=None, ended_s=None)
        file = agent_files.add(
            connection,
            {
                "name": "x", "kind": "csv", "content_hash": b"h" * 32, "layout": "{}",
                "mapping": "{}", "clerk": "王示例", "received_s": NOW_S,
            },
        )  # fmt: skip
        row = {
            "line": 2, "content": b"", "verdict": Verdict.ACCEPTED, "member_id": "m1",
            "activity": 101, "day": 20_000, "began_s": 1, "ended_s": 2, "checker": "c1",
        }  # fmt: skip
        bad = row | {"line": 3, "verdict": Verdict.REJECTED}
        agent_files.put(connection, file, [row, bad])
        span = (19_999, 20_001)
        counts = [
            agent_deeds.certified(connection, ["c1", "c2"], *span, file=where)
            for where in (None, file)
        ]
        timed = [agent_deeds.timed(connection, ["m1"], *span, file=where) for where in (None, file)]

    assert counts == [{("c1", 101, 20_000): 2}, {("c1", 101, 20_000): 1}]
    assert timed == [
        [DeedRow(first, "m1", 101, 20_000, 100, 200, "c1", "桥东")],
        [DeedRow(2, "m1", 101, 20_000, 1, 2, "c1", "")],
    ]


def test_of_an_events_rows_the_one_that_stands_is_found(engine: Engine) -> None:
    with transaction(engine) as connection:
        gone = judged(connection, Inbox.REJECTED, event_id="e")
        stands = judged(connection, Inbox.READY, event_id="e")
        judged(connection, Inbox.DUPLICATE, event_id="e")
        notice = {
            "place": "counter", "content": b"{}", "received_s": NOW_S, "event_id": "e",
            "notice_id": "n", "quantity": 5, "salt": b"s" * 32, "value": "多记了",
        }  # fmt: skip
        agent_corrections.note(connection, Inbox.PROPOSED, [notice])
        found = agent_corrections.events(connection, ["e", "f"])
        made = agent_corrections.known(connection, ["n", "o"])
        rows = agent_corrections.rows(connection, [gone, stands])

    assert isinstance(found["e"], Event)
    assert (list(found), found["e"].id, found["e"].state) == (["e"], stands, Inbox.READY)
    assert [(one.words, one.quantity, one.state) for one in made.values()] == [
        ("多记了", 5, Inbox.PROPOSED)
    ]
    assert sorted(rows) == [gone, stands]
