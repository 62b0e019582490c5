"""A provider's keys rotate, it goes down, it says strange things; and one that others wrote."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from api.oidc.provider import ANSWER_MOST_BYTES, Provider
from api.oidc.settings import ProviderSettings
from ledger.errors import Refused, Rejected, Unavailable
from ledger.logins.place import Login, Place
from ledger.logins.sessions import Sessions
from ledger.logins.starting import Begun, Starting, challenge_of
from ledger.logins.tying import Purpose, Tying
from ledger.store import operator_wallets as wallets
from ledger.store.engine import open_database, transaction
from ledger.store.logins_signing import StartRow
from tests.support.postgres import Server
from tests.support.provider import CLIENT, SECRET, TestProvider, provider_running, text_of

HERE = "http://127.0.0.1:8000/v1/sign-in/city/callback"
WRONG = {"provider": "city"}


class Clock:
    """This machine's, moved by a test."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def outside() -> Iterator[TestProvider]:
    """A provider that runs."""
    with provider_running() as made:
        yield made


def client_of(url: str, clock: Callable[[], float], http: httpx.Client) -> Provider:
    """What our side knows of a provider."""
    settings = ProviderSettings(zh="市", en="City", issuer=url, client_id=CLIENT, audience="us")
    return Provider("city", settings, SECRET, clock, http)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """As the API has it, less patient."""
    with httpx.Client(timeout=0.5, trust_env=False) as made:
        yield made


def subject_by(ours: Provider, outside: TestProvider, clock: Callable[[], float]) -> str:
    """Through the whole exchange, without a browser's page."""
    begun = Begun("state", "nonce", "c" * 43)
    row = StartRow(b"\1" * 32, "city", "nonce", "verifier", b"\2" * 32, int(clock()), 2**31)
    ours.address(begun, HERE, "zh")
    query = {
        "response_type": "code", "code_challenge_method": "S256", "scope": "openid",
        "redirect_uri": HERE, "nonce": "nonce", "state": "state",
        "code_challenge": text_of(challenge_of("verifier")),
    }  # fmt: skip
    back = outside.authorize(query)
    code = parse_qs(urlsplit(back).query)["code"][0]
    return ours.subject(code, row, HERE, None)


def test_a_key_that_the_provider_changed_to_is_fetched_and_the_former_is_believed_no_more(
    outside: TestProvider, http: httpx.Client
) -> None:
    clock = Clock()
    ours = client_of(outside.url, clock, http)
    subject_by(ours, outside, clock)
    former, former_id = outside.key, outside.key_id

    outside.rotate()
    with pytest.raises(Refused) as at_once:
        subject_by(ours, outside, clock)
    looks = outside.seen.count("/jwks")
    clock.ahead = 6
    again = subject_by(ours, outside, clock)
    outside.shown = outside.keys()["keys"]
    outside.key, outside.key_id = former, former_id
    with pytest.raises(Refused) as late:
        subject_by(ours, outside, clock)

    assert at_once.value.fields == WRONG | {"check": "key"}
    assert looks == 1, "nobody makes us ask a provider for keys all day"
    assert again == outside.subject
    assert late.value.fields == WRONG | {"check": "key"}


def test_keys_are_the_providers_public_ones_and_long_enough(
    outside: TestProvider, http: httpx.Client
) -> None:
    clock = Clock()
    own = outside.keys()["keys"][0]
    strange: list[dict[str, Any]] = [
        own | {"use": "enc"},
        own | {"d": "AAAA"},
        own | {"alg": "ES384"},
        own | {"crv": "P-384"},
        {"kty": "oct", "k": "AAAA", "kid": "first"},
        {"kty": "RSA", "n": "AQAB" * 40, "e": "AQAB", "kid": "first"},
        {"kty": "RSA", "n": 5, "e": None, "kid": "first"},
        {"kid": "first"},
    ]

    for one in strange:
        outside.shown = [one, "nonsense"]  # type: ignore[list-item]
        with pytest.raises(Refused) as refusal:
            subject_by(client_of(outside.url, clock, http), outside, clock)
        assert refusal.value.fields == WRONG | {"check": "key"}, one


def test_a_provider_that_is_away_is_named_and_nobody_queues_for_it(http: httpx.Client) -> None:
    clock = Clock()
    with provider_running() as outside:
        ours = client_of(outside.url, clock, http)
        outside.gone = True
        with pytest.raises(Unavailable) as busy:
            ours.address(Begun("s", "n", "c"), HERE, "zh")
    with pytest.raises(Unavailable):
        ours.address(Begun("s", "n", "c"), HERE, "zh")
    silent = httpx.MockTransport(lambda _request: pytest.fail("asked again at once"))
    ours._http = httpx.Client(transport=silent)
    with pytest.raises(Unavailable):
        ours.address(Begun("s", "n", "c"), HERE, "zh")

    assert (busy.value.code, busy.value.fields) == (
        "login.provider-away", {"provider": "city", "retry_after": 5},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("described", "check"),
    [
        ({"issuer": "https://elsewhere.example"}, "issuer"),
        ({"token_endpoint": "http://elsewhere.example/token"}, "address"),
        ({"jwks_uri": None}, "address"),
        ({"authorization_response_iss_parameter_supported": True}, "issuer"),
    ],
)
def test_a_provider_that_describes_itself_strangely_is_refused(
    outside: TestProvider, http: httpx.Client, described: dict[str, Any], check: str
) -> None:
    clock = Clock()
    outside.described = described

    with pytest.raises(Refused) as refusal:
        subject_by(client_of(outside.url, clock, http), outside, clock)

    assert (refusal.value.code, refusal.value.fields) == (
        "login.proof-wrong", WRONG | {"check": check},
    )  # fmt: skip


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(2 * ANSWER_MOST_BYTES // 1024):
            yield b" " * 1024
        raise AssertionError("read to its end")

    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=endless()))
    with httpx.Client(transport=transport) as http, pytest.raises(Unavailable):
        client_of("https://big.example", Clock(), http).address(Begun("s", "n", "c"), HERE, "zh")


def test_a_redirect_is_not_followed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "moved.example"
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/"})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http, pytest.raises(Unavailable):
        client_of("https://moved.example", Clock(), http).address(Begun("s", "n", "c"), HERE, "zh")


def test_a_provider_that_others_wrote_signs_a_resident_in() -> None:
    with warnings.catch_warnings(record=True):  # of what it is made of, which has moved on
        warnings.simplefilter("ignore")
        from oidc_provider_mock import run_server_in_thread  # type: ignore[import-untyped]

        with (
            run_server_in_thread() as server,
            httpx.Client(timeout=5, trust_env=False) as http,
        ):
            clock = Clock()
            ours = client_of(f"http://localhost:{server.server_port}", clock, http)
            begun = Begun("a-state", "a-nonce", text_of(challenge_of("v" * 43)))
            address = ours.address(begun, HERE, "en")
            agreed = http.post(address, data={"sub": "invented-person"})
            query = parse_qs(urlsplit(agreed.headers["location"]).query)
            row = StartRow(b"\1" * 32, "city", "a-nonce", "v" * 43, b"\2" * 32, int(clock()), 2**31)

            subject = ours.subject(query["code"][0], row, HERE, None)

    assert query["state"] == ["a-state"]
    assert subject == "invented-person"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_many_at_a_time_one_has_the_state_the_ticket_and_the_code(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where: Path | str = tmp_path / "operator.db"
    if kind == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        where = server.new()
    with open_database(where, ("outbox", "operator", "logins")) as database:
        place = Place(database.engine, Clock(), b"\1" * 32)
        tying, sessions = Tying(place), Sessions(place)
        starting = Starting(place, sessions)
        with transaction(database.engine) as at:
            wallets.add(at, "w", 0, [])
        state = starting.begin("city", challenge_of("v" * 43)).state
        code, _ = tying.make_code("c", "w", Purpose.SIGN_IN, "x", own=True)
        found: list[StartRow] = []

        backs = _at_once(lambda _: found.append(starting.come_back("city", state)))
        ticket = starting.vouched(found[0], Login("city", b"\2" * 32))
        entered = _at_once(lambda _: starting.enter(ticket, "v" * 43))
        tied = _at_once(lambda n: tying.tie(str(n), Login("city", bytes([n]) * 32), code, "x"))
        tokens = sessions.open(Login("city", b"\3" * 32))
        renewed = _at_once(lambda n: sessions.renew(str(n), tokens.refresh))

    assert sorted(backs) == ["", *["login.start-unknown"] * 5]
    assert sorted(entered) == ["", *["login.ticket-unknown"] * 5]
    assert sorted(tied) == ["", *["login.code-unknown"] * 5]
    assert renewed.count("") == 1
    assert set(renewed) == {"", "login.refresh-reused", "login.refresh-unknown"}


def test_a_start_that_takes_too_long_is_no_more(tmp_path: Path) -> None:
    with open_database(tmp_path / "operator.db", ("outbox", "operator", "logins")) as database:
        clock = Clock()
        place = Place(database.engine, clock, b"\1" * 32)
        sessions = Sessions(place)
        starting = Starting(place, sessions)
        late = starting.begin("city", challenge_of("v" * 43))
        in_time = starting.begin("city", challenge_of("v" * 43))
        ticket = starting.vouched(
            starting.come_back("city", in_time.state), Login("city", b"\2" * 32)
        )
        tokens = sessions.open(Login("city", b"\2" * 32))
        clock.ahead = 601

        with pytest.raises(Rejected, match="start-unknown"):
            starting.come_back("city", late.state)
        with pytest.raises(Rejected, match="ticket-unknown"):
            starting.enter(ticket, "v" * 43)
        clock.ahead = 901
        with pytest.raises(Refused, match="key-expired"):
            sessions.enter(tokens.access)
        sessions.renew("r", tokens.refresh)
        clock.ahead = 31 * 86_400
        with pytest.raises(Rejected, match="refresh-unknown"):
            sessions.renew("s", tokens.refresh)


def _at_once(work: Callable[[int], object]) -> list[str]:
    """Six threads do it at the same moment; the code of what each met, empty where it went well."""
    gate = threading.Barrier(6)

    def one(number: int) -> str:
        gate.wait()
        try:
            work(number)
        except (Rejected, Refused) as error:
            return error.code
        return ""

    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(one, range(6)))
