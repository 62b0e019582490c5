"""Carries the environment scheme's messages to its subscriber until each is answered 2xx.

At least once: a repeat of an event is a second copy under the same message id, and a message whose
answer is lost is sent again. What was answered is remembered on disk, so a restart goes on.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Callable
from datetime import date

import httpx

from issuers.sandbox.draw import scatter
from issuers.sandbox.season import Row
from issuers.sandbox.world import World

AT_ONCE = 8
"""Messages on the way at the same time."""
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
TIMEOUT_S = 10.0


def sign(secret: str, message_id: str, timestamp_s: int, body: bytes) -> str:
    """The webhook-signature header: ``v1,`` and the Base64 of an HMAC-SHA256."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    told = f"{message_id}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()


class Courier:
    """One task that sends whatever is due and not yet answered."""

    def __init__(self, world: World, body_of: Callable[[Row], bytes]) -> None:
        self._world = world
        self._body_of = body_of
        self._done = world.state.delivered()
        self._call = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send in the background while inside."""
        self.wake()
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def wake(self) -> None:
        """Something may be due now."""
        self._call.set()

    def waiting(self) -> int:
        """Copies that are due and not yet answered."""
        return len(self._due())

    def replay(self, since: date) -> int:
        """Send again what was shown from ``since`` on; how many copies that is."""
        again = [_copy(row) for row in self._world.visible() if row.visible_on >= since]
        self._world.state.forget_delivered(again)
        self._done.difference_update(again)
        self.wake()
        return len(again)

    def _due(self) -> list[Row]:
        found = [row for row in self._world.visible() if _copy(row) not in self._done]
        return sorted(found, key=lambda row: scatter("order", _copy(row)))

    async def _run(self) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
            while True:
                await self._call.wait()
                self._call.clear()
                await self._empty(client)

    async def _empty(self, client: httpx.AsyncClient) -> None:
        pause_s = FIRST_PAUSE_S
        while self._world.state.subscription() and (due := self._due()):
            heard = await self._round(client, due)
            if heard == len(due):
                continue
            pause_s = FIRST_PAUSE_S if heard else min(2 * pause_s, LONGEST_PAUSE_S)
            await asyncio.sleep(pause_s)

    async def _round(self, client: httpx.AsyncClient, due: list[Row]) -> int:
        """Try each once, stopping where a whole handful was not heard; how many were."""
        heard = 0
        for start in range(0, len(due), AT_ONCE):
            some = due[start : start + AT_ONCE]
            answers = await asyncio.gather(*(self._send(client, row) for row in some))
            done = [_copy(row) for row, ok in zip(some, answers, strict=True) if ok]
            self._world.state.add_delivered(done)
            self._done.update(done)
            heard += len(done)
            if not done:
                break
        return heard

    async def _send(self, client: httpx.AsyncClient, row: Row) -> bool:
        subscription = self._world.state.subscription()
        if subscription is None:
            return False
        _, url, secret = subscription
        body, now_s, message_id = self._body_of(row), int(time.time()), f"msg_{row.event_id}"
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(now_s),
            "webhook-signature": sign(secret, message_id, now_s, body),
        }
        try:
            answer = await client.post(url, content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success


def _copy(row: Row) -> str:
    return f"{row.event_id}#{2 if row.repeat else 1}"
