"""Pictures that the server draws: QR codes and bar charts as SVG, without styles or scripts. Pure.

A chart always stands beside its numbers, so it says nothing that a screen reader would miss.
"""

from __future__ import annotations

from typing import NamedTuple

import segno
from markupsafe import Markup

BAR_WIDTH = 1_000
"""Parts that the longest bar has."""


class Bar(NamedTuple):
    """One line of a chart."""

    label: str
    value: int
    shown: str


def qr(content: str, label: str) -> Markup:
    """A code to be scanned off a screen or a sheet: error correction M, white around it as ISO/IEC
    18004 asks for."""
    code = segno.make(content, error="m", micro=False)
    drawn = code.svg_inline(light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return Markup('<span role="img" aria-label="{label}">{code}</span>').format(
        label=label,
        code=Markup(drawn),  # noqa: S704 - paths and numbers
    )


def bar(value: int, most: int) -> Markup:
    """A bar from the left, as wide as its share of the most; decoration beside its number."""
    width = round(value * BAR_WIDTH / most) if most > 0 and value > 0 else 0
    return Markup(
        '<svg class="bar" aria-hidden="true" viewBox="0 0 {whole} 1" preserveAspectRatio="none">'
        '<rect width="{width}" height="1"/></svg>'
    ).format(whole=BAR_WIDTH, width=max(3, width) if value > 0 else 0)
