"""The chain's side in a process of its own, as its parent hears it; children here are words."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api import apart
from api.apart import Apart
from api.settings import Settings

LINE = """
import socket, sys
sys.stdin.read()
line = socket.socket(fileno=int(sys.argv[1]))
"""
STOPPED = b'[{"kind": "Broken", "code": "index.unknown-event", "fields": {"block": 7}}]\n'
LISTENS = "while b'e' not in line.recv(64): pass\n"


def until(done: Callable[[], bool], what: str) -> None:
    """Waits for it."""
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


@contextmanager
def parent(
    monkeypatch: pytest.MonkeyPatch, folder: Path, script: str
) -> Iterator[tuple[Apart, threading.Event]]:
    """Of a child that does what the script says; the event is set by its news."""
    monkeypatch.setattr(Apart, "words", (sys.executable, "-c", LINE + script))
    monkeypatch.setattr(apart, "AGAIN_S", 0.05)
    settings = Settings(
        node_url="http://127.0.0.1:9",
        deployment=folder / "deployment.json",
        operator_key=folder / "operator.key",
        data=folder / "data",
    )
    news = threading.Event()
    made = Apart(settings, news.set)
    made.start()
    try:
        yield made, news
    finally:
        made.stop()


def test_what_stopped_for_good_stays_said_while_other_parts_have_news(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = f"line.sendall({STOPPED!r} + b'\\n')\nline.recv(1)\nline.sendall(b'\\n')\n{LISTENS}"
    with parent(monkeypatch, tmp_path, script) as (made, news):
        until(lambda: bool(made.failures()), "it is not heard")
        news.clear()
        made.wake()
        assert news.wait(20)

        assert [str(error) for error in made.failures()] == ["index.unknown-event(block=7)"]


def test_a_child_that_ended_is_told_of_until_the_next_has_news(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flag = tmp_path / "been-here"
    script = f"""
import pathlib
flag = pathlib.Path({str(flag)!r})
if not flag.exists():
    flag.touch()
    sys.exit(3)
line.recv(1)
line.sendall(b'\\n')
{LISTENS}"""
    with parent(monkeypatch, tmp_path, script) as (made, _):
        until(lambda: bool(made.failures()), "its end is not noticed")
        assert [error.code for error in made.failures()] == ["api.chain-side-ended"]

        def answered() -> bool:
            made.wake()
            return not made.failures()

        until(answered, "no other is started")
