"""``python -m issuers.agent --config agent.toml``: one issuer's agent, until it is told to stop.

It runs on the issuer's premises with the issuer's key, and needs the issuer's node and source, and
nothing of the operator's. ``main`` also serves ``tongdui issuer run``.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from issuers.bootstrap import agent_of
from issuers.settings import read_settings
from ledger.errors import TongduiError
from ledger.refusals import explain

DONE, FAILED = 0, 1
"""Exit codes."""


def main(words: list[str] | None = None) -> int:
    """Runs the agent until SIGTERM or SIGINT; the exit code."""
    given = _parser().parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        run(given.config)
    except TongduiError as error:
        for lang in ("zh", "en"):
            told = explain(error, lang)
            sys.stderr.write(f"{told.sentence} {told.fix}\n")
        return FAILED
    return DONE


def run(config: Path) -> None:
    """Runs the agent of a settings file in this process. Raises what keeps it from starting."""
    settings = read_settings(config)
    enough = threading.Event()
    with agent_of(settings) as (agent, listener):

        def stop(*_: object) -> None:
            enough.set()
            agent.wake()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        logging.getLogger(__name__).info("listening on %s", listener.url)
        agent.run(enough)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("issuers.agent", description="One issuer's agent.")
    parser.add_argument("--config", type=Path, required=True, help="agent.toml")
    return parser


if __name__ == "__main__":
    sys.exit(main())
