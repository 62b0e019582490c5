"""A row becomes the same event in whatever kind and habit its table was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuers.adapter import EarningEvent, RejectedRow
from issuers.files import Field, How, Mapping, Measure, Row, guess, read_row, words_of
from issuers.standard.catalogue import load
from ledger.errors import Rejected
from ledger.units import BEIJING
from tests.issuers.files.made import (
    HEADER,
    MAPPING,
    NOW,
    ROWS,
    Rows,
    csv_bytes,
    opened,
    xls_bytes,
    xlsx_bytes,
)

ACTIVITIES = load().by_scheme("volunteer")
WORDS = words_of({one.code: (one.zh, one.en) for one in ACTIVITIES})
TIMED = Mapping(
    columns={
        Field.MEMBER_ID: "会员编号", Field.ACTIVITY: "事项", Field.OCCURRED: "日期",
        Field.BEGAN: "签到", Field.ENDED: "签退", Field.CHECKER: "核验人", Field.SPOT: "地点",
    },
    measure=Measure(how=How.SPAN, unit="minute"),
)  # fmt: skip
TIMED_HEADER = ("会员编号", "事项", "日期", "签到", "签退", "核验人", "地点")
TIMED_ROW = ("示例001", "VOL.SERVICE", "2026-05-03", "9:00", "10:30", "示例甲", "示例社区")


def items(rows: Rows, mapping: Mapping = MAPPING, name: str = "a.csv") -> list[Any]:
    """What the rows of a table become."""
    content = csv_bytes(rows) if name.endswith("csv") else xlsx_bytes(rows)
    with opened(content, name, wanted=tuple(mapping.columns.values())) as table:
        return [read_row(row, mapping, NOW) for row in table.rows()]


def event(row: tuple[object, ...], mapping: Mapping = TIMED, header: Any = TIMED_HEADER) -> Any:
    """What one row becomes."""
    return items((header, row), mapping)[0]


def test_a_row_becomes_an_event_with_all_that_it_says() -> None:
    found = items((HEADER, ROWS[0]))[0]

    assert found == EarningEvent(
        "T1", "示例001", "VOL.SERVICE", 90, datetime(2026, 5, 3, tzinfo=BEIJING), found.record,
        "a.csv line 2", None, None, "", "示例社区",
    )  # fmt: skip
    assert orjson.loads(found.record) == {
        "event": "T1", "member": "示例001", "activity": "VOL.SERVICE", "quantity": 90,
        "occurred": "2026-05-03T00:00:00+08:00", "spot": "示例社区",
    }  # fmt: skip


def test_times_of_day_fall_on_the_rows_day_and_their_span_is_the_quantity() -> None:
    found = event(TIMED_ROW)

    began = datetime(2026, 5, 3, 9, tzinfo=BEIJING)
    assert (found.occurred, found.began, found.ended) == (
        began,
        began,
        began + timedelta(minutes=90),
    )
    assert (found.quantity, found.checker, found.spot) == (90, "示例甲", "示例社区")


def test_an_id_of_our_own_depends_on_the_facts_and_on_nothing_else() -> None:
    same = [
        event(TIMED_ROW),
        event(TIMED_ROW[::-1], header=TIMED_HEADER[::-1]),
        event(
            (
                " 示例００１ ",
                "vol.service",
                "2026年5月3日",
                "上午9:00",
                "10:30:00",
                "示例甲",
                "别处",
            )
        ),
        items((("说明",), TIMED_HEADER, TIMED_ROW), TIMED, "b.xlsx")[0],
    ]
    other = [
        event((*TIMED_ROW[:at], value, *TIMED_ROW[at + 1 :]))
        for at, value in (
            (0, "示例002"),
            (2, "2026-05-04"),
            (3, "9:01"),
            (4, "10:31"),
            (5, "示例乙"),
        )
    ]

    assert len({one.event_id for one in same}) == 1
    assert len({one.event_id for one in (same[0], *other)}) == 1 + len(other)
    assert len({one.record for one in same}) == 1
    assert same[0].event_id.startswith("tongdui:row:")
    assert len(same[0].event_id) == len("tongdui:row:") + 32


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (("", *TIMED_ROW[1:]), "会员编号", "field.missing"),
        (("1.2E+17", *TIMED_ROW[1:]), "会员编号", "id.cut"),
        ((TIMED_ROW[0], "", *TIMED_ROW[2:]), "事项", "field.missing"),
        ((TIMED_ROW[0], "打扫", *TIMED_ROW[2:]), "事项", "activity.unknown"),
        ((*TIMED_ROW[:2], "", *TIMED_ROW[3:]), "日期", "field.missing"),
        ((*TIMED_ROW[:2], "5/3/2026", *TIMED_ROW[3:]), "日期", "time.unreadable"),
        ((*TIMED_ROW[:2], "2036-05-03", *TIMED_ROW[3:]), "日期", "time.future"),
        ((*TIMED_ROW[:3], "", *TIMED_ROW[4:]), "签到", "field.missing"),
        ((*TIMED_ROW[:4], "", *TIMED_ROW[5:]), "签退", "field.missing"),
        ((*TIMED_ROW[:4], "8:00", *TIMED_ROW[5:]), "签退", "time.reversed"),
        ((*TIMED_ROW[:4], "9:00", *TIMED_ROW[5:]), "签退", "quantity.zero"),
        ((*TIMED_ROW, "多出"), "*", "row.broken"),
    ],
)
def test_a_row_that_cannot_be_read_names_the_column_and_the_reason(
    row: tuple[object, ...], field: str, code: str
) -> None:
    found = event(row)

    assert isinstance(found, RejectedRow)
    assert (found.field, found.reason_code) == (field, code)
    assert found.place == "a.csv line 2"
    assert all((found.sentence.zh, found.sentence.en, found.fix.zh, found.fix.en))


def test_an_id_that_looks_like_ours_is_not_taken_from_a_file() -> None:
    found = items((HEADER, ("tongdui:row:1", *ROWS[0][1:])))[0]

    assert (found.field, found.reason_code, found.event_id) == ("流水号", "id.reserved", None)


def test_a_quantity_longer_than_the_time_between_is_refused() -> None:
    mapping = TIMED.model_copy(
        update={
            "columns": TIMED.columns | {Field.QUANTITY: "时长"},
            "measure": Measure(unit="minute", factor=Decimal(60)),
        }
    )
    header = (*TIMED_HEADER, "时长")

    assert event((*TIMED_ROW, "1.5"), mapping, header).quantity == 90
    assert event((*TIMED_ROW, "1小时31分"), mapping, header).quantity == 91
    assert event((*TIMED_ROW, "2"), mapping, header).reason_code == "quantity.disagrees"


def test_a_date_and_a_time_in_two_columns_are_one_moment_and_each_row_may_count_the_same() -> None:
    mapping = Mapping(
        columns={Field.MEMBER_ID: "卡号", Field.OCCURRED: "日期", Field.OCCURRED_TIME: "时间"},
        activity="TRA.METRO", measure=Measure(how=How.EACH, each=2),
    )  # fmt: skip

    found = event(("示例1", "2026-05-03", "18:05"), mapping, ("卡号", "日期", "时间"))

    assert found.occurred == datetime(2026, 5, 3, 18, 5, tzinfo=BEIJING)
    assert (found.activity_code, found.quantity) == ("TRA.METRO", 2)


@pytest.mark.parametrize(
    ("without", "columns"),
    [
        (Field.MEMBER_ID, "会员编号"), (Field.ACTIVITY, "事项"), (Field.QUANTITY, "数量"),
        (Field.OCCURRED, "日期"),
    ],
)  # fmt: skip
def test_a_mapping_without_what_an_event_needs_reads_no_row(without: Field, columns: str) -> None:
    left = {field: name for field, name in MAPPING.columns.items() if field is not without}
    with opened(csv_bytes((HEADER, *ROWS)), "a.csv") as table, pytest.raises(Rejected) as caught:
        read_row(next(table.rows()), MAPPING.model_copy(update={"columns": left}), NOW)

    assert caught.value.code == "file.mapping-lacks"
    assert caught.value.fields == {"field": str(without), "columns": columns}


IDS = st.text("ABCxyz甲乙示例0123456789-_", min_size=1, max_size=12).filter(
    lambda text: not text.startswith("-")
)
DAYS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1)).map(  # noqa: DTZ001
    lambda when: when.replace(second=0, microsecond=0)
)
LINES = st.tuples(IDS, IDS, st.integers(1, 100_000), DAYS, st.text("甲乙a =+@-'", max_size=6))
DAY_FORMS = (
    "{0:%Y-%m-%d %H:%M}",
    "{0.year}年{0.month}月{0.day}日 {0:%H:%M}",
    "{0:%Y/%m/%d %H:%M:%S}",
)
KINDS = {
    "csv": lambda rows: csv_bytes(rows, "gb18030"),
    "tsv": lambda rows: csv_bytes(rows, "utf-16", "\t"),
    "xlsx": xlsx_bytes,
    "xlsx ": lambda rows: xlsx_bytes(rows, shared=False),
    "xls": xls_bytes,
}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(LINES, min_size=1, max_size=6),
    st.permutations(range(6)),
    st.sampled_from(DAY_FORMS),
    st.booleans(),
    st.integers(0, 3),
)
def test_any_rows_give_the_same_events_in_every_kind_and_habit(
    lines: list[tuple[str, str, int, datetime, str]],
    order: list[int],
    form: str,
    commas: bool,
    titles: int,
) -> None:
    header = [HEADER[at] for at in order]
    rows = [
        (event_id, member, "社区志愿服务", f"{n:,}" if commas else n, form.format(when), spot)
        for event_id, member, n, when, spot in lines
    ]
    table = [
        *([("示例台账",)] * titles), header, *([row[at] for at in order] for row in rows),
        ("合计", "", sum(n for _, _, n, _, _ in lines)),
    ]  # fmt: skip

    found = {}
    for kind, write in KINDS.items():
        with opened(write(table), f"a.{kind.strip()}") as opened_table:
            assert opened_table.header_line == titles + 1
            read = [read_row(row, MAPPING, NOW) for row in opened_table.rows()]
        found[kind] = [replace(one, place="") for one in read]

    wanted = [(i, m, n, w.replace(tzinfo=BEIJING)) for i, m, n, w, _ in lines]
    got = [
        (e.event_id, e.member_id, e.quantity, e.occurred)
        for e in found["csv"]
        if isinstance(e, EarningEvent)
    ]
    assert got == wanted
    assert [kind for kind, events in found.items() if events != found["csv"]] == []


@settings(max_examples=20, deadline=None)
@given(st.lists(LINES, min_size=2, max_size=8, unique_by=lambda line: line[:3]), st.randoms())
def test_a_file_sent_again_shuffled_and_renamed_has_the_same_ids(
    lines: list[tuple[str, str, int, datetime, str]], chance: Any
) -> None:
    rows = [(m, "社区志愿服务", n, f"{w:%Y-%m-%d}", s) for _, m, n, w, s in lines]
    shuffled = chance.sample(rows, len(rows))
    columns = {
        field: name for field, name in MAPPING.columns.items() if field is not Field.EVENT_ID
    }
    mapping = MAPPING.model_copy(update={"columns": columns})

    first = items((HEADER[1:], *rows), mapping)
    again = items((HEADER[1:], *shuffled), mapping, "b.xlsx")

    assert {one.event_id for one in first} == {one.event_id for one in again}
    assert {one.record for one in first} == {one.record for one in again}


def test_a_guess_reads_the_rows_of_a_table_it_has_never_seen() -> None:
    rows = (("志愿者编号", "服务项目", "服务时长（小时）", "服务日期"),
            ("示例1", "社区志愿服务", "1.5", "2026-05-03"))  # fmt: skip
    with opened(csv_bytes(rows), "a.csv") as table:
        mapping = guess(table.header, table.sample(), ACTIVITIES).mapping
        found: list[EarningEvent | RejectedRow] = [
            read_row(row, mapping, NOW, WORDS) for row in table.rows()
        ]

    assert [
        (e.member_id, e.activity_code, e.quantity) for e in found if isinstance(e, EarningEvent)
    ] == [("示例1", "VOL.SERVICE", 90)]


def test_a_row_gives_its_cells_by_name_and_none_for_what_is_not_there() -> None:
    with opened(csv_bytes((HEADER, ("T1", "示例1"))), "a.csv") as table:
        row: Row = next(table.rows())

    assert (row.get("会员编号"), row.get("地点"), row.get("无此列")) == ("示例1", None, None)
