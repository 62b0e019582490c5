"""Own keys over HTTP on a real chain: what a browser signs moves points, and nothing else."""

from __future__ import annotations

import contextlib
import sqlite3
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.access import Role
from tests.api.at_home import AUDIENCE, Home, home_in, problem_of
from tests.api.serving import BLOCK_S
from tests.support.season import CANTEEN, FUND_ACCOUNT, MINUTES, VOLUNTEER
from tests.wallet.node import call

pytestmark = pytest.mark.slow
WEEK_S = 7 * 86_400
SECRET, OTHER = b"\x51" * 32, b"\x52" * 32
PIN_PROOF, HALF = "0x" + "6b" * 32, "0x" + "5a" * 32
SEALED = {
    "version": 1, "label": "我的手机", "secret": "0x" + "1d" * 8, "salt": "0x" + "41" * 32,
    "iv": "0x" + "2e" * 12, "ciphertext": "0x" + "3f" * 48,
}  # fmt: skip
PIN = SEALED | {"rounds": 600_000, "share": HALF, "verifier": PIN_PROOF}
PASSKEY = SEALED | {"credential": "Y3JlZA"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Shared: each test signs in people of its own."""
    with home_in(tmp_path_factory.mktemp("keys")) as made:
        yield made


class Resident:
    """Somebody with a wallet, whose browser is Node."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.token, self.wallet = home.resident()

    def keys(self) -> Any:
        """Which key speaks for which account."""
        return self.home.get(f"/v1/wallets/{self.wallet}/keys", self.token).json()

    def post(self, path: str, body: object) -> httpx.Response:
        """A command of the resident's."""
        return self.home.post(path, body, self.token)

    def register(self, account: str, secret: bytes, by: bytes | None = None) -> str:
        """The key of that secret for an account; its address once the projection has it."""
        keys = self.keys()
        key = str(call("secret", "addressOf", call("secret", "accountKey", secret, keys, account)))
        asked = {"account": account, "key": key}
        prepared = self.post(f"/v1/wallets/{self.wallet}/keys/prepare", asked).json()
        how = {"keys": keys, "secret": secret, "by": by} | asked
        signed = call("signing", "signKey", prepared, how)
        answer = self.post(f"/v1/wallets/{self.wallet}/keys", signed)
        assert answer.is_success, answer.text
        self.until(lambda: self.key(account)["key"] == key)
        return key

    def key(self, account: str) -> Any:
        """Of one account."""
        return next(one for one in self.keys()["accounts"] if one["account"] == account)

    def sign(self, prepared: Any, secret: bytes, **more: Any) -> Any:
        """What the browser's program signs."""
        how = {"keys": self.keys(), "secretToOpen": secret} | more
        return call("signing", "signPrepared", prepared, how)

    def done(self, answer: httpx.Response) -> Any:
        """The order once a block holds what was asked of it."""
        until = time.monotonic() + 20
        while answer.status_code == 202:
            assert time.monotonic() < until, answer.text
            time.sleep(0.05)
            answer = self.home.get(answer.headers["Location"], self.token)
        assert answer.is_success, answer.text
        return answer.json()

    @staticmethod
    def until(holds: Any) -> None:
        """Waits for the projection."""
        until = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < until, "the projection does not follow"
            time.sleep(0.03)


def award(home: Home, account: str, minutes: int) -> None:
    """The volunteer scheme awards so many minutes, and the chain mines on."""
    chain = home.network.chain
    chain.stop_mining()
    home.network.mint(VOLUNTEER, [(bytes.fromhex(account[2:]), MINUTES, minutes)])
    chain.start_mining(BLOCK_S, clock=None)


def later(home: Home, seconds: int) -> None:
    """So much later on the chain."""
    chain = home.network.chain
    chain.stop_mining()
    chain.advance_to(home.network.now_s + seconds)
    chain.mine()
    chain.start_mining(BLOCK_S, clock=None)


def account_of(resident: Resident) -> str:
    """In the volunteer scheme."""
    return str(next(o["account"] for o in resident.keys()["accounts"] if o["issuer"] == VOLUNTEER))


def test_orders_cancels_gifts_and_a_change_of_keys_take_the_browsers_signature(
    home: Home,
) -> None:
    resident = Resident(home)
    account = account_of(resident)
    award(home, account, 60)
    first = resident.register(account, SECRET)
    waiting = resident.key(account)
    later(home, WEEK_S + 60)
    resident.until(lambda: resident.key(account)["in_effect"])
    asked = {"wallet": resident.wallet, "acceptor": CANTEEN, "units": 400}
    shown = {"acceptor": CANTEEN, "units": 400}

    unsigned = resident.post("/v1/orders", asked)
    prepared = resident.post("/v1/orders/prepare", asked).json()
    signed = resident.sign(prepared, SECRET, expected=shown)
    order = resident.done(resident.post("/v1/orders", asked | {"signed": signed}))
    path, accounts = f"/v1/orders/{order['id']}/cancel", {h["id"]: account for h in order["holds"]}
    resident.until(lambda: home.get(f"/v1/orders/{order['id']}", resident.token).json()["final"])
    prepared = resident.post(f"{path}/prepare", {}).json()
    cancels = resident.sign(prepared, SECRET, accounts=accounts)
    released = resident.done(resident.post(path, {"signed": cancels}))
    gift = {"wallet": resident.wallet, "fund_account": FUND_ACCOUNT, "units": 100}
    prepared = resident.post("/v1/donations/prepare", gift).json()
    given = resident.sign(prepared, SECRET, expected={"units": 100})
    donated = resident.done(resident.post("/v1/donations", gift | {"signed": given}))
    second = resident.register(account, OTHER, by=SECRET)

    assert (waiting["key"], waiting["in_effect"], waiting["changes"]) == (first, False, 1)
    assert problem_of(unsigned)[1] == "order.signature-missing"
    assert [order["state"], released["state"], donated["state"]] == ["held", "released", "given"]
    assert resident.key(account)["in_effect"] is True
    assert resident.key(account)["key"] == second


def test_a_first_key_can_be_taken_back_until_it_is_in_effect(home: Home) -> None:
    resident = Resident(home)
    account = account_of(resident)
    withdraw = f"/v1/wallets/{resident.wallet}/keys/withdraw"
    tried = resident.post(withdraw, {"account": account, "dry_run": True})
    resident.register(account, SECRET)

    taken = resident.post(withdraw, {"account": account})
    resident.until(lambda: resident.key(account)["key"] is None)
    again = resident.post(withdraw, {"account": account})
    elsewhere = resident.post(withdraw, {"account": "0x" + "ac" * 20})
    resident.register(account, SECRET)
    later(home, WEEK_S + 60)
    resident.until(lambda: resident.key(account)["in_effect"])
    late = resident.post(withdraw, {"account": account})
    events = home.get("/v1/my/events", resident.token).json()["events"]

    assert taken.is_success, taken.text
    assert problem_of(tried)[1] == problem_of(again)[1] == "account.has-no-key"
    assert problem_of(elsewhere)[1] == "request.no-such-item"
    assert problem_of(late)[1] == "account.key-effective"
    kinds = [one["kind"] for one in events]
    assert (kinds.count("key-asked"), kinds.count("key-withdrawn")) == (2, 1)


def test_an_envelope_is_its_own_residents_and_shows_neither_half_nor_proof(home: Home) -> None:
    resident, stranger = Resident(home), Resident(home)
    tried = resident.post("/v1/my/envelopes/pins", PIN | {"dry_run": True})
    name = str(uuid.uuid4())
    stored, again = (
        home.post("/v1/my/envelopes/pins", PIN, resident.token, name) for _ in range(2)
    )
    place = f"/v1/my/envelopes/{stored.json()['id']}"

    wrong = resident.post(f"{place}/share", {"verifier": "0x" + "00" * 32})
    right = resident.post(f"{place}/share", {"verifier": PIN_PROOF})
    seen = home.get(place, resident.token)
    others = [
        home.get(place, stranger.token),
        home.delete(place, stranger.token),
        stranger.post(f"{place}/share", {"verifier": PIN_PROOF}),
    ]
    listed = home.get("/v1/my/envelopes", resident.token).text

    assert (tried.status_code, stored.status_code) == (200, 201)
    assert again.json() == stored.json()
    assert problem_of(wrong) == (403, "envelope.wrong", {"field": "verifier", "left": 9})
    assert right.json() == {"share": HALF}
    assert right.headers["cache-control"] == "no-store"
    assert seen.json()["tries_left"] == 10
    assert listed.count("kind") == 1
    assert HALF not in listed + seen.text
    assert PIN_PROOF not in listed + seen.text
    assert {problem_of(one)[1] for one in others} == {"request.no-such-item"}


def test_ways_in_are_stored_and_dropped_by_a_fresh_sign_in_and_the_last_one_stays(
    home: Home,
) -> None:
    resident = Resident(home)
    stale = home.city.app_token(AUDIENCE)  # of the same person, by the provider's own app
    stored = resident.post("/v1/my/envelopes/passkeys", PASSKEY).json()["id"]
    twice = resident.post("/v1/my/envelopes/passkeys", PASSKEY)

    late = [
        home.post("/v1/my/envelopes/passkeys", PASSKEY | {"credential": "bw"}, stale),
        home.delete(f"/v1/my/envelopes/{stored}", stale),
    ]
    resident.register(account_of(resident), SECRET)
    last = home.delete(f"/v1/my/envelopes/{stored}", resident.token)
    resident.post("/v1/my/envelopes/pins", PIN)
    dropped = home.delete(f"/v1/my/envelopes/{stored}", resident.token)

    assert problem_of(twice) == (409, "envelope.there", {"id": stored})
    assert {problem_of(one)[1] for one in late} == {"login.sign-in-again"}
    assert problem_of(last) == (409, "envelope.last-way", {"id": stored})
    assert dropped.status_code == 204


def test_a_blocked_pin_is_lifted_at_a_desk_by_the_residents_own_card(home: Home) -> None:
    worker = home.tokens[Role.WORKER]
    body = {
        "issuers": [VOLUNTEER], "contact": None, "identity_shown": True, "consent": True,
        "consent_version": 1,
    }  # fmt: skip
    made = home.post("/v1/desk/openings", body, worker).json()["handed"]
    session = home.post("/v1/desk/sessions", {"card": made["number"], "pin": made["pin"]}, worker)
    at_desk = session.json()["token"]
    place = f"/v1/my/envelopes/{home.post('/v1/my/envelopes/pins', PIN, at_desk).json()['id']}"
    home.post(f"{place}/share", {"verifier": "0x" + "00" * 32}, at_desk)
    resident = Resident(home)
    own = resident.post("/v1/my/envelopes/pins", PIN).json()["id"]

    lifted = home.post(f"{place}/lift", {}, at_desk)
    from_home = resident.post(f"/v1/my/envelopes/{own}/lift", {})

    assert (lifted.status_code, lifted.json()["tries_left"]) == (200, 10)
    assert problem_of(from_home)[1] == "access.not-allowed"


def test_contacts_slips_open_nothing_before_the_wallet_was_given_back(home: Home) -> None:
    resident = Resident(home)
    body = SEALED | {"share": HALF, "needed": 2}
    stored = resident.post("/v1/my/envelopes/contacts", body).json()["id"]

    early = resident.post(f"/v1/my/envelopes/{stored}/share", {})

    assert problem_of(early) == (403, "envelope.not-recovered", {"id": stored})


def test_forgetting_the_wallet_forgets_its_envelopes(home: Home) -> None:
    resident = Resident(home)
    stored = resident.post("/v1/my/envelopes/pins", PIN).json()["id"]

    assert stored in _kept(home)

    gone = home.delete(f"/v1/wallets/{resident.wallet}", home.tokens[Role.OPERATOR])

    assert gone.status_code == 204
    assert stored not in _kept(home)


def _kept(home: Home) -> set[str]:
    """Ids of all envelopes that the operator's database still has."""
    with contextlib.closing(sqlite3.connect(home.settings.database_place)) as base:
        return {row[0] for row in base.execute("SELECT id FROM envelopes_kept")}
