"""Around every request: a limit to what it may carry, and headers that browsers obey.

The policy allows own files only: no inline script or style, nothing from elsewhere, no framing.
Passkeys are shut off but for the pages that are there for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from ledger.errors import Rejected

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def permissions(*, passkeys: bool = False) -> str:
    """What a page may use of the machine it is shown on: nothing, or what it is there for."""
    may = {
        "camera": False,
        "geolocation": False,
        "microphone": False,
        "payment": False,
        "usb": False,
        "publickey-credentials-create": passkeys,
        "publickey-credentials-get": passkeys,
    }
    return ", ".join(f"{name}={'(self)' if allowed else '()'}" for name, allowed in may.items())


PERMISSIONS = permissions()
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Armour:
    """Puts the headers on every answer, and refuses bodies above the limit."""

    def __init__(
        self,
        app: ASGIApp,
        body_limit_bytes: int,
        larger: Mapping[str, int] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """``larger``: limits of paths, as patterns, that take more than the others; ``more``:
        headers of this process besides those of every one."""
        self._app = app
        self._headers = {**HEADERS, **(more or {})}
        self._limit = body_limit_bytes
        self._larger = [(re.compile(path), most) for path, most in (larger or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, whole, or answers 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
                if scope["path"].startswith("/v1"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        limit = self._limit_of(scope["path"])
        body = await _read(scope, receive, limit)
        if body is None:
            refusal = Rejected("request.too-large", most=limit)
            answer = problems.respond(Request(scope), refusal)
            await answer(scope, receive, dress)
            return
        await self._app(scope, _replay(body, receive), dress)

    def _limit_of(self, path: str) -> int:
        fits = (most for pattern, most in self._larger if pattern.fullmatch(path))
        return next(fits, self._limit)


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body; None where it is above the limit, of which no more is read."""
    told = Headers(scope=scope).get("content-length", "0")
    if told.isdigit() and int(told) > limit:
        return None
    parts, size = list[bytes](), 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body in one piece, then what the server says next."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
