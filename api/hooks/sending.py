"""One message to one receiver: to an address that was judged, within bounds, and what came back.

The receiver's name is resolved once, every address of it judged, and the connection made to one of
those: a name that answers otherwise the second time gains nothing. Redirects are not followed, an
answer is read up to a bound and thrown away, and all of it together has a time.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import httpx

from ledger.errors import Rejected
from ledger.hooks.addresses import Target, is_public, target_of

PATIENCE_S = 15.0
"""For name, connection, sending and answer together."""
ANSWER_BYTES = 64 * 1024
"""Read of an answer's body; what is longer costs the receiver its connection, no more."""
RECEIVERS_MOST = 256
"""Hosts to which connections are kept."""
_PER_HOST = httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=30)
AGENT = "Tongdui-Webhooks/1"


class Answer(NamedTuple):
    """What came back: a status, or what went wrong, by the names of ``api.hooks.words``."""

    code: int | None = None
    error: str | None = None
    asked_s: int = 0
    """For how long the receiver asked us to wait (Retry-After in seconds)."""


class Sender:
    """On one event loop. ``private``: inside addresses will do; ``plain``: http will."""

    def __init__(
        self,
        *,
        private: bool,
        plain: bool,
        authorities: Path | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """``authorities`` are certificates to be trusted besides the usual ones, in a PEM file."""
        self._private = private
        self._plain = plain
        self._patience_s = patience_s
        self._tls = httpx.create_ssl_context(trust_env=False)
        if authorities is not None:
            self._tls.load_verify_locations(authorities)
        self._clients: dict[tuple[str, int], httpx.AsyncClient] = {}

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Sends; never raises for what a receiver, a name or a network does."""
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._post(target_of(url, plain=self._plain), headers, body)
        except TimeoutError:
            return Answer(error="timeout")
        except Rejected:
            return Answer(error="address")

    async def close(self) -> None:
        """Ends all connections."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    async def _post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            addresses = await addresses_of(target)
        except OSError:
            return Answer(error="name")
        if not self._private and not all(map(is_public, addresses)):
            return Answer(error="address")
        client = await self._client(target)
        scheme = "https" if target.tls else "http"
        host = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
        request = client.build_request(
            "POST",
            f"{scheme}://{host}:{target.port}{target.path}",
            headers={"Host": target.authority, "User-Agent": AGENT, **headers},
            content=body,
            extensions={"sni_hostname": target.host},
        )
        try:
            return await _sent(client, request)
        except httpx.TimeoutException:
            return Answer(error="timeout")
        except httpx.ConnectError as error:
            return Answer(error="tls" if _is_tls(error) else "connect")
        except (httpx.HTTPError, httpx.InvalidURL):
            return Answer(error="dropped")

    async def _client(self, target: Target) -> httpx.AsyncClient:
        """One for each host: a connection whose certificate was another's is never used for it."""
        place = (target.host, target.port)
        if place not in self._clients:
            if len(self._clients) >= RECEIVERS_MOST:
                await self.close()
            self._clients[place] = httpx.AsyncClient(
                verify=self._tls, timeout=self._patience_s, limits=_PER_HOST, trust_env=False
            )
        return self._clients[place]


async def addresses_of(target: Target) -> list[str]:
    """The addresses that the receiver's name leads to; OSError where it leads nowhere."""
    found = await asyncio.get_running_loop().getaddrinfo(
        target.host, target.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
    )
    return [str(one[4][0]) for one in found]


async def _sent(client: httpx.AsyncClient, request: httpx.Request) -> Answer:
    answer = await client.send(request, stream=True)
    try:
        size = 0
        async for part in answer.aiter_raw():
            size += len(part)
            if size > ANSWER_BYTES:
                break
    finally:
        await answer.aclose()
    asked = answer.headers.get("retry-after", "")
    return Answer(answer.status_code, asked_s=int(asked) if asked.isdecimal() else 0)


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
