"""An audit in a process of its own, so that its memory is seen apart from everything else's.

The process says how long it took and the most memory that it ever held, as one line of JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from ledger.audit.verify import verify
from ledger.chain.deployment import read_deployment
from scripts.node import ROOT
from tests.support.network import Network

_KIB_PER_MIB = 1024


class Audit(NamedTuple):
    """What one audit came to."""

    awards: int
    seconds: float
    """Of the audit alone, without starting the process."""
    peak_mib: float
    """Most memory resident at once, the interpreter included."""
    exit_code: int
    """0 where nothing is broken."""


def audited(network: Network, folder: Path) -> Audit:
    """Audits a chain to its newest final block; AssertionError if anything is broken."""
    folder.mkdir(parents=True, exist_ok=True)
    deployment = folder / "deployment.json"
    network.deployment.write(deployment)
    command = [sys.executable, "-m", "tests.bench.verifier", str(deployment), network.chain.url]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    audit = Audit(**json.loads(told.stdout))
    assert audit.exit_code == 0, told.stdout
    return audit


def main(deployment: str, node_url: str) -> None:
    """Audits, with temporary records beside the deployment's file."""
    path = Path(deployment)
    found = read_deployment(path)
    report = verify(found.gateway(node_url), found, scratch=path.parent)
    audit = Audit(report.coverage.awards, report.seconds, peak_mib(), report.exit_code)
    print(json.dumps(audit._asdict()))


def peak_mib() -> float:
    """Most memory ever resident: where Linux tells, of this program alone; the system's common
    figure counts its parent's."""
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / _KIB_PER_MIB
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / _KIB_PER_MIB / (_KIB_PER_MIB if sys.platform == "darwin" else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
