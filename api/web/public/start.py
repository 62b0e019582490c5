"""Pages for people: the start page with live totals, the manual, and one page an error code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from api.languages import language_of
from api.office import Office
from api.openapi import document
from api.problems import title_of
from api.shapes import Amount
from api.totals.schemas import TotalsShape
from api.web.manual import Chapter, chapters
from api.web.words import PAGE, STATES
from ledger.errors import Rejected
from ledger.refusals import AREAS, ENTRIES, Lang
from ledger.units import points_text

FOLDER = Path(__file__).parent
COLUMNS = ("issued", "outstanding", "captured", "refunded", "expired")
"""Of the table of schemes."""
router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


def mount_files(app: FastAPI) -> None:
    """Serves style and script."""
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")


@router.get("/")
def start(request: Request) -> HTMLResponse:
    """What this is, and how it stands now."""
    office: Office = request.app.state.office
    lang = language_of(request)
    totals = office.counting.totals(lang)
    names = office.directory.in_language(lang)
    content = {
        "totals": totals,
        "sums": _sums(totals),
        "columns": COLUMNS,
        "states": STATES[lang],
        "names": names,
    }
    return _page("start.html", request, content)


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """The manual, made from the OpenAPI document."""
    made = _chapters(request.app, language_of(request))
    return _page("docs.html", request, {"chapters": made})


@router.get("/problems")
def problems(request: Request) -> HTMLResponse:
    """All error codes."""
    return _page("problems.html", request, {"areas": AREAS})


@router.get("/problems/{code}")
def one_problem(request: Request, code: str) -> HTMLResponse:
    """What an error's ``type`` points to."""
    entry = ENTRIES.get(code)
    if entry is None:
        raise Rejected("request.no-such-page", path=request.url.path)
    title = title_of(code, entry.kind, language_of(request))
    return _page("problem.html", request, {"entry": entry, "problem_title": title})


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["points"] = points_text
    return made


def _page(name: str, request: Request, content: dict[str, Any]) -> HTMLResponse:
    lang = language_of(request)
    other = "en" if lang == "zh" else "zh"
    office: Office = request.app.state.office
    shared: dict[str, Any] = {
        "t": PAGE[lang],
        "lang": lang,
        "other": other,
        "path": request.url.path,
    }
    shared["sandbox"] = office.settings.sandbox
    made = _templates().get_template(name).render(**shared, **content)
    headers = {"Content-Language": PAGE[lang]["html_lang"], "Vary": "Accept-Language"}
    return HTMLResponse(made, headers=headers)


@cache
def _chapters(app: FastAPI, lang: Lang) -> list[Chapter]:
    return chapters(document(app), lang)


def _sums(totals: TotalsShape) -> dict[str, Amount]:
    """Over all schemes, by column."""
    return {
        column: Amount.of(sum(getattr(scheme, column).units for scheme in totals.schemes))
        for column in COLUMNS
    }
