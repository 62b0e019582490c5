"""The typed client: true to the document, careful with commands, silent about its key."""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.client import Client, Event, new_key
from api.client.connection import NAME
from api.client.events import events_of
from api.openapi import operations
from api.orders.schemas import OrderShape
from ledger.errors import Broken, OutcomeUnknown, Refused, Rejected, TongduiError, Unavailable
from scripts.client_code import rendered, stale, the_document
from scripts.client_types import argument_name

_EXAMPLES: Any = OrderShape.model_config["json_schema_extra"]
ORDER: dict[str, Any] = _EXAMPLES["examples"][0] | {
    "id": "8a4f6a10",
    "state": "captured",
    "captured": {"units": 1500, "points": "15.00"},
}
TOKEN = "tdk_0123456789ab_" + "5e" * 32
Answering = Callable[[httpx.Request], httpx.Response]


def problem(status: int, code: str, **values: Any) -> httpx.Response:
    """A problem as the API sends it."""
    headers = {"Content-Type": "application/problem+json"}
    if "retry_after" in values:
        headers["Retry-After"] = str(values["retry_after"])
    return httpx.Response(status, json={"code": code, "values": values}, headers=headers)


class Api:
    """Stands for the API: gives these answers in turn, raises the exceptions among them."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The next of them."""
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    @property
    def names(self) -> set[str | None]:
        """Under which commands were sent."""
        return {request.headers.get(NAME) for request in self.asked}

    def client(self, **more: Any) -> Client:
        """A client of it that sleeps no real time."""
        transport = httpx.MockTransport(self)
        return Client(
            "http://api.example", TOKEN, transport=transport, sleep=self.slept.append, **more
        )


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """What the API says of itself."""
    return the_document()


def test_the_written_client_is_what_the_document_says() -> None:
    assert stale() == [], "run python -m scripts.client_code"


def test_an_operation_that_is_added_is_found_missing(document: dict[str, Any], root: Path) -> None:
    added = json.loads(json.dumps(document))
    added["paths"]["/v1/orders/{order_id}/hide"] = {
        "post": added["paths"]["/v1/orders/{order_id}/release"]["post"]
        | {"operationId": "hide_order"}
    }

    changed = rendered(added)[Path("api/client/calls/orders.py")]

    assert "def hide_order(" in changed
    assert changed != (root / "api/client/calls/orders.py").read_text("utf-8")


def test_every_operation_is_a_method_that_takes_all_that_can_be_sent(
    document: dict[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    for _, method, operation in operations(document):
        name = operation["operationId"]
        taken = set(inspect.signature(getattr(Client, name)).parameters) - {"self"}
        sent = {p["name"] for p in operation.get("parameters", []) if p["in"] in ("path", "query")}
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None:
            sent |= schemas[body["schema"]["$ref"].rpartition("/")[2]].get("properties", {}).keys()
        assert {argument_name(one) for one in sent} <= taken, name
        assert ("idempotency_key" in taken) == (method == "post"), name
        assert ("wait_s" in taken) == operation["x-waits-for-chain"], name


def test_every_example_of_an_answer_is_read_whole(document: dict[str, Any]) -> None:
    read = 0
    for _, _, operation in operations(document):
        shape = typing.get_type_hints(getattr(Client, operation["operationId"]))["return"]
        good = sorted(
            operation["responses"], key=lambda status: (status[0] != "2", status == "202")
        )
        schema = operation["responses"][good[0]].get("content", {}).get("application/json", {})
        if not schema or typing.get_origin(shape) is Iterator:
            continue
        named = document["components"]["schemas"][schema["schema"]["$ref"].rpartition("/")[2]]
        for example in named["examples"]:
            shown = shape.model_validate(example).model_dump(mode="json", by_alias=True)
            assert example.keys() == shown.keys() & example.keys()
            read += 1
    assert read > 20


def test_a_command_is_named_and_its_name_given_back() -> None:
    api = Api(httpx.Response(200, json=ORDER, headers={"ETag": '"a"'}))

    order = api.client().capture_order("8a4f6a10", units=1_500)

    assert order.captured.units == 1_500
    assert api.names == {order.answer.idempotency_key}
    assert (order.answer.status, order.answer.etag) == (200, '"a"')
    assert json.loads(api.asked[0].content) == {"units": 1_500}
    with pytest.raises(AttributeError):
        _ = order.amount.answer


def test_what_is_sent_again_has_the_name_it_had() -> None:
    busy = problem(503, "api.node-away", retry_after=2)
    api = Api(httpx.ReadTimeout("slow"), busy, httpx.Response(200, json=ORDER))

    order = api.client().capture_order("8a4f6a10", idempotency_key="mine")

    assert (len(api.asked), api.names) == (3, {"mine"})
    assert order.answer.idempotency_key == "mine"
    assert api.slept[1] == 2.0


def test_an_answer_that_stays_away_is_an_unknown_outcome_under_that_name() -> None:
    api = Api(httpx.ReadTimeout("slow"))

    with pytest.raises(OutcomeUnknown) as met:
        api.client(patience_s=0.1).capture_order("8a4f6a10", idempotency_key="mine", wait_s=0.0)

    assert met.value.code == "client.answer-lost"
    assert met.value.fields == {
        "url": "http://api.example/v1/orders/8a4f6a10/capture",
        "why": "ReadTimeout",
        "idempotency_key": "mine",
    }


def test_where_nothing_was_sent_nothing_happened() -> None:
    api = Api(httpx.ConnectError("refused"))

    with pytest.raises(Unavailable) as met:
        api.client(patience_s=0.0).place_order(wallet="w", acceptor=3, units=1)

    assert met.value.fields == {"url": "http://api.example/v1/orders", "why": "ConnectError"}


def test_a_deletion_is_not_sent_twice_where_its_answer_was_lost() -> None:
    api = Api(httpx.ReadTimeout("slow"))

    with pytest.raises(OutcomeUnknown):
        api.client().forget_wallet("w")

    assert len(api.asked) == 1


def test_what_is_on_its_way_is_waited_for_with_growing_pauses() -> None:
    waiting = httpx.Response(202, json=ORDER, headers={"Location": "/v1/orders/8a4f6a10"})
    api = Api(waiting, waiting, waiting, httpx.Response(200, json=ORDER))

    order = api.client().capture_order("8a4f6a10")

    assert (order.answer.status, len(api.names)) == (200, 1)
    assert api.slept == [0.2, 0.4, 0.8]


def test_who_does_not_wait_is_told_that_it_is_on_its_way() -> None:
    waiting = httpx.Response(202, json=ORDER, headers={"Location": "/v1/orders/8a4f6a10"})

    order = Api(waiting).client().capture_order("8a4f6a10", wait_s=0)

    assert order.answer.on_its_way
    assert order.answer.location == "/v1/orders/8a4f6a10"


def test_who_waited_in_vain_hears_where_to_look() -> None:
    waiting = httpx.Response(202, json=ORDER, headers={"Location": "/v1/orders/8a4f6a10"})

    with pytest.raises(OutcomeUnknown) as met:
        Api(waiting).client().capture_order("8a4f6a10", idempotency_key="mine", wait_s=0.1)

    assert met.value.code == "client.not-confirmed"
    assert met.value.fields == {"location": "/v1/orders/8a4f6a10", "idempotency_key": "mine"}


def test_a_problem_is_raised_as_the_error_that_it_was() -> None:
    short = {"available_units": 1_000, "needed_units": 1_500}
    api = Api(problem(409, "hold.insufficient-points", **short))

    with pytest.raises(Refused) as met:
        api.client().place_order(wallet="w", acceptor=3, units=1_500)

    assert (met.value.code, met.value.fields) == ("hold.insufficient-points", short)
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Rejected), (404, Rejected), (409, Refused), (503, Unavailable), (504, OutcomeUnknown),
     (500, Broken)],
)  # fmt: skip
def test_a_code_from_a_newer_api_keeps_the_kind_of_its_status(
    status: int, kind: type[TongduiError]
) -> None:
    api = Api(problem(status, "later.something", x=1))

    with pytest.raises(kind) as met:
        api.client(patience_s=0.0).get_totals()

    assert (met.value.code, met.value.fields) == ("later.something", {"x": 1})


def test_what_is_none_of_the_apis_answers_is_said_to_be_so() -> None:
    page = httpx.Response(200, text="<html>welcome</html>")

    with pytest.raises(Broken) as met:
        Api(page).client().get_totals()

    assert met.value.code == "client.not-understood"
    assert met.value.fields == {"url": "http://api.example/v1/totals", "status": 200}


def test_a_list_is_asked_for_page_by_page_as_it_is_read() -> None:
    first = {"orders": [ORDER | {"id": "a"}, ORDER | {"id": "b"}], "next_cursor": "7"}
    last = {"orders": [ORDER | {"id": "c"}], "next_cursor": None}
    api = Api(httpx.Response(200, json=first), httpx.Response(200, json=last))

    listed = api.client().list_orders(state="held", limit=2)
    one = next(listed)
    asked_so_far = len(api.asked)
    rest = [order.id for order in listed]

    assert (one.id, asked_so_far, rest) == ("a", 1, ["b", "c"])
    assert [dict(request.url.params) for request in api.asked] == [
        {"state": "held", "limit": "2"},
        {"state": "held", "limit": "2", "cursor": "7"},
    ]


def test_what_has_not_changed_is_not_read_again() -> None:
    api = Api(
        httpx.Response(200, json=ORDER, headers={"ETag": '"one"'}),
        httpx.Response(304, headers={"ETag": '"one"'}),
    )
    client = api.client()

    first, second = client.get_order("8a4f6a10"), client.get_order("8a4f6a10")

    assert first == second
    assert "If-None-Match" not in api.asked[0].headers
    assert api.asked[1].headers["If-None-Match"] == '"one"'


@pytest.mark.parametrize(
    ("name", "step"), [("../keys?x=1", b"..%2Fkeys%3Fx%3D1"), ("..", b"%2E%2E"), (".", b"%2E")]
)
def test_a_name_cannot_leave_its_place_in_the_path(name: str, step: bytes) -> None:
    api = Api(httpx.Response(200, json=ORDER))

    api.client().get_order(name)

    assert api.asked[0].url.raw_path == b"/v1/orders/" + step


def test_the_key_is_sent_and_never_shown() -> None:
    api = Api(httpx.Response(200, json=ORDER))
    client = api.client()
    client.get_order("8a4f6a10")

    assert api.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert repr(client) == "Client('http://api.example')"
    assert TOKEN not in repr(vars(client))


def test_names_of_commands_do_not_repeat() -> None:
    assert len({new_key() for _ in range(1_000)}) == 1_000


def test_a_stream_is_read_event_by_event() -> None:
    lines = [": hello", "", "id: 7", "event: order.held", "data: {", "data: }", "", "data: lost"]

    assert list(events_of(lines)) == [Event("7", "order.held", "{\n}")]


def test_a_stream_that_is_refused_says_why() -> None:
    api = Api(problem(403, "access.not-allowed", key_role="worker", operation="stream_events"))

    with pytest.raises(Refused) as met:
        next(api.client()._events("/v1/events/stream"))

    assert met.value.code == "access.not-allowed"
