"""The API with two login providers, and a page that residents sign in from, as a browser would."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from api.access import Role
from api.commands import create_key_in
from api.settings import Settings
from tests.api.serving import BLOCK_S, served, settings_of
from tests.support.network import Network, founded
from tests.support.provider import CLIENT, SECRET, TestProvider, provider_running, text_of
from tests.support.season import CULTURE, VOLUNTEER

PUBLIC, PAGE = "http://127.0.0.1:8000", "http://127.0.0.1:8000/app"
AUDIENCE = "tongdui-test-api"
KEPT = (Role.OPERATOR, Role.WORKER)


@dataclass
class Home:
    """A running API with providers beside it."""

    http: httpx.Client
    settings: Settings
    network: Network
    city: TestProvider
    bank: TestProvider
    tokens: dict[Role, str]

    def get(self, path: str, token: str | None = None, **query: Any) -> httpx.Response:
        """A GET with that token."""
        return self.http.get(path, params=query, headers=_bearer(token))

    def delete(self, path: str, token: str) -> httpx.Response:
        """A DELETE with that token."""
        return self.http.delete(path, headers=_bearer(token))

    def post(
        self, path: str, body: object, token: str | None = None, name: str | None = None
    ) -> httpx.Response:
        """A POST with that token, named afresh unless told otherwise."""
        headers = {"Idempotency-Key": name or str(uuid.uuid4())} | _bearer(token)
        return self.http.post(path, json=body, headers=headers)

    # A browser

    def leave(self, provider: str = "city") -> tuple[str, str]:
        """(address at the provider, the verifier that the page keeps)."""
        verifier = secrets.token_urlsafe(32)
        challenge = text_of(hashlib.sha256(verifier.encode()).digest())
        answer = self.get(f"/v1/sign-in/{provider}", challenge=challenge)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"], verifier

    def agree(self, address: str) -> str:
        """Where the provider sends the browser back to, on this API."""
        back = httpx.get(address, trust_env=False).headers["location"]
        assert back.startswith(PUBLIC)
        return back.removeprefix(PUBLIC)

    def back(self, path: str) -> httpx.Response:
        """The browser comes back."""
        return self.http.get(path)

    def come(self, provider: str = "city") -> httpx.Response:
        """To the provider and back, as far as the page."""
        address, _ = self.leave(provider)
        return self.back(self.agree(address))

    def sign_in(self, subject: str, provider: str = "city") -> dict[str, Any]:
        """All of it: the page's session."""
        (self.city if provider == "city" else self.bank).subject = subject
        address, verifier = self.leave(provider)
        answer = self.back(self.agree(address))
        assert answer.status_code == 303, answer.text
        entered = self.post(
            "/v1/sign-in/enter", {"ticket": ticket_of(answer), "verifier": verifier}
        )
        assert entered.status_code == 201, entered.text
        shown: dict[str, Any] = entered.json()
        return shown

    def resident(self, provider: str = "city") -> tuple[str, str]:
        """(token, wallet) of somebody new, with a wallet opened at home."""
        session = self.sign_in(f"invented-{uuid.uuid4()}", provider)
        return session["access"], self.open(session["access"])

    def open(self, token: str) -> str:
        """A wallet for whoever signed in."""
        body = {"issuers": [VOLUNTEER, CULTURE], "consent": True, "consent_version": 1}
        opened = self.post("/v1/my/wallet", body, token)
        assert opened.status_code == 201, opened.text
        return str(opened.json()["wallet"])

    def code(self, wallet: str, purpose: str, token: str) -> str:
        """A one-time code out of a wallet."""
        made = self.post(f"/v1/wallets/{wallet}/codes", {"purpose": purpose}, token)
        assert made.status_code == 201, made.text
        return str(made.json()["code"])


def ticket_of(answer: httpx.Response) -> str:
    """What the page finds in its address."""
    place = urlsplit(answer.headers["location"])
    assert answer.headers["location"].startswith(PAGE + "#")
    return parse_qs(place.fragment)["ticket"][0]


def problem_of(answer: httpx.Response) -> tuple[int, str, dict[str, Any]]:
    """(status, code, values)."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    shown = answer.json()
    return answer.status_code, shown["code"], shown["values"]


@contextmanager
def home_in(folder: Path, **more: Any) -> Iterator[Home]:
    """A fresh network, two providers, the API over them."""
    with (
        founded(folder / "chain") as network,
        provider_running() as city,
        provider_running() as bank,
    ):
        for name, text in (("client.secret", SECRET), ("sign-in.secret", "5a" * 32)):
            (folder / name).write_text(text + "\n", "utf-8")
            (folder / name).chmod(0o600)
        providers = {
            name: {
                "zh": zh, "en": name, "issuer": one.url, "client_id": CLIENT,
                "client_secret_file": folder / "client.secret", "audience": AUDIENCE,
            }
            for name, zh, one in (("city", "市民账号", city), ("bank", "银行账号", bank))
        }  # fmt: skip
        sign_in = {
            "public_url": PUBLIC, "return_url": PAGE, "secret_file": folder / "sign-in.secret",
            "providers": providers,
        }  # fmt: skip
        settings = settings_of(folder, network, sign_in=sign_in, **more)
        tokens = {role: create_key_in(settings, role).token for role in KEPT}
        network.chain.start_mining(BLOCK_S, clock=None)
        with served(settings) as url, httpx.Client(base_url=url, trust_env=False) as http:
            yield Home(http, settings, network, city, bank, tokens)


def _bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}
