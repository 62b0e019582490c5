"""A town whose canteen and volunteers clear over HTTP, each with its own key on the chain."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from api.access import Role
from api.commands import create_key_in
from ledger.chain.signer import Transaction
from tests.api.serving import BLOCK_S, City, city_in
from tests.support.network import KEYS
from tests.support.season import CANTEEN, CULTURE, VOLUNTEER


@dataclass
class Town:
    """The city, with a member's key of the interface for each of three members."""

    city: City
    tokens: Mapping[int, str]

    def get(self, path: str, who: int, **query: Any) -> httpx.Response:
        """A GET with the member's key."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        return self.city.http.get(path, params=query, headers=headers)

    def post(self, path: str, body: object, member: int, name: str) -> httpx.Response:
        """A POST with the member's key."""
        headers = {"Authorization": f"Bearer {self.tokens[member]}", "Idempotency-Key": name}
        return self.city.http.post(path, json=body, headers=headers)

    def prepare(self, member: int, **asked: Any) -> httpx.Response:
        """What the member's key is to sign."""
        return self.post("/v1/clearing/prepare", asked, member, f"p-{time.monotonic_ns()}")

    def say(self, member: int, **asked: Any) -> dict[str, Any]:
        """Prepared, signed with the member's own key, sent on, and in a block."""
        prepared = self.prepare(member, **asked)
        assert prepared.is_success, prepared.text
        raw = "0x" + signed(prepared.json(), member).hex()
        answer = self.post("/v1/clearing/transactions", {"raw": raw}, member, raw[-60:])
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        self.city_has_read(shown["block"])
        asked_for: dict[str, Any] = prepared.json()
        return asked_for | shown

    def city_has_read(self, block: int) -> None:
        """Waits for the projection."""
        deadline = time.monotonic() + 10
        while self.read_block() < block:
            assert time.monotonic() < deadline, "the projection does not follow"
            time.sleep(0.02)

    def read_block(self) -> int:
        """How far the projection has read: an open window says."""
        shown: int = self.city.get(f"/v1/windows/{self.newest()['number']}").json()["as_of_block"]
        return shown

    def later(self, seconds: int = 3_600) -> None:
        """The chain's clock goes on."""
        chain = self.city.network.chain
        chain.stop_mining()
        try:
            chain.advance_to(self.city.network.now_s + seconds)
        finally:
            chain.start_mining(BLOCK_S, clock=None)

    def newest(self) -> dict[str, Any]:
        """The newest window."""
        shown: dict[str, Any] = self.city.get("/v1/windows").json()["windows"][0]
        return shown

    def captured(self, wallet: str, units: int) -> str:
        """An order at the canteen, captured; its id."""
        order = self.city.order(wallet, units)
        self.city.done(self.city.post(f"/v1/orders/{order['id']}/capture", {}))
        return str(order["id"])


def signed(prepared: Mapping[str, Any], member: int) -> bytes:
    """The prepared call, signed with the member's key as a wallet elsewhere would."""
    to, data = (bytes.fromhex(prepared[name][2:]) for name in ("to", "data"))
    made = Transaction(to, data, prepared["nonce"], prepared["gas"], prepared["chain_id"])
    return KEYS[member].sign_transaction(made).raw


@contextmanager
def town_in(folder: Path, **more: Any) -> Iterator[Town]:
    """A fresh one."""
    with city_in(folder, **more) as city:
        roles = {CANTEEN: Role.ACCEPTOR, CULTURE: Role.ISSUER, VOLUNTEER: Role.ISSUER}
        tokens = {m: create_key_in(city.settings, role, m).token for m, role in roles.items()}
        yield Town(city, tokens)
