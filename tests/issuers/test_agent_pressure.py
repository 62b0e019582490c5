"""An agent whose node is slow, lossy or away, and one that mints once a day: steady and flat."""

from __future__ import annotations

import itertools
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from datetime import time as dtime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from issuers.adapter import Cursor, Page, RawRow
from issuers.batching import Batching, Habits
from issuers.fake_source import FakeSource
from ledger.errors import Unavailable
from ledger.units import BEIJING
from tests.issuers.market import Clerk, Market, account, clerk, open_market
from tests.issuers.running_agent import CallingSource, running

pytestmark = pytest.mark.slow
BOUND, PAGE = 1_000, 100
FLAT_KIB = 6 * 1024
"""How much a process may grow while it waits: caches of the interpreter, no rows."""
UNITS = 1_000
WHO = account("volunteer", "m1")


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 25, 12, tzinfo=BEIJING))
        links = found.folder / "links.csv"
        links.write_text(f"member_id,account\nm1,0x{WHO.hex()}\n", "utf-8")
        yield found


class Endless(FakeSource):
    """A source that always has another page."""

    asked = 0

    def read(self, since: Cursor) -> Iterator[Page]:
        for start in itertools.count(int(since or 0), PAGE):
            self.asked = start + PAGE
            numbers = range(start, start + PAGE)
            rows = tuple(RawRow(f"row {n}", self._row(n)) for n in numbers)
            self.known |= {f"e{n}" for n in numbers}
            yield Page(rows, Cursor(str(start + PAGE)))

    def _row(self, number: int) -> bytes:
        when = datetime(2026, 5, 1 + number % 24, 8, tzinfo=BEIJING).isoformat()
        row = {"id": f"e{number}", "member": f"m{number}", "activity": "VOL.SERVICE"}
        return json.dumps(row | {"quantity": 60, "at": when}).encode()


def rss_kib() -> int:
    """This process's memory."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def serve(source: FakeSource, market: Market) -> int:
    """An hour of service on a day of its own; the row's number."""
    number = len(source.rows)
    source.show(f"e{number}", "m1", "VOL.SERVICE", 60, market.now - timedelta(days=1 + number))
    return number


def test_while_nothing_is_minted_reading_stops_at_a_bound_and_memory_stays_flat(
    market: Market,
) -> None:
    source = Endless("volunteer")
    settings = market.settings("volunteer", backlog_rows=BOUND)
    with clerk(market, settings, source) as found:
        found.link(*(f"m{number}" for number in range(BOUND + 20 * PAGE)))
        while source.asked < BOUND:
            found.agent.step()
        before = rss_kib()
        for _ in range(25):
            found.agent.step()
        grown, told = rss_kib() - before, found.told()

    waiting = [one for one in told["waits"] if one["reason"] == "backlog.full"]
    assert source.asked <= BOUND + PAGE
    assert sum(told["rows"].values()) == source.asked
    assert [one["count"] for one in waiting] == [source.asked]
    assert (told["read_all"], told["idle"]) == (False, False)
    assert grown < FLAT_KIB


def test_once_it_mints_again_it_reads_on(market: Market) -> None:
    source = FakeSource("volunteer")
    for _ in range(6):
        serve(source, market)
    settings = market.settings(
        "volunteer", backlog_rows=1, batch_rows=2, links_file=market.folder / "links.csv"
    )
    with clerk(market, settings, source) as found:
        found.agent.step()
        held = found.told()
        told = found.settle()

    assert [one["reason"] for one in held["waits"]] == ["backlog.full"]
    assert (told["rows"]["done"], told["waits"]) == (6, [])


def test_calls_beyond_the_bound_are_sent_away_until_there_is_room(market: Market) -> None:
    source = CallingSource("volunteer")
    for _ in range(3):
        serve(source, market)
    settings = market.settings("volunteer", backlog_rows=2, links_file=market.folder / "links.csv")
    with clerk(market, settings, source) as found:
        stored = [take(found, source, number) for number in range(2)]
        with pytest.raises(Unavailable) as refusal:
            take(found, source, 2)
        found.settle()
        stored.append(take(found, source, 2))
        told = found.settle()

    assert stored == [1, 1, 1]
    assert (refusal.value.code, refusal.value.fields) == ("agent.backlog", {"most": 2})
    assert told["rows"]["done"] == 3
    assert market.free_units("volunteer", WHO) == 3 * UNITS


def take(found: Clerk, source: FakeSource, number: int) -> int:
    """One call of the source."""
    return found.agent.accept({"number": str(number)}, source.rows[number])


class Lossy:
    """A way to a node on which some answers come late, some are lost, and some requests are heard
    twice, by turns."""

    def __init__(self, url: str) -> None:
        self.requests = itertools.count(1)
        self.lost = 0
        way = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                turn = next(way.requests)
                answer = _forward(url, body)
                if turn % 5 == 0:
                    answer = _forward(url, body)
                if turn % 7 == 0:
                    time.sleep(0.1)
                if turn % 11 == 0:
                    way.lost += 1
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def _forward(url: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
        found: bytes = answer.read()
    return found


@contextmanager
def lossy(url: str) -> Iterator[Lossy]:
    """Such a way, closed with the block."""
    way = Lossy(url)
    thread = threading.Thread(target=way.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield way
    finally:
        way.server.shutdown()
        way.server.server_close()
        thread.join()


def test_answers_that_come_late_twice_or_never_cost_nothing(market: Market) -> None:
    source = FakeSource("volunteer")
    for _ in range(20):
        serve(source, market)
    with lossy(market.chain.url) as way:
        settings = market.settings(
            "volunteer", node_url=(way.url, market.chain.url + "/"), batch_rows=3,
            links_file=market.folder / "links.csv",
        )  # fmt: skip
        with running(market, settings, source) as found:
            told = found.until(lambda told: told["idle"] and told["rows"]["done"] == 20)
    once = market.settings("volunteer", node_url=way.url)

    assert way.lost > 0
    assert told["failure"] is None
    assert told["batches"]["final"] == market.last_batch("volunteer")
    assert market.free_units("volunteer", WHO) == 20 * UNITS
    assert (settings.node_urls[0], once.node_urls) == (way.url, (way.url,))


def daily(found: Clerk, now_s: Callable[[], float], rows: int = 500) -> None:
    """The agent mints at two in the morning, by that clock."""
    p = found.agent.parts
    ledger = p.deployment.contracts["PointsLedger"]
    p.batching = Batching(
        p.engine, p.views, p.marking, p.submitter.outbox, ledger, Habits(rows, 0.0, dtime(2)),
        p.faults, wall=now_s,
    )  # fmt: skip


def test_once_a_day_what_came_is_minted_and_the_rest_of_the_day_it_waits(market: Market) -> None:
    source = FakeSource("volunteer")
    settings = market.settings("volunteer", links_file=market.folder / "links.csv")
    clock = [datetime(2026, 5, 25, 12, tzinfo=BEIJING)]
    told = []

    def now_s() -> float:
        return clock[0].timestamp()

    with clerk(market, settings, source) as found:
        daily(found, now_s)
        for moment in (
            datetime(2026, 5, 25, 12, tzinfo=BEIJING),
            datetime(2026, 5, 26, 1, 59, tzinfo=BEIJING),
            datetime(2026, 5, 26, 2, 0, tzinfo=BEIJING),
            datetime(2026, 5, 26, 9, 0, tzinfo=BEIJING),
            datetime(2026, 5, 27, 14, 0, tzinfo=BEIJING),
        ):
            clock[0] = moment
            serve(source, market)
            told.append(found.settle())

    assert [one["rows"]["done"] for one in told] == [0, 0, 3, 3, 5]
    assert [one["batches"]["final"] for one in told] == [0, 0, 1, 1, 2]
    assert [[w["reason"] for w in one["waits"]] for one in told] == [
        ["batch.daily"], ["batch.daily"], [], ["batch.daily"], [],
    ]  # fmt: skip


def test_a_day_on_which_nothing_came_is_over_all_the_same(market: Market) -> None:
    source = FakeSource("volunteer")
    settings = market.settings("volunteer", links_file=market.folder / "links.csv")
    with clerk(market, settings, source) as found:
        daily(found, lambda: datetime(2026, 5, 26, 9, tzinfo=BEIJING).timestamp())
        found.settle()
        serve(source, market)
        told = found.settle()

    assert (told["rows"]["done"], told["rows"]["ready"]) == (0, 1)


def test_a_batch_that_is_full_does_not_wait_for_the_day(market: Market) -> None:
    source = FakeSource("volunteer")
    settings = market.settings("volunteer", links_file=market.folder / "links.csv")
    for _ in range(5):
        serve(source, market)
    with clerk(market, settings, source) as found:
        daily(found, lambda: datetime(2026, 5, 26, 9, tzinfo=BEIJING).timestamp(), rows=2)
        told = found.settle()

    assert (told["rows"]["done"], told["rows"]["ready"]) == (4, 1)
