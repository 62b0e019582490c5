"""Every command can be tried: a dry run answers as the real one would, and changes nothing."""

from __future__ import annotations

import hashlib
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import pytest

from api.access import BY_SESSION, Role
from api.commands import create_key_in
from api.openapi import operations, takes_dry_run
from api.shapes import moment
from api.trying import HEADER, WITHOUT
from ledger.chain.signer import Key
from ledger.onetime import make_code
from ledger.units import DAY_S
from scripts.client_code import the_document
from tests.api.at_home import Home, home_in
from tests.api.counter import AGREED, SEEN
from tests.api.serving import BLOCK_S, MEMBER_OF, City
from tests.api.test_offers import APPLICATION, LUNCH
from tests.api.test_signing import word
from tests.support.season import CANTEEN, CHARITY, CULTURE, FUND_ACCOUNT, VOLUNTEER

NOTED = ("access_answers", "access_seats", "operator_cursor", "outbox_blocks")
"""Which command was sent, which processes there are, how far the chain was read: true of a dry run
too."""
_SEALED = {
    "version": 1, "label": "我的手机", "secret": f"0x{'1d' * 8}", "salt": f"0x{'41' * 32}",
    "iv": f"0x{'2e' * 12}", "ciphertext": f"0x{'3f' * 48}",
}  # fmt: skip
_HALF = {"share": f"0x{'5a' * 32}"}
ENVELOPES: dict[str, dict[str, Any]] = {
    "passkeys": _SEALED | {"credential": "Y3JlZA"},
    "pins": _SEALED | _HALF | {"rounds": 600_000, "verifier": f"0x{'6b' * 32}"},
    "contacts": _SEALED | _HALF | {"needed": 2},
}
ELSEWHERE = frozenset(
    {
        "close_window", "publish_settlement", "send_clearing", "note_invoice", "note_reason",
        "add_picture", "make_mailing", "decide_project", "note_spending", "report_effect",
    }
)  # fmt: skip
"""Commands with a dry run that other tests try: here no month ends, no member's books open, and no
votes are counted."""


def test_each_command_has_a_dry_run_or_a_reason_why_not() -> None:
    made = document()
    schemas = made["components"]["schemas"]
    tried = {
        operation["operationId"]: takes_dry_run(operation, schemas)
        for _, method, operation in operations(made)
        if method != "get"
    }

    without = {name for name, has in tried.items() if not has}
    assert without == WITHOUT.keys()
    assert all(WITHOUT.values())


@cache
def document() -> dict[str, Any]:
    """What the API says of itself."""
    return the_document()


@dataclass
class Town:
    """An API with everything around it, where each command is tried before it is given."""

    home: Home
    city: City
    second: str
    """Another worker's token."""
    tried: set[str] = field(default_factory=set)

    def post(self, path: str, body: dict[str, Any], who: str | Role | None) -> Any:
        """What the real one answers, once the chain has said what it says."""
        headers = self._bearer(who)
        dry = self._dry(lambda: self._sent("POST", path, headers, json=body | {"dry_run": True}))
        real = self._sent("POST", path, headers, json=body)
        self._compare("post", path, dry, real)
        if real.status_code == 202 and "/v1/orders/" in real.headers.get("Location", ""):
            return self.city.done_with(real, headers)
        return real.json() if real.content else None

    def delete(self, path: str, who: str | Role) -> None:
        """The same of a DELETE."""
        headers = self._bearer(who)
        dry = self._dry(
            lambda: self._sent("DELETE", path, headers, params={"dry_run": True}),
        )
        self._compare("delete", path, dry, self._sent("DELETE", path, headers))

    def settled(self, order: str) -> dict[str, Any]:
        """The order once nothing of it is on its way, in a block that stays."""
        deadline = time.monotonic() + 20
        while not (shown := self.city.get(f"/v1/orders/{order}").json())["final"]:
            assert time.monotonic() < deadline, shown
            time.sleep(0.02)
        return dict(shown)

    def token(self, handed: dict[str, Any]) -> str:
        """A session with that card."""
        body = {"card": handed["number"], "pin": handed["pin"]}
        opened = self.city.post("/v1/desk/sessions", body, Role.WORKER)
        assert opened.status_code == 201, opened.text
        return str(opened.json()["token"])

    def _dry(self, send: Any) -> httpx.Response:
        """The answer; nothing may be other than before."""
        self.city.network.chain.stop_mining()
        try:
            before = self._quiet()
            answer: httpx.Response = send()
            time.sleep(0.01)  # whatever it might have woken
            changed = {name for name, now in self._digests().items() if before.get(name) != now}
            assert changed == set(), (answer.request.url.path, changed)
        finally:
            self.city.network.chain.start_mining(BLOCK_S, clock=None)
        return answer

    def _compare(self, method: str, path: str, dry: httpx.Response, real: httpx.Response) -> None:
        assert dry.is_success == real.is_success, (path, dry.text, real.text)
        if not dry.is_success:
            told = ("status", "code", "field", "detail")
            shown = [{name: one.json()[name] for name in told} for one in (dry, real)]
            assert shown[0] == shown[1], path
            return
        self.tried.add(_operation(method, path))
        assert dry.status_code == (200 if dry.content else real.status_code), (path, dry.text)
        assert "Location" not in dry.headers
        assert HEADER in dry.headers or '"dry_run":true' in dry.text, path
        assert HEADER not in real.headers
        if dry.content:
            assert dry.json().keys() == real.json().keys(), path

    def _quiet(self) -> dict[str, str]:
        """Digests of all tables once nothing moves any more."""
        found = self._digests()
        deadline = time.monotonic() + 10
        while True:
            time.sleep(0.03)
            again = self._digests()
            if again == found:
                return found
            assert time.monotonic() < deadline, "it does not rest"
            found = again

    def _digests(self) -> dict[str, str]:
        found: dict[str, str] = {}
        file = self.home.settings.database_place
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as base:
            names = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in names:
                if name not in NOTED:
                    rows = base.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608
                    found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
        messages = self.home.settings.data / "messages"
        found["messages"] = str(sorted(one.name for one in messages.glob("*.json")))
        return found

    def _sent(self, method: str, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        if method == "POST":
            headers = headers | {"Idempotency-Key": str(uuid.uuid4())}
        return self.home.http.request(method, path, headers=headers, **more)

    def _bearer(self, who: str | Role | None) -> dict[str, str]:
        if who is None:
            return {}
        token = self.city.tokens[who] if isinstance(who, Role) else who
        return {"Authorization": f"Bearer {token}"}


def _operation(method: str, path: str) -> str:
    """Which operation a path is of: the one with the most words of its own."""
    parts = path.split("/")
    fits = []
    for known, verb, operation in operations(document()):
        pattern = known.split("/")
        if verb == method and len(pattern) == len(parts):
            pairs = list(zip(pattern, parts, strict=True))
            if all(one == other or one.startswith("{") for one, other in pairs):
                same = sum(one == other for one, other in pairs)
                fits.append((same, str(operation["operationId"])))
    return max(fits)[1]


@contextmanager
def town(factory: pytest.TempPathFactory) -> Iterator[Town]:
    with home_in(factory.mktemp("trying")) as home:
        keyed = [role for role in Role if role not in BY_SESSION]
        made = {
            role: create_key_in(home.settings, role, MEMBER_OF.get(role)).token for role in keyed
        }
        second = create_key_in(home.settings, Role.WORKER).token
        yield Town(home, City(home.network, home.settings, home.http, made), second)


@pytest.mark.slow
def test_a_dry_run_answers_as_the_real_one_and_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    every = {
        operation["operationId"] for _, verb, operation in operations(document()) if verb != "get"
    }
    with town(tmp_path_factory) as here:
        _at_a_desk(here)
        _orders(here)
        _links_and_claims(here)
        _offers(here)
        _projects(here)
        _webhooks(here)
        _at_home(here)
        _wallet_keys(here)
        _ends(here)

    assert every - here.tried - ELSEWHERE == WITHOUT.keys()


def _at_a_desk(here: Town) -> None:
    opening = {"issuers": [VOLUNTEER, CULTURE], "contact": "13900000000"} | AGREED
    made = here.post("/v1/desk/openings", opening, Role.WORKER)
    here.post("/v1/desk/openings", opening | {"consent_version": 99}, Role.WORKER)
    card, wallet = made["handed"]["card"]["id"], made["wallet"]["id"]
    here.post("/v1/desk/codes", {"card": made["handed"]["number"]}, Role.WORKER)
    asked = here.post("/v1/desk/resets", {"card": card, "lost": True} | SEEN, Role.WORKER)
    reset = f"/v1/desk/resets/{asked['id']}/confirm"
    here.post(reset, SEEN, Role.WORKER)
    handed = here.post(reset, SEEN, here.second)
    session = here.token(handed)
    granted = {
        "wallet": wallet, "relation": "女儿", "order_units": 500, "month_units": 800,
        "until": "2099-01-01T00:00:00+08:00",
    }  # fmt: skip
    chosen = {"reminders": "list", "statements": "paper"}
    here.post(f"/v1/wallets/{wallet}/notices", chosen, session)
    delegate = here.post("/v1/delegates", granted, session)["delegate"]["id"]
    here.post(f"/v1/delegates/{delegate}/revoke", {}, session)
    here.post(f"/v1/desk/sessions/{session.split('_')[1]}/end", {}, Role.WORKER)
    here.post(f"/v1/desk/cards/{card}/end", {}, Role.WORKER)
    proof = {"proof_shown": True}
    death = here.post("/v1/desk/deaths", {"wallet": wallet} | proof, Role.WORKER)["id"]
    here.post("/v1/desk/deaths", {"wallet": wallet} | proof, Role.WORKER)
    here.post(f"/v1/desk/deaths/{death}/heir", proof, here.second)
    here.post(f"/v1/desk/deaths/{death}/give", {"fund_account": FUND_ACCOUNT}, Role.OPERATOR)
    here.post(f"/v1/desk/deaths/{death}/withdraw", {}, Role.WORKER)
    here.tried.add("give_estate")  # refused alike, as it is early


def _orders(here: Town) -> None:
    wallet = here.city.wallet(600)
    about = {"wallet": wallet, "acceptor": CANTEEN, "units": 300}
    order = here.post("/v1/orders", about, Role.OPERATOR)["id"]
    here.post(f"/v1/orders/{order}/refund", {}, Role.ACCEPTOR)
    here.settled(order)
    here.post(f"/v1/orders/{order}/capture", {"units": 301}, Role.ACCEPTOR)
    here.post(f"/v1/orders/{order}/capture", {"units": 200}, Role.ACCEPTOR)
    here.settled(order)
    here.post(f"/v1/orders/{order}/capture", {}, Role.ACCEPTOR)
    rating = {"order": order, "wallet": wallet, "score": "good"}
    here.post("/v1/ratings", rating, Role.OPERATOR)
    here.post(f"/v1/orders/{order}/refund", {"units": 100}, Role.ACCEPTOR)
    for end, who in (("release", Role.ACCEPTOR), ("cancel", Role.OPERATOR)):
        order = here.post("/v1/orders", about, Role.OPERATOR)["id"]
        here.settled(order)
        here.post(f"/v1/orders/{order}/{end}", {}, who)
    slip = here.post("/v1/slips", about, Role.OPERATOR)["order"]
    here.settled(slip)
    paper = here.city.get(f"/v1/slips/{slip}/print").text
    typed = paper[paper.index("TDS1-") :].partition("<")[0]
    here.post("/v1/slips/take", {"slip": typed, "desk": "示例窗口"}, Role.ACCEPTOR)
    gift = {"wallet": wallet, "fund_account": FUND_ACCOUNT, "units": 100}
    here.post("/v1/donations", gift, Role.OPERATOR)
    here.post("/v1/exchanges", {"wallet": wallet, "into": CULTURE, "units": 100}, Role.OPERATOR)
    _own_key(here)


def _own_key(here: Town) -> None:
    key = Key.generate()
    address = "0x" + key.address.hex()
    asked = {"issuers": [VOLUNTEER], "own_keys": {str(VOLUNTEER): address}}
    path = f"/v1/wallets/{here.post('/v1/wallets', asked, Role.OPERATOR)['id']}/keys"
    pair = {"account": address, "key": address}
    signed = word(key, here.city.post(f"{path}/prepare", pair).json())
    stranger = word(Key.generate(), here.city.post(f"{path}/prepare", pair).json())
    here.post(path, pair | stranger, Role.OPERATOR)
    here.post(path, pair | signed, Role.OPERATOR)


def _wallet_keys(here: Town) -> None:
    token, wallet = here.home.resident()
    keys = f"/v1/wallets/{wallet}/keys"
    account = here.home.get(keys, token).json()["accounts"][0]["account"]
    for kind, content in ENVELOPES.items():
        here.post(f"/v1/my/envelopes/{kind}", content, token)
        here.post(f"/v1/my/envelopes/{kind}", content, token)
    hardware = {
        "label": "安全钥匙",
        "account": account,
        "credential": "aA",
        "key": account,
        "point": f"0x{'7c' * 64}",
    }
    dropped = here.post("/v1/my/envelopes/hardware-keys", hardware, token)["id"]
    here.delete(f"/v1/my/envelopes/{dropped}", token)
    here.delete(f"/v1/my/envelopes/{dropped}", token)
    opening = {"issuers": [VOLUNTEER], "contact": None} | AGREED
    at_desk = here.token(here.city.post("/v1/desk/openings", opening, Role.WORKER).json()["handed"])
    pin = here.post("/v1/my/envelopes/pins", ENVELOPES["pins"], at_desk)["id"]
    here.post(f"/v1/my/envelopes/{pin}/lift", {}, at_desk)
    key = Key.generate()
    pair = {"account": account, "key": f"0x{key.address.hex()}"}
    here.post(f"{keys}/withdraw", {"account": account}, token)
    prepared = here.home.post(f"{keys}/prepare", pair, token).json()
    here.post(keys, pair | word(key, prepared), token)
    deadline = time.monotonic() + 10
    while here.home.get(keys, token).json()["accounts"][0]["key"] is None:
        assert time.monotonic() < deadline, "the projection does not follow"
        time.sleep(0.02)
    here.post(f"{keys}/withdraw", {"account": account}, token)


def _links_and_claims(here: Town) -> None:
    wallet = here.city.wallet()
    agreed = {"wallet": wallet, "scheme": CULTURE, "consent": True, "consent_version": 1}
    here.post("/v1/links", agreed | {"code": make_code(b"invent")}, Role.WORKER)
    code = here.post("/v1/link-codes", agreed, Role.WORKER)["code"]
    here.post("/v1/link-codes/redeem", {"code": code}, Role.ISSUER)
    here.post("/v1/link-codes/redeem", {"code": code}, Role.ISSUER)
    about = {"wallet": wallet, "scheme": CULTURE, "kind": "unlink"}
    claim = here.post("/v1/claims", about, Role.WORKER)["id"]
    answer = {"accepted": True, "reason": "unlink.done"}
    here.post(f"/v1/claims/{claim}/answer", answer | {"accepted": False}, Role.ISSUER)
    here.post(f"/v1/claims/{claim}/answer", answer, Role.ISSUER)


def _offers(here: Town) -> None:
    slot = {"starts": "2026-12-01T09:00:00+08:00", "ends": "2026-12-01T10:00:00+08:00",
            "capacity": 1}  # fmt: skip
    offer = here.post("/v1/offers", LUNCH | {"slots": [slot]}, Role.ACCEPTOR)["id"]
    path = f"/v1/offers/{offer}"
    here.post(f"{path}/revise", {**LUNCH, "acceptor": None, "slots": [slot]}, Role.ACCEPTOR)
    draft = {name: value for name, value in LUNCH.items() if name != "acceptor"}
    here.post(f"{path}/revise", draft | {"slots": [slot]}, Role.ACCEPTOR)
    here.post(f"{path}/open", {}, Role.ACCEPTOR)
    here.post(f"{path}/stock", {"stock": 5}, Role.ACCEPTOR)
    wallet = here.city.wallet(60)
    deadline = here.city.network.now_s + 7 * DAY_S
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(deadline))
    asked = {"wallet": wallet, "offer": offer, "slot": 1, "deadline": when, "service_at": when}
    here.city.done(here.city.post("/v1/orders", asked))
    place = {"wallet": wallet, "offer": offer, "slot": 1}
    ticket = here.post("/v1/tickets", place, Role.WORKER)["id"]
    here.post("/v1/tickets", place, Role.WORKER)
    here.post(f"/v1/tickets/{ticket}/leave", {}, Role.WORKER)
    said = {"wallet": wallet, "words": "修收音机", "category": "repairs"}
    wish = here.post("/v1/wishes", said, Role.WORKER)["id"]
    here.post(f"/v1/wishes/{wish}/grant", {"offer": offer}, Role.ACCEPTOR)
    here.post(f"{path}/close", {}, Role.ACCEPTOR)
    here.delete(f"{path}/pictures/0x{'07' * 32}", Role.ACCEPTOR)
    here.tried.add("drop_picture")  # refused alike, or done
    applied = here.post("/v1/acceptors/applications", APPLICATION, None)["id"]
    decision = {"accepted": False, "reason": "资料不全。"}
    here.post(f"/v1/acceptors/applications/{applied}/decision", decision, Role.OPERATOR)


def _projects(here: Town) -> None:
    opening = {"issuers": [VOLUNTEER], "contact": None} | AGREED
    made = here.city.post("/v1/desk/openings", opening, Role.WORKER).json()
    wallet, session = made["wallet"]["id"], here.token(made["handed"])
    here.post(f"/v1/wallets/{wallet}/district", {"district": "示例街道"}, session)
    said = {"title_zh": "楼道扶手", "words": "给三栋楼装扶手。", "wanted_units": 100}
    project = here.post("/v1/projects", said | {"wallet": wallet}, session)["id"]
    begins_s = here.city.network.now_s + 7_200
    plan = {
        "fund": CHARITY, "district": "示例街道", "title_zh": "示例投票", "budget_units": 500,
        "begins": moment(begins_s).isoformat(), "ends": moment(begins_s + DAY_S).isoformat(),
    }  # fmt: skip
    path = f"/v1/rounds/{here.post('/v1/rounds', plan, Role.FUND)['id']}"
    vetting = {"accepted": True, "round": path.rpartition("/")[2], "reason": "符合用途。"}
    here.post(f"/v1/projects/{project}/vetting", vetting, Role.FUND)
    voice = {"wallet": wallet, "project": project}
    here.post(f"{path}/voice", voice, session)
    here.city.turn_to(begins_s)
    here.post(f"{path}/voice", voice, session)
    here.post(f"{path}/voice/take-back", {"wallet": wallet}, session)
    here.post(f"{path}/call-off", {"reason": "日期有误。"}, Role.FUND)


def _webhooks(here: Town) -> None:
    hook = {"url": "http://127.0.0.1:9/hook", "events": ["order.held"]}
    path = f"/v1/webhooks/{here.post('/v1/webhooks', hook, Role.ACCEPTOR)['id']}"
    for what in ("rotate", "disable", "enable"):
        here.post(f"{path}/{what}", {}, Role.ACCEPTOR)
    here.post(f"{path}/replay", {"since": "2099-01-01T00:00:00+08:00"}, Role.ACCEPTOR)
    here.delete(path, Role.ACCEPTOR)
    here.delete(path, Role.ACCEPTOR)


def _at_home(here: Town) -> None:
    token = here.home.sign_in(f"invented-{uuid.uuid4()}")["access"]
    own = {"issuers": [VOLUNTEER, CULTURE], "consent": True, "consent_version": 1}
    wallet = here.post("/v1/my/wallet", own, token)["wallet"]
    here.post("/v1/my/wallet", own, token)
    friends = [here.home.resident() for _ in range(2)]
    given = [
        here.post(f"/v1/wallets/{its}/codes", {"purpose": "contact"}, friend)["code"]
        for friend, its in friends
    ]
    contacts = {"codes": given, "needed": 2, "name": "小满的钱包"}
    here.post("/v1/my/contacts", contacts, token)
    newcomer = here.home.sign_in(f"invented-{uuid.uuid4()}")["access"]
    asked = here.post("/v1/recoveries", {}, newcomer)
    (seat,) = here.home.get("/v1/my/contact-of", friends[0][0]).json()["contact_of"]
    # A code of a trial is nobody's: the real one's is in the answer to the real one.
    said = {"code": asked["code"], "seat": seat["seat"]}
    here.post("/v1/recoveries/confirm", said, friends[0][0])
    here.post(f"/v1/recoveries/{asked['id']}/finish", {}, newcomer)
    here.tried.add("finish_recovery")  # refused alike, as it is early
    here.post(f"/v1/recoveries/{asked['id']}/cancel", {}, newcomer)
    here.delete("/v1/my/contacts", token)
    code = here.home.code(wallet, "sign-in", token)
    other = here.home.sign_in(f"invented-{uuid.uuid4()}", "bank")["access"]
    here.post("/v1/my/wallet/tie", {"code": code}, other)
    ties = here.home.get("/v1/my/sign-ins", token).json()["sign_ins"]
    here.delete(f"/v1/my/sign-ins/{ties[-1]['id']}", token)
    here.delete(f"/v1/my/sign-ins/{ties[0]['id']}", token)
    session = here.home.get("/v1/my", token).json()["session"]
    here.delete(f"/v1/my/sessions/{session}", token)


def _ends(here: Town) -> None:
    wallet = here.city.wallet()
    here.delete(f"/v1/wallets/{wallet}", Role.OPERATOR)
    here.delete(f"/v1/wallets/{wallet}", Role.OPERATOR)
