"""What the figures were measured on, and how busy it was: nothing that names the machine itself."""

from __future__ import annotations

import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from scripts.node import foundry_binary, node_binary

PACKAGES = ("web3", "SQLAlchemy", "coincurve")


def described() -> dict[str, Any]:
    """Processor, cores, memory, versions, and the load average of the last 1, 5 and 15 minutes."""
    return {
        "cpu": _processor(),
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 1024**3, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "anvil": _first_line(foundry_binary("anvil")),
        "node": _node(),
        "packages": {name: version(name) for name in PACKAGES},
        "load_average": load_average(),
    }


def load_average() -> list[float]:
    """Of the last 1, 5 and 15 minutes: above the cores' number, figures of speed are too low."""
    return [round(load, 2) for load in psutil.getloadavg()]


def _processor() -> str:
    """The processor's trade name where Linux tells it."""
    told = Path("/proc/cpuinfo")
    if told.is_file():
        for line in told.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _node() -> str | None:
    try:
        return _first_line(node_binary())
    except FileNotFoundError:
        return None


def _first_line(binary: Path | None) -> str | None:
    """What a program says its version is; None where there is no such program."""
    if binary is None:
        return None
    told = subprocess.run([binary, "--version"], check=False, capture_output=True, text=True)
    return told.stdout.partition("\n")[0].strip()
