"""Orders over HTTP, from quote to refund, on a real chain."""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.access import Role
from tests.api.serving import City
from tests.support.season import CANTEEN, FUND_ACCOUNT

pytestmark = pytest.mark.slow


def test_an_order_is_quoted_placed_captured_and_refunded(city: City) -> None:
    wallet = city.wallet(600)
    asked = {"wallet": wallet, "acceptor": CANTEEN, "units": 1_500}

    quote = city.post("/v1/quotes", asked, Role.WORKER).json()
    placed = city.post("/v1/orders", asked)
    path = placed.headers["Location"]
    city.done(placed)
    captured = city.done(city.post(f"{path}/capture", {"units": 1_200}))
    refunded = city.done(city.post(f"{path}/refund", {"units": 200}))
    left = city.get(f"/v1/wallets/{wallet}/balance").json()

    assert quote["owed"] == [{"member": 1, "amount": {"units": 1_500, "points": "15.00"}}]
    assert placed.status_code == 201, placed.text
    assert (placed.json()["state"], placed.json()["confirmed"]) == ("held", True)
    assert (captured["state"], captured["captured"]["points"]) == ("captured", "12.00")
    assert refunded["refunded"] == {"units": 200, "points": "2.00"}
    assert left["total"]["units"] == 10_000 - 1_200 + 200


def test_times_are_shown_with_beijings_offset_and_taken_with_any(city: City) -> None:
    wallet = city.wallet(600)
    deadline = "2026-05-10T04:00:00Z"

    order = city.order(wallet, 100, deadline=deadline, service_at=deadline)

    assert order["deadline"] == "2026-05-10T12:00:00+08:00"
    assert order["placed_at"].endswith("+08:00")


def test_an_order_is_declined_by_the_acceptor_or_cancelled_by_the_resident(city: City) -> None:
    wallet = city.wallet(600)
    first, second = city.order(wallet, 100), city.order(wallet, 200)

    declined = city.done(city.post(f"/v1/orders/{first['id']}/release", {}, Role.ACCEPTOR))
    cancelled = city.done(city.post(f"/v1/orders/{second['id']}/cancel", {}))

    assert [declined["state"], cancelled["state"]] == ["released", "released"]
    assert city.get(f"/v1/wallets/{wallet}/balance").json()["total"]["units"] == 10_000


def test_points_are_given_to_the_fund(city: City) -> None:
    wallet = city.wallet(600)

    given = city.post(
        "/v1/donations", {"wallet": wallet, "fund_account": FUND_ACCOUNT, "units": 700}
    )

    assert given.status_code == 201, given.text
    assert (given.json()["state"], given.json()["purpose"]) == ("given", "donation")


def test_a_dry_run_checks_and_changes_nothing(city: City) -> None:
    wallet = city.wallet(600)
    asked = {"wallet": wallet, "acceptor": CANTEEN, "units": 1_500, "dry_run": True}

    tried = city.post("/v1/orders", asked)
    too_much = city.post("/v1/orders", asked | {"units": 99_999})
    balance = city.get(f"/v1/wallets/{wallet}/balance").json()

    assert (tried.status_code, tried.json()["dry_run"]) == (200, True)
    assert too_much.status_code == 409
    assert too_much.json()["code"] == "hold.insufficient-points"
    assert (balance["total"]["units"], balance["asked"]["units"]) == (10_000, 0)


def test_the_same_command_is_one_order_however_often_it_is_sent(city: City) -> None:
    wallet, name = city.wallet(600), str(uuid.uuid4())
    asked = {"wallet": wallet, "acceptor": CANTEEN, "units": 1_000}

    with ThreadPoolExecutor(6) as threads:
        sent = [threads.submit(city.post, "/v1/orders", asked, name=name) for _ in range(6)]
        answers = [one.result() for one in sent]
    other = city.post("/v1/orders", asked | {"units": 999}, name=name)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len([a for a in answers if "idempotency-replayed" in a.headers]) == 5
    assert (other.status_code, other.json()["code"]) == (422, "request.command-differs")
    assert city.get(f"/v1/wallets/{wallet}/balance").json()["total"]["units"] == 9_000


def test_a_command_whose_answer_was_lost_in_a_crash_has_no_second_effect(city: City) -> None:
    wallet, name = city.wallet(600), str(uuid.uuid4())
    asked = {"wallet": wallet, "acceptor": CANTEEN, "units": 1_000}
    first = city.post("/v1/orders", asked, name=name)

    with contextlib.closing(sqlite3.connect(city.settings.database_place)) as base, base:
        lost = base.execute("UPDATE access_answers SET status = NULL WHERE name = ?", (name,))
    again = city.post("/v1/orders", asked, name=name)
    captured = city.done(city.post(f"/v1/orders/{first.json()['id']}/capture", {}))

    assert lost.rowcount == 1
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert "idempotency-replayed" not in again.headers
    assert captured["captured"]["units"] == 1_000
    assert city.get(f"/v1/wallets/{wallet}/balance").json()["total"]["units"] == 9_000


def test_orders_are_listed_newest_first_page_by_page(city: City) -> None:
    wallet = city.wallet(600)
    placed = [city.order(wallet, units)["id"] for units in (100, 200, 300)]

    first = city.get("/v1/orders", wallet=wallet, limit=2).json()
    second = city.get("/v1/orders", wallet=wallet, limit=2, cursor=first["next_cursor"]).json()
    wrong = city.get("/v1/orders", cursor="x")

    assert [o["id"] for o in first["orders"] + second["orders"]] == placed[::-1]
    assert second["next_cursor"] is None
    assert (wrong.status_code, wrong.json()["field"]) == (422, "cursor")


def test_what_has_not_changed_is_not_sent_again(city: City) -> None:
    wallet = city.wallet(600)
    path = f"/v1/wallets/{wallet}"

    tag = city.get(path).headers["etag"]
    opened = city.post("/v1/wallets", {"issuers": [1]})
    again = city.http.get(path, headers=city.bearer(Role.WORKER) | {"If-None-Match": tag})
    other = city.http.get(path, headers=city.bearer(Role.WORKER) | {"If-None-Match": '"x"'})

    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)
    assert opened.headers["etag"] != tag


def test_awards_tell_where_points_came_from(city: City) -> None:
    wallet = city.wallet(600)

    page = city.get(f"/v1/wallets/{wallet}/awards").json()

    (award,) = page["awards"]
    assert (award["activity"], award["month"], award["quantity"]) == (101, "2026-05", 600)
    assert award["amount"]["points"] == "100.00"
    assert page["next_cursor"] is None


def test_a_wallet_is_forgotten_for_good(city: City) -> None:
    wallet = city.wallet()

    gone = city.http.delete(f"/v1/wallets/{wallet}", headers=city.bearer(Role.OPERATOR))

    assert gone.status_code == 204
    assert city.get(f"/v1/wallets/{wallet}").json()["code"] == "wallet.unknown"


def test_the_network_can_be_read_by_any_key(city: City) -> None:
    members = city.get("/v1/members", Role.AUDITOR, lang="en").json()["members"]
    activities = city.get("/v1/activities", Role.WORKER).json()
    nobody = city.get("/v1/members/99", Role.WORKER)

    assert [one["code"] for one in members] == ["M1", "M2", "M3", "M4", "M5"]
    assert members[2]["name"] == "Community canteen"
    assert members[0]["terms"]["validity_half_years"] == 2
    assert [one["now"]["denominator"] for one in activities["activities"]] == [60, 100]
    assert (nobody.status_code, nobody.json()["field"]) == (404, "member")
