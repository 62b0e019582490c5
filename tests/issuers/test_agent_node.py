"""An agent under load whose node dies and comes back: nothing is lost, nothing is doubled."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import tomli_w

from issuers.bootstrap import agent_of
from issuers.fake_source import FakeSource
from issuers.status import status
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.engine import free_port
from ledger.units import BEIJING
from tests.issuers.market import Market, account, open_market

pytestmark = pytest.mark.slow
EVENTS, MEMBERS = 240, 12
PATIENCE_S = 60.0


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 25, 12, tzinfo=BEIJING))
        yield found


def shown(market: Market) -> FakeSource:
    """Services of half an hour, of a few members every day."""
    source = FakeSource("volunteer")
    for number in range(EVENTS):
        when = market.now - timedelta(days=1 + number // MEMBERS)
        source.show(f"e{number}", f"m{number % MEMBERS}", "VOL.SERVICE", 30, when)
    return source


def test_a_node_that_dies_under_load_costs_nothing(market: Market) -> None:
    chain, enough = market.chain, threading.Event()
    assert isinstance(chain, EmbeddedChain)
    lines = [f"m{n},0x{account('volunteer', f'm{n}').hex()}" for n in range(MEMBERS)]
    file = market.folder / "links.csv"
    file.write_text("\n".join(["member_id,account", *lines]), "utf-8")
    settings = market.settings("volunteer", batch_rows=10, links_file=file)
    with agent_of(settings, adapter=shown(market)) as (agent, _):
        chain.start_mining(0.02, clock=None)
        thread = threading.Thread(target=agent.run, args=(enough,))
        thread.start()
        deaths, deadline = 0, time.monotonic() + PATIENCE_S
        while not (told := status(agent.parts.engine, agent.watch))["idle"] or deaths < 2:
            assert time.monotonic() < deadline, told["words"]
            if deaths < 2 and told["batches"]["final"] >= 3 * (deaths + 1):
                node = chain._node
                assert node is not None
                node.process.kill()
                deaths += 1
            time.sleep(0.05)
        enough.set()
        agent.wake()
        thread.join()
        chain.stop_mining()

    assert told["failure"] is None
    assert told["rows"]["done"] == EVENTS
    assert told["batches"]["final"] == market.last_batch("volunteer") >= EVENTS // 10
    accounts = [account("volunteer", f"m{number}") for number in range(MEMBERS)]
    found = {market.free_units("volunteer", one) for one in accounts}
    assert found == {EVENTS // MEMBERS * 500}


def test_the_process_serves_its_status_until_it_is_told_to_stop(market: Market) -> None:
    settings = market.settings("volunteer", listen_port=free_port())
    shown = json.loads(settings.model_dump_json(exclude_defaults=True, exclude={"fault"}))
    config = market.folder / "agent.toml"
    config.write_text(tomli_w.dumps(shown), "utf-8")
    url = f"http://127.0.0.1:{settings.listen_port}"
    process = subprocess.Popen([sys.executable, "-m", "issuers.agent", "--config", str(config)])
    try:
        told = _told(url)
        second = subprocess.run(
            [sys.executable, "-m", "issuers.agent", "--config", str(config)],
            capture_output=True,
            check=False,
        )
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE_S)
    finally:
        process.kill()

    assert [one["code"] for one in told["troubles"]] == ["source.unavailable"]
    assert (told["state"], told["idle"], code) == ("running", False, 0)
    assert second.returncode == 1
    assert "Another process uses the database" in second.stderr.decode()


def _told(url: str) -> dict[str, Any]:
    """The status after its first round."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            found: dict[str, Any] = httpx.get(f"{url}/status", trust_env=False).json()
            if found["rounds"]:
                return found
        time.sleep(0.1)
    raise AssertionError("no status")
