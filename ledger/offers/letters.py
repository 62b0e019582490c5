"""Text as people write it, as it is kept, and as it is searched. Pure.

Chinese has no spaces, and neither database splits it into words; so an offer is found by pairs of
neighbouring characters (理发店 has 理发 and 发店), and by single ones for queries of one character.
Words of other scripts are looked for as they stand. All of it after NFKC and case folding, so that
full-width and half-width, large and small letters are the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

TITLE_WEIGHT, SORT_WEIGHT, WORDS_WEIGHT = 8, 4, 1
"""A title says most of what an offer is; its category and measure are the next best."""
_KEPT_CONTROLS = "\n"
_NEVER = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, invisible marks (those that turn the direction of text too), and what is no character.
"""
_RUN = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


class Sought(NamedTuple):
    """What a query looks for."""

    grams: tuple[str, ...]
    """Of its Chinese: at least half of them must be there."""
    words: tuple[str, ...]
    """Of other scripts: each must be there."""

    @property
    def needed(self) -> int:
        """How many of the grams an offer must have."""
        return -(-len(self.grams) // 2)


def unwritable(text: str) -> str | None:
    """The first character that no text of ours may hold, as U+202E; None for a good text."""
    for character in text:
        if unicodedata.category(character) in _NEVER and character not in _KEPT_CONTROLS:
            return f"U+{ord(character):04X}"
    return None


def in_one_line(text: str) -> str:
    """Composed characters, without spaces at the ends, single ones inside."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def in_lines(text: str) -> str:
    """The same for each line, without empty lines at the ends."""
    return "\n".join(map(in_one_line, text.strip().splitlines()))


def folded(text: str) -> str:
    """As texts are compared: compatible forms alike, letters small, anything else a space."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_RUN.findall(unicodedata.normalize("NFKC", plain)))


def weighed(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Grams of Chinese in texts of some weights, each with the highest weight that it has."""
    found: dict[str, int] = {}
    for text, weight in parts:
        for gram in _grams(folded(text)):
            found[gram] = max(weight, found.get(gram, 0))
    return found


def sought(query: str) -> Sought:
    """What the query looks for; nothing where it has neither letters nor digits."""
    grams, words = dict[str, None](), dict[str, None]()
    plain = folded(query)
    for run in _HAN.findall(plain):
        pairs = (run[at : at + 2] for at in range(len(run) - 1))
        grams |= dict.fromkeys(pairs if len(run) > 1 else [run])
    for run in _RUN.findall(_HAN.sub(" ", plain)):
        words[run] = None
    return Sought(tuple(grams), tuple(words))


def letters(parts: Iterable[tuple[str, int]]) -> str:
    """The texts as words of other scripts are looked for in them."""
    return "\n".join(folded(text) for text, _ in parts)


def _grams(plain: str) -> Iterator[str]:
    for run in _HAN.findall(plain):
        yield from run
        yield from (run[at : at + 2] for at in range(len(run) - 1))
