"""Signing in: to the provider and back, the session that a page takes, and its end."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query, Response
from fastapi.responses import RedirectResponse

from api.guard import Call, Calling, resource
from api.idempotency import NOT_KEPT
from api.oidc.provider import error_word
from api.oidc.schemas import Enter, ProviderList, ProviderShape, Renew, SessionTokens
from api.oidc.visiting import visit_of
from api.orders.schemas import NoContent
from ledger.errors import Refused, Rejected, TongduiError

router = resource("sign-in", "sign-in")
leaving = resource("sign-out", "sign-in")
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="登录服务 · provider")]
Text = Annotated[str | None, Query(max_length=2_000)]
SEE_OTHER = 303
OWN_PAGE = "/my/sign-in"
"""Where our own pages take over; a ticket in their address is worth nothing without the verifier,
which the browser that began keeps."""


@router.get("", operation_id="list_providers")
def list_providers(call: Calling) -> ProviderList:
    """登录服务列表 · What residents can sign in with."""
    shown = [
        ProviderShape(
            name=name, zh=one.settings.zh, en=one.settings.en, start=f"/v1/sign-in/{name}"
        )
        for name, one in call.office.visitors.providers.items()
    ]
    return ProviderList(providers=shown)


@router.post("/enter", status_code=201, operation_id="enter")
def enter(call: Calling, body: Enter, response: Response) -> SessionTokens:
    """进入：用登录凭条换会话 · The page's session for its ticket, once."""
    tokens = call.office.visitors.starting.enter(body.ticket, body.verifier)
    response.headers.update(NOT_KEPT)
    return SessionTokens.of(tokens)


@router.post("/renew", status_code=201, operation_id="renew_session")
def renew_session(call: Calling, body: Renew, response: Response) -> SessionTokens:
    """续期 · Fresh tokens for a session; those before are void."""
    tokens = call.office.visitors.sessions.renew(call.command_id, body.refresh)
    response.headers.update(NOT_KEPT)
    return SessionTokens.of(tokens)


@router.get(
    "/{provider}",
    status_code=SEE_OTHER,
    response_class=RedirectResponse,
    operation_id="start_sign_in",
)
def start_sign_in(
    call: Calling,
    provider: Name,
    challenge: Annotated[
        str,
        Query(
            pattern=r"^[A-Za-z0-9_-]{43}$",
            description="页面所存随机串的 SHA-256（S256）· of the verifier that the page keeps",
        ),
    ],
) -> Response:
    """开始登录：转到登录服务 · To the provider."""
    visitors = call.office.visitors
    chosen = visitors.provider(provider)
    begun = visitors.starting.begin(provider, urlsafe_b64decode(challenge + "="))
    return _elsewhere(chosen.address(begun, visitors.redirect_uri(provider), call.lang))


@router.get(
    "/{provider}/callback",
    status_code=SEE_OTHER,
    response_class=RedirectResponse,
    operation_id="finish_sign_in",
)
def finish_sign_in(
    call: Calling,
    provider: Name,
    state: Annotated[str, Query(min_length=1, max_length=200)],
    code: Text = None,
    error: Text = None,
    iss: Text = None,
) -> Response:
    """登录服务送回：核对证明，回到页面 · Back from the provider, on to the page."""
    try:
        return _elsewhere(_page_for(call, provider, state, code, error, iss))
    except TongduiError as refusal:
        settings = call.office.visitors.settings
        if settings is None or settings.return_url:
            raise
        return _elsewhere(f"{OWN_PAGE}?{urlencode({'failed': refusal.code})}")


def _page_for(
    call: Call, provider: str, state: str, code: str | None, error: str | None, iss: str | None
) -> str:
    visitors = call.office.visitors
    chosen = visitors.provider(provider)
    begun = visitors.starting.come_back(provider, state)
    if error is not None:
        raise Refused("login.declined", provider=provider, words=error_word(error))
    if code is None:
        raise Rejected("request.invalid", field="code", why="missing")
    subject = chosen.subject(code, begun, visitors.redirect_uri(provider), iss)
    login = visitors.place.login(provider, chosen.settings.issuer, subject)
    ticket = visitors.starting.vouched(begun, login)
    assert visitors.settings is not None, "a provider without settings"
    given = urlencode({"ticket": ticket})
    theirs = visitors.settings.return_url
    return f"{theirs}#{given}" if theirs else f"{OWN_PAGE}/done?{given}"


@leaving.post("", status_code=204, operation_id="sign_out")
def sign_out(call: Calling, body: NoContent) -> None:
    """退出：结束本会话 · Ends the session of this request."""
    assert body is not None
    call.office.visitors.sessions.end(visit_of(call).session)


def _elsewhere(address: str) -> Response:
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(address, SEE_OTHER, headers)
