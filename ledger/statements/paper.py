"""A statement as a PDF: A4 across, text that can be selected, the font's used part embedded.

The same content gives the same bytes: the file's date is that of the statement. Above so many lines
the paper shows the sums alone and says where the lines are.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import as_file, files

from fpdf import FPDF
from fpdf.enums import TableCellFillMode
from fpdf.fonts import FontFace

from ledger.clearing.statement import Statement
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

MEDIA_TYPE = "application/pdf"
LINES_MOST = 2_000
"""On paper: some sixty pages, made in a few seconds."""
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


def paper(statement: Statement, names: MemberNames) -> bytes:
    """The file's content."""
    figures = figures_of(statement, names)
    what = f"{TITLE}  {statement.window} / {statement.member}"
    page = _Paper(what)
    page.set_creation_date(datetime.fromtimestamp(statement.as_of_s, UTC))
    page.set_title(what)
    page.set_lang("zh-CN")
    with as_file(_FONT) as font:
        page.add_font(_FAMILY, fname=font)
    page.set_auto_page_break(True, margin=15)
    page.add_page()
    _head(page, figures)
    for table in figures.summary:
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
    if len(lines.rows) > LINES_MOST:
        page.ln(4)
        page.set_font(_FAMILY, size=_SIZE)
        page.multi_cell(
            0, 5,
            f"明细共 {len(lines.rows)} 行，见同一对账单的 XLSX 或 JSON。 · "
            f"{len(lines.rows)} lines: see this statement as XLSX or JSON.",
        )  # fmt: skip
        return
    keep = [at for at, name in enumerate(lines.columns) if name != _LEFT_OUT]
    columns = tuple(lines.columns[at] for at in keep)
    _table(
        page,
        Table(lines.title, columns, tuple(tuple(row[at] for at in keep) for row in lines.rows)),
        _SMALL,
    )


def _table(page: FPDF, table: Table, size: int) -> None:
    page.ln(4)
    page.set_font(_FAMILY, size=_SIZE)
    page.cell(0, 6, table.title, new_x="LMARGIN", new_y="NEXT")
    page.set_font(_FAMILY, size=size)
    if not table.rows:
        page.cell(0, 5, "无 · none", new_x="LMARGIN", new_y="NEXT")
        return
    numbers = [isinstance(cell, Points) for cell in table.rows[0]]
    with page.table(
        headings_style=FontFace(emphasis="", fill_color=(230, 236, 230)),
        cell_fill_mode=TableCellFillMode.NONE,
        col_widths=tuple(widths_of(table, _WIDEST)),
        text_align=tuple("RIGHT" if number else "LEFT" for number in numbers),
        line_height=size * 0.6,
    ) as drawn:
        drawn.row(table.columns)
        for row in table.rows:
            drawn.row([cell_text(cell) for cell in row])
