"""An agent whose disk is full or whose database is gone says so, and loses and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from issuers.fake_source import FakeSource
from ledger.units import BEIJING
from tests.issuers.market import Market, account, open_market
from tests.issuers.running_agent import CallingSource, running
from tests.support.small_disk import SmallDisk, small_disk

pytestmark = pytest.mark.slow
UNITS, NOTE = 1_000, 20_000
WHO = account("volunteer", "m1")


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 20, 12, tzinfo=BEIJING))
        links = found.folder / "links.csv"
        links.write_text(f"member_id,account\nm1,0x{WHO.hex()}\n", "utf-8")
        yield found


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as found:
        yield found


def serve(source: FakeSource, market: Market) -> int:
    """An hour of service on a day of its own, in a row that needs room; the row's number."""
    number = len(source.rows)
    when = market.now - timedelta(days=1 + number)
    source.show(f"e{number}", "m1", "VOL.SERVICE", 60, when)
    source.rows[-1] = source.rows[-1][:-1] + b',"note":"' + b"x" * NOTE + b'"}'
    return number


@pytest.mark.parametrize("kind", [FakeSource, CallingSource])
def test_a_full_disk_stops_nothing_but_what_it_must_and_then_it_goes_on(
    market: Market, disk: SmallDisk, kind: type[FakeSource]
) -> None:
    source, calls = kind("volunteer"), kind is CallingSource
    links = market.folder / "links.csv"
    settings = market.settings("volunteer", database=disk.folder / "agent.db", links_file=links)
    serve(source, market)
    with running(market, settings, source, disk.watch) as found:
        found.until(lambda told: told["rounds"] > 0)
        before = found.call(source, 0).status_code if calls else 204
        found.until_idle()
        disk.fill()
        number = serve(source, market)
        if calls:
            refused = found.call(source, number)
            assert (refused.status_code, refused.json()) == (503, {"code": "store.full"})
            assert int(refused.headers["Retry-After"]) > 0
        else:
            told = found.until(lambda told: bool(told["troubles"]))
            assert [(t["stage"], t["code"]) for t in told["troubles"]] == [("source", "store.full")]
            assert any("is full" in line["en"] for line in told["words"])
        health, full = found.health(), found.told()
        disk.free()
        after = found.call(source, number).status_code if calls else 204
        told = found.until(lambda told: told["idle"] and told["rows"]["done"] == 2)

    assert (before, health, after) == (204, 200, 204)
    assert (full["state"], full["rows"]["done"]) == ("running", 1)
    assert (told["troubles"], told["failure"]) == ([], None)
    assert (told["rows"]["done"], told["rows"]["duplicate"]) == (2, 0)
    assert market.free_units("volunteer", WHO) == 2 * UNITS
    assert disk.kind in ("tmpfs", "pages")


def test_an_agent_in_motion_on_a_full_disk_mints_everything_once(
    market: Market, disk: SmallDisk
) -> None:
    source, links = FakeSource("volunteer"), market.folder / "links.csv"
    settings = market.settings(
        "volunteer", database=disk.folder / "agent.db", links_file=links, batch_rows=1
    )
    with running(market, settings, source, disk.watch) as found:
        for _ in range(15):
            serve(source, market)
        for batches in (2, 6):
            found.until(lambda told, most=batches: told["batches"]["final"] >= most)  # type: ignore[misc]
            disk.fill()
            serve(source, market)  # so that there is something to be kept
            found.until(lambda told: bool(told["troubles"]))
            disk.free()
        told = found.until(lambda told: told["idle"] and told["rows"]["done"] == 17)

    assert told["failure"] is None
    assert market.last_batch("volunteer") == 17
    assert market.free_units("volunteer", WHO) == 17 * UNITS


def test_a_database_that_is_deleted_under_it_stops_it_and_is_not_made_anew(market: Market) -> None:
    source, links = FakeSource("volunteer"), market.folder / "links.csv"
    settings = market.settings("volunteer", links_file=links)
    serve(source, market)
    with running(market, settings, source) as found:
        found.until_idle()
        for path in settings.event_secret_file.parent.glob("agent.db*"):
            path.unlink()
        told = found.until(lambda told: told["state"] == "stopped")
        health = found.health()
        rejected = httpx.get(f"{found.url}/rejected", trust_env=False)
        gauges = httpx.get(f"{found.url}/metrics", trust_env=False).text
    left = [path.name for path in settings.event_secret_file.parent.glob("agent.db*")]

    assert (told["failure"]["code"], health) == ("store.gone", 503)
    assert (told["stale"], told["rows"]["done"]) == (True, 1)
    assert any("deleted or replaced" in line["en"] for line in told["words"])
    assert any("被删除或替换" in line["zh"] for line in told["words"])
    assert (rejected.status_code, rejected.json()) == (409, {"code": "store.gone"})
    assert "tongdui_agent_running 0.0" in gauges
    assert left == []


def test_a_start_after_that_takes_over_what_the_chain_has(market: Market) -> None:
    source, links = FakeSource("volunteer"), market.folder / "links.csv"
    settings = market.settings("volunteer", links_file=links)
    serve(source, market)
    with running(market, settings, source) as found:
        found.until_idle()
        for path in settings.event_secret_file.parent.glob("agent.db*"):
            path.unlink()
        found.until(lambda told: told["state"] == "stopped")
    with running(market, settings, source) as found:
        told = found.until(lambda told: told["rounds"] > 1 and told["idle"])

    assert (told["adopted"], told["rows"]["done"]) == (1, 1)
    assert market.free_units("volunteer", WHO) == UNITS
