"""A key under a password: Web3 Secret Storage, version 3, as geth and Web3Signer write it too.

The text says how much work a password costs to try (scrypt at its standard strength, or PBKDF2 in
files that others made). Work beyond what this machine should do for a file is refused. Knows no
file and no terminal; a password is asked for only where the text is a keystore.
"""

from __future__ import annotations

import json
from typing import Any

from ledger.chain.signer import ADDRESS_BYTES, Address, Key
from ledger.errors import Rejected

STANDARD_WORK = 262_144
"""N of scrypt, with r = 8 and p = 1: about half a second and 256 MiB a try."""
MOST_WORK = 2**30
"""Of N · r · p, and of PBKDF2's rounds: a file that asks for more would only stop the machine."""
VERSION = 3
_CIPHER = "aes-128-ctr"
_DERIVED_BYTES = 32


def is_keystore(text: str) -> bool:
    """Whether the text is meant to be one: a JSON object rather than hex digits."""
    return text.lstrip().startswith("{")


def encrypt(key: Key, password: str, *, work: int = STANDARD_WORK) -> str:
    """The key's keystore as JSON. ``work`` is scrypt's N; less than the standard is for tests."""
    from eth_keyfile.keyfile import create_keyfile_json  # slow to import, and seldom needed

    made = create_keyfile_json(key.to_bytes(), password.encode(), kdf="scrypt", iterations=work)
    return json.dumps(made, indent=2)


def decrypt(text: str, password: str, path: str) -> Key:
    """The key in a keystore; ``path`` is only named in errors.

    Raises Rejected: key.keystore-broken, key.wrong-password.
    """
    from eth_keyfile.keyfile import decode_keyfile_json

    content = _checked(text, path)
    try:
        key = Key.from_bytes(decode_keyfile_json(content, password.encode()))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if "MAC mismatch" in str(error):
            raise Rejected("key.wrong-password", path=path) from None
        raise Rejected("key.keystore-broken", path=path, why=type(error).__name__) from None
    if stated_address(text, path) not in (None, key.address):
        raise Rejected("key.keystore-broken", path=path, why="address")
    return key


def stated_address(text: str, path: str) -> Address | None:
    """The address that a keystore says it is of; None where it says none. Nothing proves it.

    Raises Rejected("key.keystore-broken").
    """
    said = _checked(text, path).get("address")
    if said is None:
        return None
    try:
        found = bytes.fromhex(str(said).removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) != ADDRESS_BYTES:
        raise Rejected("key.keystore-broken", path=path, why="address")
    return Address(found)


def _checked(text: str, path: str) -> dict[str, Any]:
    """The keystore, its names in lower case, seen to be whole as far as can be without a try."""
    try:
        content = _lower(json.loads(text))
        crypto = content["crypto"]
        rounds = _rounds(crypto["kdf"], crypto["kdfparams"])
        right = (content["version"], crypto["cipher"], crypto["kdfparams"]["dklen"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Rejected("key.keystore-broken", path=path, why=type(error).__name__) from None
    if right != (VERSION, _CIPHER, _DERIVED_BYTES):
        raise Rejected("key.keystore-broken", path=path, why="version, cipher, dklen")
    if not 0 < rounds <= MOST_WORK:
        raise Rejected("key.keystore-broken", path=path, why="kdfparams")
    return dict(content)


def _rounds(kdf: str, given: dict[str, Any]) -> int:
    """How much work a try is; KeyError for an unknown way of deriving."""
    names = {"scrypt": ("n", "r", "p"), "pbkdf2": ("c",)}[kdf]
    work = 1
    for name in names:
        if type(given[name]) is not int or given[name] < 1:
            raise ValueError(name)
        work *= given[name]
    return work


def _lower(value: Any) -> Any:
    """Names in lower case, at every depth: some wallets write ``Crypto``."""
    if not isinstance(value, dict):
        return value
    return {str(name).lower(): _lower(inside) for name, inside in value.items()}
