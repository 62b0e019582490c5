"""What the example issuer was asked for, on disk before it is sent: a file of lines, only added to.

Each line is one award as it goes to the chain. Whether it got there the chain itself says, by the
hash that it keeps of each batch; so a process that died in between asks there, and sends the same
once more or not at all.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple


class Gift(NamedTuple):
    """One award under its client's name. ``word`` and ``key`` are what the batch consists of."""

    name: str
    account: bytes
    quantity: int
    number: int
    word: bytes
    key: bytes

    def line(self) -> bytes:
        """As it stands in the file."""
        told = {
            name: value.hex() if isinstance(value, bytes) else value
            for name, value in self._asdict().items()
        }
        return json.dumps(told).encode() + b"\n"


class Gifts:
    """Those in one file. For one thread at a time, and one process."""

    def __init__(self, file: Path) -> None:
        """Reads what is there. A last line without its end was never sent, and is cut off."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(0o600)
        whole, _, rest = file.read_bytes().rpartition(b"\n")
        if rest:
            os.truncate(file, len(whole) + (1 if whole else 0))
        self._file = file
        self._found = {one.name: one for one in map(_read, whole.splitlines())}

    def find(self, name: str) -> Gift | None:
        """The newest under that name."""
        return self._found.get(name)

    def note(self, gift: Gift) -> None:
        """On disk when it returns."""
        with self._file.open("ab") as opened:
            opened.write(gift.line())
            opened.flush()
            os.fsync(opened.fileno())
        self._found[gift.name] = gift


def _read(line: bytes) -> Gift:
    told = json.loads(line)
    account, word, key = (bytes.fromhex(told[name]) for name in ("account", "word", "key"))
    return Gift(told["name"], account, told["quantity"], told["number"], word, key)
