"""A file that comes over HTTP, in a temporary file of no name, with the hash of its bytes."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from issuers.counter.routing import Ask
from issuers.files.limits import LIMITS
from ledger.errors import Rejected

PART_BYTES = 1024 * 1024


@contextmanager
def uploaded(ask: Ask, name: str) -> Iterator[tuple[BinaryIO, bytes]]:
    """(the file at its beginning, SHA-256 of its bytes); gone when left.

    Rejected("file.too-large") before anything is stored; Rejected("file.cut-short") where the
    connection ended before the file did.
    """
    most = LIMITS.file_bytes
    if ask.length > most:
        raise Rejected("file.too-large", name=name, found_bytes=ask.length, most_bytes=most)
    found, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as file:
        while part := ask.stream.read(PART_BYTES):
            file.write(part)
            found.update(part)
            size += len(part)
        if size != ask.length:
            raise Rejected("file.cut-short", name=name, found_bytes=size, expected_bytes=ask.length)
        file.seek(0)
        yield cast("BinaryIO", file), found.digest()
