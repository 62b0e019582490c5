"""Clients of the API in a process of their own: each places an order, captures it, and goes on.

They speak HTTP over one connection each, with little more than the bytes of it, so that asking
costs far less than answering. What each step took, and what was not answered as it should be, is
printed as JSON at the end. Reads its task from standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.bench.signers import Kind, Signer, signers

PATIENCE_S = 60.0
"""How long a step may take, asked again as often as it needs."""
AGAIN_S = 0.02
"""Pause before asking again where the answer was 202."""
SIGNED_FOR_S = 86_400
"""By the chain's clock, which runs fast here."""


class Task(NamedTuple):
    """What the clients are to do."""

    host: str
    ports: list[int]
    token: str
    clients: int
    acceptor: int
    units: int
    wallets: list[str]
    """One order of each."""
    signers: str = ""
    """The kind of keys that sign, where residents' own do."""


class Answer(NamedTuple):
    """Status, headers in small letters, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Report:
    """What came of it, over all clients."""

    place_s: list[float] = field(default_factory=list)
    capture_s: list[float] = field(default_factory=list)
    accepted: int = 0
    """Steps that were answered 202 first."""
    errors: Counter[str] = field(default_factory=Counter)


class Line:
    """One client's connection to one process."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._where = (host, port)
        self._head = f"Host: {host}\r\nAuthorization: Bearer {token}\r\n"
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def open(self) -> None:
        """Connects."""
        self._reader, self._writer = await asyncio.open_connection(*self._where)

    async def ask(self, method: str, path: str, body: object = None, name: str = "") -> Answer:
        """Sends a request and reads the whole answer."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._head}Content-Length: {len(content)}\r\n"
        if content:
            head += "Content-Type: application/json\r\n"
        if name:
            head += f"Idempotency-Key: {name}\r\n"
        self._writer.write(head.encode() + b"\r\n" + content)
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {key.lower(): value for key, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", 0))
        return Answer(int(first.split()[1]), headers, await self._reader.readexactly(length))


async def _done(line: Line, answer: Answer, report: Report) -> Any:
    """The order once the chain has it; None, and an error counted, where it was refused."""
    until = time.monotonic() + PATIENCE_S
    report.accepted += answer.status == 202
    while answer.status == 202 and time.monotonic() < until:
        await asyncio.sleep(AGAIN_S)
        answer = await line.ask("GET", answer.headers["location"])
    shown = json.loads(answer.body)
    if answer.status not in (200, 201):
        report.errors[f"{answer.status} {shown.get('code')}"] += 1
        return None
    return shown


def _asked(task: Task, wallet: str) -> dict[str, Any]:
    return {"wallet": wallet, "acceptor": task.acceptor, "units": task.units}


async def _sign(
    task: Task, port: int, orders: Iterator[tuple[str, Signer]], ready: list[dict[str, Any]]
) -> None:
    """Has orders prepared and signs them, as a resident's phone does."""
    line = Line(task.host, port, task.token)
    await line.open()
    for wallet, signer in orders:
        body = _asked(task, wallet)
        answer = await line.ask(
            "POST", "/v1/orders/prepare", body | {"expires_in_s": SIGNED_FOR_S}, str(uuid.uuid4())
        )
        assert answer.status == 200, answer.body
        prepared = json.loads(answer.body)
        signed = [
            {
                "hold": part["hold"],
                "expires_at": prepared["expires_at"],
                "signature": "0x" + signer.sign(bytes.fromhex(part["digest"][2:])).hex(),
            }
            for part in prepared["to_sign"]
        ]
        ready.append(body | {"signed": signed})


async def _client(task: Task, port: int, bodies: Iterator[dict[str, Any]], report: Report) -> None:
    line = Line(task.host, port, task.token)
    await line.open()
    for body in bodies:
        began = time.perf_counter()
        answer = await line.ask("POST", "/v1/orders", body, str(uuid.uuid4()))
        order = await _done(line, answer, report)
        placed = time.perf_counter()
        if order is None:
            continue
        path = f"/v1/orders/{order['id']}/capture"
        answer = await line.ask("POST", path, {}, str(uuid.uuid4()))
        order = await _done(line, answer, report)
        if order is not None and order["state"] == "captured":
            report.place_s.append(placed - began)
            report.capture_s.append(time.perf_counter() - placed)
        elif order is not None:
            report.errors[f"state {order['state']}"] += 1


async def _all(task: Task) -> tuple[Report, float]:
    ports = [task.ports[number % len(task.ports)] for number in range(task.clients)]
    report, ready = Report(), [_asked(task, wallet) for wallet in task.wallets]
    if task.signers:
        keys = signers(Kind(task.signers), len(ready))
        orders, ready = iter(list(zip(task.wallets, keys, strict=True))), []
        await asyncio.gather(*(_sign(task, port, orders, ready) for port in ports))
    bodies = iter(ready)
    began = time.perf_counter()
    await asyncio.gather(*(_client(task, port, bodies, report) for port in ports))
    return report, time.perf_counter() - began


def main() -> None:
    """Does the task on standard input; prints what came of it."""
    task = Task(**json.load(sys.stdin))
    report, took_s = asyncio.run(_all(task))
    shown = {
        "seconds": took_s,
        "place_s": report.place_s,
        "capture_s": report.capture_s,
        "accepted": report.accepted,
        "errors": dict(report.errors),
    }
    print(json.dumps(shown))


if __name__ == "__main__":
    main()
