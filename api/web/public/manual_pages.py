"""The documentation of the interface, and one page an error code."""

from __future__ import annotations

from functools import cache

from fastapi import FastAPI
from starlette.responses import Response

from api.openapi import document
from api.problems import title_of
from api.web.page import Page
from api.web.public.manual import Chapter, chapters
from api.web.route import gone
from api.web.surfaces import PUBLIC
from ledger.refusals import AREAS, ENTRIES, Lang


@PUBLIC.get("/docs")
def docs(page: Page) -> Response:
    """The manual, made from the OpenAPI document."""
    return page.show("public/docs.html", chapters=_chapters(page.request.app, page.lang))


@PUBLIC.get("/problems")
def problems(page: Page) -> Response:
    """All error codes."""
    return page.show("public/problems.html", areas=AREAS)


@PUBLIC.get("/problems/{code}")
def one_problem(page: Page, code: str) -> Response:
    """What an error's ``type`` points to."""
    entry = ENTRIES.get(code)
    if entry is None:
        gone(page)
    title = title_of(code, entry.kind, page.lang)
    return page.show("public/problem.html", entry=entry, problem_title=title)


@cache
def _chapters(app: FastAPI, lang: Lang) -> list[Chapter]:
    return chapters(document(app), lang)
