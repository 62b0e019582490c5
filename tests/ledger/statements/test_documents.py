"""Workbook and paper read back: the same figures in both, the same bytes for the same content."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pypdf
import pytest

from ledger.clearing.statement import (
    Confirmation,
    Invoice,
    Line,
    Origin,
    Part,
    Statement,
    Transfer,
)
from ledger.clearing.windows import SETTLED
from ledger.errors import Rejected
from ledger.index.columns import ClearingKind
from ledger.statements import paper as papers
from ledger.statements.figures import price_text
from ledger.statements.paper import paper
from ledger.statements.workbook import POINTS_FORMAT, file_name, workbook
from ledger.units import points_text

HOLD, WORD = b"\x07" * 32, b"\xab" * 32
NAMES = {1: ("志愿者之家", "Volunteers"), 3: ("社区食堂", "Community canteen")}
LATE = Origin(1, 20, 1_777_570_000)
LINES = (
    Line(31, 2, 1_777_580_000, ClearingKind.CAPTURE, 1, 3, 1, 123_456, "order-1", None, None, None,
         WORD),
    Line(32, 0, 1_777_580_060, ClearingKind.REFUND, 1, 3, 1, -5, "=order-2", None, None, LATE,
         WORD),
    Line(33, 1, 1_777_580_120, ClearingKind.CAPTURE, 3, 1, 1, -1_200, None, HOLD, None, None, WORD),
)  # fmt: skip
MADE = Statement(
    window=2,
    member=3,
    state=SETTLED,
    first_block=30,
    last_block=40,
    opened_at_s=1_777_575_600,
    as_of_s=1_777_582_800,
    unit_price_micro_yuan=12_345,
    carried=(Part(1, 777),),
    settled=(Part(1, 777),),
    lines=LINES,
    transfers=(Transfer(0, 1, 3, 122_251, 150_918, Confirmation(41, WORD), None),),
    published=Confirmation(40, WORD),
    invoice=Invoice("FP-2026-0007", 1_777_590_000),
)


def names(member: int) -> tuple[str, str]:
    """Invented ones."""
    return NAMES[member]


def cells(content: bytes) -> list[list[object]]:
    """All rows of both sheets, empty cells left out."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    return [[cell for cell in row if cell is not None] for row in rows]


def words(content: bytes) -> str:
    """The paper's text without the spaces that its lines broke at."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


def test_the_workbook_holds_integers_that_show_as_points() -> None:
    rows = cells(workbook(MADE, names))
    book = openpyxl.load_workbook(io.BytesIO(workbook(MADE, names)))

    lines = [row for row in rows if row and str(row[0]).startswith("2026-05-01 0")]
    amounts = [cell for row in book.worksheets[1].iter_rows(min_row=2) for cell in row[6:7]]

    assert [row[6] for row in lines] == [123_456, -5, -1_200]
    assert {cell.number_format for cell in amounts} == {POINTS_FORMAT}
    assert not any(isinstance(cell, float) for row in rows for cell in row)
    assert lines[0][4] == "order-1"
    assert (lines[1][4], lines[1][5]) == ("=order-2", "1 2026-05-01 01:26:40（跨窗口 · late）")
    assert lines[2][4] == "0x" + HOLD.hex()


def test_the_workbook_says_where_its_sums_come_from() -> None:
    rows = [row for row in cells(workbook(MADE, names)) if row]
    found = {str(row[0]).split(" · ")[0]: row[1:] for row in rows}

    assert found["期初未结清"] == [777]
    assert found["加：本窗口净额"] == [122_251]
    assert found["减：期内结清"] == [777]
    assert found["期末未结清"] == [122_251]
    assert found["本窗口净额（元）"] == ["1,509.18"]
    assert found["应收"] == [123_456, -5, 0, 123_451]
    assert found["应付"] == [-1_200, 0, 0, -1_200]
    assert found["合计"] == [122_256, -5, 0, 122_251]
    assert found["发票编号"] == ["FP-2026-0007"]
    settling = [row for row in rows if row[0] == "1 志愿者之家 · Volunteers"]
    assert settling == [
        ["1 志愿者之家 · Volunteers", 123_451, 1_200, 122_251],
        ["1 志愿者之家 · Volunteers", "3 社区食堂 · Community canteen", 122_251, "1,509.18",
         f"41 0x{WORD.hex()}", "—"],
    ]  # fmt: skip


def test_paper_shows_the_workbooks_figures_as_text() -> None:
    text = words(paper(MADE, names))
    rows = cells(workbook(MADE, names))

    amounts = [points_text(cell) for row in rows for cell in row if isinstance(cell, int)]
    plain = [cell for row in rows for cell in row if isinstance(cell, str)]

    assert len(amounts) > 20
    assert [one for one in amounts if one not in text and one != "0.01"] == []
    for wanted in ("通兑清算对账单·Clearingstatement", "社区食堂·Communitycanteen", "FP-2026-0007",
                   "order-1", HOLD.hex(), "30–40", "1.2345", f"410x{WORD.hex()}"):  # fmt: skip
        assert wanted in text, wanted
    assert "1,234.56" in text
    assert any("order-1" in cell for cell in plain)


def test_the_same_content_is_the_same_bytes_and_other_content_is_not() -> None:
    other = replace(MADE, invoice=None)

    for make in (workbook, paper):
        assert make(MADE, names) == make(MADE, names)
        assert make(MADE, names) != make(other, names)


def test_paper_embeds_the_part_of_the_font_that_it_uses() -> None:
    content = paper(MADE, names)
    page: Any = pypdf.PdfReader(io.BytesIO(content)).pages[0]

    (font,) = page["/Resources"]["/Font"].get_object().values()
    descendant = font.get_object()["/DescendantFonts"][0].get_object()

    assert "/FontFile2" in descendant["/FontDescriptor"].get_object()
    assert len(content) < 200_000


def test_above_so_many_lines_paper_is_several_files_with_every_line_once() -> None:
    count = papers.LINES_A_PART + 3
    lines = tuple(LINES[0]._replace(order=f"o{at}z") for at in range(count))
    many = replace(MADE, lines=lines)

    last = words(paper(many, names, 2))
    with pytest.raises(Rejected) as none:
        paper(many, names, 3)

    assert papers.parts_of(many) == 2
    assert re.findall(r"o\d+z", last) == [f"o{at}z" for at in range(count - 3, count)]
    assert "2/2" in last
    assert points_text(123_456 * count) not in last
    assert none.value.fields == {"field": "part", "parts": 2}


def test_a_page_after_the_first_has_the_columns_names_and_long_words_break_in_their_cell() -> None:
    lines = tuple(LINES[0]._replace(order=f"o{at}z") for at in range(120))
    many = replace(MADE, lines=(*lines, LINES[2]))

    pages = pypdf.PdfReader(io.BytesIO(paper(many, names))).pages
    texts = [re.sub(r"\s+", "", page.extract_text()) for page in pages]

    assert len(texts) > 3
    assert all("类型·Kind" in text for text in texts[2:])
    assert re.findall(r"o\d+z", "".join(texts)) == [f"o{at}z" for at in range(120)]
    assert HOLD.hex() in texts[-1]


def test_prices_and_file_names_are_exact() -> None:
    assert [price_text(p) for p in (10_000, 12_345, 1, 10_000_000)] == [
        "1.00", "1.2345", "0.0001", "1000.00",
    ]  # fmt: skip
    assert file_name(MADE, "pdf") == "statement-w2-m3-20260501.pdf"
    assert [points_text(units) for units in (0, -5, 99, 123_456_789)] == [
        "0.00", "-0.05", "0.99", "1,234,567.89",
    ]  # fmt: skip
