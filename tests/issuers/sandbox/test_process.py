"""A service outlives neither its stop nor the process that started it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from issuers.sandbox.kinds import Scheme
from issuers.sandbox.process import free_port, start, wait_until_up
from issuers.sandbox.season import Spec

pytestmark = pytest.mark.slow
SPEC = Spec(residents=60, events=400)
KILLED_STARTER = """
import os, sys
from pathlib import Path
from issuers.sandbox.process import start, wait_until_up
from issuers.sandbox.season import Scheme, Spec
service = start(Scheme.CULTURE, Spec(residents=60, events=400), Path(sys.argv[1]), int(sys.argv[2]))
wait_until_up(service)
os._exit(9)
"""


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_service_ends_when_its_starter_is_gone(tmp_path: Path) -> None:
    port = free_port()

    words = [sys.executable, "-c", KILLED_STARTER, str(tmp_path), str(port)]
    ended = subprocess.run(words, check=False)

    assert ended.returncode == 9
    deadline = time.monotonic() + 15
    while listens(port) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not listens(port)


def test_a_service_that_cannot_start_is_said(tmp_path: Path) -> None:
    first = start(Scheme.CULTURE, SPEC, tmp_path)
    try:
        wait_until_up(first)
        second = start(Scheme.CULTURE, SPEC, tmp_path, first.port)
        with pytest.raises(RuntimeError, match="culture ended with"):
            wait_until_up(second)
    finally:
        first.stop()

    assert not listens(first.port)
