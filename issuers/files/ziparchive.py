"""The parts of a workbook's ZIP, opened without trusting it.

The central directory is checked before anything is inflated (number of parts, sizes, growth, names,
overlaps, encryption), and every byte that comes out is counted again, because a directory can lie.
Nothing is ever unpacked to a path.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from issuers.files.limits import FileLimits
from issuers.files.names import shown
from ledger.errors import Rejected

CHUNK_BYTES = 1 << 16
_ENCRYPTED = 0x1
_DIRECTORY_SIZE = 5
"""Where the end record holds the size of the directory, in bytes."""
_ENTRY_BYTES = 512
"""Of one entry in the directory: 46 and its name."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


class Archive:
    """One workbook's parts by name."""

    def __init__(self, file: BinaryIO, name: str, limits: FileLimits) -> None:
        self._name = name
        self._limits = limits
        self._inflated = dict[str, int]()
        with self._sound(""):
            self._check_directory(file)
            self._zip = zipfile.ZipFile(file)
        entries = self._zip.infolist()
        self._at_most("entries", len(entries), limits.entries)
        self._at_most("bytes", sum(one.file_size for one in entries), limits.inflated_bytes)
        for entry in entries:
            self._check(entry)
        self._check_places(entries)
        self.parts = frozenset(one.filename for one in entries)

    def chunks(self, part: str) -> Iterator[bytes]:
        """The part's bytes, counted while they are inflated."""
        seen, packed = 0, max(self._zip.getinfo(part).compress_size, 1)
        with self._sound(part), self._zip.open(part) as opened:
            while chunk := opened.read(CHUNK_BYTES):
                seen += len(chunk)
                self._inflated[part] = max(seen, self._inflated.get(part, 0))
                self._at_most("bytes", sum(self._inflated.values()), self._limits.inflated_bytes)
                self._check_growth(seen, packed)
                yield chunk

    def whole(self, part: str, most_bytes: int) -> bytes:
        """A small part at once; file.zip-bomb where it is not small."""
        found = bytearray()
        for chunk in self.chunks(part):
            found += chunk
            self._at_most("bytes", len(found), most_bytes)
        return bytes(found)

    def damaged(self, part: str) -> Rejected:
        """The error for a part that cannot be read."""
        return Rejected("file.damaged", name=self._name, part=shown(part))

    def close(self) -> None:
        """Leaves the file open: whoever opened it closes it."""
        self._zip.close()

    def _check_directory(self, file: BinaryIO) -> None:
        """Before it is read: a directory of a hundred megabytes would fill the memory."""
        found = zipfile._EndRecData(file)  # type: ignore[attr-defined]  # as ZipFile finds it
        if found is None:
            raise self.damaged("ZIP")
        self._at_most("bytes", found[_DIRECTORY_SIZE], self._limits.entries * _ENTRY_BYTES)

    def _check(self, entry: zipfile.ZipInfo) -> None:
        if entry.flag_bits & _ENCRYPTED:
            raise Rejected("file.encrypted", name=self._name)
        parts = entry.filename.replace("\\", "/").split("/")
        odd = ".." in parts or not parts[0] or ":" in parts[0] or "\\" in entry.filename
        if odd or entry.compress_type not in _METHODS:
            raise self.damaged(entry.filename)
        self._check_growth(entry.file_size, max(entry.compress_size, 1))

    def _check_growth(self, inflated: int, packed: int) -> None:
        if inflated > self._limits.inflation_from_bytes:
            self._at_most("times", inflated // packed, self._limits.inflation)

    def _check_places(self, entries: list[zipfile.ZipInfo]) -> None:
        """No part twice, and none inside another: both serve only to deceive a reader."""
        if len({one.filename for one in entries}) != len(entries):
            raise self.damaged("ZIP")
        end = 0
        for entry in sorted(entries, key=lambda one: one.header_offset):
            if entry.header_offset < end:
                raise self.damaged(entry.filename)
            end = entry.header_offset + entry.compress_size

    def _at_most(self, measure: str, found: int, most: int) -> None:
        if found > most:
            raise Rejected(
                "file.zip-bomb", name=self._name, measure=measure, found=found, most=most
            )

    @contextmanager
    def _sound(self, part: str) -> Iterator[None]:
        try:
            yield
        except _BROKEN as error:
            raise self.damaged(part or "ZIP") from error
        except RuntimeError as error:
            raise Rejected("file.encrypted", name=self._name) from error
