"""Doing together what many requests ask of the database: one thread and one commit for all of them.

What comes while a go is at work makes up the next one. The counterpart, on the event loop, of what
the redemption service does between its threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
MOST = 200
"""Of one go."""


class Gathering(Generic[Asked, Answer]):
    """``run`` takes what was asked, in order, and answers each; an exception among the answers is
    raised to whoever asked, one that it raises to all."""

    def __init__(self, run: Callable[[Sequence[Asked]], Sequence[Answer | Exception]]) -> None:
        self._run = run
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._going: asyncio.Task[None] | None = None

    async def do(self, asked: Asked) -> Answer:
        """What ``run`` answers to it. Who stops waiting has asked all the same."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((asked, told))
        if self._going is None:
            self._going = loop.create_task(self._go())
        return await told

    async def _go(self) -> None:
        try:
            while self._waiting:
                part, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._one(part)
        finally:
            self._going = None

    async def _one(self, part: list[tuple[Asked, asyncio.Future[Answer]]]) -> None:
        answers: Sequence[Answer | Exception]
        try:
            answers = await run_in_threadpool(self._run, [asked for asked, _ in part])
        except Exception as error:  # noqa: BLE001 - each of them must hear that it broke
            answers = [error] * len(part)
        for (_, told), answer in zip(part, answers, strict=True):
            if told.done():
                continue
            if isinstance(answer, Exception):
                told.set_exception(answer)
            else:
                told.set_result(answer)
