"""Seeded draws that are the same on every machine and every Python.

Only ``random.Random.random`` is used: its sequence for a given seed is promised across versions,
that of ``choice``, ``sample`` and ``shuffle`` is not. Knows nothing of schemes.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of draws named by its path; two paths never share a stream."""

    def __init__(self, *path: object) -> None:
        self._stream = random.Random("/".join(str(part) for part in path))

    def below(self, limit: int) -> int:
        """An integer in [0, limit)."""
        return int(self._stream.random() * limit)

    def between(self, low: int, high: int) -> int:
        """An integer in [low, high]."""
        return low + self.below(high - low + 1)

    def chance(self, permille: int) -> bool:
        """True in ``permille`` of a thousand draws."""
        return self.below(1000) < permille

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, all alike."""
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[tuple[T, int]]) -> T:
        """One of (choice, weight)."""
        left = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        raise AssertionError("weights sum to what was drawn below")


def scatter(*path: object) -> int:
    """A number of 64 bits that depends on nothing but the path: a stable shuffle key."""
    text = "/".join(str(part) for part in path)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
