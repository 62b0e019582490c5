"""A community desk over HTTP: workers with keys of their own, residents with cards and sessions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx

from api.access import Role
from api.commands import create_key_in
from api.links import consent
from tests.api.serving import City
from tests.support.season import CULTURE, VOLUNTEER

AGREED = {"identity_shown": True, "consent": True, "consent_version": consent.VERSION}
SEEN = {"identity_shown": True}


@dataclass
class Counter:
    """One desk, whose worker's key is nobody else's."""

    city: City
    token: str
    key_id: str

    def ask(self, method: str, path: str, token: str = "", **more: Any) -> httpx.Response:
        """A request of the desk, or of whoever has that token."""
        headers = {"Authorization": f"Bearer {token or self.token}"} | more.pop("headers", {})
        if method == "POST":
            headers = {"Idempotency-Key": str(uuid.uuid4())} | headers
        return self.city.http.request(method, path, headers=headers, **more)

    def post(self, path: str, body: object, token: str = "", name: str = "") -> httpx.Response:
        """A POST, named afresh unless told otherwise."""
        headers = {"Idempotency-Key": name} if name else {}
        return self.ask("POST", path, token, json=body, headers=headers)

    def get(self, path: str, token: str = "", **more: Any) -> httpx.Response:
        """A GET."""
        return self.ask("GET", path, token, **more)

    def opening(self, minutes: int = 0, **more: Any) -> Any:
        """A wallet opened here, with volunteer points for so many minutes."""
        body = {"issuers": [VOLUNTEER, CULTURE], "contact": "13900000000"} | AGREED | more
        answer = self.post("/v1/desk/openings", body)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        if minutes:
            account = next(
                a["account"] for a in made["wallet"]["accounts"] if a["issuer"] == VOLUNTEER
            )
            self.city.fund(bytes.fromhex(account[2:]), minutes)
            self.city.await_balance(made["wallet"]["id"])
        return made

    def session(self, handed: Any) -> str:
        """The token of a session with that card."""
        body = {"card": handed["number"], "pin": handed["pin"]}
        answer = self.post("/v1/desk/sessions", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    def delegate(self, wallet: str, token: str, **more: Any) -> Any:
        """A delegate that the resident in that session registers."""
        body = {
            "wallet": wallet, "relation": "女儿", "order_units": 500, "month_units": 800,
            "acceptors": [], "until": "2099-01-01T00:00:00+08:00", "contact": None,
        }  # fmt: skip
        answer = self.post("/v1/delegates", body | more, token)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def done(self, answer: httpx.Response, token: str) -> Any:
        """The order once a block holds what was asked of it."""
        return self.city.done_with(answer, {"Authorization": f"Bearer {token}"})


def counter(city: City) -> Counter:
    """A desk of its own."""
    made = create_key_in(city.settings, Role.WORKER, label="示例社区服务点")
    return Counter(city, made.token, made.id)


def sessions(city: City) -> dict[Role, str]:
    """A session of each role that has no keys, with wallets of their own."""
    desk = counter(city)
    made = desk.opening()
    resident = desk.session(made["handed"])
    registered = desk.delegate(made["wallet"]["id"], resident)
    return {Role.RESIDENT: resident, Role.DELEGATE: desk.session(registered["handed"])}
