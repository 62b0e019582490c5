"""Each outside system has a login, a format and habits of its own, and forgets nothing."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient

from issuers.sandbox import blood, credentials, season, traffic, volunteer
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.marking import next_state
from issuers.sandbox.residence import COLUMNS, SESSION_REQUESTS
from issuers.sandbox.season import Spec
from issuers.sandbox.service import build
from issuers.sandbox.state import MarkState
from issuers.sandbox.world import World, open_world

SPEC = Spec(residents=60, events=400, dirt_permille=200)


@contextmanager
def service(scheme: Scheme, folder: Path) -> Iterator[tuple[TestClient, World]]:
    """The scheme's service at the season's end, without a network."""
    world = open_world(scheme, SPEC, folder)
    world.state.move_today(SPEC.last)
    with TestClient(build(world), follow_redirects=False) as client:
        yield client, world
    world.state.close()


def volunteer_token(client: TestClient, world: World) -> dict[str, str]:
    words = {"account": world.credentials.user, "password": world.credentials.secret}
    return {"Authorization": f"Token {client.post('/api/login', json=words).json()['token']}"}


@pytest.mark.parametrize(
    ("scheme", "path"),
    [
        (Scheme.VOLUNTEER, "/api/services"),
        (Scheme.TRAFFIC, "/drop/"),
        (Scheme.CULTURE, "/v2/spendings"),
        (Scheme.ENVIRONMENT, "/v1/marks/E1"),
        (Scheme.RESIDENCE, "/reports/"),
        (Scheme.BLOOD, "/openapi/v1/donations"),
    ],
)
def test_nobody_reads_without_a_login(scheme: Scheme, path: str, tmp_path: Path) -> None:
    with service(scheme, tmp_path) as (client, _):
        assert client.get(path).status_code in (302, 401)
        assert client.post("/control/today", json={"date": "2026-12-01"}).status_code == 401


def test_a_volunteer_token_wears_out(tmp_path: Path) -> None:
    with service(Scheme.VOLUNTEER, tmp_path) as (client, world):
        token = volunteer_token(client, world)

        statuses = [
            client.get("/api/services", headers=token).status_code
            for _ in range(volunteer.TOKEN_REQUESTS + 1)
        ]

    assert statuses == [200] * volunteer.TOKEN_REQUESTS + [401]


def test_traffic_files_are_gb18030_and_hold_what_was_settled_that_day(tmp_path: Path) -> None:
    with service(Scheme.TRAFFIC, tmp_path) as (client, world):
        login = (world.credentials.user, world.credentials.secret)
        listing = client.get("/drop/", auth=login).text
        day = world.visible()[0].visible_on
        content = client.get(f"/drop/{day}.csv", auth=login).content
        missing = client.get("/drop/2020-01-01.csv", auth=login).status_code

    lines = list(csv.reader(io.StringIO(content.decode("gb18030"), newline="")))
    assert f'href="{day}.csv"' in listing
    assert tuple(lines[0]) == traffic.COLUMNS
    assert len(lines) - 1 == sum(row.visible_on == day for row in world.rows)
    assert missing == 404
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_culture_asks_for_patience_now_and_then(tmp_path: Path) -> None:
    with service(Scheme.CULTURE, tmp_path) as (client, world):
        key = {"X-API-Key": world.credentials.secret}
        answers = [client.get("/v2/spendings", headers=key) for _ in range(50)]
        odd = client.get("/v2/spendings", params={"cursor": "!"}, headers=key)

    assert [answer.status_code for answer in answers] == [200] * 49 + [429]
    assert answers[-1].headers["retry-after"] == "0"
    assert odd.status_code == 400


def test_a_residence_session_ends_at_the_login_page(tmp_path: Path) -> None:
    with service(Scheme.RESIDENCE, tmp_path) as (client, world):
        words = {"user": world.credentials.user, "password": world.credentials.secret}
        assert client.post("/login", data=words).status_code == 303
        statuses = [client.get("/reports/").status_code for _ in range(SESSION_REQUESTS + 1)]
        assert client.post("/login", data=words | {"password": "wrong"}).status_code == 403

    assert statuses == [200] * SESSION_REQUESTS + [302]


def test_a_residence_report_has_titles_above_and_a_total_below(tmp_path: Path) -> None:
    with service(Scheme.RESIDENCE, tmp_path) as (client, world):
        words = {"user": world.credentials.user, "password": world.credentials.secret}
        client.post("/login", data=words)
        assert client.get("/reports/").json()["reports"][0] == "2026-05.xlsx"
        content = client.get("/reports/2026-05.xlsx").content

    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)
    assert "２０２６" in str(rows[1][0])
    assert rows[2] == COLUMNS
    assert rows[-1][0] == "合计"


def test_a_station_takes_a_signed_request_once_and_only_while_it_is_fresh(tmp_path: Path) -> None:
    with service(Scheme.BLOOD, tmp_path) as (client, world):
        target, now_s = "/openapi/v1/donations?after=0", int(time.time())

        def ask(nonce: str, at_s: int = now_s, signed: str = target) -> tuple[int, str]:
            known = world.credentials
            right = blood.sign(known.secret, "GET", signed, at_s, nonce, b"")
            headers = {
                "X-App-Id": known.user,
                "X-Timestamp": str(at_s),
                "X-Nonce": nonce,
                "X-Signature": right,
            }
            answer = client.get(target, headers=headers)
            return answer.status_code, answer.json().get("detail", {}).get("code", "")

        assert ask("n1") == (200, "")
        assert ask("n1") == (401, "nonce_used")
        assert ask("n2", at_s=now_s - blood.SKEW_S - 60) == (401, "too_old")
        assert ask("n3", signed="/openapi/v1/donations?after=1") == (401, "signature_wrong")


def test_a_station_shows_results_of_tests_and_some_units_are_unfit() -> None:
    rows = season.rows(Spec(), Scheme.BLOOD)

    shown = [blood.record_of(Spec().seed, 1, row) for row in rows]

    results = [one["health"] for one in shown if isinstance(one, dict) and "health" in one]
    assert {one["usable"] for one in results} == {True, False}
    assert {one["bloodType"] for one in results} == {"A", "B", "O", "AB"}


def test_files_and_listings_say_when_they_have_not_changed(tmp_path: Path) -> None:
    with service(Scheme.TRAFFIC, tmp_path) as (client, world):
        login, day = (world.credentials.user, world.credentials.secret), world.visible()[0]
        listing, file = "/drop/", f"/drop/{day.visible_on}.csv"
        answers = [client.get(path, auth=login) for path in (listing, file)]
        asks = [
            {"If-None-Match": answers[0].headers["etag"]},
            {"If-Modified-Since": answers[1].headers["last-modified"]},
        ]
        again = [
            client.get(path, auth=login, headers=ask).status_code
            for path, ask in zip((listing, file), asks, strict=True)
        ]
        older = {"If-Modified-Since": "Fri, 01 May 2020 00:00:00 GMT"}
        changed = client.get(file, auth=login, headers=older).status_code

    assert again == [304, 304]
    assert changed == 200


def test_days_go_forward_and_show_no_more_than_has_come(tmp_path: Path) -> None:
    world = open_world(Scheme.TRAFFIC, SPEC, tmp_path)
    with TestClient(build(world)) as client:
        key = {"X-Control-Key": world.credentials.control}
        middle = SPEC.first + timedelta(days=40)
        before = world.visible()
        moved = client.post("/control/today", json={"date": str(middle)}, headers=key).json()
        back = client.post("/control/today", json={"date": str(SPEC.first)}, headers=key)

    assert before == ()
    assert moved["visible_rows"] == sum(row.visible_on <= middle for row in world.rows) > 0
    assert back.status_code == 409
    assert world.today == middle
    world.state.close()


def test_an_event_that_no_export_has_shown_cannot_be_marked(tmp_path: Path) -> None:
    world = open_world(Scheme.VOLUNTEER, SPEC, tmp_path)
    event_id = world.rows[0].event_id
    with TestClient(build(world)) as client:
        token = volunteer_token(client, world)
        body = {"marks": [{"event_id": event_id, "mark_id": "m"}]}
        told = client.post("/api/marks/prepare", json=body, headers=token).json()

    assert told["results"][0]["refused"] == "event_unknown"
    world.state.close()


def test_a_mark_is_held_by_the_id_that_made_it(tmp_path: Path) -> None:
    with service(Scheme.VOLUNTEER, tmp_path) as (client, world):
        token, event_id = volunteer_token(client, world), world.rows[0].event_id
        answers = [
            client.post(
                "/api/marks/prepare",
                json={"marks": [{"event_id": event_id, "mark_id": mark_id}]},
                headers=token,
            ).json()["results"][0]
            for mark_id in ("mine", "mine", "another's")
        ]

    assert [answer.get("refused") for answer in answers] == [None, None, "marked_by_another"]


@pytest.mark.parametrize(
    ("step", "state", "mine", "after", "refused"),
    [
        ("prepare", MarkState.OPEN, False, MarkState.RESERVED, ""),
        ("confirm", MarkState.OPEN, False, MarkState.OPEN, "not_reserved"),
        ("cancel", MarkState.OPEN, False, MarkState.OPEN, ""),
        ("prepare", MarkState.RESERVED, True, MarkState.RESERVED, ""),
        ("confirm", MarkState.RESERVED, True, MarkState.CREDITED_ELSEWHERE, ""),
        ("cancel", MarkState.RESERVED, True, MarkState.OPEN, ""),
        ("confirm", MarkState.RESERVED, False, MarkState.RESERVED, "marked_by_another"),
        ("prepare", MarkState.CREDITED_ELSEWHERE, True, MarkState.CREDITED_ELSEWHERE, ""),
        ("cancel", MarkState.CREDITED_ELSEWHERE, True, MarkState.CREDITED_ELSEWHERE,
         "already_confirmed"),
        ("prepare", MarkState.SPENT, False, MarkState.SPENT, "spent_natively"),
        ("confirm", MarkState.SPENT, True, MarkState.SPENT, "spent_natively"),
    ],
)  # fmt: skip
def test_a_mark_moves_only_as_the_connector_says(
    step: str, state: MarkState, mine: bool, after: MarkState, refused: str
) -> None:
    assert next_state(step, state, mine=mine) == (after, refused)


def test_a_login_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    made = credentials.read_or_make(tmp_path, Scheme.CULTURE)

    again = credentials.read_or_make(tmp_path, Scheme.CULTURE)

    assert again == made
    assert credentials.read_or_make(tmp_path, Scheme.TRAFFIC).secret != made.secret
    assert credentials.path_of(tmp_path, Scheme.CULTURE).stat().st_mode & 0o077 == 0
