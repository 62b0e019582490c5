"""How fast an audit is and how much memory it takes, for benchmarks.

The peak is the whole process's since it began, so ``measured_apart`` runs in a fresh one.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from ledger.audit.verify import SAMPLE, verify
from ledger.chain.deployment import Deployment, read_deployment
from ledger.chain.gateway import Gateway

_KIB = 1_024
"""Bytes of the unit in which Linux tells a process's peak."""


class Measure(NamedTuple):
    """One audit's cost. ``broken`` should be False, or the figures say nothing."""

    awards: int
    seconds: float
    cpu_seconds: float
    awards_per_s: float
    peak_bytes: int
    """Most memory that the process ever held."""
    broken: bool


def measured(gateway: Gateway, deployment: Deployment, *, sample: int = SAMPLE) -> Measure:
    """One audit of the whole chain, in this process."""
    begun, cpu = time.monotonic(), time.process_time()
    report = verify(gateway, deployment, sample=sample)
    seconds = time.monotonic() - begun
    awards = report.coverage.awards
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
    spent = time.process_time() - cpu
    return Measure(awards, seconds, spent, awards / seconds, peak, bool(report.exit_code))


def measured_apart(node_url: str, deployment_file: Path, *, sample: int = SAMPLE) -> Measure:
    """As ``measured``, in a fresh process, so that ``peak_bytes`` is the audit's own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(_apart, node_url, deployment_file, sample).result()


def _apart(node_url: str, deployment_file: Path, sample: int) -> Measure:
    deployment = read_deployment(deployment_file)
    return measured(deployment.gateway(node_url), deployment, sample=sample)
