"""Pictures that the server draws: QR codes and bar charts as SVG, without styles or scripts. Pure.

A chart always stands beside its numbers, so it says nothing that a screen reader would miss.
"""

from __future__ import annotations

from typing import NamedTuple

import segno
from markupsafe import Markup

QUIET_MODULES = 4
"""White around a code, as ISO/IEC 18004 asks for."""
BAR_WIDTH = 1_000
"""Parts that the longest bar has."""


class Bar(NamedTuple):
    """One line of a chart."""

    label: str
    value: int
    shown: str


def qr(content: str, label: str) -> Markup:
    """A code to be scanned off a screen or a sheet: error correction M, one path."""
    code = segno.make(content, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix]
    size = len(rows) + 2 * QUIET_MODULES
    path = "".join(
        f"M{start + QUIET_MODULES} {y + QUIET_MODULES}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return Markup(
        '<svg class="qr" role="img" aria-label="{label}" viewBox="0 0 {size} {size}"'
        ' shape-rendering="crispEdges"><rect width="{size}" height="{size}" fill="#fff"/>'
        '<path d="{path}" fill="#000"/></svg>'
    ).format(label=label, size=size, path=path)


def bar(value: int, most: int) -> Markup:
    """A bar from the left, as wide as its share of the most; decoration beside its number."""
    width = round(value * BAR_WIDTH / most) if most > 0 and value > 0 else 0
    return Markup(
        '<svg class="bar" aria-hidden="true" viewBox="0 0 {whole} 1" preserveAspectRatio="none">'
        '<rect width="{width}" height="1"/></svg>'
    ).format(whole=BAR_WIDTH, width=max(3, width) if value > 0 else 0)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """(start, length) of the dark stretches of a row."""
    found: list[tuple[int, int]] = []
    for at, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == at:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((at, 1))
    return found
