"""A town for the pages: chain, API, a login provider, offers, and people with points.

Residents sign in at the provider as who they are; the canteen's staff by its key. Each
test that changes something opens a resident of its own, so one town serves all.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from api.access import BY_SESSION, Role
from api.client import Client
from api.commands import create_key_in
from issuers.sandbox.process import free_port
from tests.api.serving import BLOCK_S, MEMBER_OF, City, served, settings_of
from tests.support.network import founded
from tests.support.provider import CLIENT, SECRET, TestProvider, provider_running
from tests.support.season import CANTEEN, CULTURE, MINUTES, SPENDING, VOLUNTEER

NAMES = {
    "M1": {"zh": "示例志愿服务中心", "en": "Example volunteers"},
    "M2": {"zh": "示例文化馆", "en": "Example culture house"},
    "M3": {"zh": "示例社区食堂", "en": "Example canteen"},
    "M4": {"zh": "示例运营方", "en": "Example operator"},
    "M5": {"zh": "示例公益基金", "en": "Example fund"},
}
OFFERS: tuple[Mapping[str, Any], ...] = (
    {
        "title_zh": "社区食堂午餐", "title_en": "Canteen lunch", "price_units": 1_500,
        "words": "一荤两素一汤，十一点半开餐。", "measure": "portion", "category": "meals",
        "district": "示例街道",
    },
    {
        "title_zh": "上门理发", "title_en": "Haircut at home", "price_units": 2_000,
        "words": "社区志愿理发师上门，工具自带。", "measure": "time", "category": "hair",
        "stock": 40,
    },
)  # fmt: skip
VALID = {"valid_from": "2026-01-01T00:00:00+08:00", "valid_until": "2027-01-01T00:00:00+08:00"}


@dataclass
class Person:
    """A resident as the town knows one."""

    name: str
    """The subject at the login provider."""
    wallet: str
    accounts: dict[int, bytes]
    """By issuer."""
    card: str
    pin: str


@dataclass
class Town:
    """Everything a test of pages may need."""

    city: City
    url: str
    provider: TestProvider
    offers: list[str] = field(default_factory=list)
    """Ids, in the order of ``OFFERS``."""

    def client(self, role: Role) -> Client:
        """The API by that role's key."""
        return Client(self.url, self.city.tokens[role])

    def key(self, role: Role) -> str:
        """What the canteen's staff sign in with."""
        return self.city.tokens[role]

    def resident(self, *, minutes: int = 0, cents: int = 0, sign_in: bool = True) -> Person:
        """Somebody new with a card and, by the provider, a sign-in; with points for so many
        volunteer minutes (1000 units an hour) and so many cents spent on culture (15 %)."""
        name = f"invented-{uuid.uuid4()}"
        made = self.city.post("/v1/desk/openings", _OPENING, Role.WORKER)
        assert made.status_code == 201, made.text
        told, handed = made.json()["wallet"], made.json()["handed"]
        accounts = {one["issuer"]: bytes.fromhex(one["account"][2:]) for one in told["accounts"]}
        person = Person(name, told["id"], accounts, handed["number"], handed["pin"])
        if sign_in:
            self.tie(person)
        if minutes or cents:
            self.award(person, minutes=minutes, cents=cents)
        return person

    def tie(self, person: Person) -> None:
        """From now on the provider's sign-in opens that wallet."""
        with self.client(Role.OPERATOR) as operator:
            code = operator.make_wallet_code(person.wallet, purpose="sign-in").code
        access = self.session(person.name)
        with Client(self.url, access) as resident:
            resident.tie_wallet(code=code)

    def session(self, name: str) -> str:
        """An access token of whoever has that name at the provider, as an app would bring it."""
        self.provider.subject = name
        return self.provider.app_token(_AUDIENCE)

    def award(self, person: Person, *, minutes: int = 0, cents: int = 0) -> None:
        """Both issuers mint, and the projection has read it on return."""
        chain = self.city.network.chain
        chain.stop_mining()
        try:
            if minutes:
                rows = [(person.accounts[VOLUNTEER], MINUTES, minutes)]
                self.city.network.mint(VOLUNTEER, rows)
            if cents:
                self.city.network.mint(CULTURE, [(person.accounts[CULTURE], SPENDING, cents)])
        finally:
            chain.start_mining(BLOCK_S, clock=None)
        self.city.await_balance(person.wallet)


_AUDIENCE = "tongdui-pages-test"
_OPENING = {
    "issuers": [VOLUNTEER, CULTURE], "contact": "13900000000", "identity_shown": True,
    "consent": True, "consent_version": 1,
}  # fmt: skip


@contextmanager
def town_in(folder: Path, **more: Any) -> Iterator[Town]:
    """A fresh town in a folder. ``more`` are further settings of the API."""
    with founded(folder / "chain") as network, provider_running() as provider:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        sign_in = _sign_in(folder, url, provider)
        settings = settings_of(
            folder, network, **{"sign_in": sign_in, "port": port, "names": NAMES} | more
        )
        keyed = [role for role in Role if role not in BY_SESSION]
        tokens = {role: create_key_in(settings, role, MEMBER_OF.get(role)).token for role in keyed}
        network.chain.start_mining(BLOCK_S, clock=None)
        with served(settings), httpx.Client(base_url=url, trust_env=False) as http:
            town = Town(City(network, settings, http, tokens), url, provider)
            with town.client(Role.ACCEPTOR) as canteen:
                for offer in OFFERS:
                    made = canteen.create_offer(acceptor=CANTEEN, **{**offer, **VALID})
                    canteen.open_offer(made.id)
                    town.offers.append(made.id)
            yield town


def _sign_in(folder: Path, url: str, provider: TestProvider) -> dict[str, Any]:
    for name, text in (("client.secret", SECRET), ("sign-in.secret", "5a" * 32)):
        (folder / name).write_text(text + "\n", "utf-8")
        (folder / name).chmod(0o600)
    city = {
        "zh": "示例市民账号", "en": "Example city account", "issuer": provider.url,
        "client_id": CLIENT, "client_secret_file": folder / "client.secret",
        "audience": _AUDIENCE,
    }  # fmt: skip
    return {
        "public_url": url, "secret_file": folder / "sign-in.secret", "providers": {"city": city},
    }  # fmt: skip
