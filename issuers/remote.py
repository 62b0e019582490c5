"""One polite HTTP connection to an outside system: login, waiting, and errors of our tree.

Every call here is safe to repeat (reads, and writes under an id of ours), so a lost answer is asked
for again; only when that fails too is the outcome unknown. Knows no scheme.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import httpx
import orjson

from issuers.adapter import LayoutChanged, Source
from ledger.errors import OutcomeUnknown, Refused, Unavailable

TRIES = 4
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 30.0
BUSY = frozenset({429, 502, 503, 504})
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

Login = Callable[[httpx.Client], None]
Lost = Callable[[httpx.Response], bool]


def no_login(_: httpx.Client) -> None:
    """For sources whose every request carries the key."""


def unauthorized(answer: httpx.Response) -> bool:
    """The usual sign that a login is missing or worn out."""
    return answer.status_code == httpx.codes.UNAUTHORIZED


class Remote:
    """A source over HTTP. ``login`` makes the client known; ``lost`` sees that it no longer is."""

    def __init__(
        self,
        source: Source,
        *,
        login: Login = no_login,
        lost: Lost = unauthorized,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._login, self._lost, self._sleep = login, lost, sleep
        self._client = httpx.Client(
            base_url=source.url,
            timeout=source.timeout_s,
            headers=headers,
            auth=auth,
            trust_env=False,
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
        return self._succeeded(self.ask("GET", path, params=params))

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """The answer to a write that is safe to repeat; anything but success is an error."""
        return self._succeeded(self.ask("POST", path, body=body))

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str | int] | None = None,
        body: dict[str, Any] | None = None,
    ) -> httpx.Response:
        """The answer, whatever its status, after login and waiting. Raises Unavailable where
        nothing happened, OutcomeUnknown where a write may have, Refused where the login fails."""
        content = None if body is None else orjson.dumps(body)
        headers = {"content-type": "application/json"} if body is not None else None
        request = self._client.build_request
        logged_in = False
        for wait in range(TRIES):
            given = request(method, path, params=params or None, content=content, headers=headers)
            outcome = self._tried(given)
            if isinstance(outcome, httpx.Response) and outcome.status_code not in BUSY:
                if not self._lost(outcome):
                    return outcome
                self._log_in(outcome, again=logged_in)
                logged_in = True
            elif wait < TRIES - 1:
                self._sleep(_wait_s(outcome, wait))
        raise _failed(method, path, outcome)

    def _tried(self, request: httpx.Request) -> httpx.Response | httpx.TransportError:
        try:
            return self._client.send(request)
        except httpx.TransportError as error:
            return error

    def _log_in(self, answer: httpx.Response, *, again: bool) -> None:
        if again or self._login is no_login:
            raise Refused("source.login-refused", path=answer.url.path, status=answer.status_code)
        self._login(self._client)

    def _succeeded(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        path, status = answer.url.path, answer.status_code
        if answer.is_server_error:
            raise Unavailable("source.unavailable", path=path, why=f"status {status}")
        raise Refused("source.refused", path=path, status=status)


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


def _failed(
    method: str, path: str, outcome: httpx.Response | httpx.TransportError
) -> Unavailable | OutcomeUnknown:
    """The error after the last try: a write that may have reached the source is unknown."""
    if isinstance(outcome, httpx.Response):
        return Unavailable("source.unavailable", path=path, why="busy")
    if method == "GET" or isinstance(outcome, NEVER_SENT):
        return Unavailable("source.unavailable", path=path, why=str(outcome))
    return OutcomeUnknown("source.no-answer", path=path, why=str(outcome))


def _wait_s(outcome: httpx.Response | httpx.TransportError, tried: int) -> float:
    told = outcome.headers.get("retry-after", "") if isinstance(outcome, httpx.Response) else ""
    wait_s = float(told) if told.isdecimal() else FIRST_WAIT_S * 2**tried
    return min(wait_s, LONGEST_WAIT_S)
