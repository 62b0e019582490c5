"""The journal of an embedded chain: every block's time and raw transactions, one record a block.

Append-only and synced to disk before a block may be called final, so that a kill loses nothing that
was reported. A record is ``length · CRC-32 · CRC-32 of those two · content``; a torn last record is
cut off, damage anywhere else is ``Broken``. Knows no node.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ledger.errors import Broken

_MAGIC = b"TONGDUI-JOURNAL-1\n"
_FRAME = struct.Struct(">III")
"""Content's length in bytes, its CRC-32, and the CRC-32 of these two."""
_FRAME_CHECKED = struct.Struct(">II")
_BLOCK = struct.Struct(">QQ32sI")
"""Number, time in seconds since 1970, hash, count of transactions."""
_GENESIS = struct.Struct(">QQQ")
"""Chain id, time of block 0 in seconds since 1970, gas limit of a block."""
_LENGTH = struct.Struct(">I")


class Genesis(NamedTuple):
    """What fixes a chain before its first block."""

    chain_id: int
    timestamp_s: int
    """Time of block 0, seconds since 1970 UTC."""
    gas_limit: int
    """Of a block."""


class BlockRecord(NamedTuple):
    """One mined block, enough to mine it again."""

    number: int
    timestamp_s: int
    hash: bytes
    raws: tuple[bytes, ...]


class Journal:
    """One journal file, open for appending by one process."""

    def __init__(self, path: Path, genesis: Genesis) -> None:
        """Opens or begins the file; Broken if it is damaged or belongs to another genesis."""
        self.path = path
        if not path.exists():
            _begin(path, genesis)
        self.genesis = read_genesis(path)
        if self.genesis._replace(timestamp_s=0) != genesis._replace(timestamp_s=0):
            raise Broken("chain.journal-of-another-chain", chain_id=self.genesis.chain_id)
        self.last, whole = _last(path)
        if whole != path.stat().st_size:
            os.truncate(path, whole)
        self._file: BinaryIO = path.open("ab")

    def append(self, block: BlockRecord) -> None:
        """Returns when the block is on disk; Broken if it does not follow the last one."""
        expected = self.last.number + 1 if self.last else 1
        if block.number != expected:
            raise Broken("chain.journal-gap", expected=expected, found=block.number)
        self._file.write(_framed(_packed(block)))
        self._file.flush()
        os.fsync(self._file.fileno())
        self.last = block

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def read_genesis(path: Path) -> Genesis:
    """What the journal's chain began with; Broken if the file is none of ours."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise Broken("chain.journal-damaged", offset=0)
        content = _content(file, path.stat().st_size)
    if content is None or len(content) != _GENESIS.size:
        raise Broken("chain.journal-damaged", offset=len(_MAGIC))
    return Genesis(*_GENESIS.unpack(content))


def read_blocks(path: Path, after: int = 0) -> Iterator[BlockRecord]:
    """The journalled blocks with numbers above ``after``, in order, without a torn end."""
    return (block for block, _ in _records(path) if block.number > after)


def _begin(path: Path, genesis: Genesis) -> None:
    """A new journal, whole or not at all."""
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(_MAGIC + _framed(_GENESIS.pack(*genesis)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def _last(path: Path) -> tuple[BlockRecord | None, int]:
    """The last whole record, if any, and the offset at which what is whole ends."""
    last, end = None, len(_MAGIC) + _FRAME.size + _GENESIS.size
    for last, end in _records(path):  # noqa: B007 - the last of both is wanted
        pass
    return last, end


def _records(path: Path) -> Iterator[tuple[BlockRecord, int]]:
    """Each whole record and the offset at which it ends."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(len(_MAGIC) + _FRAME.size + _GENESIS.size)
        while (content := _content(file, size)) is not None:
            yield _unpacked(content), file.tell()


def _content(file: BinaryIO, size: int) -> bytes | None:
    """The next record's content; None at the end or before a torn end; Broken if damaged."""
    begin = file.tell()
    frame = file.read(_FRAME.size)
    if len(frame) < _FRAME.size:
        return None
    length, crc, frame_crc = _FRAME.unpack(frame)
    if zlib.crc32(frame[: _FRAME_CHECKED.size]) != frame_crc:
        raise Broken("chain.journal-damaged", offset=begin)
    content = file.read(length)
    if len(content) == length and zlib.crc32(content) == crc:
        return content
    if begin + _FRAME.size + length >= size:
        return None
    raise Broken("chain.journal-damaged", offset=begin)


def _framed(content: bytes) -> bytes:
    checked = _FRAME_CHECKED.pack(len(content), zlib.crc32(content))
    return checked + struct.pack(">I", zlib.crc32(checked)) + content


def _packed(block: BlockRecord) -> bytes:
    head = _BLOCK.pack(block.number, block.timestamp_s, block.hash, len(block.raws))
    return head + b"".join(_LENGTH.pack(len(raw)) + raw for raw in block.raws)


def _unpacked(content: bytes) -> BlockRecord:
    number, timestamp_s, name, count = _BLOCK.unpack_from(content)
    raws, at = list[bytes](), _BLOCK.size
    for _ in range(count):
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size
        raws.append(content[at : at + length])
        at += length
    return BlockRecord(number, timestamp_s, name, tuple(raws))


def _sync_folder(folder: Path) -> None:
    """Makes a new name in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
