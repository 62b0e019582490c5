"""Secrets in files: read only where nobody but the owner can, made where they may be.

A secret is 32 bytes as 64 hex digits, or a line of text for passwords. Errors name the file, never
what is in it.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from ledger.chain.signer import Key
from ledger.errors import Refused, Rejected

SECRET_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_key(path: Path) -> Key:
    """The key in the file. Raises as ``read_secret``."""
    try:
        return Key.from_bytes(read_secret(path))
    except ValueError:
        raise Rejected("agent.secret-unreadable", path=str(path)) from None


def read_secret(path: Path) -> bytes:
    """32 bytes. Raises Rejected where the file is missing or holds something else, Refused where
    others can read it."""
    try:
        secret = bytes.fromhex(read_line(path).removeprefix("0x"))
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise Rejected("agent.secret-unreadable", path=str(path))
    return secret


def read_line(path: Path) -> str:
    """The text in the file, without its end of line. Raises as ``read_secret``."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8")
    except OSError as error:
        raise Rejected("agent.secret-missing", path=str(path)) from error
    except UnicodeDecodeError:
        raise Rejected("agent.secret-unreadable", path=str(path)) from None
    if mode & _OTHERS:
        raise Refused("agent.secret-open", path=str(path), mode=f"{stat.S_IMODE(mode):04o}")
    return text.strip()


def make_secret(path: Path) -> bytes:
    """A fresh secret, on disk before it is used. FileExistsError where there is one."""
    secret = secrets.token_bytes(SECRET_BYTES)
    write_secret(path, secret.hex())
    return secret


def write_secret(path: Path, text: str) -> None:
    """Text in a new file that only its owner can read: whole and on disk, or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    path.hardlink_to(draft)  # never over one that is there
    draft.unlink()
