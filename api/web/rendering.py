"""Templates to pages: one environment a language, strict about names, escaping everything.

Every template sees ``page``; every macro, also one that is imported, sees ``t``, ``lang``,
``asset`` and the filters of ``api.web.formats``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.web import texts
from api.web.assets import assets
from api.web.drawing import bar, qr
from api.web.formats import HTML_LANGS, filters
from ledger.refusals import Lang

if TYPE_CHECKING:
    from api.web.page import Page

FOLDER = Path(__file__).parent / "templates"


@cache
def environment(lang: Lang) -> Environment:
    """The templates in one language, read and compiled once a process."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= filters(lang)
    made.globals |= {
        "t": partial(texts.say, lang),
        "lang": lang,
        "html_lang": HTML_LANGS[lang],
        "other": "en" if lang == "zh" else "zh",
        "asset": assets().url,
        "qr": qr,
        "draw_bar": bar,
    }
    return made


def render(template: str, page: Page, content: Mapping[str, Any]) -> str:
    """The page's text."""
    found = environment(page.lang).get_template(template)
    return found.render(page=page, **content)
