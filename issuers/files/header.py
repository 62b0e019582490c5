"""Which line is the header, and what its columns are called.

Above it may stand titles and notes; it may take two lines, where cells are drawn together over
several columns. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from issuers.files.book import Line, Merged
from issuers.files.cells import Cell, as_text
from issuers.files.fields import key_of, recognised
from issuers.files.names import shown
from issuers.reading import plain

WITHIN_LINES = 30
"""A header further down is not looked for."""
LEAST_NAMES = 2
"""So many names of the dictionary make a line a header."""
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Header:
    """The header's last line, how well it fits, and the columns' names."""

    number: int
    """Of its last line."""
    titles: tuple[str, ...]
    """As they stand; two lines joined by a slash."""
    fit: int
    """How many names are known or wanted."""

    @property
    def names(self) -> tuple[str, ...]:
        """Tidied, never empty, and each once: a second 数量 is 数量 (2)."""
        seen, names = dict[str, int](), list[str]()
        for at, title in enumerate(self.titles):
            name = shown(plain(title)) or f"列{letters(at)}"
            seen[name] = seen.get(name, 0) + 1
            names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
        return tuple(names)


class Names(NamedTuple):
    """By what a header is known."""

    wanted: tuple[str, ...]
    """All of these, if there are any."""
    keys: frozenset[str]
    """Of the wanted names."""
    known: frozenset[str]
    """Keys that count like the dictionary's."""

    @classmethod
    def of(cls, wanted: Collection[str], known: Collection[str]) -> Names:
        """From names as people write them."""
        return cls(tuple(wanted), frozenset(map(key_of, wanted)), frozenset(map(key_of, known)))

    def fit(self, titles: Collection[str]) -> int:
        """How many of the titles are wanted, or else known."""
        found = {key_of(title): title for title in titles if title}
        if self.keys:
            return len(found.keys() & self.keys)
        return sum(key in self.known or recognised(title) for key, title in found.items())


def letters(column: int) -> str:
    """0 is A, 26 is AA."""
    text, rest = "", column + 1
    while rest:
        rest, at = divmod(rest - 1, _LETTERS)
        text = chr(ord("A") + at) + text
    return text


def find(
    lines: Sequence[Line], merged: Sequence[Merged], names: Names, number: int | None
) -> Header | None:
    """The header among the first lines: the one at ``number`` if that is given, else the first
    with every wanted name, else the one with the most names of the dictionary."""
    best: Header | None = None
    for at, line in enumerate(lines):
        if number is not None and line.number != number:
            continue
        joined = _joined(line, lines[at + 1] if at + 1 < len(lines) else None, merged)
        for last, titles in joined:
            fit = names.fit(titles)
            enough = fit >= (len(names.keys) or LEAST_NAMES) or number is not None
            if enough and (best is None or fit > best.fit):
                best = Header(last, titles, fit)
    return best


def _joined(
    line: Line, below: Line | None, merged: Sequence[Merged]
) -> list[tuple[int, tuple[str, ...]]]:
    """The line's titles alone, and with those of the line below where cells are drawn together."""
    titles = _titles(line.cells)
    alone = (line.number, titles)
    groups = [
        one
        for one in merged
        if one.top == one.bottom == line.number and 0 < one.right - one.left < len(titles) - 1
    ]
    if not groups or below is None or below.number != line.number + 1:
        return [alone]
    under = {column for one in groups for column in range(one.left, one.right + 1)}
    second = _titles(below.cells)
    width = max(len(titles), len(second))
    titles += ("",) * (width - len(titles))
    second += ("",) * (width - len(second))
    if any(_is_data(second[at]) for at in under) or any(
        second[at] and second[at] != titles[at] for at in range(width) if at not in under
    ):
        return [alone]
    both = tuple(
        f"{upper}/{lower}" if at in under and lower else upper or lower
        for at, (upper, lower) in enumerate(zip(titles, second, strict=True))
    )
    return [alone, (below.number, both)]


def _titles(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(as_text(cell).strip() for cell in cells)


def _is_data(title: str) -> bool:
    return any(mark.isdigit() for mark in title)
