"""Keys in files: 64 hexadecimal digits that only the owner may read. Errors name the file alone."""

from __future__ import annotations

import os
from pathlib import Path

from ledger.chain.signer import Key
from ledger.errors import Rejected

OWNER_ONLY = 0o600
_OTHERS = 0o077


def read_key(path: Path) -> Key:
    """The key in a file.

    Raises Rejected: key.missing, key.malformed, key.readable-by-others.
    """
    try:
        if path.stat().st_mode & _OTHERS:
            raise Rejected("key.readable-by-others", path=str(path))
        return Key.from_bytes(bytes.fromhex(path.read_text("ascii").strip().removeprefix("0x")))
    except OSError as error:
        raise Rejected("key.missing", path=str(path)) from error
    except ValueError as error:
        raise Rejected("key.malformed", path=str(path)) from error


def write_secret(path: Path, text: str) -> None:
    """A file that only its owner reads, whole or not at all; one that is there is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    draft.replace(path)
