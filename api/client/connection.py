"""One key's way to the API: names commands, tries again where that is harmless, waits, pages.

What is tried again: a GET always; a command under the same ``Idempotency-Key``, so that it has one
effect; anything else only where nothing was sent or the API says that nothing happened. Errors are
those of ``ledger.errors``, with the API's own code and values. Safe to use from several threads.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError
from pydantic_core import to_jsonable_python

from api.client.answers import Answer, Download, Event, Model
from api.client.events import events_of
from api.client.failures import answer_lost, error_of, no_answer, not_understood
from api.client.memory import Memory
from ledger.errors import OutcomeUnknown, TongduiError

M = TypeVar("M", bound=Model)
Query = Mapping[str, Any]
TIMEOUT_S = 30.0
"""Of one answer: the API waits up to ten seconds for the chain before it says 202."""
PATIENCE_S = 60.0
"""How long a command waits for the chain, and is tried again, before the caller hears of it."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
_AGAIN = frozenset({429, 503, 504})
NAME = "Idempotency-Key"


def new_key() -> str:
    """A name for a command, for callers who note it before they send."""
    return str(uuid.uuid4())


class Connection:
    """What the calls of all resources share. Use the client as a context, or ``close`` it."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        language: str = "zh",
        patience_s: float = PATIENCE_S,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``token`` is the API key; None for what everybody may read.

        ``transport`` and ``sleep`` are for tests.
        """
        headers = {"Accept-Language": language, "User-Agent": "tongdui-client"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self.url = url.rstrip("/")
        self._patience_s = patience_s
        self._sleep = sleep
        self._memory = Memory()
        self._http = httpx.Client(
            base_url=self.url, headers=httpx.Headers(headers, "utf-8"), timeout=TIMEOUT_S,
            trust_env=False, transport=transport,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    @staticmethod
    def _path(template: str, values: Mapping[str, object]) -> str:
        return template.format(**{name: _step(value) for name, value in values.items()})

    def _ask(
        self,
        shape: type[M],
        method: str,
        path: str,
        *,
        query: Query | None = None,
        headers: Query | None = None,
        body: Mapping[str, Any] | None = None,
        content: tuple[str, bytes] | None = None,
        key: str | None = None,
        waits: bool = False,
        wait_s: float | None = None,
    ) -> M:
        """The answer as its shape."""
        answer, how = self._answer(
            method, path, query=query, headers=headers, body=body, content=content, key=key,
            waits=waits, wait_s=wait_s,
        )  # fmt: skip
        try:
            return shape.model_validate_json(answer.content).answered(how)
        except ValidationError as error:
            raise not_understood(answer) from error

    def _done(self, method: str, path: str, **given: Any) -> None:
        """For answers without content."""
        self._answer(method, path, **given)

    def _redirected(self, method: str, path: str, **given: Any) -> str:
        """For what sends a browser elsewhere: where to."""
        _, how = self._answer(method, path, **given)
        return how.location or ""

    def _download(self, method: str, path: str, **given: Any) -> Download:
        """For content that is not JSON."""
        answer, how = self._answer(method, path, **given)
        return Download(answer.content, answer.headers.get("Content-Type", ""), how)

    def _events(
        self, path: str, *, query: Query | None = None, headers: Query | None = None
    ) -> Iterator[Event]:
        """A stream's events as they come, until the stream ends or the iterator is closed."""
        more = {"Accept": "text/event-stream"}
        more |= {k: str(v) for k, v in (headers or {}).items() if v is not None}
        quiet = httpx.Timeout(TIMEOUT_S, read=None)
        given: dict[str, Any] = {"params": _plain(query), "headers": more, "timeout": quiet}
        try:
            with self._http.stream("GET", path, **given) as answer:
                if not answer.is_success:
                    answer.read()
                    raise error_of(answer, None)
                yield from events_of(answer.iter_lines())
        except httpx.TransportError as error:
            raise no_answer(self.url + path, error) from error

    def _pages(
        self,
        shape: type[Model],
        name: str,
        path: str,
        *,
        query: Query | None = None,
        headers: Query | None = None,
    ) -> Iterator[Any]:
        """Every item from the cursor on, page by page, asked for as they are taken."""
        asked = dict(query or {})
        while True:
            page: Any = self._ask(shape, "GET", path, query=asked, headers=headers)
            yield from getattr(page, name)
            if page.next_cursor is None:
                return
            asked["cursor"] = page.next_cursor

    def _answer(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        headers: Query | None = None,
        body: Mapping[str, Any] | None = None,
        content: tuple[str, bytes] | None = None,
        key: str | None = None,
        waits: bool = False,
        wait_s: float | None = None,
    ) -> tuple[httpx.Response, Answer]:
        name = (key or new_key()) if method == "POST" else None
        more = {k: str(v) for k, v in (headers or {}).items() if v is not None}
        given: dict[str, Any] = {"headers": more, "params": _plain(query)}
        if name is not None:
            more[NAME] = name
        if content is not None:
            more["Content-Type"], given["content"] = content
        elif body is not None:
            given["json"] = _plain(body)
        if method == "GET":
            more |= self._memory.asks(path, given["params"])
        patience_s = self._patience_s if wait_s is None or not waits else wait_s
        deadline = time.monotonic() + patience_s
        answer = self._sent(method, path, given, name, deadline, until_final=waits)
        if waits and answer.status_code == 202 and patience_s > 0:
            place = answer.headers.get("Location", "")
            raise OutcomeUnknown("client.not-confirmed", location=place, idempotency_key=name)
        if method == "GET":
            answer = self._memory.of(path, given["params"], answer)
        if not (answer.is_success or answer.has_redirect_location):
            raise error_of(answer, name)
        return answer, _how(answer, name)

    def _sent(
        self,
        method: str,
        path: str,
        given: dict[str, Any],
        name: str | None,
        deadline: float,
        *,
        until_final: bool,
    ) -> httpx.Response:
        """The last answer before the deadline, sooner where another try cannot better it."""
        pause_s = FIRST_PAUSE_S
        while True:
            answer, error = self._once(method, path, given, name)
            left_s = deadline - time.monotonic()
            told_s = 0.0 if answer is None else _told(answer)
            if left_s <= max(pause_s, told_s) or not _again(method, answer, error, until_final):
                if answer is None:
                    assert error is not None
                    raise error
                return answer
            on_the_way = answer is not None and answer.status_code == 202
            self._sleep(pause_s if on_the_way else max(told_s, pause_s * random.uniform(0.5, 1)))
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _once(
        self, method: str, path: str, given: dict[str, Any], name: str | None
    ) -> tuple[httpx.Response | None, TongduiError | None]:
        place = self.url + path
        try:
            return self._http.request(method, path, **given), None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return None, no_answer(place, error)
        except httpx.TransportError as error:
            if method == "GET":
                return None, no_answer(place, error)
            return None, answer_lost(place, error, name)


def _again(
    method: str, answer: httpx.Response | None, error: TongduiError | None, until_final: bool
) -> bool:
    """Whether one more try is harmless and may bring more."""
    if answer is None:
        return not isinstance(error, OutcomeUnknown) or method == "POST"
    if answer.status_code == 202:
        return until_final
    if answer.status_code == 504:
        return method in ("GET", "POST")
    return answer.status_code in _AGAIN


def _told(answer: httpx.Response) -> float:
    """After how many seconds the API says to try again."""
    told = answer.headers.get("Retry-After", "")
    return float(told) if told.isdigit() and answer.status_code != 202 else 0.0


def _how(answer: httpx.Response, name: str | None) -> Answer:
    return Answer(
        status=answer.status_code,
        etag=answer.headers.get("ETag"),
        location=answer.headers.get("Location"),
        idempotency_key=name,
        replayed="Idempotency-Replayed" in answer.headers,
        sandbox="Tongdui-Sandbox" in answer.headers,
    )


def _step(value: object) -> str:
    """One step of a path, whatever it is: ``..`` would lead to another operation."""
    quoted = quote(str(value), safe="")
    return quoted.replace(".", "%2E") if quoted in (".", "..") else quoted


def _plain(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """As JSON or a query has it; what was left open is not sent."""
    said = {name: value for name, value in (given or {}).items() if value is not None}
    plain: dict[str, Any] = to_jsonable_python(said, by_alias=True)
    return plain
