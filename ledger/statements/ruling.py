"""Many rows on paper: each drawn as it comes, with the columns' names at the head of every page.

The library's own tables keep all of their cells until the last is known, and measure each several
times; for ten thousand lines that takes six times as long.
"""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF

from ledger.statements.figures import Points, Table, cell_text, widths_of

HEAD_COLOUR = (230, 236, 230)


def rule(page: FPDF, table: Table, widest: int, line: float) -> None:
    """The rows of a table, whose columns take what they want of the page's width, up to so many
    characters; ``line`` is the height of one, in millimetres."""
    wanted = widths_of(table, widest)
    widths = [page.epw * one / sum(wanted) for one in wanted]
    right = [isinstance(cell, Points) for cell in table.rows[0]]
    ruler, room = _Ruler(page), [one - 2 * page.c_margin for one in widths]

    def drawn(texts: Sequence[str], *, head: bool = False) -> bool:
        cells = [ruler.broken(text, one) for text, one in zip(texts, room, strict=True)]
        return _row(page, cells, widths, right, line, head=head)

    drawn(table.columns, head=True)
    for row in table.rows:
        texts = [cell_text(cell) for cell in row]
        if not drawn(texts):
            page.add_page()
            drawn(table.columns, head=True)
            drawn(texts)


class _Ruler:
    """Letters as wide as the page's font has them, each measured once."""

    def __init__(self, page: FPDF) -> None:
        self._page = page
        self._known: dict[str, float] = {}

    def width(self, letter: str) -> float:
        """In the page's unit."""
        found = self._known.get(letter)
        if found is None:
            found = self._known[letter] = self._page.get_string_width(letter)
        return found

    def broken(self, text: str, room: float) -> list[str]:
        """The text in lines that fit: most are one."""
        widths = [self.width(letter) for letter in text]
        if sum(widths) <= room:
            return [text]
        lines, begun, used = list[str](), "", 0.0
        for letter, wide in zip(text, widths, strict=True):
            if begun and used + wide > room:
                lines.append(begun)
                begun, used = "", 0.0
            begun, used = begun + letter, used + wide
        return [*lines, begun]


def _row(
    page: FPDF,
    cells: Sequence[Sequence[str]],
    widths: Sequence[float],
    right: Sequence[bool],
    line: float,
    *,
    head: bool = False,
) -> bool:
    """Draws it; False where the page has no room for it any more."""
    height = line * max(map(len, cells))
    if page.y + height > page.page_break_trigger:
        return False
    top = page.y
    page.set_fill_color(*HEAD_COLOUR)
    for lines, width, number in zip(cells, widths, right, strict=True):
        left = page.x
        page.rect(left, top, width, height, style="DF" if head else "D")
        for at, text in enumerate(lines):
            page.set_xy(left, top + line * at)
            page.cell(width, line, text, align="R" if number else "L")
        page.set_xy(left + width, top)
    page.set_xy(page.l_margin, top + height)
    return True
