"""The OpenAPI 3.1 document: what the framework makes of the endpoints, with what it cannot know.

Adds who may call an operation, the header that names commands, and the problems that each may
answer with, each with an example that is made by the code that makes the real ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import etags
from api.access import ACCESS
from api.guard import PREFER, RESPOND_ASYNC
from api.idempotency import HEADER
from api.problems import MEDIA_TYPE, problem
from api.readiness import ReadyShape
from api.shapes import CHECK_ONLY, Shape
from ledger.errors import Broken, Refused, Rejected, TongduiError, Unavailable
from ledger.store.access_tables import COMMAND_NAME_CHARACTERS

VERSION = "1"
SUMMARY = "通兑：积分互换与兑换接口 · Tongdui: redeem and exchange points across schemes"
TAGS = {
    "wallets": "通兑钱包 · A resident's accounts, what is in them, and where it came from.",
    "orders": "兑换、互换、捐赠 · From quote to hold, capture, release and refund.",
    "offers": "兑换项目、承兑方、心愿与评价 · What can be got, from whom, and how it was.",
    "projects": "公益项目与投票 · What the fund spends on: proposed, voted on, reported.",
    "links": "绑定与申请 · Members linked to accounts; what residents ask of issuers.",
    "desk": "社区柜台 · Cards, sessions, delegates, slips, and who looked at a resident's data.",
    "messages": "提醒与月报 · What residents are told before points expire, and every month.",
    "sign-in": "居民登录 · Sessions, sign-ins, and contacts who give a wallet back.",
    "network": "成员单位、事项与折算率 · Members, activities, rates.",
    "clearing": "清算窗口与结算 · What members owe one another.",
    "events": "事件、接收地址与事件流 · What happened, told as it happens or read in order.",
    "sandbox": "试用环境 · Test residents, on an example network alone.",
    "public": "公开总数与认证标准 · What everybody may see: sums, and the standard.",
}
_PROBLEM = {"$ref": "#/components/schemas/ProblemShape"}
_ALWAYS: tuple[TongduiError, ...] = (
    Rejected("access.key-missing", field="Authorization"),
    Refused("access.not-allowed", key_role="worker", operation="capture_order"),
    Rejected("request.invalid", field="units", why="须大于 0"),
    Unavailable("access.too-many-requests", most=1200, retry_after=1),
    Broken("api.unexpected", reference="5f2c9a7e11b0"),
)
_EXAMPLE_IN_ENGLISH: dict[str, TongduiError] = {
    "request.invalid": Rejected("request.invalid", field="units", why="it must be above 0")
}
_OF_ITEMS: tuple[TongduiError, ...] = (Rejected("request.no-such-item", field="order_id"),)
_OF_COMMANDS: tuple[TongduiError, ...] = (
    Rejected("request.not-json", field="Content-Type"),
    Rejected("request.command-unnamed", field=HEADER, most=COMMAND_NAME_CHARACTERS),
    Rejected("request.command-differs", field=HEADER),
    Unavailable("request.command-running", field=HEADER, retry_after=1),
    Rejected("request.too-large", most=65_536),
    Unavailable("api.node-away", retry_after=2),
)
_OF_A_SANDBOX = Refused("sandbox.not-here")
_OF_RENEWAL: tuple[TongduiError, ...] = (
    Rejected("login.refresh-unknown", field="refresh"),
    Refused("login.refresh-reused", field="refresh"),
)
_OF_STREAMS = Rejected("hook.no-stream-asked", field="Accept", media_type=etags.STREAM)
_OF_MONTHS: tuple[TongduiError, ...] = (
    Refused("monthly.to-come", since_s=1_780_000_000),
    Refused("monthly.before-opening", since_s=1_780_000_000),
)
_OF_THE_CHAIN: tuple[TongduiError, ...] = (
    Refused("hold.insufficient-points", available_units=1000, needed_units=1500),
    Refused("hold.deadline-passed", deadline_s=1_780_000_000),
)
RELAYED = frozenset(
    {
        "place_order",
        "capture_order",
        "release_order",
        "refund_order",
        "cancel_order",
        "register_key",
        "withdraw_key",
        "donate",
        "exchange",
        "close_window",
        "publish_settlement",
        "send_clearing",
        "make_slip",
        "take_slip",
        "give_estate",
        "open_test_resident",
        "place_test_order",
    }
)
"""Operations that wait for the chain, and answer 202 where that takes too long."""
LATER = RELAYED | {"get_order", "make_link"}
"""Operations that may answer 202: a look at an order whose step is on its way does so too."""


def document(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="Tongdui 通兑",
            version=VERSION,
            summary=SUMMARY,
            openapi_version="3.1.0",
            routes=app.routes,
            tags=[{"name": name, "description": what} for name, what in TAGS.items()],
            separate_input_output_schemas=False,
        )
        _complete(made)
        app.openapi_schema = made
    return app.openapi_schema


def operations(made: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of all of the document."""
    for path, item in made["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def takes_dry_run(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> bool:
    """Whether its command can be tried."""
    named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        shape = content["schema"].get("$ref", "").rpartition("/")[2]
        named |= schemas.get(shape, {}).get("properties", {}).keys()
    return "dry_run" in named


def _complete(made: dict[str, Any]) -> None:
    components = made["components"]
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "bearerFormat": "tdk_…"}
    }
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    components["schemas"]["ReadyShape"] = ReadyShape.model_json_schema()
    _keep_nulls(components["schemas"])
    for path, method, operation in operations(made):
        roles = ACCESS[operation["operationId"]]
        operation["security"] = [] if roles is None else [{"key": []}]
        operation["x-roles"] = None if roles is None else sorted(map(str, roles))
        if method == "post":
            operation.setdefault("parameters", []).append(_name_of_command())
        operation["x-waits-for-chain"] = operation["operationId"] in RELAYED
        if operation["operationId"] in RELAYED | {"get_order"}:
            operation.setdefault("parameters", []).append(_preference())
        if method == "get" and "200" in operation["responses"] and not _streams(operation):
            _let_be_polled(operation)
        if takes_dry_run(operation, components["schemas"]):
            _let_be_tried(operation["responses"])
        if operation["operationId"] in LATER:
            operation["responses"]["202"] = _accepted(operation)
        operation["responses"].pop("422", None)
        operation["summary"] = _summary(operation["description"])
        for error in _errors(path, method, operation["operationId"]):
            _add_problem(operation["responses"], error)


def _keep_nulls(schemas: dict[str, Any]) -> None:
    """The shapes' examples as they were written: the framework drops every null in them."""
    todo = [Shape]
    while todo:
        shape = todo.pop()
        todo += shape.__subclasses__()
        given = shape.model_config.get("json_schema_extra")
        long_name = f"{shape.__module__}.{shape.__qualname__}".replace(".", "__")
        found = schemas.get(long_name, schemas.get(shape.__name__, {}))
        if isinstance(given, dict) and found.get("properties", {}).keys() == set(
            shape.model_fields
        ):
            found["examples"] = given["examples"]


def _summary(description: str) -> str:
    """Both languages up to their first stop: 下兑换单 · Place an order."""
    return " · ".join(re.split(r"[：；:;.]", part)[0] for part in description.split(" · "))


def _errors(path: str, method: str, operation: str) -> Iterator[TongduiError]:
    public = ACCESS[operation] is None
    yield from (error for error in _ALWAYS if not (public and error.code in _NEED_A_KEY))
    if "{" in path or method == "post" or operation == "list_delegates":
        yield from _OF_ITEMS
    if method == "post":
        yield from _OF_COMMANDS
    if operation in ("open_test_resident", "place_test_order"):
        yield _OF_A_SANDBOX
    if operation in RELAYED:
        yield from _OF_THE_CHAIN
    if operation == "stream_events":
        yield _OF_STREAMS
    if operation in ("get_month", "get_month_file", "get_month_text"):
        yield from _OF_MONTHS
    if operation == "renew_session":
        yield from _OF_RENEWAL


_NEED_A_KEY = frozenset({"access.key-missing", "access.not-allowed"})


def _add_problem(responses: dict[str, Any], error: TongduiError) -> None:
    shown = problem(error)
    english = problem(_EXAMPLE_IN_ENGLISH.get(error.code, error), "en")
    response = responses.setdefault(
        str(shown.status),
        {
            "description": f"{shown.title} · {english.title}",
            "content": {MEDIA_TYPE: {"schema": _PROBLEM, "examples": {}}},
        },
    )
    examples = response["content"][MEDIA_TYPE]["examples"]
    examples[error.code] = {"summary": english.detail, "value": shown.model_dump()}


def _let_be_tried(responses: dict[str, Any]) -> None:
    """What would be made is shown with 200, as nothing is."""
    good = next(status for status in responses if status[0] == "2")
    content = responses[good].get("content")
    if content:
        responses.setdefault("200", {"description": CHECK_ONLY, "content": content})


def _preference() -> dict[str, Any]:
    return {
        "name": PREFER,
        "in": "header",
        "required": False,
        "description": "respond-async：记下后立即答复 202，节点不在时也记下 · "
        "recorded and answered 202 at once, also while the node is away; "
        "wait=N：最多等 N 秒再答复 202 · waits up to N seconds before it answers 202",
        "schema": {"type": "string"},
        "example": RESPOND_ASYNC,
    }


def _streams(operation: dict[str, Any]) -> bool:
    return etags.STREAM in operation["responses"]["200"].get("content", {})


def _let_be_polled(operation: dict[str, Any]) -> None:
    """A client that has the answer already is told so."""
    tag = {"description": "内容标签 · names the content", "schema": {"type": "string"}}
    operation.setdefault("parameters", []).append(
        {
            "name": etags.HEADER,
            "in": "header",
            "required": False,
            "description": "上次答复的 ETag；未变则答 304 · of the last answer; 304 if unchanged",
            "schema": {"type": "string"},
        }
    )
    operation["responses"]["200"].setdefault("headers", {})["ETag"] = tag
    operation["responses"]["304"] = {
        "description": "内容未变 · not changed since",
        "headers": {"ETag": tag},
    }


def _name_of_command() -> dict[str, Any]:
    return {
        "name": HEADER,
        "in": "header",
        "required": True,
        "description": "指令编号，重试时不变 · the command's name, repeated by a retry",
        "schema": {"type": "string", "minLength": 1, "maxLength": COMMAND_NAME_CHARACTERS},
        "example": "5f0c6a52-3c0e-4b27-9a55-0f6f7b6d9a10",
    }


def _accepted(operation: dict[str, Any]) -> dict[str, Any]:
    """As the answer when all is well, and where to ask again."""
    good = next(answer for status, answer in operation["responses"].items() if status[0] == "2")
    headers = {
        "Location": {"description": "查询地址 · where to ask", "schema": {"type": "string"}},
        "Retry-After": {"description": "秒 · seconds", "schema": {"type": "integer"}},
    }
    return {
        "description": "已受理，尚未上链 · accepted, in no block yet",
        "content": good.get("content", {}),
        "headers": headers,
    }
