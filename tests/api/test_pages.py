"""Pages say how things stand, in two languages, with own files only and no need for scripts."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from api.access import ACCESS, Role
from api.armour import POLICY
from ledger.refusals import ENTRIES
from tests.api.serving import City

pytestmark = pytest.mark.slow
PAGES = ("/", "/docs", "/problems", "/problems/hold.insufficient-points")


def page(city: City, path: str, lang: str = "zh") -> str:
    """A page's text."""
    answer = city.http.get(path, params={"lang": lang})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-security-policy"] == POLICY
    return answer.text


def test_the_start_page_shows_the_totals_as_the_api_does(city: City) -> None:
    order = city.order(city.wallet(600), 500)
    city.done(city.post(f"/v1/orders/{order['id']}/capture", {}))

    totals = city.http.get("/v1/totals").json()
    shown = page(city, "/")

    scheme = totals["schemes"][0]
    assert totals["positions_sum"] == {"units": 0, "points": "0.00"}
    assert sum(one["amount"]["units"] for one in totals["positions"]) == 0
    assert scheme["issued"]["units"] > 0
    issued, captured = (scheme[name]["units"] for name in ("issued", "captured"))
    assert f'data-total="1.issued">{issued // 100:,}.{issued % 100:02d}<' in shown
    assert f'data-total="1.captured">{captured // 100:,}.{captured % 100:02d}<' in shown
    assert 'data-position="sum">0.00<' in shown
    assert "社区食堂" in shown
    assert "积分不是货币" in shown
    assert "tongdui audit verify" in shown


def test_the_start_page_speaks_english_where_asked(city: City) -> None:
    shown = page(city, "/", "en")
    by_header = city.http.get("/", headers={"Accept-Language": "en-GB"}).text

    assert '<html lang="en" ' in shown
    assert "Points are not money" in shown
    assert '<html lang="en" ' in by_header


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_needs_anything_from_elsewhere_or_inline(city: City, path: str, lang: str) -> None:
    shown = page(city, path, lang)

    sources = re.findall(r'(?:src|href)="([^"]*)"', shown)
    assert [one for one in sources if not one.startswith(("/", "#"))] == []
    assert not re.search(r"<style|style=|<script>|\son\w+=", shown)
    assert '<meta name="viewport" content="width=device-width' in shown


def test_every_link_of_every_page_leads_somewhere(city: City) -> None:
    links = {
        link.partition("#")[0]
        for path in PAGES
        for link in re.findall(r'(?:src|href)="(/[^"]*)"', page(city, path))
    }

    lost = {
        link: a.status_code
        for link in links
        if (a := city.http.get(link, follow_redirects=True)).status_code != 200
    }

    assert lost == {}
    assert {f"/problems/{code}" for code in ENTRIES} <= links


def test_the_manual_lists_every_operation(city: City) -> None:
    shown = page(city, "/docs")

    assert [name for name in ACCESS if f'id="{name}"' not in shown] == []
    assert "可由谁办理" in shown


def test_no_answer_can_be_framed_or_sniffed_and_data_is_not_stored(city: City) -> None:
    answers: list[httpx.Response] = [
        city.http.get("/"),
        city.get("/v1/members"),
        city.get("/v1/members", None),
        city.http.get("/nowhere"),
    ]

    for answer in answers:
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers
    assert answers[1].headers["cache-control"] == "private, no-cache"
    assert answers[2].headers["cache-control"] == "no-store"


def test_a_key_in_whatever_writing_is_a_wrong_key_on_the_page_that_asks_for_it(city: City) -> None:
    form = re.search(r'name="form" value="(\w+)"', page(city, "/counter/sign-in"))
    assert form is not None

    answer = city.http.post(
        "/counter/sign-in",
        data={"form": form[1], "key": "密钥"},
        headers={"Origin": str(city.http.base_url).rstrip("/")},
    )

    assert answer.status_code == 401
    assert "access.key-unknown" in answer.text


def test_what_no_form_of_ours_sends_is_refused_as_out_of_date(city: City) -> None:
    origin = {"Origin": str(city.http.base_url).rstrip("/"), "Accept": "text/html"}
    ways: list[dict[str, Any]] = [
        {"json": {"key": "x"}},
        {"files": {"key": ("x.txt", b"x")}},
        {"data": {f"field-{number}": "x" for number in range(300)}},
    ]

    answers = [city.http.post("/counter/sign-in", headers=origin, **one) for one in ways]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert all("page.form-stale" in answer.text for answer in answers)


@pytest.mark.parametrize(
    "where", ["//elsewhere.example", "/counter\\\\elsewhere", "/my", "/counter/" + "x" * 4_000]
)
def test_signing_in_leads_to_no_place_but_the_surfaces_own(city: City, where: str) -> None:
    shown = city.http.get("/counter/sign-in", params={"then": where}).text

    assert '<input type="hidden" name="then" value="/counter">' in shown


def test_probes_say_alive_ready_and_count_requests_by_route(city: City) -> None:
    city.get("/v1/orders/none", Role.WORKER)
    city.http.get("/nowhere-at-all")

    ready = city.http.get("/readyz")
    counted = city.http.get("/metrics").text

    assert city.http.get("/healthz").json() == {"status": "ok"}
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    requests = "tongdui_api_requests_total"
    assert re.search(
        rf'{requests}{{method="GET",route="/v1/orders/{{order_id}}",status="404"}} \d', counted
    )
    assert "nowhere-at-all" not in counted
    assert re.search(r"tongdui_index_lag_blocks \d", counted)
    assert "tongdui_relayer_queue" in counted
