"""A source that is away, busy, logged out or lying: what the adapter does, and which error."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from issuers import culture, environment, volunteer
from issuers.adapter import BEGINNING, LayoutChanged, SignatureInvalid, Source
from issuers.culture import CultureAdapter
from issuers.environment import EnvironmentAdapter
from issuers.remote import Remote
from issuers.sandbox.courier import sign
from issuers.sandbox.process import free_port
from issuers.waiting import TRIES, Pace
from ledger.errors import OutcomeUnknown, Refused, Unavailable

Answer = tuple[int, dict[str, str], bytes]
SECRET = "whsec_" + base64.b64encode(b"an invented key of 24 b.").decode()
BODY = b'{"type":"recycling.weighed","data":{}}'
NOW_S = 1_780_000_000


@contextmanager
def source(
    answers: Callable[[int, str], Answer | None], heads: list[Message] | None = None
) -> Iterator[tuple[str, list[str]]]:
    """A source that answers the n-th request as told (None: hangs up), and what it was asked;
    the headers of what it was asked go into ``heads``."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(f"{self.command} {self.path}")
            if heads is not None:
                heads.append(self.headers)
            told = answers(len(asked), self.path)
            if told is None:
                self.close_connection = True
                return
            status, headers, body = told
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def remote(url: str) -> Iterator[tuple[Remote, list[float]]]:
    """A connection that writes down how long it would have slept."""
    slept: list[float] = []
    pace = Pace(sleep=slept.append, chance=lambda: 0.0)
    with Remote(Source(url, "u", "s"), pace=pace) as found:
        yield found, slept


def test_a_source_that_is_away_is_unavailable_after_a_few_tries() -> None:
    away = f"http://127.0.0.1:{free_port()}"
    with remote(away) as (made, slept), pytest.raises(Unavailable, match=r"source\.unavailable"):
        made.post("/credits", {})

    assert slept == [0.2, 0.4, 0.8]


def test_a_busy_source_is_waited_for_as_long_as_it_says() -> None:
    def busy_twice(count: int, _: str) -> Answer:
        return (429, {"Retry-After": "7"}, b"") if count < 3 else (200, {}, b"{}")

    with source(busy_twice) as (url, asked), remote(url) as (made, slept):
        assert made.get("/x").status_code == 200

    assert (len(asked), slept) == (3, [7.0, 7.0])


def test_a_source_that_stays_busy_is_unavailable() -> None:
    with source(lambda *_: (503, {}, b"")) as (url, asked), remote(url) as (made, slept):
        with pytest.raises(Unavailable) as caught:
            made.get("/x")
        assert caught.value.fields["why"] == "busy"

    assert (len(asked), len(slept)) == (TRIES, TRIES - 1)


def test_a_write_without_an_answer_is_repeated_and_then_has_an_unknown_outcome() -> None:
    with source(lambda *_: None) as (url, asked), remote(url) as (made, _):
        with pytest.raises(OutcomeUnknown, match=r"source\.no-answer"):
            made.post("/x", {})
        with pytest.raises(Unavailable):
            made.get("/x")

    assert asked == ["POST /x"] * TRIES + ["GET /x"] * TRIES


def test_a_worn_out_token_is_renewed_once_and_reading_goes_on() -> None:
    def wears_out(count: int, path: str) -> Answer:
        if path == "/api/login":
            return 200, {}, b'{"token": "t"}'
        return (401, {}, b"") if count == 1 else (200, {}, b'{"records": []}')

    with source(wears_out) as (url, asked):
        adapter = volunteer.open_adapter(Source(url, "u", "s"))
        assert list(adapter.read(BEGINNING)) == []  # type: ignore[attr-defined]
        adapter.close()

    assert [line.split("?")[0] for line in asked] == [
        "GET /api/services",
        "POST /api/login",
        "GET /api/services",
    ]


@pytest.mark.parametrize("login_status", [403, 200])
def test_a_login_that_is_refused_or_does_not_help_is_said(login_status: int) -> None:
    def refuses(_: int, path: str) -> Answer:
        return (login_status, {}, b"{}") if path == "/api/login" else (401, {}, b"")

    with source(refuses) as (url, _):
        adapter = volunteer.open_adapter(Source(url, "u", "s"))
        with pytest.raises(Refused, match=r"source\.login-refused"):
            adapter.mark_state("E1")
        adapter.close()


def test_an_api_key_that_is_refused_is_said_at_once() -> None:
    with source(lambda *_: (401, {}, b"")) as (url, asked):
        adapter = culture.open_adapter(Source(url, "u", "s"))
        with pytest.raises(Refused, match=r"source\.login-refused"):
            adapter.prepare_mark("E1")
        adapter.close()

    assert len(asked) == 1


def test_a_credit_that_the_source_cannot_read_is_refused_as_ours_to_mend() -> None:
    wrong: Answer = (422, {}, b'{"detail": [{"loc": ["body", "points"]}]}')
    with source(lambda *_: wrong) as (url, _):
        adapter = culture.open_adapter(Source(url, "u", "s"))
        with pytest.raises(Refused, match=r"source\.refused") as caught:
            adapter.credit("hold-1", "m1", 0)
        adapter.close()

    assert type(caught.value) is Refused


@pytest.mark.parametrize(
    "answer",
    [
        b'{"results": []}',
        b'{"results": ["E1"]}',
        b'{"results": [{"event_id": "E1"}]}',
        b'{"results": [{"event_id": "E1", "state": "odd"}]}',
        b'{"results": [{"event_id": "E1", "state": "open", "refused": 7}]}',
    ],
)
def test_marks_answered_in_another_layout_are_refused_as_a_whole(answer: bytes) -> None:
    with source(lambda *_: (200, {}, answer)) as (url, _):
        adapter = culture.open_adapter(Source(url, "u", "s"))
        with pytest.raises(LayoutChanged):
            adapter.prepare_marks(["E1"])
        adapter.close()


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"data": 1}', b'{"data": []}'])
def test_an_answer_of_another_layout_is_refused_as_a_whole(body: bytes) -> None:
    with source(lambda *_: (200, {}, body)) as (url, _):
        adapter = CultureAdapter(Remote(Source(url, "u", "s")))
        with pytest.raises(LayoutChanged):
            list(adapter.read(BEGINNING))
        adapter.close()


def hook(now_s: float = NOW_S, secret: str = SECRET) -> EnvironmentAdapter:
    """An adapter that is never asked to call."""
    return EnvironmentAdapter(Remote(Source("http://127.0.0.1:9", "u", "s")), secret, lambda: now_s)


def headers(signature: str, timestamp_s: int = NOW_S) -> dict[str, str]:
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(timestamp_s),
        "Webhook-Signature": signature,
    }


def test_a_genuine_call_is_taken_also_among_several_signatures() -> None:
    right = sign(SECRET, "msg_1", NOW_S, BODY)
    adapter = hook()

    (row,) = adapter.accept(headers(f"v1a,xx v1,{'A' * 43}= {right}"), BODY)
    adapter.close()

    assert (row.place, row.content) == ("webhook msg_1", BODY)


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("signature", {"body": BODY + b" "}),
        ("signature", {"secret": SECRET[:-4] + "AAAA"}),
        ("signature", {"version": "v2"}),
        ("timestamp", {"late_s": environment.REPLAY_WINDOW_S + 1}),
        ("timestamp", {"late_s": -environment.REPLAY_WINDOW_S - 1}),
        ("headers", {"no_id": True}),
    ],
)
def test_a_call_that_is_not_genuine_or_not_now_is_refused(
    why: str, change: dict[str, object]
) -> None:
    signature = sign(SECRET, "msg_1", NOW_S, BODY)
    if version := change.get("version"):
        signature = signature.replace("v1", str(version))
    given = headers(signature)
    if change.get("no_id"):
        del given["Webhook-Id"]
    late_s, secret = change.get("late_s", 0), str(change.get("secret", SECRET))
    assert isinstance(late_s, int)
    body = change.get("body", BODY)
    assert isinstance(body, bytes)
    adapter = hook(NOW_S + late_s, secret)

    with pytest.raises(SignatureInvalid) as caught:
        adapter.accept(given, body)
    adapter.close()

    assert caught.value.fields["why"] == why
