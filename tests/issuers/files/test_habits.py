"""Each habit of offices' tables in a file by a real writer: what is read, what is told."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import xlsxwriter
import xlwt

from issuers.adapter import EarningEvent, RejectedRow
from issuers.files import open_table, read_row
from issuers.files.cells import Fault
from issuers.files.kinds import Kind
from tests.issuers.files.made import (
    HEADER,
    MAPPING,
    NOW,
    ROWS,
    by_xlsxwriter,
    by_xlwt,
    changed,
    csv_bytes,
    first_row,
    opened,
    openpyxl_bytes,
    read,
    told,
    xls_bytes,
    xlsx_bytes,
)

TABLE = (HEADER, *ROWS)
PLAIN_HEADER = tuple(name.replace("（", "(").replace("）", ")") for name in HEADER)
CELLS = [dict(zip(PLAIN_HEADER, row, strict=True)) for row in ROWS]
SERIAL = (date(2026, 5, 3) - date(1899, 12, 30)).days


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_is_read_in_each_encoding_and_with_each_separator(
    encoding: str, separator: str
) -> None:
    content = csv_bytes(TABLE, encoding, separator)

    with opened(content, "台账.csv") as table:
        rows = [row.cells for row in table.rows()]

    assert (table.kind, table.encoding, table.separator) == (Kind.CSV, encoding, separator)
    assert [{name: str(value) for name, value in row.items()} for row in CELLS] == rows


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (xlsx_bytes(TABLE), "台账.xlsx"),
        (xlsx_bytes(TABLE, shared=False), "台账.xlsx"),
        (openpyxl_bytes(TABLE), "台账.XLSX"),
        (xls_bytes(TABLE), "台账.xls"),
    ],
    ids=["xlsxwriter", "inline strings", "openpyxl", "xlwt"],
)
def test_a_workbook_of_each_writer_is_read_the_same(content: bytes, name: str) -> None:
    assert read(content, name) == [(2, CELLS[0]), (3, CELLS[1])]


def test_titles_above_the_header_and_sums_and_signatures_below_are_no_rows() -> None:
    rows = (
        ("二〇二六年五月志愿服务台账",), ("填报单位：示例街道",), (), HEADER, ROWS[0],
        ("小计", None, None, 90), ROWS[1], ("合　计", None, None, 150),
        ("制表人：示例甲", None, "审核：示例乙"), ("备注", "均为虚构"),
    )  # fmt: skip
    content = xlsx_bytes(rows)

    with opened(content, "台账.xlsx") as table:
        notes = told(table)

    assert table.header_line == 4
    assert [line for line, _ in read(content)] == [5, 7]
    assert notes == ["第 6、8、9、10 行是合计、签字或说明，已跳过。"]


def test_a_header_repeated_on_each_page_is_passed_over_and_told() -> None:
    content = csv_bytes((HEADER, ROWS[0], HEADER, ROWS[1]))

    with opened(content, "台账.csv") as table:
        notes = told(table)

    assert [line for line, _ in read(content, "台账.csv")] == [2, 4]
    assert notes == ["第 3 行重复了表头，已跳过。"]


def test_a_text_that_only_begins_like_a_footer_is_a_row() -> None:
    odd = ("审核志愿服务", "示例003", "社区志愿服务", 30, "2026-05-05", "")

    assert [line for line, _ in read(csv_bytes((HEADER, odd)), "台账.csv")] == [2]


def test_cells_drawn_together_hold_what_their_first_cell_holds() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet("台账")
        page.merge_range("A1:F1", "志愿服务台账")
        page.write_row("A2", HEADER)
        page.merge_range("B3:B4", "示例009")
        page.merge_range("E3:E4", "2026-05-03")
        for line, row in enumerate(ROWS, 2):
            for column in (0, 2, 3, 5):
                page.write(line, column, row[column])

    found = read(by_xlsxwriter(fill))

    assert [(line, row["会员编号"], row["日期"]) for line, row in found] == [
        (3, "示例009", "2026-05-03"), (4, "示例009", "2026-05-03"),
    ]  # fmt: skip


def test_cells_drawn_together_in_an_old_workbook_are_filled_too() -> None:
    def fill(book: Any) -> None:
        page = book.add_sheet("台账")
        for column, name in enumerate(HEADER):
            page.write(0, column, name)
        page.write_merge(1, 2, 1, 1, "示例009")
        for line, row in enumerate(ROWS, 1):
            page.write(line, 0, row[0])

    assert [row["会员编号"] for _, row in read(by_xlwt(fill), "a.xls")] == ["示例009"] * 2


def test_a_header_of_two_lines_gives_names_of_both() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet("台账")
        for column, name in ((0, "会员编号"), (1, "事项"), (4, "地点")):
            page.merge_range(0, column, 1, column, name)
        page.merge_range(0, 2, 0, 3, "服务时间")
        page.write_row(1, 2, ["开始", "结束"])
        page.write_row(2, 0, ["示例001", "社区志愿服务", "2026-05-03 9:00", "2026-05-03 10:30"])

    with opened(by_xlsxwriter(fill), "台账.xlsx") as table:
        rows = list(table.rows())

    assert table.header == ("会员编号", "事项", "服务时间/开始", "服务时间/结束", "地点")
    assert [row.line for row in rows] == [3]


@pytest.mark.parametrize("date1904", [False, True])
def test_days_and_times_are_read_in_both_date_systems(date1904: bool) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("台账")
        page.write_row(0, 0, ["会员编号", "日期", "时刻", "时长", "占比"])
        for column, value, form in (
            (1, datetime(2026, 5, 3, 9, 30), "yyyy/m/d h:mm"),  # noqa: DTZ001 - Excel knows none
            (2, time(9, 30), "h:mm"),
            (3, timedelta(hours=26, minutes=30), "[h]:mm"),
        ):
            page.write_datetime(1, column, value, book.add_format({"num_format": form}))
        page.write_number(1, 4, 0.15, book.add_format({"num_format": "0%"}))

    row = first_row(by_xlsxwriter(fill, date_1904=date1904))

    assert row.columns.date1904 is date1904
    assert row.values[1:] == ["2026-05-03 09:30:00", "09:30:00", "26:30:00", "15%"]


def test_a_bare_number_under_1904_is_four_years_later() -> None:
    content = xlsx_bytes((HEADER, (*ROWS[0][:4], SERIAL - 1462)))
    moved = changed(
        content,
        "xl/workbook.xml",
        lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"'),
    )

    events = [
        read_row(first_row(one), MAPPING, NOW)
        for one in (moved, xlsx_bytes((HEADER, (*ROWS[0][:4], SERIAL))))
    ]

    assert [e.occurred.date() for e in events if isinstance(e, EarningEvent)] == [
        date(2026, 5, 3)
    ] * 2


def test_the_chinese_built_in_date_formats_are_dates() -> None:
    content = xlsx_bytes((HEADER, (*ROWS[0][:4], SERIAL)))
    sheet = changed(
        content, "xl/styles.xml", lambda xml: xml.replace(b'<xf numFmtId="0"', b'<xf numFmtId="31"')
    )

    with_style = changed(
        sheet,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<c r="E2">', b'<c r="E2" s="0">'),
    )

    assert first_row(with_style).get("日期") == "2026-05-03"


def test_an_old_workbook_has_days_floats_and_booleans() -> None:
    def fill(book: Any) -> None:
        page = book.add_sheet("台账")
        for column, name in enumerate(HEADER):
            page.write(0, column, name)
        page.write(1, 0, 12.0)
        page.write(1, 1, True)
        page.write(1, 4, date(2026, 5, 3), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        page.write(1, 3, 0.5, xlwt.easyxf(num_format_str="0%"))

    row = first_row(by_xlwt(fill), "台账.xls")

    assert row.cells == {
        "流水号": 12, "会员编号": "TRUE", "事项": None, "时长(分钟)": "50%", "日期": "2026-05-03",
        "地点": None,
    }  # fmt: skip


def test_a_formula_gives_the_value_that_was_saved_and_none_is_a_fault() -> None:
    rows = (HEADER, (*ROWS[0][:3], "=45*2", "2026-05-03", ""))
    unsaved = openpyxl_bytes(rows)

    def saved(xml: bytes) -> bytes:
        return xml.replace(b"<f>45*2</f><v />", b"<f>45*2</f><v>90</v>").replace(
            b"<f>45*2</f><v></v>", b"<f>45*2</f><v>90</v>"
        )

    whole = changed(unsaved, "xl/worksheets/sheet1.xml", saved)
    settled = changed(whole, "xl/workbook.xml", lambda xml: xml.replace(b'fullCalcOnLoad="1"', b""))
    faults = [first_row(one).get("时长(分钟)") for one in (unsaved, whole)]
    rejected = read_row(first_row(unsaved), MAPPING, NOW)

    assert first_row(settled).get("时长(分钟)") == 90
    assert faults == [Fault("formula.no-value", ""), Fault("formula.no-value", "90")]
    assert isinstance(rejected, RejectedRow)
    assert (rejected.field, rejected.reason_code) == ("时长(分钟)", "formula.no-value")


@pytest.mark.parametrize("shown", ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?"])
def test_what_excel_shows_for_an_error_is_a_fault_as_a_cell_and_as_text(shown: str) -> None:
    as_text = csv_bytes((HEADER, (*ROWS[0][:3], shown, "2026-05-03")))

    def to_error(xml: bytes) -> bytes:
        return xml.replace(b'<c r="D2">', b'<c r="D2" t="e">').replace(
            b"<v>90</v>", f"<v>{shown}</v>".encode()
        )

    as_cell = changed(xlsx_bytes(TABLE), "xl/worksheets/sheet1.xml", to_error)

    assert first_row(as_text, "a.csv").get("时长(分钟)") == Fault("cell.error", shown)
    assert first_row(as_cell).get("时长(分钟)") == Fault("cell.error", shown)


def test_the_sheet_with_the_best_header_is_read_and_the_others_are_told() -> None:
    def fill(book: Any) -> None:
        book.add_worksheet("说明").write(0, 0, "填写说明")
        for name in ("五月", "六月"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, HEADER)
            page.write_row(1, 0, [*ROWS[0][:5], name])
        page = book.add_worksheet("旧数据")
        page.write_row(0, 0, HEADER)
        page.hide()

    content = by_xlsxwriter(fill)
    with opened(content, "台账.xlsx") as table:
        notes = told(table)

    assert table.sheet == "五月"
    assert notes == [
        "表头相同但没有读取的工作表：六月；请逐个指定工作表。",
        "没有读取的工作表：说明。",
        "隐藏的工作表不读取：旧数据。",
    ]
    assert first_row(content, sheet="六月").get("地点") == "六月"


def test_hidden_rows_and_columns_are_read_and_told() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet("台账")
        for line, row in enumerate(TABLE):
            page.write_row(line, 0, row)
        page.set_column(5, 5, None, None, {"hidden": True})
        page.set_row(2, None, None, {"hidden": True})

    content = by_xlsxwriter(fill)
    with opened(content, "台账.xlsx") as table:
        notes = told(table)

    assert len(read(content)) == 2
    assert notes == ["隐藏的列也会读取：地点。", "第 3 行已隐藏或被筛选掉，仍然读取。"]


def test_pinyin_beside_chinese_text_is_not_read_and_rich_text_is_joined() -> None:
    def spoken(xml: bytes) -> bytes:
        return xml.replace(
            "<si><t>示例社区</t></si>".encode(),
            "<si><r><t>示例</t></r><r><rPr/><t>社区_x000D_</t></r>"
            '<rPh sb="0" eb="2"><t>SHILI</t></rPh></si>'.encode(),
        )

    assert (
        first_row(changed(xlsx_bytes(TABLE), "xl/sharedStrings.xml", spoken)).get("地点")
        == "示例社区\r"
    )


def test_macros_are_told_and_links_to_other_workbooks_are_left() -> None:
    content = changed(xlsx_bytes(TABLE), "xl/vbaProject.bin", lambda _: b"macro")

    with opened(content, "台账.xlsm") as table:
        assert [note.zh for note in table.notes] == ["文件带有宏；只读取单元格的内容，宏不会运行。"]


def test_a_line_break_inside_quotes_is_part_of_one_line() -> None:
    content = csv_bytes((HEADER, (*ROWS[0][:5], "示例\n社区"), ROWS[1]))

    assert [line for line, _ in read(content, "a.csv")] == [2, 3]
    assert first_row(content, "a.csv").get("地点") == "示例\n社区"


def test_a_line_that_tells_excel_the_separator_is_no_row() -> None:
    content = b"sep=;\r\n" + csv_bytes(TABLE, separator=";")

    assert [line for line, _ in read(content, "a.csv")] == [3, 4]


def test_a_byte_that_is_no_text_breaks_its_line_alone() -> None:
    for encoding in ("utf-8", "gb18030"):
        lines = csv_bytes(TABLE, encoding).split(b"\r\n")
        lines[1] += b"\xff\xff"
        with opened(b"\r\n".join(lines), "a.csv") as table:
            rows = list(table.rows())

        assert table.encoding == encoding
        assert [row.broken for row in rows] == [True, False]
        rejected = read_row(rows[0], MAPPING, NOW)
        assert isinstance(rejected, RejectedRow)
        assert (rejected.reason_code, rejected.event_id) == ("row.broken", "T1")


def test_the_header_may_be_told_and_names_that_repeat_are_told_apart() -> None:
    content = csv_bytes((("甲", "甲", ""), ("1", "2", "3"), ("4", "5", "6")))

    with opened(content, "a.csv", header_line=1) as table:
        rows = [row.cells for row in table.rows()]

    assert table.header == ("甲", "甲 (2)", "列C")
    assert rows == [{"甲": "1", "甲 (2)": "2", "列C": "3"}, {"甲": "4", "甲 (2)": "5", "列C": "6"}]


def test_rows_are_read_again_even_from_a_stream_that_cannot_go_back() -> None:
    class Once(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with open_table(Once(csv_bytes(TABLE)), "a.csv") as table:
        assert [row.line for row in table.rows()] == [row.line for row in table.rows()] == [2, 3]


def test_lines_with_nothing_but_their_number_are_no_rows() -> None:
    header = ("序号", *HEADER)
    rows = (header, (1, *ROWS[0]), (2,), (3,), ("合计", "", 90))

    with opened(xlsx_bytes(rows), "a.xlsx") as table:
        assert [row.line for row in table.rows()] == [2]


def test_what_stands_right_of_a_sheets_table_is_told_and_breaks_no_row() -> None:
    rows = (HEADER, (*ROWS[0], None, "已核对"), ROWS[1])

    with opened(xlsx_bytes(rows), "a.xlsx") as table:
        notes = told(table)
        found = [row.broken for row in table.rows()]

    assert notes == ["第 2 行在表格右侧还有内容，不会读取。"]
    assert found == [False, False]


def test_names_of_a_saved_mapping_make_a_header_that_the_dictionary_does_not_know() -> None:
    content = csv_bytes((("台账",), ("甲", "乙", "丙"), ("1", "2", "3")))

    with opened(content, "a.csv", known=("甲", "乙", "丁")) as table:
        assert (table.header_line, table.header) == (2, ("甲", "乙", "丙"))


def test_a_workbook_whose_main_part_has_another_name_is_read() -> None:
    content = xlsx_bytes(TABLE)
    for old, new in (("xl/workbook.xml", "xl/book2.xml"), ("workbook.xml.rels", "book2.xml.rels")):
        content = renamed(content, old, new)

    assert read(content) == [(2, CELLS[0]), (3, CELLS[1])]


def renamed(content: bytes, old: str, new: str) -> bytes:
    """A workbook with one part, and every mention of it, under another name."""
    out = io.BytesIO()
    before, after = (one.rpartition("/")[2].encode() for one in (old, new))
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w") as made:
        for name in book.namelist():
            made.writestr(name.replace(old, new), book.read(name).replace(before, after))
    return out.getvalue()
