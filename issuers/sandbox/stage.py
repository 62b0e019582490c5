"""The outside systems as stages of the conformance suite: empty of a season, doing what is asked.

Each listens in this process on a port of its own, with its state in a folder that goes with it.
Knows the systems' own habits; knows no adapter.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from itertools import cycle
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from pydantic import TypeAdapter

from issuers.adapter import Source
from issuers.conformance.stage import Deed, Spoilt, Stage, TakenBack
from issuers.sandbox import season
from issuers.sandbox.courier import sign
from issuers.sandbox.kinds import KINDS, Scheme
from issuers.sandbox.people import residents
from issuers.sandbox.process import START_S, free_port
from issuers.sandbox.season import BEIJING, DAY, Event, Flaw, Row, Spec
from issuers.sandbox.service import build
from issuers.sandbox.world import open_world

RESIDENTS = 600
YEARS_BACK = 3
"""How long ago the stage begins, so that whatever happens on it lies in the past."""
OTHER_FORMS = (Flaw.FULL_WIDTH, Flaw.ODD_DATE)
"""How a repeat is written."""
CALLING = Scheme.ENVIRONMENT
_ROWS = TypeAdapter(list[Row])
T = TypeVar("T")


class Host:
    """The one thread in which all stages of this process run: FastAPI puts models together when
    they are first needed, which two threads must not do at once. There while somebody needs it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """The thread, for as long as this is."""
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="stages", daemon=True
                )
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._loop.call_soon_threadsafe(self._loop.stop)
                    self._thread.join()
                    self._loop.close()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work comes to, done in that thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_S)


HOST = Host()


class Server:
    """One outside system, served from the host's thread."""

    def __init__(self, scheme: Scheme, spec: Spec, folder: Path, port: int) -> None:
        HOST.do(self._start(scheme, spec, folder, port))

    def stop(self) -> None:
        """No longer there; whatever is under way has a second."""
        HOST.do(self._stop())

    async def _start(self, scheme: Scheme, spec: Spec, folder: Path, port: int) -> None:
        self.world = open_world(scheme, spec, folder)
        config = uvicorn.Config(
            build(self.world), port=port, log_level="critical", access_log=False, ws="none",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            if self._task.done():
                raise RuntimeError(f"{scheme} did not start")
            await asyncio.sleep(0.005)

    async def _stop(self) -> None:
        self._server.should_exit = True
        await self._task
        self.world.state.close()


class SandboxStage:
    """One of our outside systems under the suite's hands."""

    def __init__(self, scheme: Scheme, folder: Path) -> None:
        first = date.today().replace(day=1) - YEARS_BACK * 365 * DAY  # noqa: DTZ011 - any day will do
        self.kind, self._folder = scheme, folder
        self._spec = Spec(first=first, last=first, residents=RESIDENTS, events=0)
        self._day, self._number, self._port = first, 0, free_port()
        people = residents(self._spec.seed, self._spec.residents)
        members = [one.members[scheme] for one in people if scheme in one.members]
        self._members, self._single = cycle(members), iter(members)
        self._kinds = cycle(KINDS[scheme])
        self._rows: dict[str, Row] = {}
        self._server = Server(scheme, self._spec, folder, self._port)
        self._client = httpx.Client(trust_env=False, verify=False)  # noqa: S501 - this machine alone

    @property
    def source(self) -> Source:
        """The system's login."""
        login = self._server.world.credentials
        return Source(f"http://127.0.0.1:{self._port}", login.user, login.secret)

    @property
    def scheme(self) -> str:
        """Its code."""
        return str(self.kind)

    def close(self) -> None:
        """Stop the system."""
        self._client.close()
        self._server.stop()

    def happen(self, count: int, again: int = 0) -> list[Deed]:
        """Deeds of a new day, or of a new month where the system reports by month."""
        day = self._next_day()
        shown = [Row(self._event(at), day) for at in range(count)]
        repeats = [
            replace(row, repeat=True, event=replace(row.event, flaw=form))
            for row, form in zip(shown[:again], cycle(OTHER_FORMS), strict=False)
        ]
        self._show(shown + repeats)
        return [_deed(row.event) for row in shown]

    def spoil(self) -> list[Spoilt]:
        """A row of each flaw that the system is known for."""
        day = self._next_day()
        flaws = [one for one in season.REASONS if one not in season.IMPOSSIBLE[self.kind]]
        self._show([Row(self._event(at, flaw), day) for at, flaw in enumerate(flaws)])
        return [Spoilt(season.REASONS[flaw], flaw.value) for flaw in flaws]

    def take_back(self, event_id: str) -> TakenBack | None:
        """A refund of half, or a void."""
        if self.kind not in season.TAKES_BACK:
            return None
        event = self._rows[event_id].event
        back = event.quantity // 2 if self.kind is Scheme.CULTURE else event.quantity
        self._show([Row(event, self._next_day(), refund_step=1, refunded=back)])
        return TakenBack(event_id, event.quantity - back)

    def spend(self, event_id: str) -> bool:
        """In the scheme's own shop."""
        return self._ask("POST", "spend", {"event_id": event_id}).is_success

    def member(self) -> str:
        """One who is not frozen."""
        return next(self._single)

    def shut_out(self, member_id: str) -> None:
        """Frozen."""
        self._told("POST", "freeze", {"member_id": member_id})

    def native_points(self, member_id: str) -> int:
        """By the scheme's own books."""
        return int(self._told("GET", f"points/{member_id}")["points"])

    def wear_out_login(self) -> bool:
        """Tokens and sessions end."""
        return bool(self._told("POST", "wear-out")["worn_out"])

    def change_layout(self, *, changed: bool) -> bool:
        """Where the system has one."""
        return bool(self._told("POST", "layout", {"changed": changed})["has_layout"])

    def restart(self) -> bool:
        """The same address and folder; logins die with the process."""
        self._server.stop()
        self._server = Server(self.kind, self._spec, self._folder, self._port)
        return True

    def _next_day(self) -> date:
        """The day moves on."""
        self._day += DAY
        if self.kind is Scheme.RESIDENCE:  # a report a month, on the month's last day
            self._day = (self._day.replace(day=1) + 31 * DAY).replace(day=1) - DAY
        self._told("POST", "today", {"date": self._day.isoformat()})
        return self._day

    def _event(self, at: int, flaw: Flaw = Flaw.NONE) -> Event:
        """The next deed: of the day itself where a day is all that is told, else of the day before,
        and not in the order of the clock."""
        self._number += 1
        kind, member = next(self._kinds), next(self._members)
        began = datetime.combine(self._day, time_of_day(), BEIJING)
        if self.kind is not Scheme.RESIDENCE:
            began += timedelta(hours=8, minutes=37 * at % 600) - DAY
        quantity = kind.low + kind.step * (self._number % ((kind.high - kind.low) // kind.step + 1))
        event_id = season.event_id_of(self._spec, self.kind, self._number, member, began, kind)
        return Event(self.kind, event_id, member, kind.code, quantity, began, flaw)

    def _show(self, rows: list[Row]) -> None:
        self._rows |= {row.event_id: row for row in rows}
        self._told("POST", "happen", {"rows": _ROWS.dump_python(rows, mode="json")})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return self._client.request(
            method,
            f"{self.source.url}/control/{path}",
            json=body,
            headers={"X-Control-Key": self._server.world.credentials.control},
        )

    def _told(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self._ask(method, path, body).raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


class CallingSandboxStage(SandboxStage):
    """The one that calls."""

    def waiting(self) -> int:
        """Copies on their way."""
        return int(self._told("GET", "waiting")["waiting"])

    def today(self) -> date:
        """The system's day."""
        return self._day

    def call(self, message_id: str, body: bytes, at_s: int) -> Mapping[str, str]:
        """Signed as Standard Webhooks has it."""
        secret = self._told("GET", "secret")["secret"]
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(at_s),
            "webhook-signature": sign(secret, message_id, at_s, body),
        }


def _deed(event: Event) -> Deed:
    return Deed(event.event_id, event.member_id, event.code, event.quantity, event.began)


@contextmanager
def staged(scheme: str) -> Iterator[Stage]:
    """The outside system of a scheme, running while inside."""
    with HOST.running(), tempfile.TemporaryDirectory(prefix="tongdui-") as folder:
        kind = CallingSandboxStage if scheme == CALLING else SandboxStage
        stage = kind(Scheme(scheme), Path(folder))
        try:
            yield stage
        finally:
            stage.close()
