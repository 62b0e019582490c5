"""One page being asked for: what the browser said, the API as it may ask it, and the answer.

Handlers take a ``Page`` and return what its ``show`` or ``go`` makes. It keeps what the browser
keeps, and notes whether that changed; cookies are written once, by ``api.web.route``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.client import Client
from api.languages import preferred
from api.office import Office
from api.problems import ProblemShape, names_for, problem
from api.web import browser, rendering, texts
from api.web.asking import client_for
from api.web.browser import Browsers, Kept
from api.web.formats import HTML_LANGS
from api.web.forms import NOTHING, Form
from ledger.errors import TongduiError
from ledger.refusals import Lang

if TYPE_CHECKING:
    from api.web.route import Surface

SEE_OTHER = 303
LANG, MODE = "lang", "mode"
"""Cookies of a person's choices, and what the switches put into the address."""
BIG = "big"
Kind = Literal["good", "note", "bad"]


@dataclass
class Page:
    """What a handler has at hand."""

    request: Request
    surface: Surface
    here: str
    """The path of this page by GET, for switches and for going back to it."""
    form: Form = NOTHING
    kept: Kept | None = None
    """What the browser keeps for this surface."""
    problem: ProblemShape | None = None
    """What went wrong, where the page is shown again for it."""
    changed: bool = False
    """Whether what is kept must be sent to the browser."""
    choices: dict[str, str] = field(default_factory=dict)
    """Language or mode, chosen by this very request."""

    # -- what was asked ---------------------------------------------------------------------------

    @property
    def office(self) -> Office:
        """For the pages' own machinery; what is about points is asked of ``client``."""
        found: Office = self.request.app.state.office
        return found

    @property
    def browsers(self) -> Browsers:
        """Of this process."""
        return self.office.browsers

    @cached_property
    def lang(self) -> Lang:
        """By the switch, else by what was chosen before, else as the browser prefers."""
        asked = self.request.query_params.get(LANG) or self.request.cookies.get(LANG, "")
        if asked not in ("zh", "en"):
            return preferred(self.request.headers.get("accept-language", ""))
        return "en" if asked == "en" else "zh"

    @cached_property
    def big(self) -> bool:
        """Whether it is the mode with big type and one thing at a time (长辈版)."""
        asked = self.request.query_params.get(MODE) or self.request.cookies.get(MODE, "")
        return asked == BIG

    @property
    def query(self) -> QueryParams:
        """What stands after the question mark: cursors and filters, nothing personal."""
        return self.request.query_params

    @cached_property
    def secure(self) -> bool:
        """Whether cookies are for TLS alone."""
        sign_in = self.office.settings.sign_in
        public = urlsplit(sign_in.public_url).scheme if sign_in else ""
        return "https" in (self.request.url.scheme, public)

    def member(self, number: int) -> str:
        """What a member is called in the page's language, or its number where it is nobody's."""
        return self.office.directory.name(number, self.lang) or str(number)

    # -- the API ----------------------------------------------------------------------------------

    @cached_property
    def client(self) -> Client:
        """The API as whoever signed in here may ask it; as anybody, where nobody has."""
        return self.client_of(self.surface.by)

    def client_of(self, name: str) -> Client:
        """The API by the token of that name, such as a session that a card opened at a desk."""
        token = self.kept.tokens.get(name) if self.kept and name else None
        address = self.request.client.host if self.request.client else ""
        return client_for(self.request.app, address, self.lang, token)

    # -- what the browser keeps -------------------------------------------------------------------

    @property
    def signed_in(self) -> bool:
        """Whether this surface's own token is there."""
        return bool(self.kept and self.surface.by in self.kept.tokens)

    def sign_in(self, tokens: Mapping[str, str], **notes: str) -> None:
        """From now on the browser has these; whatever it had before is worth nothing."""
        told = self.kept.told if self.kept else []
        self.kept = Kept(int(self.browsers.clock()), tokens=dict(tokens), notes=notes, told=told)
        self.changed = True
        self.__dict__.pop("client", None)

    def sign_out(self) -> None:
        """The browser keeps nothing any more. The API's session must be ended before."""
        self.kept, self.changed = None, True
        self.__dict__.pop("client", None)

    def keep(self, **notes: str) -> None:
        """Notes for the pages to come; an empty one is dropped."""
        kept = self._keeping()
        kept.notes = {name: said for name, said in (kept.notes | notes).items() if said}
        self.changed = True

    def note(self, name: str) -> str:
        """A note, or nothing."""
        return self.kept.notes.get(name, "") if self.kept else ""

    def hold(self, **tokens: str) -> None:
        """Further tokens beside the surface's own; an empty one is dropped."""
        kept = self._keeping()
        kept.tokens = {name: said for name, said in (kept.tokens | tokens).items() if said}
        self.changed = True

    def _keeping(self) -> Kept:
        if self.kept is None:
            self.kept, self.changed = Kept(int(self.browsers.clock())), True
        return self.kept

    # -- what is said -----------------------------------------------------------------------------

    def t(self, key: str, /, **values: texts.Value) -> str:
        """A text in the page's language."""
        return texts.say(self.lang, key, **values)

    def tell(
        self,
        words: str,
        kind: Kind = "good",
        *,
        undo: str = "",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        """What the next page says first. ``undo`` is where a form with ``fields`` takes it back."""
        said = {"words": str(words), "kind": kind, "undo": undo, "fields": dict(fields or {})}
        self._keeping().told.append(said)
        self.changed = True

    def take_told(self) -> list[dict[str, Any]]:
        """For the base template: what is to be said, which is said once."""
        if not (self.kept and self.kept.told):
            return []
        told, self.kept.told, self.changed = self.kept.told, [], True
        return told

    def token(self) -> str:
        """For a form's hidden field."""
        return browser.form_token(self._keeping())

    def fresh_command(self) -> str:
        """For a form's hidden field: the name of what it will ask for."""
        return str(uuid.uuid4())

    def switch(self, **choices: str) -> str:
        """This page with another language or mode."""
        kept = [(n, v) for n, v in self.query.multi_items() if n not in (LANG, MODE)]
        return f"{self.here}?{urlencode([*kept, *choices.items()])}"

    def show(self, template: str, status: int = 200, /, **content: Any) -> Response:
        """The page."""
        made = rendering.render(template, self, content)
        return HTMLResponse(made, status, {"Content-Language": HTML_LANGS[self.lang]})

    def go(self, where: str) -> Response:
        """On to another page, by GET."""
        return RedirectResponse(where, SEE_OTHER)

    def again(
        self,
        template: str,
        error: TongduiError,
        /,
        fields: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        **content: Any,
    ) -> Response:
        """The same form, filled as it was, with what is wrong and the fix at its head.

        ``fields`` are the form's names of what the API calls otherwise; ``labels`` are what a
        person reads beside the form's fields.
        """
        self.problem = self.explained(error, fields, labels)
        return self.show(template, self.problem.status, **content)

    def explained(
        self,
        error: TongduiError,
        fields: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> ProblemShape:
        """The error in the page's language."""
        name = str(error.fields.get("field") or "")
        name = (fields or {}).get(name, name)
        if labels and name in labels:
            error = type(error)(error.code, **dict(error.fields) | {"field": labels[name]})
        told = problem(error, self.lang, names_for(self.request, self.lang))
        return told.model_copy(update={"field": name or None})
