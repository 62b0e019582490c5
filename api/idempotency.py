"""A command sent twice has one effect and one answer, whatever dies on the way.

The client names each command by ``Idempotency-Key``. Its content is noted before anything happens,
so the same name with other content is refused also after a crash; final answers are kept and given
again. Between effect and answer a process may die: the command's id is computed from key and name,
so the service meets the same command again and answers for the effect that is there.

Answers kept: those that say what became of the command, good or bad. Not kept: 202 (not confirmed
yet) and all that ask to try again, so that the next try gets the newer answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ledger.errors import Rejected, Unavailable
from ledger.store import access_answers
from ledger.store.access_tables import COMMAND_NAME_CHARACTERS, AnswerRow
from ledger.store.engine import Engine, reading, transaction

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
FORGET_EVERY = 1_000
"""Commands between two clean-ups of what has expired."""
_KEPT_HEADERS = ("content-type", "content-language", "location", "etag")
NOT_KEPT = {"Cache-Control": "no-store"}
"""Headers of an answer that no store may hold: the same command makes it again."""
_AGAIN = frozenset({202, 429, 503, 504})
"""Statuses after which the same command may have a newer answer."""
_NAMESPACE = uuid.UUID("b6f5c2de-8d0f-5d63-9f53-7f3a3a1f2c11")


class Command(NamedTuple):
    """One POST of a client."""

    key_id: str
    name: str
    fingerprint: bytes

    @property
    def id(self) -> str:
        """The id under which the service knows it: the same whenever it is sent again."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.key_id}:{self.name}"))


def command_of(key_id: str, name: str | None, method: str, target: str, body: bytes) -> Command:
    """The command of a request; Rejected("request.command-unnamed") where it has no proper name."""
    name = (name or "").strip()
    if not (0 < len(name) <= COMMAND_NAME_CHARACTERS and name.isascii() and name.isprintable()):
        raise Rejected("request.command-unnamed", field=HEADER, most=COMMAND_NAME_CHARACTERS)
    head = f"{method} {target}\n".encode()
    return Command(key_id, name, hashlib.sha256(head + body).digest())


class _Place:
    """Where the requests of one command wait for each other, while there are any."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


class Answers:
    """What was answered to whom. One per process; its database belongs to this process alone."""

    def __init__(
        self, engine: Engine, clock: Callable[[], float], *, keep_s: int, patience_s: float
    ) -> None:
        """``patience_s``: how long a command waits for the same one that is being worked on."""
        self._engine = engine
        self._clock = clock
        self._keep_s = keep_s
        self._patience_s = patience_s
        self._running: dict[tuple[str, str], _Place] = {}
        self._begun = 0

    async def once(self, command: Command, work: Callable[[bool], Awaitable[Response]]) -> Response:
        """The kept answer, or that of ``work``, which is told whether the command was begun before.

        Raises Rejected("request.command-differs"), Unavailable("request.command-running"), and what
        ``work`` raises.
        """
        async with self._alone(command):
            kept = await run_in_threadpool(self._begin, command)
            if kept is not None and kept.status is not None:
                return _again(kept)
            answer = await work(kept is not None)
            if _is_final(answer):
                await run_in_threadpool(self._keep, command, answer)
            return answer

    @contextlib.asynccontextmanager
    async def _alone(self, command: Command) -> AsyncIterator[None]:
        name = (command.key_id, command.name)
        place = self._running.setdefault(name, _Place())
        place.users += 1
        try:
            await asyncio.wait_for(place.lock.acquire(), self._patience_s)
            try:
                yield
            finally:
                place.lock.release()
        except TimeoutError:
            raise Unavailable("request.command-running", field=HEADER, retry_after=1) from None
        finally:
            place.users -= 1
            if not place.users:
                del self._running[name]

    def _begin(self, command: Command) -> AnswerRow | None:
        """What is kept of it, noting its content if nothing is."""
        now_s = int(self._clock())
        with reading(self._engine) as connection:
            kept = access_answers.find(connection, command.key_id, command.name)
        if kept is None or kept.expires_s <= now_s:
            self._note(command, now_s)
            return None
        if kept.fingerprint != command.fingerprint:
            raise Rejected("request.command-differs", field=HEADER)
        return kept

    def _note(self, command: Command, now_s: int) -> None:
        with transaction(self._engine) as connection:
            access_answers.drop(connection, command.key_id, command.name)
            if self._begun % FORGET_EVERY == 0:
                access_answers.forget(connection, now_s)
            self._begun += 1
            expires_s = now_s + self._keep_s
            access_answers.begin(connection, *command, expires_s)

    def _keep(self, command: Command, answer: Response) -> None:
        kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
        place = (command.key_id, command.name)
        with transaction(self._engine) as connection:
            content = bytes(answer.body)
            access_answers.answer(connection, *place, answer.status_code, json.dumps(kept), content)


def _is_final(answer: Response) -> bool:
    """Whether the same command is to get this answer again from the table."""
    secret = answer.headers.get("Cache-Control") == NOT_KEPT["Cache-Control"]
    return answer.status_code not in _AGAIN | {500} and not secret


def _again(kept: AnswerRow) -> Response:
    assert kept.status is not None
    headers = json.loads(kept.headers or "{}")
    return Response(kept.body, kept.status, headers | {REPLAYED: "true"})
