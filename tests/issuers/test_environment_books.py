"""A source that calls, tied out: its month's list over real HTTP against the chain."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from issuers import environment
from issuers.adapter import RawRow, RejectedRow, Source, StatementAdapter
from issuers.environment import EnvironmentAdapter
from issuers.remote import Remote
from issuers.sandbox.environment import PAGE_ROWS, body_of
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.process import Service, running
from issuers.sandbox.season import Event, Flaw, Row, Spec
from ledger.errors import Refused
from ledger.units import BEIJING
from scripts.counter import CounterClient
from tests.issuers.market import Clerk, clerk, open_market

pytestmark = pytest.mark.slow
ROWS = TypeAdapter(list[Row])
DAY = date(2026, 5, 8)
NOON = datetime(2026, 5, 8, 12, tzinfo=BEIJING)
PATIENCE_S = 20.0


class Books:
    """The scheme's system, in a process of its own."""

    def __init__(self, service: Service) -> None:
        self.service = service
        login = service.credentials
        self.source = Source(service.url, login.user, login.secret)

    def weigh(self, *rows: Row) -> None:
        """Shown from now on."""
        self.service.move_today(max(row.visible_on for row in rows))
        self.service.control("happen", {"rows": ROWS.dump_python(list(rows), mode="json")})

    def all_heard(self, found: Clerk) -> None:
        """Rounds until every call was answered."""
        deadline = time.monotonic() + PATIENCE_S
        found.settle()
        while self.service.control("waiting")["waiting"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        found.settle()


def weighing(number: int, grams: int = 1_000, flaw: Flaw = Flaw.NONE) -> Row:
    """A member's paper, on an evening and in the list from the day after it on."""
    began = NOON + timedelta(minutes=number)
    event = Event(Scheme.ENVIRONMENT, f"W{number}", f"m{number}", "ENV.PAPER", grams, began, flaw)
    return Row(event, DAY + timedelta(days=1))


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    spec = Spec(first=date(2026, 5, 1), last=date(2026, 5, 1), residents=60, events=0)
    with running([Scheme.ENVIRONMENT], spec, tmp_path) as services:
        yield Books(services[Scheme.ENVIRONMENT])


def test_a_month_of_a_source_that_calls_is_tied_out_against_its_list(
    tmp_path: Path, books: Books
) -> None:
    first, twice, third = weighing(1), weighing(2), weighing(3)
    with open_market(tmp_path) as market:
        market.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        settings = market.settings("environment")
        adapter = environment.open_adapter(books.source)
        with clerk(market, settings, adapter) as found:
            counter = CounterClient(settings.event_secret_file.with_name("office.pass"))
            found.link("m1", "m2", "m3")
            books.weigh(first, twice, replace(twice, repeat=True), third)
            books.all_heard(found)
            agrees = counter.get("/tie-out/2026-05")
            before = counter.get("/tie-out/2026-04")
            books.weigh(weighing(4), weighing(5, flaw=Flaw.ZERO), weighing(6, flaw=Flaw.BROKEN))
            books.all_heard(found)
            differs = counter.get("/tie-out/2026-05")

    assert agrees["holds"]
    assert agrees["lines"] == [
        {
            "activity": "ENV.PAPER", "source_events": 3, "source_quantity": 3_000, "awards": 3,
            "award_quantity": 3_000, "minted_units": agrees["lines"][0]["minted_units"],
            "corrected_units": 0,
        }
    ]  # fmt: skip
    assert agrees["lines"][0]["minted_units"] > 0
    assert (before["holds"], before["lines"]) == (True, [])
    assert {(o["kind"], o["event_id"], o["reason"]) for o in differs["differences"]} == {
        ("not-awarded", "W4", "member.unlinked"), ("unreadable", "W5", "quantity.zero"),
    }  # fmt: skip


def test_the_list_comes_in_pages_behind_the_login_and_reads_as_the_calls_do(books: Books) -> None:
    shown = [weighing(number) for number in range(1, 2 * PAGE_ROWS + 2)]
    books.weigh(*shown, weighing(300, flaw=Flaw.BROKEN))
    now = NOON + timedelta(days=30)
    with Remote(replace(books.source, secret="wrong")) as stranger:
        adapter = environment.open_adapter(books.source)
        assert isinstance(adapter, StatementAdapter)

        rows = list(adapter.statement(DAY, DAY))
        none = list(adapter.statement(DAY - timedelta(days=7), DAY - timedelta(days=1)))
        items = [adapter.parse(row, now) for row in rows]
        called = [adapter.parse(RawRow(rows[at].place, body_of(shown[at])), now) for at in (0, 100)]
        with pytest.raises(Refused) as refused:
            list(EnvironmentAdapter(stranger).statement(DAY, DAY))
        adapter.close()

    assert [row.place for row in rows[:2]] == [
        "weighings 2026-05-08..2026-05-08 row 1", "weighings 2026-05-08..2026-05-08 row 2",
    ]  # fmt: skip
    assert len({row.place for row in rows}) == len(rows) == len(shown) + 1
    assert [getattr(one, "event_id", None) for one in items[:-1]] == [o.event_id for o in shown]
    assert [items[0], items[100]] == called
    assert isinstance(items[-1], RejectedRow)
    assert items[-1].reason_code == "row.broken"
    assert none == []
    assert refused.value.code == "source.login-refused"
