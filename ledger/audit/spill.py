"""Records on disk in the order they came, spread over partitions: so an audit's memory is flat.

A partition is chosen by a checksum of what the second pass groups by (an account, a key, an id), so
everything about one of them is in one file. Knows no chain and no rule.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

PARTITIONS = 64
FLUSH_BYTES = 512 * 1024
"""Written out as soon as so much waits over all partitions."""
READ_RECORDS = 4_096


class Spill:
    """Fixed-size records of one layout, in a folder of its own."""

    def __init__(self, folder: Path, layout: struct.Struct) -> None:
        folder.mkdir(parents=True)
        self._paths = [folder / f"{number:02}" for number in range(PARTITIONS)]
        self._waiting = [bytearray() for _ in range(PARTITIONS)]
        self._size = 0
        self.layout = layout
        self.records = 0

    def add(self, group: bytes, record: bytes) -> None:
        """Keeps a record with all others of its group."""
        self._waiting[crc32(group) % PARTITIONS] += record
        self.records += 1
        self._size += len(record)
        if self._size >= FLUSH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Everything to disk."""
        for path, waiting in zip(self._paths, self._waiting, strict=True):
            if waiting:
                with path.open("ab") as file:
                    file.write(waiting)
                waiting.clear()
        self._size = 0

    def partitions(self) -> Iterator[Path]:
        """Files of the partitions that hold anything; flushed first."""
        self.flush()
        return (path for path in self._paths if path.exists())


def read(path: Path, layout: struct.Struct) -> Iterator[tuple[object, ...]]:
    """The records of one partition, in the order they were added."""
    with path.open("rb") as file:
        while chunk := file.read(layout.size * READ_RECORDS):
            yield from layout.iter_unpack(chunk)
