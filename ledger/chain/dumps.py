"""Dumps of an embedded chain's state, each named by the block that it was taken at.

A dump only shortens the replay of the journal; losing one loses nothing. Knows Anvil's format only
as far as it must: compressed by the node when asked, plain when loaded.
"""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

from ledger.chain.rpc import Rpc
from ledger.chain.types import unhex

_NAME = re.compile(r"state-(\d+)\.json")


class Dumps:
    """The dumps of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def newest(self, at_most: int) -> tuple[int, Path | None]:
        """The newest dump taken at block ``at_most`` or before; (0, None) if there is none."""
        found = [(n, path) for n, path in self._all() if n <= at_most]
        return max(found, key=lambda pair: pair[0], default=(0, None))

    def write(self, rpc: Rpc, number: int) -> Path:
        """Dumps the node's state at its head, which is ``number``, and forgets older dumps."""
        path = self._folder / f"state-{number}.json"
        draft = path.with_suffix(".draft")
        with draft.open("wb") as file:
            file.write(gzip.decompress(unhex(rpc.call("anvil_dumpState"))))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        for other, old in self._all():
            if other != number:
                old.unlink()
        return path

    def files(self) -> list[Path]:
        """Every dump there is."""
        return [path for _, path in self._all()]

    def _all(self) -> list[tuple[int, Path]]:
        named = ((_NAME.fullmatch(path.name), path) for path in self._folder.glob("state-*.json"))
        return [(int(match[1]), path) for match, path in named if match]
