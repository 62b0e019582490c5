"""`make soak`: our software on four validators of another kind than the embedded chain.

Builds the validators from a folder of Go sources, lets the members act, kills nodes on the way and
audits at the end. Exit code 0 if all held, or if this machine lacks what the build needs (said in a
sentence); 1 if something did not; its logs then stay in var/soak.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import signal
import sys
import time
from pathlib import Path

from ledger.chain.engine import end_stray
from ledger.errors import TongduiError
from scripts.node import ROOT
from tests.soak.binary import BuildFailed, built, lacking
from tests.soak.play import ACTS, Failed, Play
from tests.soak.telling import Words, say
from tests.soak.validators import Validators

FOLDER = ROOT / "var" / "soak"
PROTOTYPE = ROOT.parent / "shared" / "prototypes" / "validator"
CHAIN_ID = 9_741
"""Of this network alone, so that nothing signed here counts anywhere else."""


def main(words: list[str] | None = None) -> int:
    """Runs everything; the exit code."""
    arguments = _parser().parse_args(words)
    missing = lacking(arguments.prototype)
    if missing is not None:
        print(Words(f"已跳过：{missing.zh}", f"skipped: {missing.en}"))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the nodes are ended
    try:
        binary = built(arguments.prototype, FOLDER)
    except BuildFailed as failure:
        log = failure.log.relative_to(ROOT)
        print(Words(f"编译失败，见 {log}", f"the build failed, see {log}"))
        return 1
    return 0 if _held(binary) else 1


def _held(binary: Path) -> bool:
    """Whether every act came out; says so at the end, whatever happens."""
    network, held = FOLDER / "network", False
    _clear(network)
    network.mkdir(parents=True)
    logging.basicConfig(filename=network / "senders.log")  # what a dead node makes them say
    try:
        _play(binary, network)
        held = True
    except Failed as failure:
        say(failure.words.zh, failure.words.en)
    except TongduiError as error:
        say(f"出错：{error}", f"an error: {error}")
    finally:
        _clear(network, keep_logs=not held)
        print(_verdict(held, network))
    return held


def _play(binary: Path, network: Path) -> None:
    with Validators(binary, network, CHAIN_ID) as validators, Play(validators, network) as play:
        season = play.found(int(time.time()))
        for act in ACTS:
            act(play, season)


def _verdict(held: bool, network: Path) -> Words:
    if held:
        return Words("结论：全部成立", "verdict: all held")
    logs = network.relative_to(ROOT)
    return Words(
        f"结论：未全部成立，日志在 {logs}", f"verdict: not all held, the logs are in {logs}"
    )


def _clear(network: Path, *, keep_logs: bool = False) -> None:
    """Ends what a killed run left running, and removes what it left behind."""
    for home in network.glob("node*/"):
        end_stray(home)
    for path in network.glob("*"):
        if path.is_dir():
            shutil.rmtree(path)
        elif not (keep_logs and path.suffix == ".log"):
            path.unlink()
    if not keep_logs:
        shutil.rmtree(network, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--prototype",
        type=Path,
        default=PROTOTYPE,
        metavar="DIR",
        help="folder of the validator's Go sources (default: beside the repository)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
