"""The lasting installation: killed in the middle, it goes on from its files."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from ledger.chain.deployment import read_deployment

pytestmark = pytest.mark.slow

START_S = 120.0
END_S = 60.0
_URL = re.compile(r"http://127\.0\.0\.1:\d+")


def up(folder: Path) -> tuple[subprocess.Popen[bytes], str, str]:
    """The running installation, its node's URL and its pages'."""
    words = [sys.executable, "-u", "-m", "scripts.cli", "up", "--port", "0"]
    log = folder.with_name(f"{time.monotonic_ns()}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*words, "--folder", str(folder)], stdout=output, stderr=subprocess.STDOUT
        )
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        lines = log.read_text("utf-8").splitlines()
        found = {word: _url(lines, word) for word in ("node", "start page")}
        if all(found.values()):
            return process, found["node"], found["start page"]
        time.sleep(0.1)
    process.kill()
    raise AssertionError(log.read_text("utf-8"))


def _url(lines: list[str], word: str) -> str:
    said = [_URL.search(line) for line in lines if word in line]
    return next((found[0] for found in said if found), "")


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_an_installation_that_is_killed_goes_on_with_the_same_chain(tmp_path: Path) -> None:
    first, node, _ = up(tmp_path / "up")
    deployment = read_deployment(tmp_path / "up" / "deployment.json")
    gateway = deployment.gateway(node)
    final = gateway.finalized()
    block = gateway.block(final)
    children = family(first)

    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    second, node, pages = up(tmp_path / "up")
    try:
        again = deployment.gateway(node).block(final)
        answer = httpx.get(f"{pages}/v1/totals", trust_env=False, timeout=30)
    finally:
        second.terminate()
        second.wait(END_S)

    assert block is not None
    assert again == block
    assert read_deployment(tmp_path / "up" / "deployment.json") == deployment
    assert answer.is_success
    assert psutil.wait_procs(children, timeout=END_S)[1] == []


def test_it_ends_whole_when_told(tmp_path: Path) -> None:
    process, _, _ = up(tmp_path / "up")
    children = family(process)

    process.send_signal(signal.SIGINT)
    process.wait(END_S)

    assert psutil.wait_procs(children, timeout=END_S)[1] == []
    assert process.returncode == 0
