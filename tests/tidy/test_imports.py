"""The import rules in pyproject.toml hold: a pure core, one place for each outside thing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_every_import_rule_is_kept(root: Path) -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo"]

    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout + told.stderr
    assert "0 broken" in told.stdout
