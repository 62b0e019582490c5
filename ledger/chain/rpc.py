"""JSON-RPC to a node over kept-alive HTTP, one connection a thread: lean, as the hot path must be.

Translates what can go wrong at this edge: no connection is ``Unavailable``; an effect that was
handed over without an answer is ``OutcomeUnknown``; what the node says no to is ``NodeRefused``
with the revert data as bytes. Knows nothing of blocks, logs or contracts.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import orjson

from ledger.chain.wire import Place, Wire, WireBroken
from ledger.errors import OutcomeUnknown, Refused, Unavailable

Json: TypeAlias = Any
"""What orjson makes of an answer: the callers in this package give it a type."""
Call: TypeAlias = tuple[str, Sequence[Json]]
"""A method and its parameters."""

BATCH_CALLS = 1_000
"""Most calls in one request: the members' network takes no more."""
BODY_BYTES = 5 * 1024 * 1024
"""Most bytes in one request: the members' network takes no more."""
TIMEOUT_S = 30.0
"""How long one request may stay without a byte of answer."""
_REVERT_CODE = 3


class NodeRefused(Refused):
    """A node answered with an error. ``data`` is the revert data, empty if there is none."""

    def __init__(self, method: str, rpc_code: int, message: str, data: bytes) -> None:
        super().__init__("node.refused", method=method, rpc_code=rpc_code, message=message)
        self.fields["data"] = data
        self.method = method
        self.rpc_code = rpc_code
        self.message = message
        self.data = data

    @property
    def reverted(self) -> bool:
        """Whether a contract said no, with or without data."""
        return bool(self.data) or self.rpc_code == _REVERT_CODE or "revert" in self.message.lower()


class Rpc:
    """One node by its URL (http or https). Safe to share between threads."""

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float = TIMEOUT_S,
        batch_calls: int = BATCH_CALLS,
        body_bytes: int = BODY_BYTES,
    ) -> None:
        self.url = url
        self._place = Place.of(url)
        self._timeout_s = timeout_s
        self._batch_calls = batch_calls
        self._body_bytes = body_bytes
        self._local = threading.local()

    def call(self, method: str, *params: Json) -> Json:
        """The result of a call that changes nothing. Raises Unavailable, NodeRefused."""
        return self._one(method, params, effect=False)

    def send(self, method: str, *params: Json) -> Json:
        """The result of a call that has an effect. Raises also OutcomeUnknown."""
        return self._one(method, params, effect=True)

    def call_many(self, calls: Sequence[Call]) -> list[Json | NodeRefused]:
        """Results in the order of ``calls``, a refusal in its place; split to the node's limits."""
        return self._many(calls, effect=False)

    def send_many(self, calls: Sequence[Call]) -> list[Json | NodeRefused]:
        """As ``call_many``, for effects: an OutcomeUnknown concerns all of them."""
        return self._many(calls, effect=True)

    def close(self) -> None:
        """Closes this thread's connection."""
        wire: Wire | None = getattr(self._local, "wire", None)
        if wire is not None:
            wire.close()
            self._local.wire = None

    def _one(self, method: str, params: Sequence[Json], *, effect: bool) -> Json:
        answer = self._exchange(orjson.dumps(_request(0, method, params)), effect=effect)
        result = _result(method, answer)
        if isinstance(result, NodeRefused):
            raise result
        return result

    def _many(self, calls: Sequence[Call], *, effect: bool) -> list[Json | NodeRefused]:
        results: list[Json | NodeRefused] = []
        for body, part in self._bodies(calls):
            answers = self._exchange(body, effect=effect)
            if not isinstance(answers, list):  # the whole batch was refused
                refusal = _result(part[0][0], answers)
                raise refusal if isinstance(refusal, NodeRefused) else _garbled(effect)
            by_id = {answer.get("id"): answer for answer in answers}
            if by_id.keys() != set(range(len(part))):
                raise _garbled(effect)
            results.extend(_result(part[i][0], by_id[i]) for i in range(len(part)))
        return results

    def _bodies(self, calls: Sequence[Call]) -> Iterator[tuple[bytes, Sequence[Call]]]:
        """Request bodies under both limits, each with the calls that it holds."""
        begin, size, parts = 0, 2, list[bytes]()
        for index, (method, params) in enumerate(calls):
            text = orjson.dumps(_request(len(parts), method, params))
            full = len(parts) == self._batch_calls or size + len(text) > self._body_bytes
            if parts and full:
                yield b"[" + b",".join(parts) + b"]", calls[begin:index]
                begin, size, parts = index, 2, []
                text = orjson.dumps(_request(0, method, params))
            parts.append(text)
            size += len(text) + 1
        if parts:
            yield b"[" + b",".join(parts) + b"]", calls[begin:]

    def _exchange(self, body: bytes, *, effect: bool) -> Json:
        try:
            status, text = self._wire().post(body)
        except WireBroken as error:
            self.close()
            raise _no_answer(effect, error.reason) from error
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise _no_answer(effect, f"HTTP {status}") from error

    def _wire(self) -> Wire:
        """An open connection; one that the node closed meanwhile is replaced before use."""
        kept: Wire | None = getattr(self._local, "wire", None)
        if kept is not None and kept.usable:
            return kept
        self.close()
        try:
            self._local.wire = fresh = Wire(self._place, self._timeout_s)
        except OSError as error:
            raise Unavailable("node.unreachable", reason=type(error).__name__) from error
        return fresh


def _request(number: int, method: str, params: Sequence[Json]) -> dict[str, Json]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}


def _no_answer(effect: bool, reason: str) -> Unavailable | OutcomeUnknown:
    kind = OutcomeUnknown if effect else Unavailable
    return kind("node.no-answer", reason=reason)


def _garbled(effect: bool) -> Unavailable | OutcomeUnknown:
    return _no_answer(effect, "garbled batch")


def _result(method: str, answer: Json) -> Json | NodeRefused:
    if not isinstance(answer, dict):
        return NodeRefused(method, 0, "not a JSON-RPC answer", b"")
    error = answer.get("error")
    if error is None:
        return answer.get("result")
    if not isinstance(error, dict):
        return NodeRefused(method, 0, str(error), b"")
    code = error.get("code")
    message = str(error.get("message", ""))
    data = revert_data(error.get("data"))
    return NodeRefused(method, code if isinstance(code, int) else 0, message, data)


def revert_data(shown: Json) -> bytes:
    """Revert data from what engines put under ``error.data``: hex, words and hex, an object."""
    if isinstance(shown, str):
        text = shown.rsplit(" ", 1)[-1].removeprefix("0x")  # "Reverted 0x…" of older engines
        try:
            return bytes.fromhex(text)
        except ValueError:
            return b""
    if isinstance(shown, dict):
        for name in ("data", "result", "output", "originalError"):
            found = revert_data(shown.get(name))
            if found:
                return found
    return b""
