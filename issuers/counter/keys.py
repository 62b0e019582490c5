"""The issuer's key at the counter, for the office alone: which is in use, and changing it.

What comes is where the new key stands, never the key and never a password.
"""

from __future__ import annotations

import re
from pathlib import Path

from issuers.counter.routing import Answer, Ask, Route, Who
from issuers.rotating import Rotating
from issuers.signers import Place
from ledger.chain.signer import Address
from ledger.errors import Rejected

_ADDRESS = re.compile("(0x)?[0-9a-fA-F]{40}")


class KeysAtCounter:
    """The routes of the key."""

    def __init__(self, rotating: Rotating) -> None:
        self._rotating = rotating

    def routes(self) -> list[Route]:
        """What the counter answers about the key."""
        return [
            Route("GET", "/key", Who.OFFICE, self._show),
            Route("POST", "/key/rotate", Who.OFFICE, self._rotate),
        ]

    def _show(self, ask: Ask) -> Answer:
        del ask
        return self._rotating.told()

    def _rotate(self, ask: Ask) -> Answer:
        return self._rotating.ask(_place(ask), ask.by, ask.at_s)


def _place(ask: Ask) -> Place:
    """Where the new key stands. Rejected("counter.field")."""
    body = ask.json()
    if body.get("address"):
        told = ask.text(body, "address")
        if not _ADDRESS.fullmatch(told):
            raise Rejected("counter.field", field="address")
        return Place(address=Address(bytes.fromhex(told.removeprefix("0x"))))
    password = ask.text(body, "password_file") if body.get("password_file") else None
    paths = {"key_file": ask.text(body, "key_file"), "password_file": password}
    for name, path in paths.items():
        if path is not None and not Path(path).is_absolute():
            raise Rejected("counter.field", field=name)
    return Place(Path(str(paths["key_file"])), None if password is None else Path(password))
