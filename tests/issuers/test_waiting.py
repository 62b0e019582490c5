"""A busy source is left alone for as long as it asks, and is asked only for what has changed."""

from __future__ import annotations

from email.message import Message

import pytest

from issuers.adapter import Source
from issuers.remote import Remote
from issuers.unchanged import MOST, Unchanged
from issuers.waiting import FIRST_WAIT_S, LONGEST_WAIT_S, TRIES, Pace, Patience
from ledger.errors import OutcomeUnknown, Unavailable
from ledger.refusals import explain
from tests.issuers.test_adapters_faults import Answer, source

NOW_S = 1_795_570_800.0
"""2026-11-25 09:40 in Beijing."""


class World:
    """A clock that sleeping moves, and a chance that is what the test says."""

    def __init__(self, chance: float = 0.0) -> None:
        self.now_s, self.slept = NOW_S, list[float]()
        self.pace = Pace(self._sleep, lambda: self.now_s, lambda: chance)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now_s += seconds


def waited(headers: dict[str, str], *, chance: float = 0.0) -> list[float]:
    """What one busy answer costs."""
    world = World(chance)
    Patience(world.pace).wait("/x", headers, 0)
    return world.slept


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "Wed, 25 Nov 2026 01:40:12 GMT"}, 12.0),
        ({"retry-after": "Wed, 25 Nov 2026 01:39:12 GMT"}, 0.0),
        (
            {
                "retry-after": "Wed, 25 Nov 2026 03:00:09 GMT",
                "date": "Wed, 25 Nov 2026 03:00:00 GMT",
            },
            9.0,
        ),
        ({"retry-after": "soon"}, FIRST_WAIT_S),
        ({"retry-after": "-1"}, FIRST_WAIT_S),
        ({"retry-after": "1.5"}, FIRST_WAIT_S),
        ({}, FIRST_WAIT_S),
    ],
)
def test_a_source_is_waited_for_as_it_asks_in_seconds_or_by_a_date_of_its_clock(
    headers: dict[str, str], wait_s: float
) -> None:
    assert waited(headers) == [wait_s]


def test_chance_shortens_our_own_waits_and_only_ever_lengthens_those_we_were_told() -> None:
    assert waited({}, chance=0.8) == [0.16]
    assert waited({"retry-after": "7"}, chance=0.8) == [7.2]
    assert waited({"retry-after": "0"}, chance=0.8) == [0.0]


def test_a_source_that_asks_for_longer_than_a_call_may_take_is_left_alone_until_then() -> None:
    def busy_once(count: int, _: str) -> Answer:
        return (429, {"Retry-After": "3600"}, b"") if count == 1 else (200, {}, b"{}")

    world = World()
    with source(busy_once) as (url, asked), Remote(_at(url), pace=world.pace) as remote:
        for _ in range(3):
            with pytest.raises(Unavailable, match=r"source\.asked-to-wait") as caught:
                remote.get("/x")
        assert (len(asked), world.slept) == (1, [])

        world.now_s += 3600
        assert remote.get("/x").status_code == 200

    assert caught.value.fields == {"path": "/x", "until": "2026-11-25 10:40:00"}
    assert "要求等到 2026-11-25 10:40:00" in explain(caught.value, "zh").sentence
    assert "asked us to wait until 2026-11-25 10:40:00" in explain(caught.value, "en").sentence


def test_all_waiting_of_one_call_is_bounded() -> None:
    world = World()
    busy = (503, {"Retry-After": "20"}, b"")
    with source(lambda *_: busy) as (url, asked), Remote(_at(url), pace=world.pace) as remote:
        for _ in range(2):
            with pytest.raises(Unavailable, match=r"source\.asked-to-wait"):
                remote.get("/x")

    assert (len(asked), world.slept) == (2, [20.0])
    assert sum(world.slept) <= LONGEST_WAIT_S


def test_a_source_still_busy_after_the_last_try_is_left_alone_for_as_long_as_it_asked() -> None:
    world = World()
    busy = (503, {"Retry-After": "5"}, b"")
    with source(lambda *_: busy) as (url, asked), Remote(_at(url), pace=world.pace) as remote:
        with pytest.raises(Unavailable, match=r"source\.unavailable"):
            remote.get("/x")
        with pytest.raises(Unavailable, match=r"source\.asked-to-wait"):
            remote.get("/x")

    assert len(asked) == TRIES


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_write_that_a_server_broke_down_over_has_an_unknown_outcome(status: int) -> None:
    world = World()
    with source(lambda *_: (status, {}, b"")) as (url, _), Remote(_at(url), pace=world.pace) as r:
        with pytest.raises(OutcomeUnknown, match=r"source\.no-answer"):
            r.post("/x", {})
        with pytest.raises(Unavailable, match=r"source\.unavailable"):
            r.get("/x")


def test_a_write_without_an_answer_stays_unknown_also_where_the_source_is_busy_after_it() -> None:
    def lost_and_busy(count: int, _: str) -> Answer | None:
        return None if count == 1 else (429, {"Retry-After": "3600"}, b"")

    world = World()
    with source(lost_and_busy) as (url, _), Remote(_at(url), pace=world.pace) as remote:
        with pytest.raises(OutcomeUnknown, match=r"source\.no-answer"):
            remote.post("/x", {})
        with pytest.raises(Unavailable, match=r"source\.asked-to-wait"):
            remote.post("/x", {})


def test_only_a_reader_that_stored_an_answer_asks_whether_it_has_changed() -> None:
    sent: list[Message] = []

    def tagged(_: int, path: str) -> Answer:
        return 200, {"ETag": '"one"', "Last-Modified": "Wed, 25 Nov 2026 01:40:12 GMT"}, b"{}"

    with source(tagged, sent) as (url, _), Remote(_at(url), pace=World().pace) as remote:
        answer = remote.changed("/x", "here", page=1)
        assert answer is not None
        remote.stored(answer, "there")
        for cursor in ("here", "there"):
            assert remote.changed("/x", cursor, page=1) is not None
        assert remote.changed("/x", "there", page=2) is not None

    conditions = [(h.get("if-none-match"), h.get("if-modified-since")) for h in sent]
    whole = (None, None)
    assert conditions == [whole, whole, ('"one"', "Wed, 25 Nov 2026 01:40:12 GMT"), whole]


def test_an_answer_that_has_not_changed_is_nothing_to_read() -> None:
    def once(count: int, _: str) -> Answer:
        return (200, {"ETag": '"one"'}, b"{}") if count == 1 else (304, {}, b"")

    with source(once) as (url, _), Remote(_at(url), pace=World().pace) as remote:
        answer = remote.changed("/x", "")
        assert answer is not None
        remote.stored(answer, "")
        assert remote.changed("/x", "") is None


def test_what_is_remembered_of_answers_stays_small() -> None:
    kept = Unchanged()
    for at in range(MOST + 1):
        kept.keep(f"/{at}", "c", {"etag": f'"{at}"'})

    assert kept.headers("/0", "c") == {}
    assert kept.headers(f"/{MOST}", "c") == {"If-None-Match": f'"{MOST}"'}


def _at(url: str) -> Source:
    return Source(url, "u", "s")
