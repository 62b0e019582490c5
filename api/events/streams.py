"""Server-sent events: one look at the newest event for all who listen, then each reads its own.

A listener gets what its reader may know, in order, each event under its number, which the browser
sends back after a break (``Last-Event-ID``): nothing is lost between. Who does not take what is
sent in time is dropped, and a stream ends by itself after a while, so that its key is judged anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.etags import STREAM
from api.events.schemas import EventShape
from api.pages import cursor_of
from ledger.errors import TongduiError, Unavailable
from ledger.store import hooks_events as events
from ledger.store.engine import Engine, reading
from ledger.store.hooks_events import EventRow, Reader

MEDIA_TYPE = STREAM
LISTENERS_MOST = 4
"""Streams of one key at a time."""
PAGE = 100
"""Events that are read, and sent, in one piece."""
RETRY_MS = 2_000
"""When a browser comes back after a break."""


@dataclass(frozen=True)
class Pace:
    """How long things may take, in seconds."""

    tick_s: float = 0.25
    """Between looks at the newest event, while anybody listens."""
    heartbeat_s: float = 15.0
    """After so long the key is judged again, and where nothing was sent a comment goes out, so that
    nobody in between hangs up."""
    stall_s: float = 10.0
    """A listener that takes nothing for so long is dropped."""
    life_s: float = 900.0
    """Then a stream ends, and its listener comes back."""


class Listener(NamedTuple):
    """Who listens, and to what."""

    key_id: str
    reader: Reader
    kinds: Sequence[str]
    judge: Callable[[], object]
    """Raises where the key or session works no more: asked with every heartbeat."""


class Streams:
    """Those of one process, on its event loop."""

    def __init__(self, engine: Engine, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self.closed = False
        self._engine = engine
        self._newest = 0
        self._changed = asyncio.Event()
        self._listeners: Counter[str] = Counter()
        self._watching: asyncio.Task[None] | None = None

    def enter(self, key_id: str) -> None:
        """Counts a listener; Unavailable("hook.too-many-streams")."""
        if self._listeners[key_id] >= LISTENERS_MOST:
            raise Unavailable("hook.too-many-streams", most=LISTENERS_MOST, retry_after=5)
        self._listeners[key_id] += 1

    def leave(self, key_id: str) -> None:
        """It listens no more."""
        self._listeners[key_id] -= 1
        if not self._listeners[key_id]:
            del self._listeners[key_id]

    def close(self) -> None:
        """Ends all streams, for the server to end."""
        self.closed = True
        self._changed.set()

    async def news(self, seen: int, patience_s: float) -> None:
        """Returns when there is an event behind ``seen``, the streams close or time is over."""
        if self._watching is None or self._watching.done():
            self._watching = asyncio.get_running_loop().create_task(self._watch())
        changed = self._changed
        if self._newest <= seen and not self.closed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), patience_s)

    def read(self, reader: Reader, kinds: Sequence[str], after: int) -> tuple[list[EventRow], int]:
        """The next events of a reader, and up to which number it has all of its own."""
        with reading(self._engine) as connection:
            newest = events.newest(connection)
            page = events.page(connection, reader, kinds, after, PAGE)
        return page, page[-1].seq if len(page) == PAGE else max(after, newest)

    def newest(self) -> int:
        """The number of the newest event."""
        with reading(self._engine) as connection:
            return events.newest(connection)

    async def _watch(self) -> None:
        while self._listeners and not self.closed:
            with contextlib.suppress(TongduiError):  # the database is away: look again
                newest = await run_in_threadpool(self.newest)
                if newest != self._newest:
                    self._newest = newest
                    changed, self._changed = self._changed, asyncio.Event()
                    changed.set()
            await asyncio.sleep(self.pace.tick_s)


class EventStream(Response):
    """The answer that goes on. ``after`` is the number behind which the listener wants events."""

    media_type = MEDIA_TYPE

    def __init__(self, streams: Streams, listener: Listener, after: int) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._streams = streams
        self._listener = listener
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Sends until the listener goes, falls behind, or its time is over."""
        gone = asyncio.get_running_loop().create_task(_gone(receive))
        try:
            await self._put(send, {**self._start(), "type": "http.response.start"})
            await self._say(send, f"retry: {RETRY_MS}\nid: {cursor_of(self._after)}\n\n")
            await self._tell(send, gone)
            await self._put(send, {"type": "http.response.body", "body": b""})
        except (TimeoutError, TongduiError):
            return  # the server hangs up, and a listener that still is there comes back
        finally:
            gone.cancel()
            self._streams.leave(self._listener.key_id)

    def _start(self) -> Message:
        headers = [(k, v) for k, v in self.raw_headers if k != b"content-length"]
        return {"status": 200, "headers": headers}

    async def _tell(self, send: Send, gone: asyncio.Task[None]) -> None:
        pace, ends = self._streams.pace, time.monotonic() + self._streams.pace.life_s
        spoke = time.monotonic()
        while not (gone.done() or self._streams.closed or time.monotonic() > ends):
            page, after = await run_in_threadpool(
                self._streams.read, self._listener.reader, self._listener.kinds, self._after
            )
            self._after = after
            if time.monotonic() - spoke >= pace.heartbeat_s:
                await run_in_threadpool(self._listener.judge)
                spoke = time.monotonic()
                if not page:
                    await self._say(send, f"id: {cursor_of(after)}\n: ·\n\n")
            if page:
                await self._say(send, "".join(map(_block, page)))
            quiet_s = max(0.01, pace.heartbeat_s - (time.monotonic() - spoke))
            news = asyncio.ensure_future(self._streams.news(after, quiet_s))
            await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()

    async def _say(self, send: Send, text: str) -> None:
        body = text.encode()
        await self._put(send, {"type": "http.response.body", "body": body, "more_body": True})

    async def _put(self, send: Send, message: Message) -> None:
        """TimeoutError where the listener does not take it."""
        async with asyncio.timeout(self._streams.pace.stall_s):
            await send(message)


def _block(row: EventRow) -> str:
    """One event as the stream's format has it; JSON has no line breaks."""
    content = EventShape.of(row).model_dump_json()
    return f"id: {cursor_of(row.seq)}\nevent: {row.kind}\ndata: {content}\n\n"


async def _gone(receive: Receive) -> None:
    """Returns when the listener has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
