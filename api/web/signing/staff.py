"""Acceptors' staff sign in with the acceptor's API key, once for a shift; it stays in the cookie.

The API says whose key it is, and a surface takes those that are for it. Wrong keys are counted by
the browser's address, as everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from starlette.responses import Response

from api.client.shapes.caller import CallerShape
from api.web.page import Page
from api.web.route import Surface, then_of
from api.web.surfaces import COUNTER
from ledger.errors import Refused, TongduiError

KEY = "key"
ROLES: Mapping[str, Collection[str]] = {
    COUNTER.name: ("acceptor",),
}
"""Whose keys open which surface."""
TEMPLATE = "signing/staff.html"


def enter(page: Page, key: str) -> CallerShape:
    """Signs in with a key. Raises what the API says to it, and Refused("page.other-staff")."""
    page.sign_in({KEY: key})
    try:
        caller = page.client.get_caller()
        if str(caller.role) not in ROLES[page.surface.name]:
            raise Refused("page.other-staff", key_role=str(caller.role))
    except TongduiError:
        page.sign_out()
        raise
    page.keep(
        role=str(caller.role),
        member=str(caller.member or ""),
        name=caller.member_name or "",
        id=caller.key,
    )
    return caller


def _ask(page: Page) -> Response:
    """The form for the key."""
    if page.signed_in:
        return page.go(then_of(page))
    return page.show(TEMPLATE, then=then_of(page))


def _sent(page: Page) -> Response:
    then = then_of(page)
    try:
        enter(page, page.form.needed(KEY))
    except TongduiError as error:
        labels = {KEY: page.t("signing.key")}
        fields = {"Authorization": KEY}
        return page.again(TEMPLATE, error, fields=fields, labels=labels, then=then)
    return page.go(then)


def _sign_out(page: Page) -> Response:
    page.sign_out()
    page.tell(page.t("signing.out"), "note")
    return page.go(page.surface.sign_in)


def _add(surface: Surface) -> None:
    surface.get("/sign-in", open=True)(_ask)
    surface.post("/sign-in", open=True)(_sent)
    surface.post("/sign-out", open=True)(_sign_out)


_add(COUNTER)
