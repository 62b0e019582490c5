"""The folder of one installation: where its chain, keys, settings and databases stand.

Everything of an installation is in its folder, so that moving or deleting it moves or deletes all.
Keys are files of mode 0600 with a secret of 32 bytes in hex. Starts nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from ledger.chain.keyfile import read_key, write_secret
from ledger.chain.signer import SECRET_BYTES, Key


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
