"""The folder of one installation: where its chain, keys, settings and databases stand.

Everything of an installation is in its folder, so that moving or deleting it moves or deletes all.
Keys are files of mode 0600 with a secret of 32 bytes in hex. Starts nothing.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ledger.chain.signer import SECRET_BYTES, Key
from ledger.errors import Rejected

OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Place:
    """Paths under one folder."""

    root: Path

    @property
    def chain(self) -> Path:
        """The embedded chain with its journal."""
        return self.root / "chain"

    @property
    def deployment(self) -> Path:
        """The deployment file."""
        return self.root / "deployment.json"

    @property
    def sandbox(self) -> Path:
        """The outside systems' own folder: not ours, only kept here."""
        return self.root / "sandbox"

    @property
    def operator(self) -> Path:
        """The operator's settings, database and projection."""
        return self.root / "operator"

    def agent(self, scheme: str) -> Path:
        """One issuer's premises."""
        return self.root / "agents" / scheme

    def key_file(self, code: str) -> Path:
        """Where a member's key is kept."""
        return self.root / "keys" / f"{code}.key"

    def key(self, code: str) -> Key:
        """A member's key, made when first asked for."""
        path = self.key_file(code)
        if not path.exists():
            write_secret(path, secrets.token_bytes(SECRET_BYTES).hex())
        return read_key(path)


def write_secret(path: Path, text: str) -> None:
    """A file that only its owner reads, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
    draft.replace(path)


def read_key(path: Path) -> Key:
    """The key in a file of 32 bytes in hex; Rejected where it is none or others may read it."""
    try:
        if path.stat().st_mode & 0o077:
            raise Rejected("key.readable-by-others", path=str(path))
        return Key.from_bytes(bytes.fromhex(path.read_text("ascii").strip()))
    except OSError as error:
        raise Rejected("key.missing", path=str(path)) from error
    except ValueError as error:
        raise Rejected("key.malformed", path=str(path)) from error
