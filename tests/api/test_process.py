"""``python -m api`` as an installation runs it: a process that serves and ends when told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
import tomli_w

from tests.api.serving import settings_of
from tests.support.network import founded

pytestmark = pytest.mark.slow


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answered(url: str, process: subprocess.Popen[bytes]) -> httpx.Response:
    """The first answer."""
    deadline = time.monotonic() + 30
    while True:
        assert process.poll() is None, "the process ended"
        assert time.monotonic() < deadline, "the process does not answer"
        try:
            return httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)


def until(done: Callable[[], bool], what: str) -> None:
    """Waits for it."""
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@contextmanager
def running(root: Path, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The process and where it answers, once it does."""
    with founded(folder / "chain") as network:
        settings = settings_of(folder, network, port=free_port())
        file = folder / "api.toml"
        kept = settings.model_dump(mode="json", exclude_none=True)
        file.write_text(tomli_w.dumps(kept), "utf-8")
        command = [sys.executable, "-m", "api", "--config", str(file)]
        process = subprocess.Popen(command, cwd=root, env=os.environ | {"PYTHONUTF8": "1"})
        try:
            url = f"http://127.0.0.1:{settings.port}"
            answered(f"{url}/healthz", process)
            yield process, url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def chain_side(process: subprocess.Popen[bytes]) -> psutil.Process:
    """Its child."""
    children = psutil.Process(process.pid).children()
    assert len(children) == 1
    return children[0]


def ready(url: str) -> bool:
    """Whether all parts work."""
    return httpx.get(f"{url}/readyz", trust_env=False).status_code == 200


def test_a_process_serves_until_it_is_told_to_end(root: Path, tmp_path: Path) -> None:
    with running(root, tmp_path) as (process, url):
        health = httpx.get(f"{url}/healthz", trust_env=False)
        child = chain_side(process)

    assert health.json() == {"status": "ok"}
    assert process.returncode == 0
    assert not child.is_running()


def test_a_chain_side_that_is_killed_is_started_again(root: Path, tmp_path: Path) -> None:
    with running(root, tmp_path) as (process, url):
        until(lambda: ready(url), "it does not get ready")
        first = chain_side(process)
        first.kill()
        until(lambda: not ready(url), "its end is not noticed")
        until(lambda: ready(url), "it is not started again")

        assert chain_side(process).pid != first.pid


def test_a_chain_side_ends_with_its_parent(root: Path, tmp_path: Path) -> None:
    with running(root, tmp_path) as (process, _):
        child = chain_side(process)
        process.kill()
        process.wait()

        until(lambda: not child.is_running(), "it goes on without its parent")
