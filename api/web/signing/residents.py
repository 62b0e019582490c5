"""Residents sign in by the providers that the API offers; their session stands in the cookie.

The verifier stays in the browser's cookie, so a ticket is worth nothing elsewhere, and a link that
somebody sends cannot sign a resident in as another. Access tokens are renewed as pages are asked
for, once for all requests that come at the same time.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from base64 import urlsafe_b64encode
from datetime import datetime

from starlette.responses import Response

from api.client.shapes.sign_in import SessionTokens
from api.web.page import Page
from api.web.route import then_of
from api.web.surfaces import RESIDENT
from ledger.errors import Refused, TongduiError
from ledger.refusals import ENTRIES

RENEW_BEFORE_S = 60
"""So that a token does not run out while its page is made."""
VERIFIER, UNTIL, THEN = "verifier", "access_until", "then"
"""Notes in the cookie."""


@RESIDENT.get("/sign-in", open=True)
def ways(page: Page) -> Response:
    """The providers there are, each a link."""
    if page.signed_in:
        return page.go(then_of(page))
    failed = ENTRIES.get(page.query.get("failed", ""))
    if failed is not None and failed.area == "login":
        page.problem = page.explained(failed.kind(failed.code))
    return page.show("signing/resident.html", providers=providers(page), then=then_of(page))


def providers(page: Page) -> list[tuple[str, str]]:
    """(name, title) of each."""
    found = page.client_of("").list_providers().providers
    return [(one.name, one.zh if page.lang == "zh" else one.en) for one in found]


@RESIDENT.get("/sign-in/done", open=True)
def done(page: Page) -> Response:
    """Back from the provider: the ticket becomes a session, in a cookie of its own."""
    verifier, then = page.note(VERIFIER), page.note(THEN) or RESIDENT.home
    if not verifier:
        raise Refused("page.sign-in-elsewhere")
    ticket = page.query.get("ticket", "")
    tokens = page.client_of("").enter(ticket=ticket, verifier=verifier)
    page.sign_in({"access": tokens.access, "refresh": tokens.refresh}, **{UNTIL: _until(tokens)})
    return page.go(then)


@RESIDENT.get("/sign-in/{provider}", open=True)
def leave(page: Page, provider: str) -> Response:
    """To the provider. A link and no form: policies forbid forms to end elsewhere."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
    where = page.client_of("").start_sign_in(provider, challenge=challenge)
    page.keep(**{VERIFIER: verifier, THEN: then_of(page)})
    return page.go(where)


@RESIDENT.post("/sign-out", open=True)
def sign_out(page: Page) -> Response:
    """Ends the session, here and at the API."""
    if page.signed_in:
        try:
            page.client.sign_out()
        except TongduiError as error:
            if error.code not in ("access.key-unknown", "access.key-expired"):
                raise
    page.sign_out()
    page.tell(page.t("signing.out"), "note")
    return page.go(RESIDENT.sign_in)


def renew(page: Page) -> None:
    """Fresh tokens where those at hand are about to run out."""
    assert page.kept is not None, "nobody is signed in"
    refresh = page.kept.tokens.get("refresh")
    if refresh is None or float(page.note(UNTIL) or 0) - RENEW_BEFORE_S > page.browsers.clock():
        return
    name = hashlib.sha256(refresh.encode()).hexdigest()
    command = str(uuid.UUID(name[:32]))

    def ask() -> dict[str, str]:
        tokens = page.client_of("").renew_session(refresh=refresh, idempotency_key=command)
        return {"access": tokens.access, "refresh": tokens.refresh, UNTIL: _until(tokens)}

    fresh = dict(page.browsers.renewals.once(name, ask))
    page.keep(**{UNTIL: fresh.pop(UNTIL)})
    page.hold(**fresh)


def _until(tokens: SessionTokens) -> str:
    when: datetime = tokens.access_until
    return str(int(when.timestamp()))


RESIDENT.renew = renew
