"""A disk that is soon full: a file system of its own, or a limit of pages.

Root may mount one; elsewhere SQLite's own limit stands in, which ends in the same error. ``kind``
says which it is.
"""

from __future__ import annotations

import contextlib
import errno
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, event

SIZE_KIB = 12_288
"""Room for a database and its write-ahead log, which is carried over at 4 MB."""
_ROOMY, _NO_MORE = 1_000_000, 1


@dataclass
class SmallDisk:
    """``folder`` is on it."""

    folder: Path
    mounted: bool
    _pages: int = _ROOMY

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        return "tmpfs" if self.mounted else "pages"

    def watch(self, engine: Engine) -> None:
        """To be told of the database that is on it."""
        if not self.mounted:
            event.listen(engine, "begin", self._limit, insert=True)

    def fill(self) -> None:
        """Not a byte is left."""
        self._pages = _NO_MORE
        if not self.mounted:
            return
        with (self.folder / "filler").open("ab", buffering=0) as file:
            for size in (65_536, 4_096, 1):
                try:
                    while file.write(b"x" * size):
                        pass
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        """There is room again."""
        self._pages = _ROOMY
        (self.folder / "filler").unlink(missing_ok=True)

    def _limit(self, connection: object) -> None:
        run = connection.exec_driver_sql  # type: ignore[attr-defined]
        run(f"PRAGMA max_page_count = {self._pages}")


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """One in a folder, gone with the block."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_KIB}k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield SmallDisk(folder, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)
