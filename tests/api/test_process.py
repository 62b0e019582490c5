"""``python -m api`` as an installation runs it: a process that serves and ends when told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
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


def test_a_process_serves_until_it_is_told_to_end(root: Path, tmp_path: Path) -> None:
    with founded(tmp_path / "chain") as network:
        settings = settings_of(tmp_path, network, port=free_port())
        file = tmp_path / "api.toml"
        kept = settings.model_dump(mode="json", exclude_none=True)
        file.write_text(tomli_w.dumps(kept), "utf-8")
        command = [sys.executable, "-m", "api", "--config", str(file)]
        process = subprocess.Popen(command, cwd=root, env=os.environ | {"PYTHONUTF8": "1"})
        try:
            health = answered(f"http://127.0.0.1:{settings.port}/healthz", process)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=20)

    assert health.json() == {"status": "ok"}
    assert code == 0
