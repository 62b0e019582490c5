"""A command sent twice has one effect and one answer, whatever dies on the way.

The client names each command by ``Idempotency-Key``. Its content is noted before anything happens,
so the same name with other content is refused also after a crash; final answers are kept and given
again. Between effect and answer a process may die: the command's id is computed from key and name,
so the service meets the same command again and answers for the effect that is there. Where several
processes share a database, one of them works on a command at a time.

Answers kept: those that say what became of the command, good or bad. Not kept: 202 (not confirmed
yet) and all that ask to try again, so that the next try gets the newer answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from starlette.responses import Response

from api.gathering import Gathering
from ledger.errors import Rejected, Unavailable
from ledger.store import access_answers
from ledger.store.access_tables import COMMAND_NAME_CHARACTERS, AnswerRow
from ledger.store.engine import Connection, Engine, transaction
from ledger.store.seats import OneSeat, Seats

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
FORGET_EVERY = 1_000
"""Commands between two clean-ups of what has expired."""
RUNNING = "request.command-running"
ELSEWHERE_S = 0.05
"""Pause between looks at a command that another process works on."""
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
    def place(self) -> tuple[str, str]:
        """Where it is kept."""
        return self.key_id, self.name

    @property
    def id(self) -> str:
        """The id under which the service knows it: the same whenever it is sent again."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.key_id}:{self.name}"))


def command_of(
    key_id: str, name: str | None, method: str, target: str, body: bytes, secret: str = ""
) -> Command:
    """The command of a request; Rejected("request.command-unnamed") where it has no proper name.

    ``secret`` is the caller's own token, or as good: contents may hold a PIN or a voice, and a
    fingerprint that is kept must not let anybody try six digits or a list of projects out.
    """
    name = (name or "").strip()
    if not (0 < len(name) <= COMMAND_NAME_CHARACTERS and name.isascii() and name.isprintable()):
        raise Rejected("request.command-unnamed", field=HEADER, most=COMMAND_NAME_CHARACTERS)
    head = f"{method} {target}\n".encode()
    return Command(key_id, name, hmac.digest(secret.encode(), head + body, hashlib.sha256))


class _Note(NamedTuple):
    """What is to be written of a command: that it begins, its final answer, or that it was left
    without one."""

    command: Command
    said: access_answers.Said | None = None
    left: bool = False

    @property
    def begins(self) -> bool:
        """Whether it is only beginning."""
        return self.said is None and not self.left


class _Place:
    """Where the requests of one command wait for each other, while there are any."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


class Answers:
    """What was answered to whom. One per process; ``seats`` knows of others over its database."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        *,
        keep_s: int,
        patience_s: float,
        seats: Seats | None = None,
    ) -> None:
        """``patience_s``: how long a command waits for the same one that is being worked on."""
        self._engine = engine
        self._clock = clock
        self._keep_s = keep_s
        self._patience_s = patience_s
        self._seats = seats or OneSeat(engine)
        self._running: dict[access_answers.Place, _Place] = {}
        self._begun = 0
        self._notes: Gathering[_Note, AnswerRow | None] = Gathering(self._write)

    async def once(self, command: Command, work: Callable[[bool], Awaitable[Response]]) -> Response:
        """The kept answer, or that of ``work``, which is told whether the command was begun before.

        Raises Rejected("request.command-differs"), Unavailable("request.command-running"), and what
        ``work`` raises.
        """
        until = time.monotonic() + self._patience_s
        async with self._alone(command):
            kept = await self._begin(command, until)
            if kept is not None and kept.status is not None:
                return _again(kept)
            answer = await work(kept is not None)
            if _is_final(answer):
                await self._notes.do(_Note(command, _said(command, answer)))
            elif self._seats.mine is not None:
                await self._notes.do(_Note(command, left=True))
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
            raise _running() from None
        finally:
            place.users -= 1
            if not place.users:
                del self._running[name]

    async def _begin(self, command: Command, until_s: float) -> AnswerRow | None:
        """What is kept of it, noting its content if nothing is; once no other process works on it.

        One that died while it worked on it does so no more.
        """
        while True:
            try:
                return await self._notes.do(_Note(command))
            except Unavailable as error:
                late = time.monotonic() + ELSEWHERE_S >= until_s
                if late or error.code != RUNNING:
                    raise
            await asyncio.sleep(ELSEWHERE_S)

    def _write(self, notes: Sequence[_Note]) -> list[AnswerRow | Exception | None]:
        """All of these in one transaction; what is kept of each that begins, or why it may not."""
        now_s = int(self._clock())
        begins = [note.command.place for note in notes if note.begins]
        with transaction(self._engine) as connection:
            access_answers.answer(connection, [note.said for note in notes if note.said])
            left = [note.command.place for note in notes if note.left]
            access_answers.take(connection, left, None)
            if not begins:
                return [None] * len(notes)
            if self._begun // FORGET_EVERY != (self._begun + len(begins)) // FORGET_EVERY:
                access_answers.forget(connection, now_s)
            self._begun += len(begins)
            kept = access_answers.find(connection, begins)
            return self._begun_now(connection, notes, kept, now_s)

    def _begun_now(
        self,
        connection: Connection,
        notes: Sequence[_Note],
        kept: Mapping[access_answers.Place, AnswerRow],
        now_s: int,
    ) -> list[AnswerRow | Exception | None]:
        answers: list[AnswerRow | Exception | None] = []
        news: list[access_answers.Begun] = []
        taken: list[access_answers.Place] = []
        mine = self._seats.mine
        for command in (note.command if note.begins else None for note in notes):
            row = kept.get(command.place) if command else None
            if command is None:
                answers.append(None)
            elif row is None or row.expires_s <= now_s:
                news.append(access_answers.Begun(*command, now_s + self._keep_s, mine))
                answers.append(None)
            elif row.fingerprint != command.fingerprint:
                answers.append(Rejected("request.command-differs", field=HEADER))
            elif row.status is None and self._is_elsewhere(connection, row.seat):
                answers.append(_running())
            else:
                if row.status is None and mine is not None:
                    taken.append(command.place)
                answers.append(row)
        access_answers.take(connection, taken, mine)
        stale = [(one.key_id, one.name) for one in news if (one.key_id, one.name) in kept]
        access_answers.drop(connection, stale)
        access_answers.begin(connection, news)
        return answers

    def _is_elsewhere(self, connection: Connection, seat: int | None) -> bool:
        """Whether another process works on it now."""
        if seat is None or seat == self._seats.mine:
            return False
        return self._seats.is_there(connection, seat)


def _said(command: Command, answer: Response) -> access_answers.Said:
    kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    return access_answers.Said(
        *command.place, answer.status_code, json.dumps(kept), bytes(answer.body)
    )


def _running() -> Unavailable:
    return Unavailable("request.command-running", field=HEADER, retry_after=1)


def _is_final(answer: Response) -> bool:
    """Whether the same command is to get this answer again from the table."""
    secret = answer.headers.get("Cache-Control") == NOT_KEPT["Cache-Control"]
    return answer.status_code not in _AGAIN | {500} and not secret


def _again(kept: AnswerRow) -> Response:
    assert kept.status is not None
    headers = json.loads(kept.headers or "{}")
    return Response(kept.body, kept.status, headers | {REPLAYED: "true"})
