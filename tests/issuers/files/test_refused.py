"""Files that mean harm, or are not what they say: each is refused with its exact error."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlwt
from xlwt import CompoundDoc

from issuers.files import FileLimits, open_table
from issuers.files.book import Line, Merged
from issuers.files.merging import MOST_FILLED, filled
from issuers.files.names import extension, file_name, shown
from ledger.errors import Rejected
from tests.issuers.files.made import (
    HEADER,
    ROWS,
    by_xlsxwriter,
    changed,
    csv_bytes,
    opened,
    xls_bytes,
    xlsx_bytes,
)

TABLE = (HEADER, *ROWS)
XLSX = xlsx_bytes(TABLE)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
LOL = b'<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'


def refused(content: bytes, name: str = "台账.xlsx", **limits: int) -> tuple[str, dict[str, Any]]:
    """Code and fields with which the file is refused, while it is opened or read."""
    with pytest.raises(Rejected) as caught, opened(content, name, limits=FileLimits(**limits)) as t:
        for _ in t.rows():
            pass
    return caught.value.code, caught.value.fields


@pytest.mark.parametrize(
    ("name", "content", "extension", "found"),
    [
        ("a.xls", XLSX, ".xls", "xlsx"),
        ("a.xlsx", csv_bytes(TABLE), ".xlsx", "csv"),
        ("a.xlsx", xls_bytes(TABLE), ".xlsx", "xls"),
        ("a.csv", XLSX, ".csv", "xlsx"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table>", ".xls", "html"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', ".xls", "xml"),
        ("a.xls", csv_bytes(TABLE, "utf-16", "\t"), ".xls", "csv"),
        ("a.csv", b"%PDF-1.7", ".csv", "pdf"),
        ("a.csv", b"a\0b", ".csv", "binary"),
    ],
)
def test_a_name_that_says_another_kind_than_the_content_is_refused(
    name: str, content: bytes, extension: str, found: str
) -> None:
    said = {"name": name, "extension": extension, "found": found}

    assert refused(content, name) == ("file.kind-differs", said)


def test_kinds_that_are_not_read_and_empty_files_are_refused() -> None:
    assert refused(b"x", "台账.docx") == ("file.kind-unknown", {"name": "台账.docx"})
    assert refused(b" \r\n", "台账.csv") == ("file.empty", {"name": "台账.csv"})


def test_a_file_over_the_size_that_is_set_is_refused() -> None:
    content = csv_bytes(TABLE)

    assert refused(content, "a.csv", file_bytes=len(content) - 1) == (
        "file.too-large",
        {"name": "a.csv", "found_bytes": len(content), "most_bytes": len(content) - 1},
    )


@pytest.mark.parametrize("part", [SHEET, STRINGS])
def test_a_part_that_grows_too_far_is_refused_before_it_is_inflated(part: str) -> None:
    content = changed(
        XLSX,
        part,
        lambda xml: xml.replace(b"<row", b" " * 3_000_000 + b"<row", 1) + b" " * 3_000_000,
    )

    code, fields = refused(content)

    assert (code, fields["measure"], fields["most"]) == ("file.zip-bomb", "times", 300)


def test_a_workbook_with_too_much_in_it_or_too_many_parts_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(XLSX)) as book:
        total, parts = sum(one.file_size for one in book.infolist()), len(book.infolist())

    assert refused(XLSX, inflated_bytes=total - 1) == (
        "file.zip-bomb",
        {"name": "台账.xlsx", "measure": "bytes", "found": total, "most": total - 1},
    )
    assert refused(XLSX, entries=parts - 1) == (
        "file.zip-bomb",
        {"name": "台账.xlsx", "measure": "entries", "found": parts, "most": parts - 1},
    )


def test_a_directory_that_lies_about_a_size_is_found_out_while_inflating() -> None:
    bomb = changed(XLSX, SHEET, lambda xml: xml + b" " * 5_000_000)
    with zipfile.ZipFile(io.BytesIO(bomb)) as book:
        size = book.getinfo(SHEET).file_size
    lying = bomb.replace(struct.pack("<L", size), struct.pack("<L", 2_000))

    tracemalloc.start()
    found = refused(lying)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found == ("file.damaged", {"name": "台账.xlsx", "part": SHEET})
    assert peak < 3_000_000


def test_parts_that_lie_in_one_another_or_twice_or_outside_are_refused() -> None:
    out = io.BytesIO(XLSX)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as book:
        book.writestr(SHEET, b"<worksheet/>")
    outside = changed(XLSX, "../../etc/x", lambda _: b"x")
    overlapping = bytearray(XLSX)
    at = XLSX.rindex(b"PK\x01\x02")
    overlapping[at + 42 : at + 46] = struct.pack("<L", 10)

    assert refused(out.getvalue()) == ("file.damaged", {"name": "台账.xlsx", "part": "ZIP"})
    assert refused(outside) == ("file.damaged", {"name": "台账.xlsx", "part": "../../etc/x"})
    assert refused(bytes(overlapping))[0] == "file.damaged"


@pytest.mark.parametrize("declared", [LOL, b"<!DOCTYPE lolz>"])
@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml"])
def test_a_document_type_and_with_it_every_entity_is_refused(part: str, declared: bytes) -> None:
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + declared
    content = changed(XLSX, part, lambda xml: head + xml.partition(b"?>")[2])

    assert refused(content) == ("file.xml-entities", {"name": "台账.xlsx", "part": part})


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_that_is_no_xml_is_damaged(part: str) -> None:
    content = changed(XLSX, part, lambda xml: xml[: len(xml) // 2])

    assert refused(content) == ("file.damaged", {"name": "台账.xlsx", "part": part})


def test_a_zip_that_is_no_workbook_or_is_cut_is_damaged() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("a.txt", "x")

    assert refused(out.getvalue())[1] == {"name": "台账.xlsx", "part": "xl/workbook.xml"}
    assert refused(XLSX[: len(XLSX) // 2]) == ("file.damaged", {"name": "台账.xlsx", "part": "ZIP"})


def test_a_workbook_with_a_password_is_refused() -> None:
    package = OLE + bytes(2_000) + "EncryptedPackage".encode("utf-16-le")
    flagged = bytearray(XLSX)
    at = XLSX.index(b"PK\x01\x02")
    flagged[at + 8] |= 1

    class Locked(xlwt.Workbook):  # type: ignore[misc]  # it has no types
        def get_biff_data(self) -> bytes:
            """With the record that says the rest is encrypted, after the first one."""
            data = super().get_biff_data()
            begin = 4 + struct.unpack("<H", data[2:4])[0]
            return bytes(data[:begin] + struct.pack("<HHH", 0x2F, 2, 1) + data[begin:])

    locked = Locked()
    locked.add_sheet("台账").write(0, 0, "x")
    stream = io.BytesIO()
    CompoundDoc.XlsDoc().save(stream, locked.get_biff_data())

    for name, content in (
        ("a.xlsx", package), ("a.xlsx", bytes(flagged)), ("a.xls", stream.getvalue()),
    ):  # fmt: skip
        assert refused(content, name) == ("file.encrypted", {"name": name})


@pytest.mark.parametrize("cut", [600, 1_500, 3_000])
def test_an_old_workbook_that_is_cut_or_spoilt_is_damaged(cut: int) -> None:
    whole = xls_bytes(TABLE)
    spoilt = (
        whole[:520] + bytes(byte ^ 0x5A for byte in whole[520 : 520 + cut]) + whole[520 + cut :]
    )

    assert refused(whole[:cut], "a.xls") == ("file.damaged", {"name": "a.xls", "part": "Workbook"})
    assert refused(spoilt, "a.xls")[0] == "file.damaged"


def test_too_many_rows_columns_sheets_and_merges_are_refused_where_they_are() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet("台账")
        page.write_row(0, 0, HEADER)
        page.merge_range("A2:A3", "甲")
        page.merge_range("B2:B3", "乙")
        book.add_worksheet("二")

    merged = by_xlsxwriter(fill)

    for name, content in (("a.csv", csv_bytes(TABLE)), ("a.xlsx", XLSX)):
        assert refused(content, name, rows=2) == ("file.too-many-rows", {"name": name, "most": 2})
    for name, content, place in (
        ("a.csv", csv_bytes(TABLE), "1"), ("a.xlsx", XLSX, "台账 1"),
        ("a.xls", xls_bytes(TABLE), "台账 1"),
    ):  # fmt: skip
        said = {"name": name, "place": place, "most": 5}
        assert refused(content, name, columns=5) == ("file.too-many-columns", said)
    assert refused(merged, sheets=1) == ("file.too-many-sheets", {"name": "台账.xlsx", "most": 1})
    assert refused(merged, merged_ranges=1) == (
        "file.too-many-merges", {"name": "台账.xlsx", "most": 1},
    )  # fmt: skip


def test_a_cell_that_is_too_long_is_refused_and_an_open_quote_is_one() -> None:
    long = (*ROWS[0][:5], "长" * 40)
    quote = csv_bytes(TABLE).replace(b"T1", b'"T1') + b"x" * 500_000

    assert refused(csv_bytes((HEADER, long)), "a.csv", cell_characters=30) == (
        "file.cell-too-long", {"name": "a.csv", "place": "2", "most": 30},
    )  # fmt: skip
    for content, place in (
        (xlsx_bytes((HEADER, long)), STRINGS),
        (xlsx_bytes((HEADER, long), shared=False), "台账 2"),
    ):
        assert refused(content, cell_characters=30) == (
            "file.cell-too-long", {"name": "台账.xlsx", "place": place, "most": 30},
        )  # fmt: skip
    assert refused(quote, "a.csv")[0] == "file.cell-too-long"


def test_no_header_and_no_such_sheet_say_what_was_looked_for() -> None:
    def fill(book: Any) -> None:
        book.add_worksheet("甲")
        book.add_worksheet("乙").hide()

    hidden = by_xlsxwriter(fill)

    assert refused(xlsx_bytes((("甲", "乙"),))) == (
        "file.no-header", {"name": "台账.xlsx", "wanted": ""},
    )  # fmt: skip
    with pytest.raises(Rejected) as caught:
        opened(XLSX, "a.xlsx", wanted=("居住证编号", "月数"))
    assert caught.value.fields == {"name": "a.xlsx", "wanted": "居住证编号、月数"}
    for sheet in ("乙", "丙"):
        with pytest.raises(Rejected) as caught:
            opened(hidden, "a.xlsx", sheet=sheet)
        assert caught.value.code == "file.sheet-unknown"
        assert caught.value.fields == {"name": "a.xlsx", "sheet": sheet, "sheets": "甲"}


def test_a_given_name_is_shown_without_folders_and_tricks_and_is_never_opened(
    tmp_path: Path,
) -> None:
    target = tmp_path / "victim.csv"
    given = f"../../{target}\x00\u202evsc.csv"

    with open_table(io.BytesIO(csv_bytes(TABLE)), given) as table:
        assert table.name == "victim.csvvsc.csv"

    assert list(tmp_path.iterdir()) == []
    assert file_name("C:\\台账\\六月.xlsx") == "六月.xlsx"
    assert file_name("../..") == ".."
    assert file_name("/") == "?"
    assert extension("a.ＸＬＳＸ") == ".xlsx"
    assert shown("甲\u202e\x07乙\n丙") == "甲乙 丙"
    assert len(shown("长" * 500)) == 120


def test_what_looks_like_a_formula_is_kept_as_text_and_never_worked_out() -> None:
    evil = ("=1+1", "+1", "@SUM(A1)", '=HYPERLINK("http://x.invalid")', "社区志愿服务", "-")
    for content, name in (
        (csv_bytes((HEADER, evil)), "a.csv"), (xlsx_bytes((HEADER, evil)), "a.xlsx"),
    ):  # fmt: skip
        with opened(content, name) as table:
            assert list(next(table.rows()).values) == list(evil)


def test_a_shared_string_that_is_not_there_is_damage() -> None:
    content = changed(XLSX, SHEET, lambda xml: xml.replace(b"<v>3</v>", b"<v>9999</v>"))

    assert refused(content) == ("file.damaged", {"name": "台账.xlsx", "part": SHEET})


def test_a_tag_that_never_ends_is_damage_before_it_fills_the_memory() -> None:
    endless = b'<c r="' + b"A" * 4_000_000
    content = changed(XLSX, SHEET, lambda xml: xml.replace(b"<row", endless + b'"/><row', 1))

    found = refused(content, inflation=10_000)

    assert found == ("file.damaged", {"name": "台账.xlsx", "part": SHEET})


def test_a_directory_larger_than_its_parts_need_is_refused_before_it_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for at in range(30):
            book.writestr(f"{at:0200}", b"")

    code, fields = refused(out.getvalue(), entries=10)

    assert (code, fields["measure"], fields["most"]) == ("file.zip-bomb", "bytes", 5_120)


def test_no_more_ranges_are_filled_at_once_than_can_stand_side_by_side() -> None:
    over = MOST_FILLED + 50
    ranges = [Merged(1, 9, column, column) for column in range(over)]
    lines = [Line(1, ["甲"] * over), Line(2, ["乙", *[None] * (over - 1)])]

    _, second = filled(lines, ranges)

    assert second.cells.count("甲") == MOST_FILLED - 1
