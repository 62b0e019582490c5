"""How a page asks the API: the typed client over this very app, in the same process.

A page's handler runs in a thread of its own limiter; each call goes back to the event loop and
through the whole gate, so a page can do what the API can and nothing else. No call is tried again
here and none waits for long: a page rather says that something is on its way.
"""

from __future__ import annotations

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
        self._way = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The app's answer, whole."""
        if request.method == "POST":
            request.headers.setdefault("Prefer", f"wait={WAIT_S}")
        return anyio.from_thread.run(self._answered, request)

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        answer = await self._way.handle_async_request(request)
        content = await answer.aread()
        return httpx.Response(
            answer.status_code, headers=answer.headers, stream=httpx.ByteStream(content)
        )


def client_for(app: ASGIApp, address: str, lang: Lang, token: str | None) -> Client:
    """The client of one page; ``token`` None for what everybody may ask."""
    return Client(HERE, token, language=lang, patience_s=0, transport=InProcess(app, address))
