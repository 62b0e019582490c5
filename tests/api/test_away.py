"""When the chain is slow or its node away: answers that say so, and no effect twice."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from api.access import Role
from api.bootstrap import assembled
from api.commands import create_key_in
from ledger.errors import Refused
from tests.api.serving import BLOCK_S, City, city_in, served, settings_of
from tests.support.season import CANTEEN

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def slow_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Waits for the chain for a moment only."""
    with city_in(tmp_path_factory.mktemp("slow"), confirm_wait_s=0.3) as made:
        yield made


def until(answers: Callable[[], httpx.Response], status: int) -> httpx.Response:
    """The first answer of that status."""
    deadline = time.monotonic() + 15
    while (answer := answers()).status_code != status:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.03)
    return answer


def test_what_no_block_holds_yet_is_accepted_and_found_later_under_one_name(
    slow_city: City,
) -> None:
    wallet, name = slow_city.wallet(600), str(uuid.uuid4())
    asked = {"wallet": wallet, "acceptor": CANTEEN, "units": 1_000}

    slow_city.network.chain.stop_mining()
    accepted = slow_city.post("/v1/orders", asked, name=name)
    looked = slow_city.get(accepted.headers["Location"])
    slow_city.network.chain.start_mining(BLOCK_S, clock=None)
    found = until(lambda: slow_city.get(accepted.headers["Location"]), 200)
    again = until(lambda: slow_city.post("/v1/orders", asked, name=name), 201)

    assert (accepted.status_code, accepted.json()["state"]) == (202, "placed")
    assert accepted.json()["confirmed"] is False
    assert int(accepted.headers["Retry-After"]) > 0
    assert looked.status_code == 202
    assert found.json()["state"] == "held"
    assert again.json()["id"] == accepted.json()["id"]
    balance = slow_city.get(f"/v1/wallets/{wallet}/balance").json()
    assert balance["total"]["units"] == 9_000


def test_a_second_api_over_the_same_database_does_not_start(slow_city: City) -> None:
    with pytest.raises(Refused, match=r"store\.locked"), assembled(slow_city.settings):
        pass


def test_a_window_is_closed_and_its_settlement_published(slow_city: City) -> None:
    order = slow_city.order(slow_city.wallet(600), 800)
    slow_city.done(slow_city.post(f"/v1/orders/{order['id']}/capture", {}))
    chain = slow_city.network.chain
    chain.stop_mining()
    chain.advance_to(chain.now_s() + 3_600)
    chain.start_mining(BLOCK_S, clock=None)
    number = slow_city.get("/v1/windows").json()["windows"][0]["number"]
    path = f"/v1/windows/{number}"

    tried = slow_city.post(f"{path}/close", {"dry_run": True})
    closed = slow_city.post(f"{path}/close", {})
    until(lambda: _as_state(slow_city.get(path), "closed"), 200)
    twice = slow_city.post(f"{path}/close", {})
    published = slow_city.post(f"{path}/settlement", {})
    sheet = until(lambda: _as_state(slow_city.get(path), "published"), 200).json()

    assert (tried.status_code, tried.json()["dry_run"]) == (200, True)
    assert closed.status_code in (200, 202), closed.text
    assert (twice.status_code, twice.json()["code"]) == (409, "request.window-closed")
    assert published.status_code in (200, 202), published.text
    assert sum(one["amount"]["units"] for one in sheet["positions"]) == 0
    assert [(one["payer"], one["payee"]) for one in sheet["settlement"]] == [(1, CANTEEN)]
    assert published.json()["settlement"][0]["fen"] == sheet["settlement"][0]["fen"]


def _as_state(answer: httpx.Response, state: str) -> httpx.Response:
    """The answer, as 202 while the window is in another state."""
    if answer.json().get("state") != state:
        answer.status_code = 202
    return answer


def test_while_the_node_is_away_reading_goes_on_and_changes_wait(slow_city: City) -> None:
    wallet, name = slow_city.wallet(600), str(uuid.uuid4())
    asked = {"wallet": wallet, "acceptor": CANTEEN, "units": 1_000}
    slow_city.done(slow_city.post("/v1/orders", asked, name=name))
    kept = slow_city.post("/v1/orders", asked, name=name)

    slow_city.network.chain.stop()
    try:
        not_ready = until(lambda: slow_city.http.get("/readyz"), 503)
        refused = slow_city.post("/v1/orders", asked)
        reads = [
            slow_city.get(path)
            for path in (
                f"/v1/wallets/{wallet}/balance",
                f"/v1/orders/{kept.json()['id']}",
                "/v1/members",
                "/v1/totals",
                "/v1/windows/1",
            )
        ]
        replayed = slow_city.post("/v1/orders", asked, name=name)
        alive = slow_city.http.get("/healthz")
        page = slow_city.http.get("/")
    finally:
        slow_city.network.chain.start()
        slow_city.network.chain.start_mining(BLOCK_S, clock=None)
    until(lambda: slow_city.http.get("/readyz"), 200)
    order = slow_city.done(slow_city.post("/v1/orders", asked))

    assert not_ready.json()["node"] is False
    assert (refused.status_code, refused.json()["code"]) == (503, "api.node-away")
    assert int(refused.headers["Retry-After"]) >= 1
    assert {answer.status_code for answer in reads} == {200}
    assert (replayed.status_code, replayed.json()) == (201, kept.json())
    assert (alive.status_code, page.status_code) == (200, 200)
    assert order["state"] == "held"


def test_what_a_client_would_rather_ask_for_again_is_recorded_while_the_node_is_away(
    slow_city: City,
) -> None:
    wallet, name = slow_city.wallet(600), str(uuid.uuid4())
    asked = {"wallet": wallet, "acceptor": CANTEEN, "units": 1_000}
    wish = "wait=5, respond-async"

    slow_city.network.chain.stop()
    try:
        until(lambda: slow_city.http.get("/readyz"), 503)
        refused = slow_city.post("/v1/orders", asked)
        queued = slow_city.post("/v1/orders", asked, name=name, Prefer=wish)
        again = slow_city.post("/v1/orders", asked, name=name, Prefer=wish)
        too_much = slow_city.post("/v1/orders", asked | {"units": 9_001}, Prefer=wish)
    finally:
        slow_city.network.chain.start()
        slow_city.network.chain.start_mining(BLOCK_S, clock=None)
    held = until(lambda: slow_city.get(queued.headers["Location"]), 200)
    until(lambda: slow_city.http.get("/readyz"), 200)

    assert (refused.status_code, refused.json()["code"]) == (503, "api.node-away")
    assert (queued.status_code, again.status_code) == (202, 202)
    assert queued.headers["Preference-Applied"] == "respond-async"
    assert queued.json()["id"] == again.json()["id"] == held.json()["id"]
    assert held.json()["state"] == "held"
    assert (too_much.status_code, too_much.json()["code"]) == (409, "hold.insufficient-points")
    balance = slow_city.get(f"/v1/wallets/{wallet}/balance").json()
    assert balance["total"]["units"] == 9_000


def test_who_asks_too_often_is_told_when_to_come_again(tmp_path: Path, slow_city: City) -> None:
    settings = settings_of(tmp_path, slow_city.network, requests_per_minute=60, requests_burst=3)
    token = create_key_in(settings, Role.AUDITOR).token
    headers = {"Authorization": f"Bearer {token}"}

    with served(settings) as url, httpx.Client(base_url=url, trust_env=False) as http:
        answers = [http.get("/v1/members", headers=headers) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].json()["code"] == "access.too-many-requests"
