"""Secrets in files: read only where nobody but the owner can, made where they may be.

A secret is 32 bytes as 64 hexadecimal digits, or a line of text for passwords; a key may also stand
under a password, as a keystore. Errors name the file, never what is in it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from ledger.chain.keystore import decrypt, is_keystore, stated_address
from ledger.chain.signer import SECRET_BYTES, Address, Key
from ledger.errors import Rejected

OWNER_ONLY = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_key(path: Path, password: Callable[[], str] | None = None) -> Key:
    """The key in a file of either form; ``password`` is asked only where a keystore needs it.

    Raises Rejected: key.missing, key.malformed, key.readable-by-others, key.keystore-broken,
    key.wrong-password, and key.no-password where there is no one to ask.
    """
    text = _read(path)
    if is_keystore(text):
        if password is None:
            raise Rejected("key.no-password", path=str(path))
        return decrypt(text, password(), str(path))
    try:
        return Key.from_bytes(_secret_in(text, path))
    except ValueError:
        raise Rejected("key.malformed", path=str(path)) from None


def address_in(path: Path) -> Address | None:
    """The address of the key in a file, as far as it can be told without a password.

    Raises Rejected as ``read_key``, but for passwords.
    """
    text = _read(path)
    return stated_address(text, str(path)) if is_keystore(text) else read_key(path).address


def read_secret(path: Path) -> bytes:
    """32 bytes. Raises Rejected: key.missing, key.malformed, key.readable-by-others."""
    return _secret_in(_read(path), path)


def read_line(path: Path) -> str:
    """The text in the file, without its end of line. Raises as ``read_secret``."""
    return _read(path).rstrip("\r\n")


def make_secret(path: Path) -> bytes:
    """A fresh secret, on disk before it is used. FileExistsError where there is one."""
    secret = secrets.token_bytes(SECRET_BYTES)
    write_new_secret(path, secret.hex())
    return secret


def write_secret(path: Path, text: str) -> None:
    """A file that only its owner reads, whole and on disk; one that is there is replaced."""
    _drafted(path, text).replace(path)


def write_new_secret(path: Path, text: str) -> None:
    """As ``write_secret``. FileExistsError where there is a file: never over one that is there."""
    draft = _drafted(path, text)
    try:
        path.hardlink_to(draft)
    finally:
        draft.unlink()


def _drafted(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return draft


def _read(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS:
            raise Rejected("key.readable-by-others", path=str(path), mode=f"{mode:04o}")
        return path.read_text("utf-8")
    except OSError as error:
        raise Rejected("key.missing", path=str(path)) from error
    except UnicodeDecodeError:
        raise Rejected("key.malformed", path=str(path)) from None


def _secret_in(text: str, path: Path) -> bytes:
    try:
        secret = bytes.fromhex(text.strip().removeprefix("0x"))
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise Rejected("key.malformed", path=str(path))
    return secret
