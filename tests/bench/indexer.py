"""An index in a process of its own, as an installation's API keeps it, and the hand on it.

The process says on a line of its own how far it has come; whoever waits for a block reads until it
is there.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ledger.chain.deployment import read_deployment
from ledger.index.index import Index, open_index
from scripts.node import ROOT
from tests.support.network import Network

PERIOD_S = 0.02
"""Between looks at a chain on which nothing is new."""


class Following:
    """The index's process, as its parent sees it."""

    def __init__(self, told: IO[str]) -> None:
        self._told = told
        self._block = -1

    def wait(self, block: int) -> None:
        """Returns once the block is indexed; AssertionError if the process ended before."""
        while self._block < block:
            line = self._told.readline()
            assert line, f"the index ended at block {self._block}"
            self._block = int(line)


@contextmanager
def following(network: Network, folder: Path) -> Iterator[Following]:
    """An index that has come to the chain's head and goes on following it."""
    folder.mkdir(parents=True)
    deployment = folder / "deployment.json"
    network.deployment.write(deployment)
    words = [str(deployment), network.chain.url, str(folder / "index.db")]
    command = [sys.executable, "-m", "tests.bench.indexer", *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        index = Following(process.stdout)
        try:
            index.wait(network.gateway.head())
            yield index
        finally:
            process.terminate()


def main(deployment: str, node_url: str, database: str) -> None:
    """Follows the chain until it is ended, and says each block that it has come to."""
    found = read_deployment(Path(deployment))
    with open_index(Path(database)) as opened:
        index = Index(opened.engine, found.gateway(node_url), found)
        block = -1
        while True:
            progress = index.step(patient=True)
            if progress.indexed > block:
                block = progress.indexed
                print(block, flush=True)
            else:
                time.sleep(PERIOD_S)


if __name__ == "__main__":
    main(*sys.argv[1:])
