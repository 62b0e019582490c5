"""An agent that runs by itself in this process, heard and asked over HTTP as others would."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from issuers.adapter import RawRow
from issuers.bootstrap import agent_of
from issuers.fake_source import FakeSource
from issuers.running import Agent
from issuers.settings import AgentSettings
from ledger.chain.embedded import EmbeddedChain
from ledger.store.engine import Engine
from tests.issuers.market import Market

PATIENCE_S = 40.0


class CallingSource(FakeSource):
    """A source that calls: each row is one call, numbered in a header."""

    def subscribe(self, url: str) -> None:
        self._answer("subscribe")

    def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[RawRow, ...]:
        return (RawRow(f"call {headers['number']}", body),)

    def replay(self, since: date) -> int:
        return len(self.rows)


@dataclass
class Running:
    """The agent and where it listens."""

    agent: Agent
    url: str

    def call(self, source: FakeSource, number: int) -> httpx.Response:
        """The source calls with that row of its."""
        headers = {"number": str(number)}
        return httpx.post(
            f"{self.url}/hook", content=source.rows[number], headers=headers, trust_env=False
        )

    def health(self) -> int:
        """The status code of its health."""
        return httpx.get(f"{self.url}/healthz", trust_env=False).status_code

    def told(self) -> dict[str, Any]:
        """Its status."""
        answer = httpx.get(f"{self.url}/status", trust_env=False)
        assert answer.status_code == httpx.codes.OK
        found: dict[str, Any] = answer.json()
        return found

    def until(self, what: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first status of which that is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not what(told := self.told()):
            assert time.monotonic() < deadline, told["words"]
            time.sleep(0.05)
        return told

    def until_idle(self) -> dict[str, Any]:
        """The status once two whole rounds have passed and nothing is in motion."""
        rounds = self.agent.watch.rounds
        return self.until(lambda told: told["idle"] and told["rounds"] >= rounds + 2)


@contextlib.contextmanager
def running(
    market: Market,
    settings: AgentSettings,
    source: FakeSource,
    watched_by: Callable[[Engine], None] = lambda _: None,
) -> Iterator[Running]:
    """An agent that runs, on a chain that makes blocks by itself. ``watched_by`` is shown its
    database before it begins."""
    chain, enough = market.chain, threading.Event()
    assert isinstance(chain, EmbeddedChain)
    with agent_of(settings, adapter=source) as (agent, listener):
        watched_by(agent.parts.engine)
        chain.start_mining(0.02, clock=None)
        thread = threading.Thread(target=agent.run, args=(enough,))
        thread.start()
        try:
            yield Running(agent, listener.url)
        finally:
            enough.set()
            agent.wake()
            thread.join()
            chain.stop_mining()
