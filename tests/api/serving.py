"""The API as it really runs: over HTTP, a founded network on Anvil, and keys of every role.

Blocks are mined while it serves; ``City.fund`` stops that for as long as an issuer mints.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from api.access import BY_SESSION, Role
from api.bootstrap import assembled, server_of
from api.commands import create_key_in
from api.settings import Settings
from tests.support.network import KEYS, Network, founded
from tests.support.season import CANTEEN, CHARITY, CULTURE, MINUTES, OPERATING, VOLUNTEER

MEMBER_OF = {Role.ACCEPTOR: CANTEEN, Role.ISSUER: CULTURE, Role.FUND: CHARITY}
BLOCK_S = 0.02
"""Pause between blocks, of real time; each is a second later than the one before."""


@dataclass
class City:
    """A running API with everything around it."""

    network: Network
    settings: Settings
    http: httpx.Client
    tokens: Mapping[Role, str]

    def get(self, path: str, role: Role | None = Role.OPERATOR, **query: Any) -> httpx.Response:
        """A GET with that role's key."""
        return self.http.get(path, params=query, headers=self.bearer(role))

    def post(
        self,
        path: str,
        body: object,
        role: Role | None = Role.OPERATOR,
        name: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        """A POST with that role's key, named afresh unless told otherwise."""
        more = {"Idempotency-Key": name or str(uuid.uuid4())} | headers
        return self.http.post(path, json=body, headers=self.bearer(role) | more)

    def bearer(self, role: Role | None) -> dict[str, str]:
        """The header of that role's key."""
        return {} if role is None else {"Authorization": f"Bearer {self.tokens[role]}"}

    def wallet(self, minutes: int = 0) -> str:
        """A fresh wallet with both issuers, and volunteer points for so many minutes."""
        opened = self.post("/v1/wallets", {"issuers": [VOLUNTEER, CULTURE]})
        assert opened.status_code == 201, opened.text
        shown = opened.json()
        if minutes:
            account = next(a["account"] for a in shown["accounts"] if a["issuer"] == VOLUNTEER)
            self.fund(bytes.fromhex(account[2:]), minutes)
            self.await_balance(shown["id"])
        return str(shown["id"])

    def fund(self, account: bytes, minutes: int) -> None:
        """The volunteer scheme awards so many minutes."""
        self.network.chain.stop_mining()
        try:
            self.network.mint(VOLUNTEER, [(account, MINUTES, minutes)])
        finally:
            self.network.chain.start_mining(BLOCK_S, clock=None)

    def turn_to(self, time_s: int) -> None:
        """The chain's clock is there, where it was not beyond already, and the projection too."""
        chain = self.network.chain
        chain.stop_mining()
        try:
            chain.advance_to(max(time_s, chain.now_s()))
        finally:
            chain.start_mining(BLOCK_S, clock=None)
        deadline = time.monotonic() + 20
        while seen_s(self.get(f"/v1/funds/{CHARITY}", None)) < time_s:
            assert time.monotonic() < deadline, "the projection does not follow"
            time.sleep(0.02)

    def order(self, wallet: str, units: int, **more: Any) -> dict[str, Any]:
        """A placed order at the canteen."""
        body = {"wallet": wallet, "acceptor": CANTEEN, "units": units} | more
        shown: dict[str, Any] = self.done(self.post("/v1/orders", body))
        assert shown["state"] == "held", shown
        return shown

    def done(self, answer: httpx.Response) -> Any:
        """The order once a block holds what was asked of it, however loaded the machine is."""
        return self.done_with(answer, self.bearer(Role.OPERATOR))

    def done_with(self, answer: httpx.Response, headers: dict[str, str]) -> Any:
        """The same for whoever has these headers."""
        deadline = time.monotonic() + 30
        while answer.status_code == 202:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.03)
            answer = self.http.get(answer.headers["Location"], headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    def await_balance(self, wallet: str) -> None:
        """Until the projection shows what was awarded."""
        deadline = time.monotonic() + 10
        while self.get(f"/v1/wallets/{wallet}/balance").json()["total"]["units"] == 0:
            assert time.monotonic() < deadline, "the projection does not follow"
            time.sleep(0.02)


def seen_s(answer: httpx.Response) -> float:
    """As of when the answer is, by the chain's clock."""
    return datetime.fromisoformat(answer.json()["as_of"]).timestamp()


def settings_of(folder: Path, network: Network, **more: Any) -> Settings:
    """Settings for a network, everything in one folder."""
    network.deployment.write(folder / "deployment.json")
    key_file = folder / "operator.key"
    key_file.write_text(KEYS[OPERATING].to_bytes().hex() + "\n", "ascii")
    key_file.chmod(0o600)
    given: dict[str, Any] = {
        "node_url": network.chain.url,
        "deployment": folder / "deployment.json",
        "operator_key": key_file,
        "data": folder / "data",
        "port": 0,
        "relayer_tick_s": 0.02,
        "index_tick_s": 0.02,
        "node_check_s": 0.1,
        "requests_per_minute": 600_000,
        "requests_burst": 10_000,
        "webhook_plain_http": True,
        "webhook_private_addresses": True,
        "webhook_tick_s": 0.05,
        "names": {"M3": {"zh": "社区食堂", "en": "Community canteen"}},
    }
    return Settings(**given | more)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The API on a port of its own, unless the settings say which; its URL."""
    with assembled(settings) as app:
        server = server_of(app, "127.0.0.1", settings.port)
        thread = threading.Thread(target=server.run, name="server")
        thread.start()
        try:
            deadline = time.monotonic() + 20
            while not server.started:
                assert thread.is_alive(), "the server ended"
                assert time.monotonic() < deadline, "the server does not start"
                time.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def city_in(folder: Path, **more: Any) -> Iterator[City]:
    """A fresh network with the API over it."""
    with founded(folder / "chain") as network:
        settings = settings_of(folder, network, **more)
        keyed = [role for role in Role if role not in BY_SESSION]
        tokens = {role: create_key_in(settings, role, MEMBER_OF.get(role)).token for role in keyed}
        network.chain.start_mining(BLOCK_S, clock=None)
        with served(settings) as url, httpx.Client(base_url=url, trust_env=False) as http:
            yield City(network, settings, http, tokens)
