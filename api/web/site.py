"""All pages together, as the app takes them: modules whose import adds routes, files, errors.

To add pages, write a module that adds them to its surface (``api.web.surfaces``) and name it in
``MODULES``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import cast

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from api.problems import of_framework, translated
from api.web import assets, surfaces
from api.web.page import Page
from api.web.route import error_page
from ledger.errors import TongduiError

MODULES = (
    "api.web.public.start",
    "api.web.public.manual_pages",
    "api.web.design.pages",
    "api.web.resident.home",
    "api.web.counter.home",
    "api.web.signing.residents",
    "api.web.signing.staff",
    "api.web.keys.asking",
    "api.web.keys.pages",
)
"""Those that add pages, by surface."""
SURFACES = (
    surfaces.PUBLIC,
    surfaces.DESIGN,
    surfaces.RESIDENT,
    surfaces.COUNTER,
)


Answering = Callable[[Request, Exception], Awaitable[Response]]


def install(app: FastAPI) -> None:
    """Adds pages and their files; errors become pages where a person asked for one."""
    for module in MODULES:
        import_module(module)
    app.router.routes.append(assets.ROUTE)
    for surface in SURFACES:
        app.router.routes.extend(surface.routes())
    for kind in (TongduiError, HTTPException, Exception):
        app.add_exception_handler(kind, _for_people(app.exception_handlers[kind]))


def wants_page(request: Request) -> bool:
    """Whether a person asked, not a program."""
    is_api = request.url.path.startswith("/v1")
    return not is_api and "text/html" in request.headers.get("accept", "")


def _for_people(otherwise: ExceptionHandler) -> ExceptionHandler:
    async def handle(request: Request, error: Exception) -> Response:
        if not wants_page(request):
            return await cast("Answering", otherwise)(request, error)
        page = Page(request, surfaces.PUBLIC, "/")
        answer = error_page(page, _told(request, error))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return handle


def _told(request: Request, error: Exception) -> TongduiError:
    if isinstance(error, HTTPException):
        return of_framework(request, error)
    return translated(error)
