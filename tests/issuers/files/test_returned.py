"""Rejected rows come back as the same file with two columns more, and are read again as they were;
templates and sign-in sheets are read as what was filled in."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, time
from typing import Any

import openpyxl
import pytest

from issuers.adapter import EarningEvent, RejectedRow
from issuers.files import (
    SignIn,
    Verdict,
    annotated,
    fingerprint,
    guess,
    members_in,
    members_of,
    read_row,
    read_signin,
    sheet_rows,
    signin_template,
    template,
    template_csv,
    verdict,
    words_of,
)
from issuers.files.cells import Fault
from issuers.standard.catalogue import load
from ledger.errors import Rejected
from ledger.refusals import Lang
from tests.issuers.files.made import (
    HEADER,
    MAPPING,
    NOW,
    ROWS,
    by_xlsxwriter,
    csv_bytes,
    opened,
    read,
    xls_bytes,
    xlsx_bytes,
)

EVIL = ("=cmd|' /C calc'!A0", "+86", "@SUM(A1)", "-1+1", "2026-05-03", "'=x")
TABLE = (("五月台账",), HEADER, *ROWS, EVIL, ("合计", "", "", 150))
VERDICT = Verdict("时长(分钟)：数量不是整数（-1+1）", "请只填写数字，例如 90")
ACTIVITIES = load().by_scheme("volunteer")
SERVICE = ACTIVITIES[0]
FORM = SignIn(SERVICE, date(2026, 5, 3), time(9), time(10, 30), "示例社区", "示例甲", ("V1", "V2"))


def returned(content: bytes, name: str, verdicts: dict[int, Verdict], **how: Any) -> bytes:
    out = io.BytesIO()
    with opened(content, name) as table:
        annotated(table, verdicts.items(), out, **how)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_comes_back_in_its_encoding_and_separator_with_nothing_that_runs(
    encoding: str, separator: str
) -> None:
    back = returned(csv_bytes(TABLE, encoding, separator), "a.csv", {5: VERDICT})

    lines = list(csv.reader(io.StringIO(back.decode(encoding)), delimiter=separator))
    assert lines[0] == ["五月台账"]
    assert lines[1] == [*HEADER, "原因", "如何修改"]
    assert lines[2][:6] == ["'" + EVIL[0], "'+86", "'@SUM(A1)", "'-1+1", "2026-05-03", "'=x"]
    assert len(lines) == 3
    with opened(back, "a.csv") as table:
        assert (table.encoding, table.separator) == (encoding, separator)
        assert list(next(table.rows()).values) == [*EVIL[:5], "=x", *VERDICT]


def test_a_workbook_comes_back_as_one_with_the_same_sheet_and_text_cells() -> None:
    back = returned(xlsx_bytes(TABLE, "五月"), "a.xlsx", {5: VERDICT})

    sheet = openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]
    cells = next(iter(sheet.iter_rows(min_row=3, max_row=3)))
    assert sheet.title == "五月"
    assert [cell.data_type for cell in cells] == ["s"] * 8
    assert [cell.value for cell in cells] == [*EVIL[:5], "=x", *VERDICT]
    assert [row for _, row in read(back)] == [
        dict(zip([*(n.replace("（", "(").replace("）", ")") for n in HEADER), "原因", "如何修改"],
                 [*EVIL[:5], "=x", *VERDICT], strict=True))
    ]  # fmt: skip


def test_an_old_workbook_comes_back_as_a_new_one() -> None:
    back = returned(xls_bytes(TABLE), "a.xls", {3: VERDICT})

    assert [line for line, _ in read(back, "a.xlsx")] == [3]


def test_all_rows_come_back_where_that_is_asked_and_the_words_stand_beside_their_own() -> None:
    back = returned(xlsx_bytes(TABLE), "a.xlsx", {4: VERDICT, 99: VERDICT}, only_rejected=False)

    assert [row["原因"] for _, row in read(back)] == [None, VERDICT.reason, None]


def test_what_comes_back_has_the_same_columns_ids_and_events_and_words_only_once() -> None:
    content = xlsx_bytes(TABLE)
    back = returned(content, "a.xlsx", {3: VERDICT, 4: VERDICT})
    twice = returned(back, "b.xlsx", {3: VERDICT})

    def events(file: bytes) -> list[EarningEvent | RejectedRow]:
        with opened(file, "a.xlsx") as table:
            return [replace(read_row(row, MAPPING, NOW), place="") for row in table.rows()]

    with opened(content, "a.xlsx") as first, opened(twice, "b.xlsx") as last:
        assert fingerprint(first.header) == fingerprint(last.header)
        assert last.header[-2:] == ("原因", "如何修改")
        assert len(last.header) == len(HEADER) + 2
    assert events(back) == events(content)[:2]


def test_a_number_that_excel_has_cut_comes_back_as_text() -> None:
    odd = ("T1", 123456789012345678, *ROWS[0][2:])

    back = returned(xlsx_bytes((HEADER, odd)), "a.xlsx", {2: VERDICT})

    assert [row["会员编号"] for _, row in read(back)] == ["1.23456789012346E+17"]


def test_a_formula_whose_value_may_be_stale_comes_back_empty_and_an_error_as_it_is() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet("台账")
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ("T1", "示例1", "#REF!"))
        page.write_formula(1, 3, "=45*2", None, 90)

    back = [row for _, row in read(returned(by_xlsxwriter(fill), "a.xlsx", {2: VERDICT}))]

    assert (back[0]["时长(分钟)"], back[0]["事项"]) == (None, Fault("cell.error", "#REF!"))


def test_a_verdict_names_column_reason_and_value_in_both_languages() -> None:
    row = RejectedRow("a.csv line 2", "时长", "quantity.not-whole", "0.33")

    assert verdict(row) == (
        "时长：换算成最小单位后不是整数（0.33）", "请改用能整除的数量，例如 1.5 小时或 90 分钟",
    )  # fmt: skip
    assert verdict(row, "en") == (
        "时长: not whole in the smallest unit (0.33)",
        "write it so, such as 90 minutes",
    )  # fmt: skip
    assert verdict(replace(row, field="*", value="")).reason == "换算成最小单位后不是整数"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_filled_in_template_is_read_without_a_doubt(language: Lang) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(ACTIVITIES, language)))
    sheet = book.worksheets[0]
    filled = [
        "T1",
        "00123",
        getattr(SERVICE, language),
        90,
        "2026-05-03",
        "9:00",
        "10:30",
        "C1",
        "甲",
        "",
    ]
    for column, value in enumerate(filled, 1):
        sheet.cell(2, column, value)
    out = io.BytesIO()
    book.save(out)

    with opened(out.getvalue(), "a.xlsx") as table:
        found = guess(table.header, table.sample(), ACTIVITIES)
        event = read_row(next(table.rows()), found.mapping, NOW)

    rules = sheet.data_validations.dataValidation
    assert [(rule.type, str(rule.sqref)) for rule in rules] == [("list", "C2:C5001")]
    assert sheet["A1"].number_format == "@"
    assert (found.doubts, found.lacking) == ((), ())
    assert isinstance(event, EarningEvent)
    assert (event.event_id, event.member_id, event.activity_code, event.quantity) == (
        "T1", "00123", SERVICE.code, 90,
    )  # fmt: skip


def test_an_empty_template_has_no_rows_and_the_csv_has_the_same_columns() -> None:
    with opened(template(ACTIVITIES), "a.xlsx") as book, opened(template_csv(), "a.csv") as text:
        assert list(book.rows()) == []
        assert book.header == text.header
        assert text.encoding == "utf-8-sig"


def test_a_sign_in_sheet_gives_one_event_for_each_member() -> None:
    found = sheet_rows(replace(FORM, members=("V1", "", "V2", "Ｖ１", "1.2E+17")), NOW)

    events = [one for one in found if isinstance(one, EarningEvent)]
    faults = [one for one in found if isinstance(one, RejectedRow)]
    assert [(one.member_id, one.quantity) for one in events] == [("V1", 90), ("V2", 90)]
    assert {(one.spot, one.checker, one.activity_code) for one in events} == {
        ("示例社区", "示例甲", SERVICE.code)
    }
    assert all(one.event_id.startswith("tongdui:sheet:") for one in events)
    assert [(one.field, one.reason_code) for one in faults] == [
        ("会员编号", "field.missing"), ("会员编号", "id.cut"),
    ]  # fmt: skip


def test_a_sheets_ids_depend_on_member_activity_day_times_and_place_alone() -> None:
    def first(form: SignIn) -> str:
        return str(getattr(sheet_rows(form, NOW)[0], "event_id", ""))

    same = [FORM, replace(FORM, members=("V1",)), replace(FORM, checker="示例乙")]
    other = [
        replace(FORM, day=date(2026, 5, 4)), replace(FORM, began=time(8)),
        replace(FORM, ended=time(11)), replace(FORM, spot="别处"), replace(FORM, members=("V9",)),
    ]  # fmt: skip

    assert len({first(form) for form in same}) == 1
    assert len({first(form) for form in (FORM, *other)}) == 6


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"ended": time(9)}, "结束时间", "09:00"),
        ({"day": date(2036, 1, 1)}, "日期", "2036-01-01T09:00:00+08:00"),
        ({"spot": " "}, "地点", ""),
        ({"quantity": -1}, "数量", "-1"),
        ({"activity": replace(SERVICE, unit="trip")}, "数量", "0"),
    ],
)
def test_a_form_that_is_not_right_names_its_field(
    change: dict[str, Any], field: str, value: str
) -> None:
    with pytest.raises(Rejected) as caught:
        sheet_rows(replace(FORM, **change), NOW)

    assert caught.value.code == "file.signin"
    assert caught.value.fields == {"field": field, "value": value}


def filled_sheet(language: Lang, change: dict[str, str] | None = None) -> bytes:
    """Our own workbook, filled in as a worker would."""
    book = openpyxl.load_workbook(io.BytesIO(signin_template(SERVICE, language)))
    sheet = book.worksheets[0]
    said = {
        "日期": "2026-05-03", "开始时间": "9:00", "结束时间": "10:30", "地点": "示例社区",
        "核验人": "示例甲",
    } | (change or {})  # fmt: skip
    english = {
        "日期": "date", "开始时间": "start time", "结束时间": "end time", "地点": "place",
        "核验人": "checker", "事项": "activity", "数量": "quantity",
    }  # fmt: skip
    for line in range(1, 12):
        label = str(sheet.cell(line, 1).value or "")
        for name, value in said.items():
            if label in (name, english[name]):
                sheet.cell(line, 2, value)
        if label in ("序号", "No."):
            sheet.cell(line + 1, 2, "V1")
            sheet.cell(line + 2, 2, "V2")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_filled_in_sign_in_workbook_is_the_form_that_was_typed(language: Lang) -> None:
    with opened(filled_sheet(language), "a.xlsx") as table:
        assert read_signin(table, ACTIVITIES) == FORM


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"事项": "打扫"}, "事项", "打扫"), ({"日期": "五月"}, "日期", "五月"),
        ({"日期": ""}, "日期", ""), ({"开始时间": "早"}, "开始时间", "早"),
        ({"数量": "几"}, "数量", "几"),
    ],
)  # fmt: skip
def test_a_workbook_that_is_filled_in_wrongly_names_the_field(
    change: dict[str, str], field: str, value: str
) -> None:
    with opened(filled_sheet("zh", change), "a.xlsx") as table, pytest.raises(Rejected) as caught:
        read_signin(table, ACTIVITIES)

    assert caught.value.fields == {"field": field, "value": value}


def test_members_are_pasted_in_any_way_or_read_from_a_column() -> None:
    assert members_of(" V1\nV2，V3、V4; V5\t V6 ") == ("V1", "V2", "V3", "V4", "V5", "V6")
    with opened(csv_bytes((("名单",), ("V1",), ("",), ("V2",))), "a.csv", header_line=1) as table:
        assert members_in(table) == ("V1", "V2")
    with opened(csv_bytes((("序号", "会员编号"), ("1", "V1"))), "a.csv") as table:
        assert members_in(table) == ("V1",)


def test_the_standards_words_are_asked_in_small_letters() -> None:
    assert words_of({"VOL.X": ("甲", "Deed")}) == {"vol.x": "VOL.X", "甲": "VOL.X", "deed": "VOL.X"}
