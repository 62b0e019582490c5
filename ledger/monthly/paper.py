"""Statements as letters in a PDF: A4 upright, large type, the font's used part embedded.

Each letter begins on a page of its own, its address where an envelope has its window. Many letters
in one file share the font, which is what a file costs; the file's date is that of the month, so the
same letters give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import NamedTuple

from fpdf import FPDF

from ledger.monthly.figures import Letter, Table

MEDIA_TYPE = "application/pdf"
_FONT = files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"
_FAMILY = "cjk"
_NUMBER, _TITLE, _SIZE, _SMALL = 40, 22, 18, 13
"""Points. Nothing that has to be read is smaller than 13; what matters is 18 and more."""
_LINE_MM, _ROW_MM = 10.0, 8.5
_WINDOW_MM = (22.0, 45.0, 90.0)
"""Where the address stands, from the left and the top, and how wide it may be: DL and C5/6."""
_AMOUNT_MM = 42.0


class Addressed(NamedTuple):
    """A letter with what stands in its window."""

    letter: Letter
    address: str
    """May be empty: it is handed out at a desk then."""
    card: str
    """Whose it is, by the last digits of the card; may be empty."""


class _Paper(FPDF):
    """Pages that say at their foot which card they are for, as sheets come apart."""

    def __init__(self) -> None:
        super().__init__(orientation="portrait", format="A4")
        self.foot = ""

    def footer(self) -> None:
        """Month and card; every page, as two letters must not be mixed up."""
        self.set_y(-14)
        self.set_font(_FAMILY, size=_SMALL)
        self.cell(0, 8, self.foot, align="C")


def paper(letters: Iterable[Addressed], dated_s: int) -> bytes:
    """One file of these letters, in this order; at least one."""
    page = _Paper()
    page.set_creation_date(datetime.fromtimestamp(dated_s, UTC))
    page.set_lang("zh-CN")
    with as_file(_FONT) as font:
        page.add_font(_FAMILY, fname=font)
    page.set_margins(20, 18, 20)
    page.set_auto_page_break(True, margin=18)
    for one in letters:
        _letter(page, one)
    return bytes(page.output())


def _letter(page: _Paper, one: Addressed) -> None:
    letter, card = one.letter, f"····{one.card}" if one.card else ""
    page.add_page()
    page.foot = f"{letter.title}  {letter.month}  {card}".rstrip()
    _words(page, letter.title, _TITLE)
    _words(page, f"{letter.month}  {card}".rstrip(), _SMALL)
    if one.address:
        left, top, width = _WINDOW_MM
        page.set_xy(left, top)
        page.set_font(_FAMILY, size=_SMALL)
        page.multi_cell(width, 6, one.address, align="L", new_x="LMARGIN", new_y="NEXT")
        page.set_y(max(page.get_y() + 6, 90))
    else:
        page.ln(4)
    _words(page, letter.amount, _NUMBER)
    for sentence in letter.sentences:
        _words(page, sentence, _SIZE)
    for table in letter.tables:
        _table(page, table)
    page.ln(5)
    _words(page, letter.closing, _SMALL)


def _words(page: FPDF, words: str, size: int) -> None:
    page.set_font(_FAMILY, size=size)
    page.multi_cell(0, size * 0.5, words, align="L", new_x="LMARGIN", new_y="NEXT")


def _table(page: FPDF, table: Table) -> None:
    """A row is never torn apart from its amount, nor a title from its first row."""
    if page.will_page_break(_LINE_MM + 2 * _ROW_MM + 5):
        page.add_page()
    page.ln(5)
    page.set_font(_FAMILY, size=_SIZE)
    page.cell(0, _LINE_MM, table.title, border="B", new_x="LMARGIN", new_y="NEXT")
    page.set_font(_FAMILY, size=_SMALL)
    for words, amount in table.rows:
        if page.will_page_break(2 * _ROW_MM):
            page.add_page()
        top = page.get_y()
        width = page.epw - (_AMOUNT_MM if amount else 0)
        page.multi_cell(width, _ROW_MM, words, align="L", new_x="LMARGIN", new_y="NEXT")
        bottom = page.get_y()
        if amount:
            page.set_xy(page.l_margin + width, top)
            page.cell(_AMOUNT_MM, _ROW_MM, amount, align="R")
            page.set_xy(page.l_margin, bottom)
