"""The redemption API as the demo's desk calls it: one key, one id a change, errors as they come.

A change that is sent again carries the same Idempotency-Key, so a lost answer is harmless. Knows
HTTP and nothing of what is redeemed.
"""

from __future__ import annotations

import time
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx

from ledger.errors import Refused, Unavailable

TIMEOUT_S = 60.0
TRIES = 5
PENDING = 202
ON_THE_WAY = ("placed", "undoing", "capturing", "releasing", "refunding")
"""States in which something of an order is not final yet."""


class Answered(Refused):
    """The API said no: ``code`` is its own, ``problem`` the whole RFC 9457 object."""

    def __init__(self, problem: dict[str, Any], status: int) -> None:
        super().__init__(str(problem.get("code", "api.unnamed")), status=status)
        self.problem = problem


class Desk:
    """One key's connection to the API."""

    def __init__(self, url: str, key: str) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(
            base_url=url, headers=headers, timeout=TIMEOUT_S, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, path: str, **query: str | int) -> Any:
        """The answer's content."""
        return _content(self._client.get(path, params=query))

    def post(self, path: str, body: dict[str, Any], change_id: str) -> Any:
        """The answer's content, once the chain has confirmed it."""
        answer = self._sent(path, body, change_id)
        deadline = time.monotonic() + TIMEOUT_S
        while answer.status_code == PENDING and time.monotonic() < deadline:
            time.sleep(0.1)
            answer = self._client.get(answer.headers["Location"])
        return _content(answer)

    def await_rest(self, block: int, now_s: int) -> None:
        """Return when the API has read up to a block and no order is on its way or overdue.

        ``now_s`` is the chain's time. So what the next resident finds depends on the season, not on
        how busy the machine is. Raises Unavailable("demo.no-answer") where it takes too long.
        """
        deadline = time.monotonic() + TIMEOUT_S
        while not self._rests(block, now_s):
            if time.monotonic() > deadline:
                raise Unavailable("demo.no-answer", why="orders on their way")
            time.sleep(0.1)

    def _rests(self, block: int, now_s: int) -> bool:
        ready = self._client.get("/readyz").json()
        if ready["indexed"] < block or ready["relayer_queue"]:
            return False
        if any(self._orders(state) for state in ON_THE_WAY):
            return False
        deadlines = (datetime.fromisoformat(one["deadline"]) for one in self._orders("held"))
        return all(one.timestamp() > now_s for one in deadlines)

    def _orders(self, state: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/v1/orders", state=state, limit=100)["orders"]
        return found

    def final(self, path: str) -> dict[str, Any]:
        """An order once the block of its last step stays; as it is when that takes too long."""
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            found: dict[str, Any] = self.get(path)
            if found["final"] or time.monotonic() > deadline:
                return found
            time.sleep(0.1)

    def _sent(self, path: str, body: dict[str, Any], change_id: str) -> httpx.Response:
        headers = {"Idempotency-Key": change_id}
        for left in reversed(range(TRIES)):
            try:
                answer = self._client.post(path, json=body, headers=headers)
            except httpx.TransportError as error:
                if not left:
                    raise Unavailable("demo.no-answer", why=type(error).__name__) from error
            else:
                if answer.status_code not in (429, 503) or not left:
                    return answer
            time.sleep(float(answer.headers.get("Retry-After", "1")) if left else 0)
        raise AssertionError("the last try returns or raises")


def _content(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise Answered(answer.json(), answer.status_code)
    return answer.json()
