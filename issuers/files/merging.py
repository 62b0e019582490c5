"""Fills cells that are drawn together from the one that holds their value.

Lines come in their order and each range is forgotten after its last line, so memory holds the
ranges alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from issuers.files.book import Line, Merged
from issuers.files.cells import Cell

MOST_FILLED = 200
"""Columns to the right of a range's first that are filled, and ranges that lie side by side: only
a forged sheet has more."""


def filled(lines: Iterable[Line], merged: Sequence[Merged]) -> Iterator[Line]:
    """The lines, with the empty cells of every range holding what its first cell holds."""
    if not merged:
        yield from lines
        return
    waiting = sorted(merged, key=lambda one: (one.top, one.left), reverse=True)
    active = list[tuple[Merged, Cell]]()
    for line in lines:
        active = [one for one in active if one[0].bottom >= line.number]
        while waiting and waiting[-1].top <= line.number:
            found = waiting.pop()
            anchored = found.top == line.number and found.left < len(line.cells)
            if anchored and len(active) < MOST_FILLED:
                active.append((found, line.cells[found.left]))
        yield _with(line, active) if active else line


def _with(line: Line, active: Sequence[tuple[Merged, Cell]]) -> Line:
    cells = list(line.cells)
    for one, value in active:
        last = min(one.right, one.left + MOST_FILLED)
        if value is None:
            continue
        cells.extend([None] * (last + 1 - len(cells)))
        for column in range(one.left, last + 1):
            if cells[column] is None:
                cells[column] = value
    return line._replace(cells=cells)
