"""``python -m api`` with a clock at each stage that a command goes through; says at the end what
each took since the first command, in seconds of processor time, as JSON in a file for each of its
two processes.

Arguments: the file of the one that answers, then those of ``python -m api``. It starts the chain's
side as ``--chain-side``, the other's file, and a socket's number. Waiting costs no processor time,
neither for a disk or a node nor for the interpreter's lock, so the figures hold on a busy machine.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api import apart
from api.chainside import InThreads
from api.commands import main
from api.idempotency import Answers
from ledger.chain.following import Follower
from ledger.chain.sending import Sending
from ledger.index.index import Index
from ledger.redeeming.finishing import Finishing
from ledger.redeeming.ordering import Ordering
from ledger.redeeming.relayer import Relayer
from ledger.redeeming.telling import Teller

CHAIN_SIDE = "--chain-side"
STAGES: dict[str, list[tuple[type, str]]] = {
    "answers": [(Answers, "_write")],
    "recording": [(Ordering, "_record"), (Finishing, "_record")],
    "waking": [(InThreads, "wake")],
    "batching": [(Relayer, "_batch")],
    "sending": [(Sending, "send")],
    "following": [(Follower, "follow"), (Follower, "finish")],
    "index": [(Index, "step")],
    "settling": [(Relayer, "_settle")],
    "telling": [(Teller, "look")],
}
"""Methods by stage: none of them calls another of these."""


def chain_side_of(out: Path) -> Path:
    """The other process's file."""
    return out.with_name(f"{out.stem}-chain-side{out.suffix}")


def _timed(
    method: Callable[..., Any], spent_s: list[float], begun_s: list[float]
) -> Callable[..., Any]:
    """The same, with what it took noted, once the process has begun with commands."""

    def measured(*arguments: Any, **named: Any) -> Any:
        if not begun_s and isinstance(arguments[0], (Answers, InThreads)):
            begun_s.append(time.process_time())
        began = time.thread_time()
        try:
            return method(*arguments, **named)
        finally:
            if begun_s:
                spent_s.append(time.thread_time() - began)

    return measured


def run(out: Path, work: Callable[[], int]) -> int:
    """Does the work until it is ended."""
    spent: dict[str, list[float]] = defaultdict(list)
    begun_s: list[float] = []
    for stage, methods in STAGES.items():
        for kind, name in methods:
            setattr(kind, name, _timed(getattr(kind, name), spent[stage], begun_s))
    try:
        return work()
    finally:
        stages = {stage: sum(taken) for stage, taken in spent.items()}
        processor_s = time.process_time() - (begun_s or [0.0])[0]
        shown = {"stages": stages, "processor_s": processor_s}
        out.write_text(json.dumps(shown), "utf-8")


def _serve(out: Path, arguments: list[str]) -> int:
    words = ("-m", "tests.bench.timed_api", CHAIN_SIDE, str(chain_side_of(out)))
    apart.Apart.words = (sys.executable, *words)
    return run(out, lambda: main(arguments))


if __name__ == "__main__":
    if sys.argv[1] == CHAIN_SIDE:
        descriptor = int(sys.argv[3])
        sys.exit(run(Path(sys.argv[2]), lambda: apart.main(descriptor)))
    sys.exit(_serve(Path(sys.argv[1]), sys.argv[2:]))
