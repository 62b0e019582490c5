"""A node that lies: the same chain through a transport that changes what it hands on.

A lie is a function of (method, parameters, result). Those below change logs, transactions or a
view's answer, one thing at a time, so a test can say which verdict must find it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ledger.audit.report import Report
from ledger.audit.verify import verify
from ledger.chain.abi import abi
from ledger.chain.decode import event_topic
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import Call, Json, NodeRefused, Rpc
from ledger.chain.types import Log, enhex, unhex
from ledger.events import Event
from tests.ledger.audit.play import Season

Lie = Callable[[str, Sequence[Json], Json], Json]
WORD = 32


class LyingRpc(Rpc):
    """Answers as the node does, then lies."""

    def __init__(self, url: str, lie: Lie) -> None:
        super().__init__(url)
        self._lie = lie

    def call(self, method: str, *params: Json) -> Json:
        return self._lie(method, params, super().call(method, *params))

    def call_many(self, calls: Sequence[Call]) -> list[Json | NodeRefused]:
        answers = super().call_many(calls)
        return [self._lie(c[0], c[1], a) for c, a in zip(calls, answers, strict=True)]


def audited(season: Season, lie: Lie) -> Report:
    """What an audit makes of the season through a lying node."""
    network = season.network
    rpc = LyingRpc(network.chain.url, lie)
    return verify(
        Gateway(rpc, network.gateway.chain_id, network.gateway.finality), network.deployment
    )


def about_logs(kind: type[Event], change: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> Lie:
    """Changes each log of an event: into none, one or several."""
    topic = enhex(event_topic(kind))

    def lie(method: str, _params: Sequence[Json], result: Json) -> Json:
        if method != "eth_getLogs":
            return result
        return [
            changed
            for log in result
            for changed in (change(dict(log)) if log["topics"][0] == topic else [log])
        ]

    return lie


def nth(number: int, change: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> Any:
    """The change, for the log of that number only, counted as an audit reads them."""
    seen = list[tuple[str, str]]()

    def one(log: dict[str, Any]) -> list[dict[str, Any]]:
        place = (log["blockNumber"], log["logIndex"])
        if place not in seen:
            seen.append(place)
        return change(log) if seen.index(place) == number else [log]

    return one


def without(_log: dict[str, Any]) -> list[dict[str, Any]]:
    """The log kept back."""
    return []


def twice(log: dict[str, Any]) -> list[dict[str, Any]]:
    """The log told again."""
    return [log, log]


def saying(place: int, value: int) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """Another word of the log's data, by its place."""

    def change(log: dict[str, Any]) -> list[dict[str, Any]]:
        log["data"] = enhex(_put(unhex(log["data"]), place * WORD, value))
        return [log]

    return change


def about_view(contract: str, function: str, place: int, value: int) -> Lie:
    """Another word of every answer of one view."""
    selector = enhex(abi(contract).selector(function))

    def lie(method: str, params: Sequence[Json], result: Json) -> Json:
        asked = method == "eth_call" and params[0]["data"].startswith(selector)
        if not asked or isinstance(result, NodeRefused):
            return result
        return enhex(_put(unhex(result), place * WORD, value))

    return lie


def about_calldata(selector: bytes, change: Callable[[bytes], bytes]) -> Lie:
    """Other calldata of the transactions that begin so."""

    def lie(method: str, params: Sequence[Json], result: Json) -> Json:
        if method != "eth_getBlockByNumber" or not params[1]:
            return result
        for shown in result["transactions"]:
            data = unhex(shown["input"])
            if data.startswith(selector):
                shown["input"] = enhex(change(data))
        return result

    return lie


def first_log(season: Season, kind: type[Event]) -> Log:
    """The event's first log on the chain."""
    network = season.network
    return network.gateway.logs(
        network.deployment.first_block, network.gateway.head(), (), [event_topic(kind)]
    )[0]


def _put(data: bytes, start: int, value: int) -> bytes:
    return data[:start] + value.to_bytes(WORD, "big") + data[start + WORD :]


def about_sender(selector: bytes, sender: bytes) -> Lie:
    """Another sender of the transactions that begin so."""

    def lie(method: str, params: Sequence[Json], result: Json) -> Json:
        if method == "eth_getBlockByNumber" and params[1]:
            for shown in result["transactions"]:
                if unhex(shown["input"]).startswith(selector):
                    shown["from"] = enhex(sender)
        return result

    return lie
