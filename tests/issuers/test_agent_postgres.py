"""The agent on PostgreSQL: its main tests once more, and a server that is stopped or put back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from issuers.fake_source import FakeSource
from issuers.settings import AgentSettings, read_settings
from ledger.errors import Refused, Rejected
from ledger.refusals import explain
from ledger.units import BEIJING
from tests.issuers.market import Market, account, clerk, open_market
from tests.issuers.running_agent import CallingSource, running
from tests.issuers.test_agent import (
    test_a_batch_that_the_chain_refuses_is_minted_when_it_may,
    test_a_notice_waits_for_its_award_and_tells_what_was_already_spent,
    test_an_event_is_minted_once_and_its_mark_confirmed,
    test_an_event_waits_for_its_members_account_while_the_standard_allows,
    test_the_years_cap_clips_and_a_correction_gives_room_back,
    test_what_the_contracts_will_never_take_is_given_back_to_the_source,
    test_what_the_standard_does_not_count_is_cut_or_rejected_with_its_reason,
)
from tests.support.postgres import USER, Server, name_in, running_server

__all__ = [
    "test_a_batch_that_the_chain_refuses_is_minted_when_it_may",
    "test_a_notice_waits_for_its_award_and_tells_what_was_already_spent",
    "test_an_event_is_minted_once_and_its_mark_confirmed",
    "test_an_event_waits_for_its_members_account_while_the_standard_allows",
    "test_the_years_cap_clips_and_a_correction_gives_room_back",
    "test_what_the_contracts_will_never_take_is_given_back_to_the_source",
    "test_what_the_standard_does_not_count_is_cut_or_rejected_with_its_reason",
]
pytestmark = pytest.mark.slow
UNITS = 1_000
WHO = account("volunteer", "m1")


@dataclass
class OnServer(Market):
    """A market whose agents keep their database on a server, one each."""

    server: Server | None = None
    urls: dict[str, str] | None = None

    def settings(self, scheme: str, name: str = "agent", **more: Any) -> AgentSettings:
        """As before, with a database of the agent's own."""
        assert self.server is not None
        self.urls = self.urls or {}
        url = self.urls.get(name) or self.server.new()
        self.urls[name] = url
        return super().settings(scheme, name, **{"database": url} | more)


def on_server(market: Market, server: Server) -> OnServer:
    """The same chain."""
    return OnServer(market.folder, market.chain, market.gateway, market.deployment, server=server)


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Iterator[OnServer]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        links = found.folder / "links.csv"
        links.write_text(f"member_id,account\nm1,0x{WHO.hex()}\n", "utf-8")
        yield on_server(found, postgres)


def serve(source: FakeSource, market: Market) -> int:
    """An hour of service on a day of its own; the row's number."""
    number = len(source.rows)
    source.show(f"e{number}", "m1", "VOL.SERVICE", 60, market.now - timedelta(days=1 + number))
    return number


def test_a_second_agent_on_the_same_server_and_database_is_locked_out(market: OnServer) -> None:
    settings = market.settings("volunteer")
    with (
        clerk(market, settings, FakeSource("volunteer")),
        pytest.raises(Refused) as refusal,
        clerk(market, settings, FakeSource("volunteer")),
    ):
        pass

    assert refusal.value.code == "store.locked"
    assert refusal.value.fields == {"path": name_in(str(settings.database))}


def test_a_server_that_is_stopped_is_waited_for_and_nothing_is_lost_or_doubled(
    market: OnServer,
) -> None:
    source = CallingSource("volunteer")
    links = market.folder / "links.csv"
    with running_server() as server:
        settings = on_server(market, server).settings("volunteer", links_file=links)
        with running(market, settings, source) as found:
            found.until(lambda told: told["rounds"] > 0)
            serve(source, market)
            before = found.call(source, 0).status_code
            found.until_idle()
            server.stop()
            refused = found.call(source, serve(source, market))
            told, health = found.told(), found.health()
            server.start()
            after = found.call(source, 1).status_code
            done = found.until(lambda told: told["idle"] and told["rows"]["done"] == 2)

    assert (before, refused.status_code, refused.json()) == (204, 503, {"code": "store.away"})
    assert (told["stale"], told["state"], health) == (True, "running", 200)
    assert any("can't be read or written now" in line["en"] for line in told["words"])
    assert (after, done["failure"], done["rows"]["duplicate"]) == (204, None, 0)
    assert market.free_units("volunteer", WHO) == 2 * UNITS


def test_an_agent_whose_lock_another_took_stops_and_says_so(
    market: OnServer, postgres: Server
) -> None:
    settings = market.settings("volunteer")
    with running(market, settings, FakeSource("volunteer")) as found:
        found.until(lambda told: told["rounds"] > 0)
        postgres.ask(
            str(settings.database),
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
        with clerk(market, settings.model_copy(update={"listen_port": 0}), FakeSource("volunteer")):
            found.agent.wake()
            told = found.until(lambda told: told["state"] == "stopped")

    assert told["failure"]["code"] == "store.locked"
    assert "Another process uses the database" in told["failure"]["en"]


def test_a_database_put_back_to_an_older_day_takes_over_what_the_chain_has(
    market: OnServer, postgres: Server
) -> None:
    source = FakeSource("volunteer")
    settings = market.settings("volunteer", batch_rows=1)
    serve(source, market)
    with clerk(market, settings, source) as found:
        found.link("m1")
        found.settle()
    older = postgres.copy(str(settings.database))
    serve(source, market)
    with clerk(market, settings, source) as found:
        found.settle()

    with clerk(market, settings.model_copy(update={"database": older}), source) as found:
        told = found.settle()

    assert (told["adopted"], told["rows"]["done"]) == (1, 2)
    assert market.free_units("volunteer", WHO) == 2 * UNITS


def test_a_password_stands_in_a_file_of_its_own_and_is_never_said(
    market: OnServer, postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    secret = market.folder / "db.password"
    secret.write_text("not-the-word\n", "utf-8")
    secret.chmod(0o600)
    settings = market.settings("volunteer", database_password_file=secret)
    with clerk(market, settings, FakeSource("volunteer")) as found:
        found.settle()
        engine = found.engine
        assert "not-the-word" not in f"{engine} {engine.url} {settings}"

    assert "not-the-word" not in caplog.text


def test_a_password_in_the_settings_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "agent.toml"
    config.write_text(
        'node_url = ["http://127.0.0.1:1", "http://127.0.0.1:2"]\ndeployment = "d.json"\n'
        f'database = "postgresql://{USER}:opensesame@db.example/agent"\nkey_file = "k"\n'
        'event_secret_file = "e"\nadapter = "issuers.volunteer"\nsource_url = "http://127.0.0.1:9"',
        "utf-8",
    )

    with pytest.raises(Rejected) as refusal:
        read_settings(config)

    assert refusal.value.code == "agent.settings-wrong"
    told = explain(refusal.value, "en").sentence
    assert "database_password_file" in told
    assert "opensesame" not in told
