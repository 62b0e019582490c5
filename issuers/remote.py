"""One polite HTTP connection to an outside system: login, waiting, and errors of our tree.

Every call here is safe to repeat (reads, and writes under an id of ours), so a lost answer is asked
for again; only when that fails too is the outcome unknown. Knows no scheme.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import Any

import httpx
import orjson

from issuers.adapter import LayoutChanged, Source
from issuers.unchanged import Unchanged
from issuers.waiting import TRIES, Pace, Patience
from ledger.errors import OutcomeUnknown, Refused, Rejected, Unavailable

BUSY = frozenset({429, 502, 503, 504})
NOT_DONE = frozenset({429, 503})
"""Busy answers of a source that has not begun; behind 502 and 504 it may have done the work."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

Login = Callable[[httpx.Client], None]
Lost = Callable[[httpx.Response], bool]
Outcome = httpx.Response | httpx.TransportError


class LoginBusy(Exception):
    """The login was answered as a busy source answers."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def no_login(_: httpx.Client) -> None:
    """For sources whose every request carries the key."""


def unauthorized(answer: httpx.Response) -> bool:
    """The usual sign that a login is missing or worn out."""
    return answer.status_code == httpx.codes.UNAUTHORIZED


def admitted(answer: httpx.Response, status: int = httpx.codes.OK) -> None:
    """Returns where the answer to a login lets us in; for a login function to end with."""
    if answer.status_code in BUSY:
        raise LoginBusy(answer)
    path = answer.url.path
    if answer.is_server_error:
        raise Unavailable("source.unavailable", path=path, why=f"status {answer.status_code}")
    if answer.status_code != status:
        raise Refused("source.login-refused", path=path, status=answer.status_code)


class Remote:
    """A source over HTTP. ``login`` makes the client known; ``lost`` sees that it no longer is.
    ``unchanged`` remembers what was read whole; without one handed in, this connection's own.
    Rejected("agent.setting-missing") where no address is given."""

    def __init__(
        self,
        source: Source,
        *,
        login: Login = no_login,
        lost: Lost = unauthorized,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | httpx.Auth | None = None,
        pace: Pace | None = None,
        unchanged: Unchanged | None = None,
    ) -> None:
        if not source.url:
            raise Rejected("agent.setting-missing", setting="source_url")
        self._login, self._lost = login, lost
        self._patience = Patience(pace or Pace())
        self._unchanged = Unchanged() if unchanged is None else unchanged
        self._client = httpx.Client(
            base_url=source.url,
            timeout=source.timeout_s,
            headers=headers,
            auth=auth,
            trust_env=False,
            verify=certificates(),
        )

    def __enter__(self) -> Remote:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the connections."""
        self._client.close()

    def get(self, path: str, **params: str | int) -> httpx.Response:
        """The answer to a read; anything but success is an error."""
        return succeeded(self.ask("GET", path, params=params))

    def changed(self, path: str, cursor: str, **params: str | int) -> httpx.Response | None:
        """As ``get``; None where the source says that nothing has changed since somebody who goes
        on from ``cursor`` had ``stored`` its answer."""
        address = str(self._client.build_request("GET", path, params=params or None).url)
        asks = self._unchanged.headers(address, cursor)
        answer = self.ask("GET", path, params=params, headers=asks)
        if asks and answer.status_code == httpx.codes.NOT_MODIFIED:
            return None
        return succeeded(answer)

    def stored(self, answer: httpx.Response, cursor: str) -> None:
        """Whoever goes on from ``cursor`` needs nothing of this answer any more."""
        self._unchanged.keep(str(answer.request.url), cursor, answer.headers)

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """The answer to a write that is safe to repeat; anything but success is an error."""
        return succeeded(self.ask("POST", path, body=body))

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str | int] | None = None,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """The answer, whatever its status, after login and waiting. Raises Unavailable where
        nothing happened, OutcomeUnknown where a write may have, Refused where the login fails."""
        self._patience.begin(path)
        content = None if body is None else orjson.dumps(body)
        given = {"content-type": "application/json"} if body is not None else {}
        given |= headers or {}
        logged_in, tried, unclear = False, 0, False
        while True:
            outcome = self._tried(method, path, params or None, content, given)
            if isinstance(outcome, httpx.Response) and outcome.status_code not in BUSY:
                self._patience.answered()
                if not self._lost(outcome):
                    return outcome
                failed = self._log_in(outcome, again=logged_in)
                if failed is None:
                    logged_in = True
                    continue
                outcome = failed
            else:
                unclear = unclear or (method != "GET" and _may_have_happened(outcome))
            tried += 1
            if not self._goes_on(path, outcome, tried, unclear=unclear):
                raise _failed(path, outcome, unclear=unclear)

    def _tried(
        self,
        method: str,
        path: str,
        params: dict[str, str | int] | None,
        content: bytes | None,
        headers: dict[str, str],
    ) -> Outcome:
        request = self._client.build_request(
            method, path, params=params, content=content, headers=headers
        )
        try:
            return self._client.send(request)
        except httpx.TransportError as error:
            return error

    def _goes_on(self, path: str, outcome: Outcome, tried: int, *, unclear: bool) -> bool:
        """Waits for the next try, if there is one."""
        headers = outcome.headers if isinstance(outcome, httpx.Response) else {}
        if tried == TRIES:
            self._patience.told(headers)
            return False
        try:
            self._patience.wait(path, headers, tried - 1)
        except Unavailable:
            if not unclear:
                raise
            return False
        return True

    def _log_in(self, answer: httpx.Response, *, again: bool) -> Outcome | None:
        """None once we are known; what came instead where the source is away or busy."""
        if again or self._login is no_login:
            raise Refused("source.login-refused", path=answer.url.path, status=answer.status_code)
        try:
            self._login(self._client)
        except LoginBusy as busy:
            return busy.answer
        except httpx.TransportError as error:
            return error
        return None


@cache
def certificates() -> ssl.SSLContext:
    """The certificates that are trusted; read once, because reading them costs 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


def succeeded(answer: httpx.Response) -> httpx.Response:
    """The answer, if it is a success; else the error that says what to do about it."""
    if answer.is_success:
        return answer
    path, status = answer.url.path, answer.status_code
    if not answer.is_server_error:
        raise Refused("source.refused", path=path, status=status)
    if answer.request.method == "GET":
        raise Unavailable("source.unavailable", path=path, why=f"status {status}")
    raise OutcomeUnknown("source.no-answer", path=path, why=f"status {status}")


def object_in(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object, or LayoutChanged."""
    try:
        found = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise LayoutChanged("source.layout-changed", where=answer.url.path, wanted="JSON object")
    return found


def listed(found: dict[str, Any], name: str, where: str) -> list[Any]:
    """A list in the object, or LayoutChanged."""
    value = found.get(name)
    if not isinstance(value, list):
        raise LayoutChanged("source.layout-changed", where=where, wanted=name)
    return value


def word(found: Any, name: str, where: str) -> str:
    """A text in the object that must not be empty, or LayoutChanged."""
    value = found.get(name) if isinstance(found, dict) else None
    if not isinstance(value, str) or not value:
        raise LayoutChanged("source.layout-changed", where=where, wanted=name)
    return value


def _may_have_happened(outcome: Outcome) -> bool:
    """Whether a write that came to this may have had its effect."""
    if isinstance(outcome, httpx.Response):
        return outcome.status_code not in NOT_DONE
    return not isinstance(outcome, NEVER_SENT)


def _failed(path: str, outcome: Outcome, *, unclear: bool) -> Unavailable | OutcomeUnknown:
    """The error after the last try: a write that may have reached the source is unknown."""
    why = "busy" if isinstance(outcome, httpx.Response) else str(outcome)
    if unclear:
        return OutcomeUnknown("source.no-answer", path=path, why=why)
    return Unavailable("source.unavailable", path=path, why=why)
