"""One-time codes that people read aloud and type: ten characters, the last one a check. Pure.

The alphabet is Crockford's base32, without I, L, O and U. Nine characters carry 45 random bits. The
check is a weighted sum over GF(32): it finds every single wrong character and every two neighbours
exchanged, so that a slip of the pen never counts as a guess.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from ledger.errors import Rejected

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHARACTERS = 10
RANDOM_BYTES = 6
"""Of which the last 45 bits are used."""
_GROUP = 5
_LOOKS_LIKE = str.maketrans("OIL", "011")
_DROPPED = str.maketrans("", "", " -_·—–")
_POLYNOMIAL = 0b100101
"""x^5 + x^2 + 1, of which x is a generator: its first nine powers all differ."""


def make_code(entropy: bytes) -> str:
    """The code of ``RANDOM_BYTES`` random bytes, without its hyphen."""
    number = int.from_bytes(entropy[:RANDOM_BYTES], "big")
    places = [number >> 5 * at & 31 for at in range(CHARACTERS - 1)]
    return "".join(ALPHABET[value] for value in [*places, _check(places)])


def read_code(typed: str) -> str:
    """The code that a person typed: any case, width and grouping, O for 0, I and L for 1.

    Rejected("link.code-mistyped") where it can't be one.
    """
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_DROPPED).translate(_LOOKS_LIKE)
    values = [ALPHABET.find(character) for character in plain]
    if len(values) != CHARACTERS or min(values) < 0 or _check(values[:-1]) != values[-1]:
        raise Rejected("link.code-mistyped", field="code")
    return plain


def show_code(code: str) -> str:
    """In two groups: ``7K3MQ-X2A9D``."""
    return f"{code[:_GROUP]}-{code[_GROUP:]}"


def _check(values: Iterable[int]) -> int:
    """The sum of each value times a power of x of its own, from x^1 on."""
    total, power = 0, 1
    for value in values:
        power = _times(power, 2)
        total ^= _times(power, value)
    return total


def _times(one: int, other: int) -> int:
    """The product in GF(32)."""
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one <<= 1
        one ^= _POLYNOMIAL if one & 32 else 0
        other >>= 1
    return product
