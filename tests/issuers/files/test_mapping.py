"""What columns mean: guessed with reasons and doubts, kept as JSON, held against later files."""

from __future__ import annotations

from decimal import Decimal

import pytest

from issuers.files import (
    Field,
    Guess,
    How,
    Measure,
    compare,
    fingerprint,
    from_json,
    guess,
)
from issuers.files.doubts import is_identity_document
from issuers.standard.catalogue import load
from ledger.errors import Rejected
from tests.issuers.files.made import HEADER, MAPPING, Rows, csv_bytes, opened

STANDARD = load()
VOLUNTEER = STANDARD.by_scheme("volunteer")
CULTURE = STANDARD.by_scheme("culture")
HEADER_BACK = (*HEADER, "原因", "如何修改")


def guessed(rows: Rows, scheme: str = "volunteer", header_line: int | None = None) -> Guess:
    with opened(csv_bytes(rows), "a.csv", header_line=header_line) as table:
        return guess(table.header, table.sample(), STANDARD.by_scheme(scheme))


def columns(found: Guess) -> dict[str, str]:
    return {str(field): name for field, name in found.mapping.columns.items()}


def test_columns_are_known_by_their_names_and_units() -> None:
    rows = (
        ("序号", "姓名", "志愿者编号", "服务项目", "服务时长（小时）", "服务日期", "签到", "签退",
         "服务地点", "审核人", "备注", "流水号"),
        (1, "示例·略", "V1", "社区志愿服务", "1.5", "2026-05-03", "9:00", "10:30",
         "甲", "乙", "", "T1"),
    )  # fmt: skip

    found = guessed(rows)

    assert columns(found) == {
        "member_id": "志愿者编号", "activity": "服务项目", "quantity": "服务时长(小时)",
        "occurred": "服务日期", "began": "签到", "ended": "签退", "spot": "服务地点",
        "checker": "审核人", "remark": "备注", "event_id": "流水号",
    }  # fmt: skip
    assert found.mapping.measure == Measure(unit="minute", factor=Decimal(60))
    assert found.mapping.words == {"社区志愿服务": "VOL.SERVICE"}
    assert (found.doubts, found.lacking) == ((), ())
    assert "“志愿者编号”作为会员编号：列名。" in [reason.zh for reason in found.reasons]
    assert all(reason.en for reason in found.reasons)


def test_english_names_are_known_too() -> None:
    rows = (("Record ID", "Member ID", "Activity", "Minutes", "Date", "Place"),
            ("T1", "V1", "VOL.SERVICE", "90", "2026-05-03", "A"))  # fmt: skip

    found = guessed(rows)

    assert columns(found) == {
        "event_id": "Record ID", "member_id": "Member ID", "activity": "Activity",
        "quantity": "Minutes", "occurred": "Date", "spot": "Place",
    }  # fmt: skip
    assert found.mapping.measure == Measure(unit="minute")


def test_a_name_that_is_only_like_one_is_a_doubt() -> None:
    rows = (("编号", "活动名称", "时长", "活动日期"), ("V1", "社区志愿服务", "2", "2026-05-03"))

    found = guessed(rows)

    assert columns(found)["member_id"] == "编号"
    assert [doubt.zh for doubt in found.doubts] == [
        "“编号”可能是会员编号，请核对。",
        "“时长”没有写单位：按小时计，请核对。",
        "没有记录编号列：编号由会员、事项、时间、数量等内容算出，内容完全相同的两行只计一次。",
    ]
    assert found.mapping.measure.factor == 60


def test_two_columns_for_one_thing_are_a_doubt_and_the_first_is_taken() -> None:
    rows = (("会员编号", "志愿者编号", "事项", "分钟", "日期", "流水号"),
            ("V1", "V2", "社区志愿服务", "90", "2026-05-03", "T1"))  # fmt: skip

    found = guessed(rows)

    assert [doubt.zh for doubt in found.doubts] == [
        "“会员编号”和“志愿者编号”都像会员编号；现取“会员编号”。"
    ]


def test_a_column_without_a_telling_name_is_known_by_what_stands_in_it() -> None:
    rows = (("会员编号", "分钟", "甲", "乙"), *[("V1", "90", "2026-05-03", "社区志愿服务")] * 3)

    found = guessed(rows)

    assert columns(found) == {
        "member_id": "会员编号", "quantity": "分钟", "occurred": "甲", "activity": "乙",
    }  # fmt: skip
    assert "“甲”可能是日期，请核对。" in [doubt.zh for doubt in found.doubts]


def test_without_a_quantity_timed_activities_count_their_minutes() -> None:
    rows = (("会员编号", "事项", "日期", "签到时间", "签退时间"),
            ("V1", "社区志愿服务", "2026-05-03", "9:00", "10:30"))  # fmt: skip

    assert guessed(rows).mapping.measure == Measure(how=How.SPAN, unit="minute")


def test_money_in_yuan_counts_in_fen_and_money_without_a_unit_is_a_doubt() -> None:
    row = ("C1", CULTURE[0].zh, "12.5", "2026-05-03", "T1")
    head = ("会员号", "事项", "消费金额（元）", "消费时间", "流水号")

    found = guessed((head, row), "culture")
    bare = guessed(((*head[:2], "消费金额", *head[3:]), row), "culture")

    assert found.mapping.measure == Measure(unit="fen", factor=Decimal(100))
    assert bare.mapping.measure == Measure(unit="fen")
    assert [doubt.zh for doubt in bare.doubts] == ["“消费金额”没有写单位：按 fen 计，请核对。"]


def test_identity_numbers_and_ids_that_were_cut_are_told() -> None:
    head = ("会员编号", "身份证号", "姓名", "事项", "分钟", "日期", "流水号")
    ids = [number(f"1101011990010100{at}") for at in (1, 2, 3)]
    rows = [(one, one, "示例", "社区志愿服务", "9", "2026-05-03", "T1") for one in ids]
    cut = [
        ("V1", "", "", "社区志愿服务", "9", "2026-05-03", f"12345678901234{at}000")
        for at in (1, 2, 3)
    ]

    document, zeros = guessed((head, *rows)), guessed((head, *cut))

    assert "身份证号" not in columns(document).values()
    assert [doubt.zh for doubt in document.doubts] == [
        "“会员编号”像身份证号；请改用本系统的会员编号，身份证号不应导入。"
    ]
    assert [doubt.zh for doubt in zeros.doubts] == [
        "“流水号”第 15 位以后全是 0，可能已被 Excel 截断；请将该列设为文本后重新导出。"
    ]


def number(first: str) -> str:
    """An invented identity number that is right in form."""
    return next(first + mark for mark in "0123456789X" if is_identity_document(first + mark))


def test_a_word_that_the_standard_does_not_have_is_a_doubt() -> None:
    rows = (("会员编号", "事项", "分钟", "日期", "流水号"), ("V1", "打扫", "9", "2026-05-03", "T1"))

    found = guessed(rows)

    assert [doubt.zh for doubt in found.doubts] == ["这些事项不在标准中，请指定对应的事项：打扫。"]


def test_what_is_lacking_is_told() -> None:
    found = guessed((("姓名", "电话"), ("示例", "0")), header_line=1)

    assert (
        found.lacking[:2] == (Field.MEMBER_ID, Field.QUANTITY) or Field.MEMBER_ID in found.lacking
    )
    assert {Field.MEMBER_ID, Field.QUANTITY, Field.OCCURRED} <= set(found.lacking)


def test_a_mapping_is_kept_as_json_and_read_back_the_same() -> None:
    assert from_json(MAPPING.to_json()) == MAPPING
    assert from_json(MAPPING.to_json()).to_json() == MAPPING.to_json()


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"{", "*"),
        (b'{"columns": {"member": "x"}}', "columns.member.[key]"),
        (b'{"columns": {}, "more": 1}', "more"),
    ],
)
def test_a_mapping_that_cannot_be_read_says_where(content: bytes, field: str) -> None:
    with pytest.raises(Rejected) as caught:
        from_json(content)

    assert (caught.value.code, caught.value.fields["field"]) == ("file.mapping-unreadable", field)


def test_a_fingerprint_is_of_the_columns_and_their_order_without_ours() -> None:
    same = fingerprint([" 流水号*", *HEADER[1:]])

    assert fingerprint(HEADER) == fingerprint(HEADER_BACK) == same
    assert fingerprint(HEADER) != fingerprint(HEADER[::-1])
    assert fingerprint(HEADER) != fingerprint(HEADER[1:])


def test_the_same_columns_are_no_change_also_with_ours_behind() -> None:
    assert compare(MAPPING, HEADER).changes == ()
    assert compare(MAPPING, HEADER_BACK).changes == ()


def test_columns_renamed_added_removed_and_moved_are_told_in_plain_words() -> None:
    saved = MAPPING.model_copy(update={"header": (*HEADER, "备注", "登记员电话")})

    found = compare(saved, ("说明", *HEADER[::-1], "积分"))

    assert [change.zh for change in found.changes] == [
        "列“备注”现名“说明”。",
        "少了一列“登记员电话”（不需要）。",
        "多了一列“积分”，不会读取。",
        "列的顺序变了；按列名读取，没有影响。",
    ]
    assert all(change.en for change in found.changes)
    assert found.mapping.columns == MAPPING.columns | {Field.QUANTITY: "时长（分钟）"}


@pytest.mark.parametrize(
    ("gone", "new", "added"),
    [
        ("会员编号", "志愿者编号", "志愿者编号"),
        ("时长（分钟）", "时长（小时）", "时长（小时）"),
        ("日期", "", "—"),
    ],
)
def test_a_needed_column_that_is_gone_or_has_another_unit_is_refused(
    gone: str, new: str, added: str
) -> None:
    header = [new if name == gone else name for name in HEADER if name != gone or new]

    with pytest.raises(Rejected) as caught:
        compare(MAPPING, header)

    assert caught.value.code == "file.columns-gone"
    assert caught.value.fields["columns"] == gone.replace("（", "(").replace("）", ")")
    assert caught.value.fields["added"] == added
