"""Events as a list to poll and as a stream; what a client has already; how long it would wait."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.access import Caller, Role
from api.events.streams import EventStream, Listener, Pace, Streams
from api.hooks.audience import reader_for
from ledger.errors import Refused
from ledger.store import hooks_events as events
from ledger.store.engine import open_database, transaction
from ledger.store.hooks_events import Reader
from tests.api.posting import FAMILY, event_of
from tests.api.serving import City

pytestmark = pytest.mark.slow
STREAM = {"Accept": "text/event-stream"}


class Line:
    """A stream that is read in a thread: its blocks as they come."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.blocks: list[dict[str, str]] = []
        self._lines = lines
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def until(self, type_: str, object_id: str) -> dict[str, str]:
        """The block that tells of it, once it is there."""
        deadline = time.monotonic() + 20
        while True:
            for block in list(self.blocks):
                told = json.loads(block["data"]) if block.get("event") == type_ else None
                if told is not None and told["data"]["id"] == object_id:
                    return block
            assert time.monotonic() < deadline, self.blocks
            time.sleep(0.01)

    def _read(self) -> None:
        block: dict[str, str] = {}
        with contextlib.suppress(httpx.HTTPError, httpx.StreamError):
            for line in self._lines:
                if not line:
                    self.blocks.append(block)
                    block = {}
                else:
                    name, _, value = line.partition(": ")
                    block[name] = value


@contextlib.contextmanager
def listening(city: City, role: Role = Role.ACCEPTOR, **more: str) -> Iterator[Line]:
    headers = city.bearer(role) | STREAM | {k.replace("_", "-"): v for k, v in more.items()}
    with city.http.stream("GET", "/v1/events/stream", headers=headers, timeout=30) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        line = Line(answer.iter_lines())
        deadline = time.monotonic() + 10
        while not line.blocks:
            assert time.monotonic() < deadline, "nothing comes"
            time.sleep(0.005)
        yield line


def test_a_stream_tells_what_happens_and_goes_on_after_a_break_without_loss(city: City) -> None:
    wallet = city.wallet(600)
    with listening(city) as line:
        order = city.order(wallet, 500)
        held = line.until("order.held", order["id"])
    city.done(city.post(f"/v1/orders/{order['id']}/capture", {}, Role.ACCEPTOR))
    time.sleep(0.3)
    with listening(city, Last_Event_ID=held["id"]) as line:
        captured = line.until("order.captured", order["id"])
        told = [block["event"] for block in line.blocks if "event" in block]

    assert int(captured["id"]) > int(held["id"])
    assert told[0] != "order.held"
    assert json.loads(held["data"])["data"]["url"] == f"/v1/orders/{order['id']}"


def test_a_stream_is_for_those_who_ask_for_one_and_for_few_at_a_time(city: City) -> None:
    unasked = city.get("/v1/events/stream", Role.AUDITOR)
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(listening(city, Role.AUDITOR))
        headers = city.bearer(Role.AUDITOR) | STREAM
        fifth = city.http.get("/v1/events/stream", headers=headers)

    assert (unasked.status_code, unasked.json()["code"]) == (406, "hook.no-stream-asked")
    assert (fifth.status_code, fifth.json()["code"]) == (429, "hook.too-many-streams")
    assert fifth.headers["retry-after"] == "5"


def test_who_polls_gets_each_event_once_and_its_own_only(city: City) -> None:
    start = city.get("/v1/events", Role.ACCEPTOR, limit=200).json()
    while start["more"]:
        start = city.get("/v1/events", Role.ACCEPTOR, cursor=start["next_cursor"]).json()
    wallet = city.wallet(600)
    exchange = city.done(city.post("/v1/exchanges", {"wallet": wallet, "into": 2, "units": 500}))
    orders = [city.order(wallet, 100)["id"] for _ in range(3)]
    seen: list[dict[str, Any]] = []
    cursor, deadline = start["next_cursor"], time.monotonic() + 20
    while len(seen) < 3:
        assert time.monotonic() < deadline
        page = city.get("/v1/events", Role.ACCEPTOR, cursor=cursor, limit=2).json()
        seen += page["events"]
        cursor = page["next_cursor"]

    of_issuer = city.get("/v1/events", Role.ISSUER, type="exchange.held", limit=200).json()
    both = city.get("/v1/events", cursor="1", since="2026-05-01T00:00:00+08:00")
    assert [one["data"]["id"] for one in seen] == orders
    assert len({one["id"] for one in seen}) == 3
    assert exchange["id"] in [one["data"]["id"] for one in of_issuer["events"]]
    assert {one["type"] for one in of_issuer["events"]} == {"exchange.held"}
    assert (both.status_code, both.json()["field"]) == (422, "since")


def test_what_a_client_has_already_is_not_sent_again(city: City) -> None:
    wallet = city.wallet(600)
    order = city.order(wallet, 500)
    paths = [f"/v1/wallets/{wallet}/balance", "/v1/windows/1", "/v1/members"]
    first = {path: city.get(path) for path in paths}
    city.network.chain.mine()
    time.sleep(0.2)

    def again(path: str, tag: str) -> httpx.Response:
        return city.http.get(path, headers=city.bearer(Role.OPERATOR) | {"If-None-Match": tag})

    second = {path: again(path, first[path].headers["etag"]) for path in paths}
    city.order(wallet, 100)
    third = again(paths[0], first[paths[0]].headers["etag"])
    held = city.get(f"/v1/orders/{order['id']}")

    assert {path: one.status_code for path, one in second.items()} == dict.fromkeys(paths, 304)
    assert all(not one.content for one in second.values())
    assert first[paths[0]].headers["etag"].startswith('W/"')
    assert third.status_code == 200
    assert held.headers["etag"].startswith('"')


def test_a_client_says_how_long_it_would_wait(city: City) -> None:
    wallet = city.wallet(600)
    city.network.chain.stop_mining()
    try:
        began = time.monotonic()
        body = {"wallet": wallet, "acceptor": 3, "units": 100}
        placed = city.post("/v1/orders", body, Prefer="wait=1")
        took_s = time.monotonic() - began
        looked = city.get(placed.headers["Location"])
    finally:
        city.network.chain.start_mining(0.02, clock=None)
    headers = city.bearer(Role.OPERATOR) | {"Prefer": "handling=strict, wait=20"}
    waited = city.http.get(placed.headers["Location"], headers=headers, timeout=30)

    assert (placed.status_code, looked.status_code) == (202, 202)
    assert 0.9 < took_s < 6
    assert looked.headers["retry-after"] == "5"
    assert (waited.status_code, waited.json()["state"]) == (200, "held")


def test_a_session_may_know_of_its_own_wallets_orders_and_tickets_alone() -> None:
    class Session(Caller):
        @property
        def wallet(self) -> str:
            return "w"

    assert reader_for(Session("s", Role.RESIDENT, None)) == Reader(
        frozenset({"order", "exchange", "donation", "ticket", "wallet"}), None, "w"
    )
    assert reader_for(Caller("k", Role.ACCEPTOR, 3)) == Reader(
        frozenset({"order", "exchange", "donation", "window"}), 3, None
    )
    with pytest.raises(AssertionError, match="its own wallet"):
        reader_for(Caller("s", Role.RESIDENT, None))


def test_a_listener_that_takes_nothing_is_dropped_and_a_key_that_ends_ends_its_stream(
    tmp_path: Path,
) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.sleep(60)

    async def stuck(message: Any) -> None:
        sent.append(message)
        if len(sent) > 2:
            await asyncio.sleep(60)

    async def fine(message: Any) -> None:
        sent.append(message)

    def ended() -> None:
        raise Refused("access.key-expired", expired_s=0)

    async def listen(streams: Streams, judge: Any, send: Any) -> float:
        began = time.monotonic()
        listener = Listener("key", Reader(frozenset({"order"})), (), judge)
        streams.enter("key")
        await EventStream(streams, listener, 0)({}, receive, send)
        return time.monotonic() - began

    with open_database(tmp_path / "a.db", FAMILY) as database:
        with transaction(database.engine) as connection:
            events.record(connection, [event_of("a")])
        pace = Pace(tick_s=0.02, heartbeat_s=0.1, stall_s=0.2, life_s=1.0)

        dropped_s = asyncio.run(listen(Streams(database.engine, pace), dict, stuck))
        texts = [one["body"].decode() for one in sent if one["type"].endswith("body")]
        ended_s = asyncio.run(listen(Streams(database.engine, pace), ended, fine))
        sent.clear()
        lived_s = asyncio.run(listen(Streams(database.engine, pace), dict, fine))
        heartbeats = [one for one in sent if b": \xc2\xb7" in one.get("body", b"")]

    assert texts[1].startswith("id: 1\nevent: order.held\ndata: {")
    assert 0.15 < dropped_s < 0.9
    assert ended_s < 0.9
    assert 1.0 <= lived_s < 2.0
    assert len(heartbeats) >= 3
    assert sent[-1] == {"type": "http.response.body", "body": b""}
