"""Every error as ``application/problem+json`` (RFC 9457), in Chinese or, where asked, in English.

``type`` is a page of ours under the error's code; ``values`` are the error's typed fields, plain:
units of 0.01 point, seconds since 1970. Nothing of a stack trace leaves the process: what nobody
expected gets a reference, under which the log has the rest.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from api.languages import language_of
from api.mistakes import why
from api.shapes import Shape, example
from ledger.errors import (
    Broken,
    FieldValue,
    OutcomeUnknown,
    Refused,
    Rejected,
    TongduiError,
    Unavailable,
)
from ledger.refusals import AREAS, Lang, MemberName, coded, explain, http_status

MEDIA_TYPE = "application/problem+json"
RETRY_S = 5
"""When to try again where the error does not say."""


class ProblemShape(Shape):
    """出错说明（RFC 9457）· what went wrong and what to do about it."""

    model_config = example(
        type="/problems/hold.insufficient-points",
        title="预留、核销与退回 · 当前不允许",
        status=409,
        detail="可用积分不足：现有 10.00 积分，需要 15.00 积分。",
        code="hold.insufficient-points",
        field=None,
        fix="请减少兑换数量，或改用其他积分账户；已预留和已过期的积分不能使用。",
        values={"available_units": 1000, "needed_units": 1500},
    )

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = Field(description="哪一项有误 · which part of the request is wrong")
    fix: str = Field(description="怎么办 · what to do")
    values: dict[str, int | str | bool | None]


_KIND_TITLES: dict[type[TongduiError], dict[Lang, str]] = {
    Rejected: {"zh": "请求有误", "en": "The request is wrong"},
    Refused: {"zh": "当前不允许", "en": "Not allowed as things stand"},
    Unavailable: {"zh": "暂时无法办理", "en": "Not available for the moment"},
    OutcomeUnknown: {"zh": "结果尚不明确", "en": "The outcome is not known yet"},
    Broken: {"zh": "内部检查失败", "en": "An internal check failed"},
}
_AREA_TITLES = {area.name: area.titles for area in AREAS}
_log = logging.getLogger(__name__)


def problem(
    error: TongduiError, lang: Lang = "zh", member_name: MemberName | None = None
) -> ProblemShape:
    """The error as it is sent."""
    error = coded(error)
    told = explain(error, lang, member_name)
    field = error.fields.get("field")
    return ProblemShape(
        type=f"/problems/{error.code}",
        title=title_of(error.code, type(error), lang),
        status=http_status(error),
        detail=told.sentence,
        code=error.code,
        field=None if field is None else str(field),
        fix=told.fix,
        values={name: _plain(value) for name, value in error.fields.items()},
    )


def title_of(code: str, kind: type[TongduiError], lang: Lang) -> str:
    """The same for every problem of a code: its area, and what kind of trouble it is."""
    kind_title = next((t[lang] for k, t in _KIND_TITLES.items() if issubclass(kind, k)), "")
    area = _AREA_TITLES.get(code.partition(".")[0])
    return kind_title if area is None else f"{area[lang]} · {kind_title}"


def respond(request: Request, error: TongduiError) -> Response:
    """The answer to a request that met the error."""
    lang = language_of(request)
    shown = problem(error, lang, names_for(request, lang))
    headers = {"Content-Language": "zh-CN" if lang == "zh" else "en", "Vary": "Accept-Language"}
    headers |= _more_headers(error, shown.status)
    return Response(shown.model_dump_json(), shown.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Makes every error that leaves an endpoint a problem."""
    app.add_exception_handler(TongduiError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, _unexpected)


UNWRITABLE = "unwritable"
"""What no schema can say of a text: which characters can be shown changes with Unicode."""


def of_validation(error: RequestValidationError, lang: Lang = "zh") -> Rejected:
    """The first thing that a request's content got wrong, as an error of ours."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return Rejected("request.not-json", field="Content-Type")
    place = [str(step) for step in first["loc"][1:]] or [str(first["loc"][0])]
    if first["type"] == UNWRITABLE:
        character = str(first["ctx"]["character"])
        return Rejected("request.unwritable", field=".".join(place), character=character)
    return Rejected("request.invalid", field=".".join(place), why=why(first, lang))


def of_framework(request: Request, error: HTTPException) -> Rejected:
    """What the framework says itself: no such page, no such method, content it cannot read."""
    path = request.url.path
    if error.status_code == 404:
        return Rejected("request.no-such-page", path=path)
    if error.status_code == 405:
        return Rejected("request.no-such-method", path=path, method=request.method)
    return Rejected("request.not-json", field="Content-Type")


def of_unexpected(error: Exception) -> Broken:
    """An error that nobody foresaw: the log has it whole, the caller a reference to it."""
    reference = secrets.token_hex(6)
    _log.error("unexpected error, reference %s", reference, exc_info=error)
    return Broken("api.unexpected", reference=reference)


def translated(error: Exception, lang: Lang = "zh") -> TongduiError:
    """Any exception of an endpoint as an error of ours; mistakes are told in that language."""
    if isinstance(error, TongduiError):
        return error
    if isinstance(error, RequestValidationError):
        return of_validation(error, lang)
    if isinstance(error, HTTPException) and error.status_code == 400:  # a body that is no text
        return Rejected("request.not-json", field="Content-Type")
    return of_unexpected(error)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, TongduiError)
    return respond(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return respond(request, of_validation(error, language_of(request)))


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = respond(request, of_framework(request, error))
    if error.status_code == 405:
        answer.headers["Allow"] = ", ".join(_methods_at(request))
    return answer


def _methods_at(request: Request) -> list[str]:
    """What may be sent there, by all routes of the path: the framework names those of one."""
    routes = (one for one in request.app.routes if one.matches(request.scope)[0] is not Match.NONE)
    return sorted({name for one in routes for name in getattr(one, "methods", None) or ()})


async def _unexpected(request: Request, error: Exception) -> Response:
    return respond(request, of_unexpected(error))


def names_for(request: Request, lang: Lang) -> MemberName | None:
    """Members' names for sentences; none where the projection cannot be read."""
    office = getattr(request.app.state, "office", None)
    if office is None:
        return None
    try:
        office.directory.members()
    except Exception:  # noqa: BLE001 - an error must be told even where names cannot be
        _log.exception("members' names cannot be read")
        return None
    names: MemberName = office.directory.in_language(lang)
    return names


def _more_headers(error: TongduiError, status: int) -> Mapping[str, str]:
    if status == 401:
        return {"WWW-Authenticate": 'Bearer realm="tongdui"'}
    if isinstance(error, Unavailable) or status in (429, 503):
        return {"Retry-After": str(error.fields.get("retry_after") or RETRY_S)}
    return {}


def _plain(value: FieldValue) -> int | str | bool | None:
    return "0x" + value.hex() if isinstance(value, bytes) else value
