"""``python -m issuers.sandbox SCHEME --port N --data DIR --seed S``: one outside system."""

from __future__ import annotations

import argparse
import os
import signal
import time
from datetime import date
from pathlib import Path
from threading import Thread

import uvicorn

from issuers.sandbox.kinds import Scheme
from issuers.sandbox.season import Spec
from issuers.sandbox.service import build
from issuers.sandbox.world import open_world

PARENT_EVERY_S = 1.0
"""How often to look whether the starter still lives."""


def main(words: list[str] | None = None) -> None:
    """Serve until stopped."""
    given = _parser().parse_args(words)
    spec = Spec(
        given.seed, given.first, given.last, given.residents, given.events, given.dirt_permille
    )
    if given.stop_with:
        Thread(target=_follow, args=(given.stop_with,), daemon=True).start()
    world = open_world(Scheme(given.scheme), spec, given.data)
    app = build(world)
    try:
        uvicorn.run(app, host=given.host, port=given.port, log_level="warning", access_log=False)
    finally:
        world.state.close()


def _follow(parent: int) -> None:
    """End this process when the one that started it is gone, even by SIGKILL."""
    while os.getppid() == parent:
        time.sleep(PARENT_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)


def _parser() -> argparse.ArgumentParser:
    usual = Spec()
    parser = argparse.ArgumentParser(
        "issuers.sandbox", description="One of the six outside systems."
    )
    parser.add_argument("scheme", choices=[str(scheme) for scheme in Scheme])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of its state and login")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=usual.first)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, default=usual.last)
    parser.add_argument("--residents", type=int, default=usual.residents)
    parser.add_argument("--events", type=int, default=usual.events)
    parser.add_argument("--dirt-permille", type=int, default=usual.dirt_permille)
    parser.add_argument("--stop-with", type=int, metavar="PID", help="end when this parent does")
    return parser


if __name__ == "__main__":
    main()
