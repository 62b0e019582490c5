"""How a page asks the API: the typed client over this very app, in the same process.

A page's handler runs in a thread of its own limiter; each call goes back to the event loop and
through the whole gate, so a page can do what the API can and nothing else. No call is tried again
here and none waits for long: a page rather says that something is on its way.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import anyio.from_thread
import httpx
from starlette.types import ASGIApp

from api.client import Client
from ledger.refusals import Lang

HERE = "http://tongdui.here"
"""A name for the client's sake; nothing is sent anywhere."""
WAIT_S = 4
"""How long a page waits for the chain before it says that the order is on its way."""


class InProcess(httpx.BaseTransport):
    """Hands requests to an ASGI app. Only in threads that anyio started from the app's loop."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        """``address`` is the browser's: limits of those without a key go by it."""
        self._app = app
        self._address = address

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The app's answer, whole."""
        headers = [(name.lower(), value) for name, value in request.headers.raw]
        if request.method == "POST" and "prefer" not in request.headers:
            headers.append((b"prefer", f"wait={WAIT_S}".encode()))
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "headers": headers,
            "scheme": "http",
            "path": request.url.path,
            "raw_path": request.url.raw_path.split(b"?")[0],
            "query_string": request.url.query,
            "server": (request.url.host, 80),
            "client": (self._address, 0),
            "root_path": "",
            "state": {},
        }
        return anyio.from_thread.run(_answered, self._app, scope, request.read())


def client_for(app: ASGIApp, address: str, lang: Lang, token: str | None) -> Client:
    """The client of one page; ``token`` None for what everybody may ask."""
    return Client(HERE, token, language=lang, patience_s=0, transport=InProcess(app, address))


async def _answered(app: ASGIApp, scope: dict[str, Any], body: bytes) -> httpx.Response:
    status, headers, parts = 500, list[tuple[bytes, bytes]](), list[bytes]()
    given = False

    async def receive() -> dict[str, Any]:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    try:
        await app(scope, receive, send)
    except Exception:
        if not parts:  # otherwise it was answered before it was raised
            raise
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b"".join(parts)))
