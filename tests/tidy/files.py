"""What the tidy tests look at: the files that git knows or would add, less generated ones."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ("contracts/artifacts/", "requirements/run.txt", "requirements/dev.txt")
GENERATED_NAMES = ("package-lock.json", "LICENSE")


def listed(*suffixes: str) -> list[Path]:
    """Paths of hand-written text files, those with one of the suffixes if any is given."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    names = sorted({name for name in told.stdout.split("\0") if name})
    return [
        ROOT / name
        for name in names
        if not name.startswith(GENERATED)
        and Path(name).name not in GENERATED_NAMES
        and (not suffixes or name.endswith(suffixes))
        and (ROOT / name).is_file()
    ]


def texts(*suffixes: str) -> Iterator[tuple[str, str]]:
    """(name from the top folder, content) of each listed file that is UTF-8 text."""
    for path in listed(*suffixes):
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
