"""Values as offices write them are read, and what would be a guess is refused with its reason."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from issuers import reading, reasons, residence, traffic
from issuers.adapter import EarningEvent, LayoutChanged, RawRow, RejectedRow
from issuers.reading import RowFault
from ledger.units import BEIJING

NINE_THIRTY = datetime(2026, 5, 3, 9, 30, tzinfo=BEIJING)
MIDNIGHT = NINE_THIRTY.replace(hour=0, minute=0)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-03 09:30",
        "2026-05-03 09:30:00",
        "2026/5/3 9:30",
        "2026.5.3 09:30",
        "2026年5月3日 9:30",
        "20260503 09:30",
        "2026-05-03T09:30:00+08:00",
        "2026-05-03T01:30:00Z",
        "2026-05-03T01:30:00.000Z",
        "２０２６－０５－０３　０９：３０",
        "  2026-05-03 09:30  ",
    ],
)
def test_a_time_is_read_in_each_documented_form(text: str) -> None:
    assert reading.moment({"at": text}, "at") == NINE_THIRTY


@pytest.mark.parametrize("text", ["2026-5-3", "2026年5月3日", "20260503", "２０２６／５／３"])
def test_a_day_alone_is_its_midnight_in_beijing(text: str) -> None:
    found = reading.moment({"at": text}, "at")

    assert found == MIDNIGHT
    assert found.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    "text",
    ["3/5/2026", "2026-13-45", "2026-02-30", "2026-05/03", "26-05-03", "昨天", "2026-05-03 25:00"],
)
def test_a_time_that_would_be_a_guess_is_refused(text: str) -> None:
    with pytest.raises(RowFault) as caught:
        reading.moment({"at": text}, "at")

    assert (caught.value.field, caught.value.code) == ("at", "time.unreadable")
    assert caught.value.value == text


def test_a_bare_number_is_a_day_as_excel_counts_or_a_date_without_marks() -> None:
    assert reading.day_or_serial({"at": 46_145}, "at") == MIDNIGHT
    assert reading.day_or_serial({"at": 20_260_503}, "at") == MIDNIGHT


def test_a_number_of_milliseconds_is_read_from_1970_utc() -> None:
    value = int(NINE_THIRTY.timestamp() * 1000)

    assert reading.moment_or_milliseconds({"at": value}, "at") == NINE_THIRTY
    with pytest.raises(RowFault, match=r"time\.unreadable"):
        reading.moment_or_milliseconds({"at": 10**20}, "at")


@pytest.mark.parametrize("value", [1200, "1200", "1,200", "１２００", " 1200 ", "1200.0", 1200.0])
def test_a_whole_number_is_read_in_each_form(value: object) -> None:
    assert reading.quantity({"n": value}, "n") == 1200


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0, "quantity.zero"),
        ("０", "quantity.zero"),
        (-5, "quantity.negative"),
        ("-5", "quantity.negative"),
        (1.5, "quantity.unreadable"),
        ("若干", "quantity.unreadable"),
        ("1,20", "quantity.unreadable"),
        (True, "quantity.unreadable"),
        ("", "field.missing"),
        (None, "field.missing"),
        (10**9 + 1, "quantity.too-large"),
    ],
)
def test_a_quantity_that_is_none_says_why(value: object, code: str) -> None:
    with pytest.raises(RowFault) as caught:
        reading.quantity({"n": value}, "n")

    assert (caught.value.field, caught.value.code) == ("n", code)


def test_a_clock_a_little_ahead_is_not_the_future() -> None:
    just = NINE_THIRTY + reading.CLOCK_SKEW

    assert reading.past(just, NINE_THIRTY, "at") == just
    with pytest.raises(RowFault, match=r"time\.future"):
        reading.past(just + timedelta(seconds=1), NINE_THIRTY, "at")


def test_the_same_facts_give_the_same_evidence_in_any_order() -> None:
    assert reading.canonical(a=1, b="二", c=NINE_THIRTY) == reading.canonical(
        c=NINE_THIRTY, b="二", a=1
    )


@pytest.mark.parametrize("content", [b'{"data": ', b"null", b'"text"', b"[1, 2]", b"\xff\xfe"])
def test_a_row_that_is_no_object_is_broken_and_nothing_is_raised(content: bytes) -> None:
    found = reading.judged(RawRow("here", content), _never, "id")

    assert isinstance(found, RejectedRow)
    assert (found.place, found.reason_code, found.event_id) == ("here", "row.broken", None)


def test_a_rejected_row_keeps_the_event_id_that_stands_in_it() -> None:
    row = RawRow("here", orjson.dumps({"data": {"id": " Ｅ1 "}}))

    found = reading.judged(row, _never, "data", "id")

    assert isinstance(found, RejectedRow)
    assert found.event_id == "E1"


def test_a_csv_with_other_columns_is_refused_as_a_whole() -> None:
    with pytest.raises(LayoutChanged) as caught:
        list(traffic.rows_of("2026-05-03.csv", "流水号,会员号\r\n".encode("gb18030")))

    assert caught.value.fields["where"] == "2026-05-03.csv"


def test_a_csv_line_of_wrong_bytes_is_broken_and_its_neighbours_are_not() -> None:
    head = ",".join(traffic.COLUMNS).encode("gb18030")
    good = "T1,RX1,地铁,1,2026-05-03 09:30,".encode("gb18030")
    content = b"\r\n".join([head, good, b"T2,\xff\xff,x,1,2026-05-03 09:30,", b"", good])

    rows = list(traffic.rows_of("f.csv", content))

    assert [row.place for row in rows] == ["f.csv line 2", "f.csv line 3", "f.csv line 5"]
    assert [isinstance(orjson.loads(row.content), dict) for row in rows] == [True, False, True]


def test_a_report_without_the_columns_is_refused_as_a_whole(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.worksheets[0].append(["居住证编号", "月数"])
    book.save(tmp_path / "odd.xlsx")

    with pytest.raises(LayoutChanged):
        list(residence.rows_of("2026-05.xlsx", (tmp_path / "odd.xlsx").read_bytes()))


def test_every_reason_that_code_gives_has_a_sentence_and_a_fix_in_both_languages(
    root: Path,
) -> None:
    used = {
        node.value
        for path in (root / "issuers").glob("*.py")
        if path.name != "reasons.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.split(".")[0] in ("row", "field", "quantity", "time", "limit", "event")
        and "." in node.value
        and " " not in node.value
    }

    assert used
    assert used - reasons.REASONS.keys() == set()
    for one in reasons.REASONS.values():
        assert all((one.why.zh, one.why.en, one.fix.zh, one.fix.en))


def _never(row: RawRow) -> EarningEvent:
    reading.fields_of(row)
    raise RowFault("n", "quantity.zero")
