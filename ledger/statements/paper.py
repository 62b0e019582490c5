"""A statement as a PDF: A4 across, text that can be selected, the font's used part embedded.

The same content gives the same bytes: the file's date is that of the statement. Above so many lines
it is several files, the sums in the first, so that none takes more memory or time than that.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import as_file, files

from fpdf import FPDF
from fpdf.enums import TableCellFillMode
from fpdf.fonts import FontFace

from ledger.clearing.statement import Statement
from ledger.errors import Rejected
from ledger.statements.figures import (
    TITLE,
    Figures,
    MemberNames,
    Points,
    Table,
    cell_text,
    figures_of,
    widths_of,
)
from ledger.statements.ruling import HEAD_COLOUR, rule

MEDIA_TYPE = "application/pdf"
LINES_A_PART = 10_000
"""Some three hundred pages, made in about four seconds and ten megabytes."""
_FONT = files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"
_FAMILY = "cjk"
_TITLE_SIZE, _SIZE, _SMALL = 14, 9, 7
_WIDEST = 40
_LEFT_OUT = "交易 · Transaction"
"""A column that paper has no room for: the block and the place in it find the transaction."""


class _Paper(FPDF):
    """Pages that say which statement they belong to."""

    def __init__(self, footer: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._footer = footer

    def footer(self) -> None:
        """Which statement, which page."""
        self.set_y(-12)
        self.set_font(_FAMILY, size=_SMALL)
        self.cell(0, 8, f"{self._footer}    {self.page_no()}", align="C")


def parts_of(statement: Statement) -> int:
    """How many files it is on paper."""
    return max(1, -(-len(statement.lines) // LINES_A_PART))


def paper(statement: Statement, names: MemberNames, part: int = 1) -> bytes:
    """The content of one of its files, from 1. Rejected("clearing.no-such-part")."""
    parts = parts_of(statement)
    if not 1 <= part <= parts:
        raise Rejected("clearing.no-such-part", field="part", parts=parts)
    first = (part - 1) * LINES_A_PART
    figures = figures_of(statement, names, slice(first, first + LINES_A_PART))
    what = f"{TITLE}  {statement.window} / {statement.member}"
    if parts > 1:
        what += f"  （{part} / {parts}）"
    page = _Paper(what)
    page.set_creation_date(datetime.fromtimestamp(statement.as_of_s, UTC))
    page.set_title(what)
    page.set_lang("zh-CN")
    with as_file(_FONT) as font:
        page.add_font(_FAMILY, fname=font)
    page.set_auto_page_break(True, margin=15)
    page.add_page()
    _head(page, figures)
    for table in figures.summary if part == 1 else ():
        _table(page, table, _SIZE)
    _lines(page, figures.lines)
    return bytes(page.output())


def _head(page: FPDF, figures: Figures) -> None:
    page.set_font(_FAMILY, size=_TITLE_SIZE)
    page.cell(0, 10, TITLE, new_x="LMARGIN", new_y="NEXT")
    page.set_font(_FAMILY, size=_SIZE)
    for label, value in figures.head:
        page.multi_cell(0, 5, f"{label}：{value}", new_x="LMARGIN", new_y="NEXT")


def _lines(page: FPDF, lines: Table) -> None:
    keep = [at for at, name in enumerate(lines.columns) if name != _LEFT_OUT]
    columns = tuple(lines.columns[at] for at in keep)
    kept = Table(lines.title, columns, tuple(tuple(row[at] for at in keep) for row in lines.rows))
    if _begun(page, kept, _SMALL):
        rule(page, kept, _WIDEST, _SMALL * 0.6)


def _begun(page: FPDF, table: Table, size: int) -> bool:
    """Its title; whether there are rows."""
    page.ln(4)
    page.set_font(_FAMILY, size=_SIZE)
    page.cell(0, 6, table.title, new_x="LMARGIN", new_y="NEXT")
    page.set_font(_FAMILY, size=size)
    if not table.rows:
        page.cell(0, 5, "无 · none", new_x="LMARGIN", new_y="NEXT")
    return bool(table.rows)


def _table(page: FPDF, table: Table, size: int) -> None:
    if not _begun(page, table, size):
        return
    numbers = [isinstance(cell, Points) for cell in table.rows[0]]
    with page.table(
        headings_style=FontFace(emphasis="", fill_color=HEAD_COLOUR),
        cell_fill_mode=TableCellFillMode.NONE,
        col_widths=tuple(widths_of(table, _WIDEST)),
        text_align=tuple("RIGHT" if number else "LEFT" for number in numbers),
        line_height=size * 0.6,
    ) as drawn:
        drawn.row(table.columns)
        for row in table.rows:
            drawn.row([cell_text(cell) for cell in row])
