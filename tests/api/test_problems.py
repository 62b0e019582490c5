"""Every error is a problem that says what is wrong, where, and what to do, in two languages."""

from __future__ import annotations

import uuid

import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.access import Role
from api.mistakes import why
from api.problems import ProblemShape, of_validation, problem, translated
from ledger.errors import Broken, Refused
from ledger.rules.refusal import RuleRefusal
from tests.api.serving import City

REFUSAL = Refused("hold.insufficient-points", available_units=1000, needed_units=1500)


def test_a_problem_is_told_in_both_languages_under_one_code() -> None:
    zh, en = problem(REFUSAL, "zh"), problem(REFUSAL, "en")

    assert zh.type == en.type == "/problems/hold.insufficient-points"
    assert zh.detail == "可用积分不足：现有 10.00 积分，需要 15.00 积分。"
    assert en.detail == "Not enough points: 10.00 points available, 15.00 points needed."
    assert zh.values == {"available_units": 1000, "needed_units": 1500}
    assert (zh.status, zh.field) == (409, None)


def test_what_a_rule_says_is_told_under_our_code() -> None:
    shown = problem(RuleRefusal("InsufficientPoints", 1000, 1500))

    assert shown.code == "hold.insufficient-points"
    assert shown.values == {"available_units": 1000, "needed_units": 1500}


def test_the_first_mistake_of_a_content_is_named_by_its_place() -> None:
    mistake = {"type": "x", "loc": ("body", "signed", 0, "signature"), "msg": "too short"}

    found = of_validation(RequestValidationError([mistake]))

    assert found.fields == {"field": "signed.0.signature", "why": "too short"}


@pytest.mark.parametrize(
    ("kind", "context", "zh"),
    [
        ("missing", None, "缺少这一项"),
        ("greater_than", {"gt": 0}, "须大于 0"),
        ("greater_than", None, "no words"),
        ("unheard_of", None, "no words"),
    ],
)
def test_mistakes_are_told_in_chinese_where_there_are_words_for_them(
    kind: str, context: dict[str, int] | None, zh: str
) -> None:
    mistake = {"type": kind, "loc": ("body", "units"), "msg": "no words.", "ctx": context}

    assert (why(mistake, "zh"), why(mistake, "en")) == (zh, "no words")


def test_what_nobody_foresaw_gets_a_reference_and_shows_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    found = translated(ZeroDivisionError("secret inside"))

    assert isinstance(found, Broken)
    shown = problem(found, "en")
    assert shown.status == 500
    assert str(shown.values["reference"]) in caplog.text
    assert "secret" not in shown.model_dump_json()


CASES = [
    ("GET", "/v1/nothing", None, 404, "request.no-such-page", None),
    ("PUT", "/v1/orders", "{}", 405, "request.no-such-method", None),
    ("POST", "/v1/orders", "{", 400, "request.not-json", "Content-Type"),
    ("POST", "/v1/orders", "{}", 422, "request.invalid", "wallet"),
    ("POST", "/v1/orders", '{"wallet":"w","acceptor":3,"units":1.5}', 422, "request.invalid",
     "units"),
    ("POST", "/v1/orders", '{"wallet":"w","acceptor":3,"units":"5"}', 422, "request.invalid",
     "units"),
    ("POST", "/v1/orders", '{"wallet":"w","acceptor":3,"units":0}', 422, "request.invalid",
     "units"),
    ("POST", "/v1/orders", '{"wallet":"w","acceptor":3,"units":5,"x":1}', 422, "request.invalid",
     "x"),
    ("POST", "/v1/orders",
     '{"wallet":"w","acceptor":3,"units":5,"deadline":"2026-05-10T04:00:00"}', 422,
     "request.invalid", "deadline"),
    ("POST", "/v1/orders", '{"wallet":"w","acceptor":3,"units":5}', 404, "wallet.unknown", None),
    ("POST", "/v1/orders", "x" * 70_000, 413, "request.too-large", None),
    ("GET", "/v1/orders/none", None, 404, "order.unknown", None),
    ("GET", "/v1/orders/a%20b", None, 422, "request.invalid", "order_id"),
    ("GET", "/v1/windows/9", None, 404, "clearing.window-unknown", None),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("method", "path", "body", "status", "code", "field"), CASES)
def test_whatever_is_wrong_with_a_request_is_a_problem(
    city: City,
    method: str,
    path: str,
    body: str | None,
    status: int,
    code: str,
    field: str | None,
    lang: str,
) -> None:
    headers = city.bearer(Role.OPERATOR) | {
        "Idempotency-Key": str(uuid.uuid4()),
        "Content-Type": "application/json",
        "Accept-Language": lang,
    }

    answer = city.http.request(method, path, content=body, headers=headers)

    shown = ProblemShape.model_validate_json(answer.content)
    assert (answer.status_code, shown.code, shown.field) == (status, code, field)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == ("en" if lang == "en" else "zh-CN")
    assert shown.detail.endswith("." if lang == "en" else "。")
    assert shown.fix.endswith("." if lang == "en" else "。")
    assert city.http.get(shown.type).status_code == 200


@pytest.mark.slow
def test_a_command_without_a_name_is_not_begun(city: City) -> None:
    answer = city.http.post("/v1/wallets", json={}, headers=city.bearer(Role.WORKER))

    assert (answer.status_code, answer.json()["code"]) == (400, "request.command-unnamed")
    assert answer.json()["field"] == "Idempotency-Key"


@pytest.mark.slow
def test_a_refusal_of_the_chain_names_members_as_they_are_called(city: City) -> None:
    wallet = city.wallet(600)

    answer = city.post("/v1/orders", {"wallet": wallet, "acceptor": 4, "units": 150})
    nobody = city.post("/v1/orders", {"wallet": wallet, "acceptor": 77, "units": 100})

    assert (answer.status_code, answer.json()["code"]) == (403, "member.lacks-role")
    assert answer.json()["detail"].startswith("M4没有“")
    assert answer.json()["values"]["member"] == 4
    assert (nobody.status_code, nobody.json()["code"]) == (404, "member.unknown")


def test_a_body_that_is_no_text_is_not_json() -> None:
    error = translated(HTTPException(400, "There was an error parsing the body"))

    assert (error.code, error.fields) == ("request.not-json", {"field": "Content-Type"})
