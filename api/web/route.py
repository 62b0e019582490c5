"""Surfaces and their routes: what happens around every handler of a page.

    PAGES = Surface("my", "/my", by="access", sign_in="/my/sign-in")

    @PAGES.get("/orders/{order_id}")
    def order(page: Page, order_id: str) -> Response:
        return page.show("resident/order.html", order=page.client.get_order(order_id))

A handler is a plain function, run in a thread of the pages' own limiter. Before it the form is
checked (Origin, and a token that only this browser was given) and whether somebody signed in;
after it cookies are written, what is personal is kept out of every cache, and what it raised
becomes a page that says what happened and how to mend it.
"""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import NoReturn
from urllib.parse import quote, urlsplit

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.armour import PERMISSIONS, permissions
from api.problems import of_unexpected
from api.web import browser
from api.web.forms import NOTHING, OURS, read_form
from api.web.page import BIG, LANG, MODE, Page
from ledger.errors import Refused, Rejected, TongduiError

Handler = Callable[..., Response]
HOUR_S, DAY_S = 3_600, 86_400
THREADS = 60
"""Pages made at once: each waits for its own calls of the API, which have threads of their own."""
COMPRESSED_FROM_BYTES = 1_000
THEN = "then"
"""Where to go on after signing in: a path of the same surface."""
THEN_CHARACTERS = 200
"""Of such a path: it stands in the cookie meanwhile, which holds no more than a browser takes."""
_OVER = frozenset(
    {
        "access.key-missing",
        "access.key-unknown",
        "access.key-expired",
        "login.refresh-unknown",
        "login.refresh-reused",
    }
)
"""Errors after which nothing but signing in anew helps."""
_VARY = "Accept-Language, Cookie, Accept-Encoding"


@dataclass(frozen=True)
class Rule:
    """One route, and what is particular about it."""

    path: str
    method: str
    handler: Handler
    open: bool
    passkeys: bool


class Surface:
    """The pages of one kind of person. Make one in ``api.web.surfaces``."""

    def __init__(
        self,
        name: str,
        prefix: str,
        *,
        by: str = "",
        sign_in: str = "",
        life_s: int = 12 * HOUR_S,
        lasting: bool = False,
        personal: bool = True,
    ) -> None:
        """``by`` names the API token that a page needs; none where everybody may come. After
        ``life_s`` one signs in anew; a ``lasting`` one outlives the browser's end. What is not
        ``personal`` may be kept by the browser, to be asked for again."""
        self.name = name
        self.prefix = prefix
        self.by = by
        self.sign_in = sign_in
        self.life_s = life_s
        self.lasting = lasting
        self.personal = personal
        self.rules: list[Rule] = []
        self.renew: Callable[[Page], None] | None = None
        """Called before each handler where somebody signed in."""

    @property
    def home(self) -> str:
        """The surface's first page."""
        return self.prefix or "/"

    def get(
        self, path: str, *, open: bool = False, passkeys: bool = False  # noqa: A002 - as the rule has it
    ) -> Callable[[Handler], Handler]:  # fmt: skip
        """A page. ``open``: also for those who did not sign in. Passkeys are shut off unless said
        so."""
        return partial(self._add, path, "GET", open, passkeys)

    def post(self, path: str, *, open: bool = False) -> Callable[[Handler], Handler]:  # noqa: A002
        """What a form is sent to. Give it the path of the page that the form stands on."""
        return partial(self._add, path, "POST", open, False)

    def _add(
        self, path: str, method: str, is_open: bool, passkeys: bool, handler: Handler
    ) -> Handler:
        whole = f"{self.prefix}{path}" or "/"
        rule = Rule(whole, method, handler, is_open or not self.by, passkeys)
        self.rules.append(rule)
        return handler

    def routes(self) -> list[Route]:
        """For the app."""
        return [_Served(self, rule).route for rule in self.rules]

    def shows(self, path: str) -> bool:
        """Whether there is a page at that path as routes write it."""
        return any(rule.path == path and rule.method == "GET" for rule in self.rules)


class _Served:
    """A rule of a surface as the app serves it."""

    def __init__(self, surface: Surface, rule: Rule) -> None:
        self.surface = surface
        self.rule = rule
        self.permissions = permissions(passkeys=rule.passkeys)
        endpoint: Callable[[Request], Awaitable[Response]] = self.answer
        self.route = Route(
            rule.path, endpoint, methods=[rule.method], name=f"{surface.name}:{rule.path}"
        )

    async def answer(self, request: Request) -> Response:
        """The page."""
        request.scope["route"] = self.route
        page, broken = self._page(request), None
        if request.method == "POST":
            try:
                page.form = await read_form(request)
            except TongduiError as error:
                broken = error
        work = partial(self._whole, page, broken, request.path_params)
        return await anyio.to_thread.run_sync(work, limiter=_limiter(request))

    def _page(self, request: Request) -> Page:
        here = request.url.path
        if request.method == "POST" and not self.surface.shows(self.rule.path):
            here = self.surface.home
        page = Page(request, self.surface, here, NOTHING)
        name = browser.cookie_name(self.surface.name, secure=page.secure)
        sealed = request.cookies.get(name)
        if sealed:
            page.kept = page.browsers.open(self.surface.name, sealed, self.surface.life_s)
            page.changed = page.kept is None
        for choice, known in ((LANG, ("zh", "en")), (MODE, (BIG, "usual"))):
            asked = request.query_params.get(choice)
            if asked in known:
                page.choices[choice] = asked
        return page

    def _whole(
        self, page: Page, broken: TongduiError | None, parameters: dict[str, str]
    ) -> Response:
        try:
            answer = self._handled(page, broken, parameters)
        except TongduiError as error:
            answer = self._rescued(page, error)
        except Exception as error:  # noqa: BLE001 - nothing but pages may leave
            answer = error_page(page, of_unexpected(error))
        return self._dressed(page, answer)

    def _handled(
        self, page: Page, broken: TongduiError | None, parameters: dict[str, str]
    ) -> Response:
        if broken is not None:
            raise broken
        if self.rule.method == "POST" and not is_ours(page.request):
            raise Refused("page.form-stale")
        if page.signed_in and self.surface.renew is not None:
            self.surface.renew(page)
        if not (self.rule.open or page.signed_in):
            return self._sign_in_first(page)
        is_form = self.rule.method == "POST"
        if is_form and not browser.is_form_token(page.kept, page.form.text(OURS)):
            raise Refused("page.form-stale")
        return self.rule.handler(page, **parameters)

    def _rescued(self, page: Page, error: TongduiError) -> Response:
        if error.code in _OVER and page.signed_in:
            page.sign_out()
            page.tell(page.t("common.signed_out.over"), "note")
            return self._sign_in_first(page)
        return error_page(page, error)

    def _sign_in_first(self, page: Page) -> Response:
        then = "" if page.here == self.surface.home else f"?{THEN}={quote(page.here)}"
        return page.go(f"{self.surface.sign_in}{then}")

    def _dressed(self, page: Page, answer: Response) -> Response:
        """With cookies and headers."""
        name = browser.cookie_name(self.surface.name, secure=page.secure)
        if page.changed and page.kept is not None:
            sealed = page.browsers.seal(self.surface.name, page.kept)
            life_s = self.surface.life_s if self.surface.lasting else None
            browser.set_kept(answer, name, sealed, secure=page.secure, life_s=life_s)
        elif page.changed:
            browser.drop_kept(answer, name, secure=page.secure)
        for choice, chosen in page.choices.items():
            browser.set_choice(answer, choice, chosen, secure=page.secure)
        open_to_all = not (self.surface.personal or page.changed or page.choices)
        kept = "private, no-cache" if open_to_all else "no-store"
        answer.headers.setdefault("Cache-Control", kept)
        answer.headers.setdefault("Vary", _VARY)
        answer.headers.setdefault(
            "Referrer-Policy", "same-origin"
        )  # otherwise forms have no Origin
        if self.permissions != PERMISSIONS:
            answer.headers.setdefault("Permissions-Policy", self.permissions)
        return _compressed(page.request, answer)


def then_of(page: Page) -> str:
    """Where to go on after signing in: a path of this surface, whatever the address says."""
    asked = page.query.get(THEN) or page.form.text(THEN)
    ours = asked.startswith(f"{page.surface.prefix}/") and "\\" not in asked
    fits = len(asked) <= THEN_CHARACTERS
    return asked if ours and fits and not asked.startswith("//") else page.surface.home


def error_page(page: Page, error: TongduiError) -> Response:
    """What happened, what to do, and the code, as a page of its own."""
    told = page.explained(error)
    return page.show("common/error.html", told.status, told=told)


def is_ours(request: Request) -> bool:
    """Whether a form was sent from a page of this host, as far as the browser says."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")
    return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc == request.headers.get("host")


def gone(page: Page) -> NoReturn:
    """There is no such page."""
    raise Rejected("request.no-such-page", path=page.request.url.path)


def _compressed(request: Request, answer: Response) -> Response:
    body = getattr(answer, "body", b"")
    takes = "gzip" in request.headers.get("accept-encoding", "")
    is_text = answer.headers.get("content-type", "").startswith(("text/", "image/svg"))
    if not (takes and is_text and len(body) >= COMPRESSED_FROM_BYTES):
        return answer
    answer.body = gzip.compress(bytes(body), 5, mtime=0)
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Content-Length"] = str(len(answer.body))
    return answer


def _limiter(request: Request) -> anyio.CapacityLimiter:
    """Of this app, made within its event loop."""
    state = request.app.state
    if not hasattr(state, "pages_limiter"):
        state.pages_limiter = anyio.CapacityLimiter(THREADS)
    found: anyio.CapacityLimiter = state.pages_limiter
    return found
