"""Runs the wallet's JavaScript in Node, where it finds the libraries that a browser is served."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.node import ROOT, node_binary

HERE = Path(__file__).parent


class Failed(Exception):
    """What was thrown: a WalletError's code, or another error's name."""


def called(calls: Sequence[Sequence[Any]]) -> list[Any]:
    """The answer of each ``(module, function, *arguments)``; a ``Failed`` stands for what threw."""
    words = [str(node_binary()), "--import", str(HERE / "vendor.mjs"), str(HERE / "run.mjs")]
    done = subprocess.run(
        words,
        cwd=ROOT,
        input=json.dumps(_shown(calls)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [
        Failed(a["error"]) if "error" in a else _read(a.get("is")) for a in json.loads(done.stdout)
    ]


def call(module: str, function: str, *arguments: Any) -> Any:
    """One answer; raises ``Failed``."""
    (answer,) = called([(module, function, *arguments)])
    if isinstance(answer, Failed):
        raise answer
    return answer


def _shown(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"hex": "0x" + value.hex()}
    if isinstance(value, dict):
        return {name: _shown(one) for name, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list | tuple) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"hex"}:
            return bytes.fromhex(value["hex"][2:])
        return {name: _read(one) for name, one in value.items()}
    return [_read(one) for one in value] if isinstance(value, list) else value
