"""Cells as offices fill them in: ids, quantities with units, lengths of time, days and clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.files import values
from issuers.files.cells import Cell, Fault, is_error, moment_cell, number_cell, text_cell
from issuers.files.formats import Shape, shape_of
from issuers.reading import RowFault
from ledger.units import BEIJING

NINE_THIRTY = datetime(2026, 5, 3, 9, 30, tzinfo=BEIJING)
MIDNIGHT = NINE_THIRTY.replace(hour=0, minute=0)
SIXTY = Decimal(60)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("示例001", "示例001"),
        (" Ｖ００１ ", "V001"),
        (7, "7"),
        (1.0, "1"),
        ("1.0", "1"),
        ("001", "001"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("110101199001011234", "110101199001011234"),
        (999_999_999_999_999, "999999999999999"),
        (None, ""),
    ],
)
def test_an_id_is_read_as_its_source_has_it(cell: Cell, found: str) -> None:
    assert values.identifier(cell, "会员编号") == found


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (number_cell("1.23456789012346E+17"), "1.23456789012346E+17"),
        (123456789012345000, "1.23456789012345E+17"),
        ("1.23456789012346E+17", "1.23456789012346E+17"),
        ("1.2346e+11", "1.2346e+11"),
    ],
)
def test_an_id_that_excel_has_cut_is_refused_however_it_stands(cell: Cell, value: str) -> None:
    with pytest.raises(RowFault) as caught:
        values.identifier(cell, "会员编号")

    assert (caught.value.field, caught.value.code) == ("会员编号", "id.cut")
    assert caught.value.value == value


@pytest.mark.parametrize(
    ("cell", "unit", "factor", "found"),
    [
        (90, "minute", 1, 90),
        ("９０", "minute", 1, 90),
        ("1,200", "", 1, 1200),
        (1.5, "minute", 60, 90),
        ("1.5", "minute", 60, 90),
        (0.1 + 0.2, "", 10, 3),
        ("1:30", "minute", 60, 90),
        ("01:30:00", "minute", 60, 90),
        ("26:30:00", "minute", 60, 1590),
        ("1小时30分", "minute", 60, 90),
        ("1小时30分钟", "minute", 1, 90),
        ("1.5小时", "minute", 1, 90),
        ("90分钟", "minute", 60, 90),
        ("90分", "minute", 60, 90),
        ("2 h", "minute", 1, 120),
        ("1.25kg", "gram", 1, 1250),
        ("3斤", "gram", 1, 1500),
        ("￥12.50", "fen", 100, 1250),
        ("¥1,234.5", "fen", 100, 123450),
        ("12.5元", "fen", 1, 1250),
        ("50分", "fen", 100, 50),
        ("2次", "trip", 1, 2),
    ],
)
def test_a_quantity_is_exact_in_the_smallest_unit(
    cell: Cell, unit: str, factor: int, found: int
) -> None:
    assert values.quantity(cell, "数量", unit, Decimal(factor)) == found


@pytest.mark.parametrize(
    ("cell", "unit", "factor", "code"),
    [
        (None, "", 1, "field.missing"),
        ("若干", "", 1, "quantity.unreadable"),
        ("1,20", "", 1, "quantity.unreadable"),
        ("2公斤", "minute", 1, "quantity.unreadable"),
        ("(5", "", 1, "quantity.unreadable"),
        ("(5)", "", 1, "quantity.negative"),
        ("（5）", "", 1, "quantity.negative"),
        ("-￥5", "fen", 100, "quantity.negative"),
        (-5, "", 1, "quantity.negative"),
        ("0.0", "", 1, "quantity.zero"),
        ("0:00", "minute", 1, "quantity.zero"),
        ("15%", "", 100, "quantity.percent"),
        (0.33, "minute", 60, "quantity.not-whole"),
        ("1:30:20", "minute", 60, "quantity.not-whole"),
        (10**10, "", 1, "quantity.too-large"),
        ("9" * 400, "", 1, "quantity.too-large"),
        (Fault("cell.error", "#REF!"), "", 1, "cell.error"),
        (Fault("formula.no-value", ""), "", 1, "formula.no-value"),
    ],
)
def test_a_quantity_that_is_none_says_why(cell: Cell, unit: str, factor: int, code: str) -> None:
    with pytest.raises(RowFault) as caught:
        values.quantity(cell, "数量", unit, Decimal(factor))

    assert (caught.value.field, caught.value.code) == ("数量", code)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-05-03 09:30:00", "2026年5月3日 上午9:30", "2026年5月3日9时30分", "2026/5/3 9:30 AM",
        "2026-05-03 星期日 9:30", "2026.5.3（周日） 9点30分", "２０２６－０５－０３　０９：３０",
        46145 + 9.5 / 24, "46145.3958333333", "2026-05-03T01:30:00Z",
    ],
)  # fmt: skip
def test_a_moment_is_read_in_each_form(cell: Cell) -> None:
    assert values.moment(cell, "日期", date1904=False) == NINE_THIRTY


@pytest.mark.parametrize("cell", [46145, "46145", "2026-05-03", "20260503", 20260503])
def test_a_day_is_its_midnight(cell: Cell) -> None:
    assert values.moment(cell, "日期", date1904=False) == MIDNIGHT


@pytest.mark.parametrize(
    "cell", ["3/5/2026", "5月3日", "昨天", 7, 0.5, "2026-05-03 25:00", "2026-02-30"]
)
def test_a_moment_that_would_be_a_guess_is_refused(cell: Cell) -> None:
    with pytest.raises(RowFault, match=r"time\.unreadable"):
        values.moment(cell, "日期", date1904=False)


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("9:30", 9.5), ("09:30:00", 9.5), ("下午2:30", 14.5), ("2:30 PM", 14.5), ("12:00 AM", 0),
        ("中午12点", 12), ("9时", 9), ("9点30分", 9.5), ("24:00", 24), (0.5, 12),
    ],
)  # fmt: skip
def test_a_time_of_day_falls_on_its_day(cell: Cell, hours: float) -> None:
    found = values.moment_on(NINE_THIRTY, cell, "签到", date1904=False)

    assert found == MIDNIGHT + timedelta(hours=hours)


def test_a_time_of_day_without_a_day_is_refused_and_one_with_its_own_needs_none() -> None:
    with pytest.raises(RowFault, match=r"time\.no-day"):
        values.moment_on(None, "9:30", "签到", date1904=False)
    assert values.moment_on(None, "2026-05-03 9:30", "签到", date1904=False) == NINE_THIRTY


@given(st.datetimes(datetime(1982, 3, 1), datetime(2118, 1, 1)), st.booleans())  # noqa: DTZ001
def test_a_serial_day_becomes_the_moment_it_stands_for(when: datetime, date1904: bool) -> None:
    when = when.replace(microsecond=0)
    zero = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    serial = (when - zero) / timedelta(days=1)
    here = when.replace(tzinfo=BEIJING)

    assert values.moment(moment_cell(serial, date1904), "日期", date1904) == here
    assert values.moment(serial, "日期", date1904) == here


@given(st.integers(1, 10**6), st.sampled_from(["{h}:{m:02}", "{h}小时{m}分", "{h}:{m:02}:00"]))
def test_minutes_written_with_hours_are_the_same_minutes(minutes: int, form: str) -> None:
    hours, rest = divmod(minutes, 60)
    if hours < 10_000:
        written = form.format(h=hours, m=rest)
        assert values.quantity(written, "时长", "minute", SIXTY) == minutes


@pytest.mark.parametrize("serial", [60, -1, 3_000_000])
def test_a_number_that_is_no_day_stays_a_number(serial: int) -> None:
    assert moment_cell(serial, date1904=False) == serial


def test_days_before_excels_leap_day_are_right_too() -> None:
    assert moment_cell(1, date1904=False) == "1900-01-01"
    assert moment_cell(59, date1904=False) == "1900-02-28"
    assert moment_cell(61, date1904=False) == "1900-03-01"


@pytest.mark.parametrize(
    ("number", "code", "shape"),
    [
        (0, None, Shape.NUMBER), (14, None, Shape.MOMENT), (31, None, Shape.MOMENT),
        (57, None, Shape.MOMENT), (9, None, Shape.PERCENT), (46, None, Shape.DURATION),
        (164, 'yyyy"年"m"月"d"日"', Shape.MOMENT), (164, "[h]:mm:ss", Shape.DURATION),
        (164, "[$-804]aaaa", Shape.NUMBER), (164, "[$-F800]dddd, mmmm dd", Shape.MOMENT),
        (164, "0.00%", Shape.PERCENT), (164, '"天数" 0', Shape.NUMBER),
        (164, "[Red]0.00", Shape.NUMBER), (164, '￥#,##0.00;[Red]-￥#,##0.00', Shape.NUMBER),
        (164, "General", Shape.NUMBER), (164, "上午/下午h:mm", Shape.MOMENT),
    ],
)  # fmt: skip
def test_a_number_format_says_what_a_number_is(number: int, code: str | None, shape: Shape) -> None:
    assert shape_of(number, code) is shape


def test_only_what_excel_shows_for_an_error_is_one() -> None:
    assert [text for text in ("#REF!", "#N/A", "#1楼", "#", "＃REF!") if is_error(text)] == [
        "#REF!", "#N/A", "＃REF!",
    ]  # fmt: skip
    assert text_cell("'=1") == "=1"
    assert text_cell("'甲") == "'甲"
    assert text_cell("  ") is None
