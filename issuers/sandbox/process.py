"""Starts the outside systems as processes of their own, and stops them: for the demo and tests.

A service keeps its port and folder over a restart. Must know nothing of adapters or agents.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from issuers.sandbox.credentials import Credentials, read_or_make
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.season import Spec

START_S = 30.0
"""How long a start may take on a busy machine."""
STOP_S = 5.0


@dataclass
class Service:
    """One running outside system."""

    scheme: Scheme
    port: int
    credentials: Credentials
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def control(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """POST to /control/<path>, or GET where there is no body."""
        answer = _client().request(
            "GET" if body is None else "POST",
            f"{self.url}/control/{path}",
            json=body,
            headers={"X-Control-Key": self.credentials.control},
        )
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def move_today(self, day: date) -> None:
        """Advance the service's day."""
        self.control("today", {"date": day.isoformat()})

    def stop(self) -> None:
        """End the process, gently and then not."""
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@cache
def _client() -> httpx.Client:
    """One for all: making a client costs more than a hundred answers."""
    return httpx.Client(trust_env=False)


def start(scheme: Scheme, spec: Spec, data: Path, port: int | None = None) -> Service:
    """Start a service without waiting; ``data`` is its folder, the log goes there too.
    It ends when the process that called this is gone."""
    port = free_port() if port is None else port
    credentials = read_or_make(data, scheme)
    words = [sys.executable, "-m", "issuers.sandbox", scheme, f"--port={port}", f"--data={data}"]
    words += [f"--seed={spec.seed}", f"--from={spec.first}", f"--to={spec.last}"]
    words += [f"--residents={spec.residents}", f"--events={spec.events}"]
    words += [f"--dirt-permille={spec.dirt_permille}", f"--stop-with={os.getpid()}"]
    with (data / f"{scheme}.log").open("ab") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
    return Service(scheme, port, credentials, process)


def wait_until_up(service: Service) -> None:
    """Return when it answers itself, no other on its port; RuntimeError if it ended or is late."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if service.process.poll() is not None:
            raise RuntimeError(f"{service.scheme} ended with {service.process.returncode}")
        try:
            answer = httpx.get(f"{service.url}/healthz", trust_env=False).json()
        except (httpx.HTTPError, ValueError):
            answer = {}
        if answer.get("pid") == service.process.pid:
            return
        time.sleep(0.1)
    raise RuntimeError(f"{service.scheme} did not answer within {START_S:.0f} s")


@contextmanager
def running(schemes: Iterable[Scheme], spec: Spec, data: Path) -> Iterator[dict[Scheme, Service]]:
    """The services, up and answering; stopped at the end."""
    services: dict[Scheme, Service] = {}
    try:
        for scheme in schemes:
            services[scheme] = start(scheme, spec, data)
        for service in services.values():
            wait_until_up(service)
        yield services
    finally:
        for service in services.values():
            service.stop()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found
