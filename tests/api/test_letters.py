"""Reminders and monthly statements over HTTP: chosen in person, read, mailed, and told of."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest

from api.access import Role
from ledger.reminders.choices import Way
from ledger.units import start_of_month
from scripts.commands.mailing import mailing
from tests.api.counter import Counter, counter
from tests.api.serving import BLOCK_S, City, city_in
from tests.support.season import CANTEEN

pytestmark = pytest.mark.slow
MAY = 2026 * 12 + 4
WANTED = {"reminders": "list", "statements": "paper", "lang": "zh", "address": "示例街道 1 号"}


def problem(answer: httpx.Response) -> tuple[int, str]:
    """(status, code)."""
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def desk(city: City) -> Counter:
    """One of its own."""
    return counter(city)


def test_a_resident_chooses_in_person_and_nobody_else_does(city: City, desk: Counter) -> None:
    made, other = desk.opening(), desk.opening()
    place = f"/v1/wallets/{made['wallet']['id']}/notices"
    session = desk.session(made["handed"])
    usual = desk.get(place).json()
    tried = desk.post(place, WANTED | {"dry_run": True}, session).json()
    after_trial = desk.get(place, session).json()
    chosen = desk.post(place, WANTED, session).json()
    answers = [
        desk.post(place, WANTED),
        desk.post(place, WANTED, desk.session(other["handed"])),
        desk.get(place, desk.session(other["handed"])),
        desk.post(place, WANTED | {"address": "=1+1"}, session),
    ]
    views = desk.get(f"/v1/wallets/{made['wallet']['id']}/views", session).json()["views"]

    assert (usual["reminders"], usual["statements"], usual["chosen_at"]) == ("contact", "off", None)
    assert after_trial == usual
    assert tried == chosen | {"dry_run": True, "chosen_at": tried["chosen_at"]}
    assert desk.get(place).json() == chosen
    assert WANTED.items() <= chosen.items()
    assert [problem(answer) for answer in answers] == [
        (403, "access.not-allowed"),
        (403, "resident.not-your-wallet"),
        (403, "resident.not-your-wallet"),
        (422, "request.invalid"),
    ]
    assert {(one["what"], one["who"]) for one in views} == {("get_notices", desk.key_id)}


def test_a_month_is_read_as_data_as_a_letter_and_as_a_message(city: City, desk: Counter) -> None:
    made = desk.opening(minutes=120)
    wallet = made["wallet"]["id"]
    session = desk.session(made["handed"])
    spent, held = city.order(wallet, 700), city.order(wallet, 300)
    city.done(city.post(f"/v1/orders/{spent['id']}/capture", {}))
    place = f"/v1/wallets/{wallet}/months/2026-05"
    shown = desk.get(place, session).json()
    answers = [desk.get(f"{place}/{form}", session) for form in ("file", "text")]
    short = desk.get(f"{place}/text", session, params={"characters": 70, "lang": "en"}).text
    same = desk.get(f"{place}/text", session, headers={"If-None-Match": answers[1].headers["etag"]})
    city.post(f"/v1/orders/{held['id']}/release", {})
    page = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(answers[0].content)).pages)

    together = {name: amount["units"] for name, amount in shown["together"].items() if amount}
    assert together == {
        "opening": 0, "earned": 2_000, "corrected": 0, "spent": 700, "refunded": 0, "given": 0,
        "expired": 0, "closing": 1_300, "held": 300,
    }  # fmt: skip
    assert [(one["kind"], one["amount"]["units"]) for one in shown["lines"]] == [
        ("earned", 2_000), ("spent", -700),
    ]  # fmt: skip
    assert shown["lines"][0]["earned"]["numerator"] == 1_000
    assert shown["lines"][1]["acceptor"] == CANTEEN
    assert shown["expiring"][0]["amount"]["units"] == 1_000
    assert answers[0].headers["content-type"] == "application/pdf"
    assert "您现在有 13.00 积分。" in page
    assert "社区食堂" in page
    assert answers[1].text.startswith("【通兑】2026年5月：您有13.00积分。")
    assert short == "Tongdui 2026-05: you have 13.00 points. 3.00 are set aside. M1: 13.00."
    assert same.status_code == 304
    assert problem(desk.get(f"/v1/wallets/{wallet}/months/2026-04")) == (
        409, "monthly.before-opening",
    )  # fmt: skip
    assert problem(desk.get(f"/v1/wallets/{wallet}/months/2099-01")) == (409, "monthly.to-come")
    assert problem(desk.get(f"/v1/wallets/{wallet}/months/2026-13")) == (422, "request.invalid")


def test_mailings_are_the_operators_and_wait_for_the_months_end(city: City, desk: Counter) -> None:
    body = {"month": "2026-05", "way": "paper"}
    answers = [
        desk.post("/v1/mailings", body),
        city.post("/v1/mailings", body),
        city.post("/v1/mailings", body | {"dry_run": True}),
        city.get("/v1/mailings/6f7a8b9c-0d1e-5f2a-8b3c-4d5e6f7a8b9c/file"),
    ]

    assert [problem(answer) for answer in answers] == [
        (403, "access.not-allowed"),
        (409, "monthly.not-over"),
        (409, "monthly.not-over"),
        (404, "mailing.unknown"),
    ]


def test_a_year_in_which_a_resident_is_written_to_and_reminded(tmp_path: Path) -> None:
    settings = {
        "overdue_check_s": 0.2,
        "reminders": {"quiet_from_hour": 0, "quiet_until_hour": 0},
    }
    with city_in(tmp_path, **settings) as city:
        desk = counter(city)
        made = desk.opening(minutes=120)
        wallet, session = made["wallet"]["id"], desk.session(made["handed"])
        assert desk.post(f"/v1/wallets/{wallet}/notices", WANTED, session).status_code == 200
        _go_to(city, start_of_month(2027 * 12 + 4) + 2 * 86_400)
        noted = _made(city)
        again = city.post("/v1/mailings", {"month": "2026-05", "way": "paper"})
        place = noted.headers["Location"]
        letters = city.get(f"{place}/letters").json()["letters"]
        sent = [city.get(f"{place}/file") for _ in range(2)]
        listed = city.get("/v1/mailings").json()["mailings"]
        fetched = _fetched(city, tmp_path)
        event = _until(lambda: city.get("/v1/events", type="wallet.points_expiring").json())
        reminder = city.get(event["data"]["url"]).json()
        messages = city.get(f"/v1/wallets/{wallet}/messages").json()["messages"]
        looks = {v["what"] for v in city.get(f"/v1/wallets/{wallet}/views").json()["views"]}
        left = _forget(city, wallet, event["data"]["url"], f"{place}/letters")

    assert (noted.status_code, again.status_code) == (201, 200)
    assert again.json() == noted.json()
    assert [(one["wallet"], one["address"]) for one in letters] == [(wallet, "示例街道 1 号")]
    assert letters[0]["card"] == made["handed"]["number"].replace(" ", "")[-4:]
    assert sent[0].content == sent[1].content == fetched
    assert sent[0].headers["cache-control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(fetched))
    assert archive.namelist() == ["letters-0001.pdf", "list.csv"]
    assert wallet in archive.read("list.csv").decode("utf-8-sig")
    assert listed == [noted.json()]
    assert wallet not in str(event)
    assert event["data"]["amount"] == {"units": 2_000, "points": "20.00"}
    assert (reminder["wallet"], reminder["days_before"]) == (wallet, 60)
    assert [one["words"] for one in messages if one["kind"] == "expiring"] == [reminder["words"]]
    assert {"list_letters", "get_mailing_file", "get_reminder"} <= looks
    assert left == [(404, "reminder.unknown"), []]


def _go_to(city: City, time_s: int) -> None:
    """The chain's time."""
    city.network.chain.stop_mining()
    for later_s in (0, 1):  # the second block makes the first one final
        city.network.chain.advance_to(time_s + later_s)
    city.network.chain.start_mining(BLOCK_S, clock=None)


def _made(city: City) -> httpx.Response:
    """A mailing of May, once nothing of it can change any more."""
    deadline = time.monotonic() + 15
    while True:
        answer = city.post("/v1/mailings", {"month": "2026-05", "way": "paper"})
        if answer.status_code != 409:
            return answer
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.05)


def _fetched(city: City, folder: Path) -> bytes:
    """The same file by the command line, whole under its name."""
    token, out = folder / "token", folder / "may.zip"
    token.write_text(city.tokens[Role.OPERATOR] + "\n", "ascii")
    url = str(city.http.base_url)
    mailing(url, token, "2026-05", Way.PAPER, out, as_json=True)
    assert sorted(folder.glob("may*")) == [out]
    return out.read_bytes()


def _until(ask: Any) -> Any:
    """The first of what is there in time."""
    deadline = time.monotonic() + 15
    while not (found := ask()["events"]):
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)
    return found[0]


def _forget(city: City, wallet: str, reminder: str, letters: str) -> list[Any]:
    """What is left of a wallet that was forgotten."""
    gone = city.http.delete(f"/v1/wallets/{wallet}", headers=city.bearer(Role.OPERATOR))
    assert gone.status_code == 204, gone.text
    return [problem(city.get(reminder)), city.get(letters).json()["letters"]]
