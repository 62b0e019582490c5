"""The thread that sends webhooks: several at a time, one webhook's trouble being its own.

A webhook whose last tries failed gets one try at a time and pauses in between; so a receiver that
hangs holds up nobody else's. Where several processes share a database, one of them sends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from api.events.schemas import EventShape
from api.hooks.messages import message_of
from api.hooks.sending import Answer, Sender
from ledger.errors import OutcomeUnknown, TongduiError, Unavailable
from ledger.hooks.courier import Courier, Job, Tried
from ledger.store.hooks_deliveries import Outcome

AT_ONCE = 8
"""Tries of one webhook at a time, while all is well."""
AT_ONCE_OF_ALL = 64
FAILURES = 3
"""In a row: from then on a webhook is tried one event at a time, with pauses."""
LONGEST_PAUSE_S = 60.0
FORGET_EVERY_S = 600.0
ENDING_S = 3.0
"""At the end, what is on its way has so long to come back."""
DUTY = "webhooks"
_log = logging.getLogger(__name__)


@dataclass
class _Lane:
    """One webhook's tries, as this process knows them."""

    going: set[int] = field(default_factory=set)
    """Events on their way."""
    failures: int = 0
    """In a row."""
    rests_until: float = 0.0

    def room(self, now: float) -> int:
        """How many more tries may begin."""
        if now < self.rests_until:
            return 0
        return (AT_ONCE if self.failures < FAILURES else 1) - len(self.going)

    def note(self, now: float, rest_s: float, *, taken: bool) -> None:
        """What came of a try."""
        self.failures = 0 if taken else self.failures + 1
        over = self.failures - FAILURES
        if over >= 0:
            self.rests_until = now + min(LONGEST_PAUSE_S, rest_s * 2.0 ** min(over, 10))


class Delivering:
    """``run`` is for one thread."""

    def __init__(
        self,
        courier: Courier,
        sender: Callable[[], Sender],
        clock: Callable[[], float],
        *,
        tick_s: float,
        rest_s: float = 1.0,
        take: Callable[[], int] | None = None,
    ) -> None:
        """``sender`` makes one for the thread's event loop. ``rest_s``: a failing webhook's first
        pause, which doubles. ``take``: 0 while another process sends; else a number, another each
        time that it becomes our duty."""
        self._courier = courier
        self._make_sender = sender
        self._clock = clock
        self._tick_s = tick_s
        self._rest_s = rest_s
        self._take = take or (lambda: 1)
        self._turn = 0
        self._lanes: dict[str, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._tried: list[Tried] = []
        self._forgot = -FORGET_EVERY_S

    def run(self, enough: threading.Event) -> None:
        """Sends what is due until ``enough`` is set. Raises what stops it for good."""
        asyncio.run(self._run(enough))

    async def _run(self, enough: threading.Event) -> None:
        sender, back = self._make_sender(), asyncio.Event()
        try:
            while not enough.is_set():
                try:
                    await self._round(sender, back)
                except (Unavailable, OutcomeUnknown) as error:
                    _log.warning("webhooks wait: %s", error)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(back.wait(), self._tick_s)
                back.clear()
            await self._end()
        finally:
            for task in self._tasks:
                task.cancel()
            await sender.close()

    async def _round(self, sender: Sender, back: asyncio.Event) -> None:
        await self._note()
        turn = await asyncio.to_thread(self._take)
        if turn != self._turn:
            self._turn, self._lanes = turn, {}
        if not turn:
            return
        for job in await asyncio.to_thread(self._due):
            self._lanes[job.hook.id].going.add(job.event.seq)
            task = asyncio.create_task(self._try(sender, job, back))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _due(self) -> list[Job]:
        now = time.monotonic()
        if now - self._forgot >= FORGET_EVERY_S:
            self._courier.forget()
            self._forgot = now
        self._courier.spread()
        left = AT_ONCE_OF_ALL - len(self._tasks)

        def room(hook_id: str) -> int:
            nonlocal left
            most = min(left, self._lanes.setdefault(hook_id, _Lane()).room(now))
            left -= max(0, most)
            return most

        busy = {name: set(lane.going) for name, lane in self._lanes.items()}
        return self._courier.due(room, busy)

    async def _try(self, sender: Sender, job: Job, back: asyncio.Event) -> None:
        now_s = int(self._clock())
        try:
            headers, body = message_of(job.hook, EventShape.of(job.event), now_s)
            answer = await sender.post(job.hook.url, headers, body)
        except Exception:  # noqa: BLE001 - one that cannot be made must not hold the others up
            _log.exception("event %s cannot be sent", job.event.id)
            answer = Answer(error="dropped")
        outcome = Outcome(int(self._clock()), answer.code, answer.error)
        self._tried.append(Tried(job, outcome, answer.asked_s))
        back.set()

    async def _note(self) -> None:
        """Writes down what came back; where that fails, it is tried again with the next round."""
        if not self._tried:
            return
        tried = list(self._tried)
        await asyncio.to_thread(self._courier.note, tried)
        self._tried = self._tried[len(tried) :]
        now = time.monotonic()
        for one in tried:
            lane = self._lanes.setdefault(one.job.hook.id, _Lane())
            lane.going.discard(one.job.event.seq)
            lane.note(now, self._rest_s, taken=one.taken)

    async def _end(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=ENDING_S)
        with contextlib.suppress(TongduiError):
            await self._note()
