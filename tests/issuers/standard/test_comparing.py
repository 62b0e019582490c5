"""A comparison of two versions says in plain words what changed, and for a usual event."""

from __future__ import annotations

from pathlib import Path

from issuers.standard.catalogue import load
from issuers.standard.comparing import Change, counted, diff
from issuers.standard.entries import Text
from tests.issuers.standard.copies import copied, edited

STANDARD = load()
VOL = "volunteer.toml"


def changes(folder: Path) -> list[Change]:
    """Between the standard and a copy."""
    return list(diff(STANDARD, load(folder)))


def test_equal_standards_show_no_change(tmp_path: Path) -> None:
    assert changes(copied(tmp_path)) == []


def test_a_new_rate_says_what_a_usual_event_is_worth_before_and_after(tmp_path: Path) -> None:
    (change,) = changes(copied(tmp_path, VOL, "[1000, 60]", "[1200, 60]"))

    assert (change.activity, change.field) == ("VOL.SERVICE", "rate")
    assert (change.old, change.new) == ("1000/60", "1200/60")
    assert change.words.zh == "“社区志愿服务”30 分钟：由 5.00 分变为 6.00 分（+20.0%）"
    assert change.words.en == (
        "Community volunteer service, 30 minutes: 5.00 points become 6.00 (+20.0 %)"
    )


def test_limits_dates_texts_and_flags_say_before_and_after(tmp_path: Path) -> None:
    copied(tmp_path, VOL, "per_day = 480\n", "")
    edited(tmp_path, VOL, "timed = true", "timed = false")
    edited(tmp_path, VOL, "late_days = 30", "late_days = 20")
    edited(tmp_path, VOL, 'evidence.zh = "签到与签退记录"', 'evidence.zh = "签到记录"')

    found = {change.field: change.words for change in changes(tmp_path)}

    assert found["per_day"] == Text(
        "VOL.SERVICE 每日限额由“480”改为“不限”",
        "VOL.SERVICE limit per day: “480” becomes “no limit”",
    )
    assert found["timed"].zh == "VOL.SERVICE 有起止时间由“是”改为“否”"
    assert found["late_days"].en.endswith("“30” becomes “20”")
    assert found["evidence"].zh == "VOL.SERVICE 凭证由“签到与签退记录”改为“签到记录”"


def test_activities_schemes_terms_and_versions_come_and_go(tmp_path: Path) -> None:
    copied(tmp_path, VOL, '"VOL.PATROL"\nid = 105', '"VOL.ROUND"\nid = 9105')
    (tmp_path / "residence.toml").unlink()
    edited(tmp_path, "terms.toml", "至少保存 10 年", "至少保存 20 年")
    edited(tmp_path, "version.toml", "number = 2", "number = 3")

    found = [(c.scheme, c.activity, c.field) for c in changes(tmp_path) if c.scheme != "residence"]
    words = {change.activity: change.words for change in changes(tmp_path)}

    assert found == [
        ("", "", "version"),
        ("", "", "term records-ten-years"),
        ("volunteer", "VOL.PATROL", "activity"),
        ("volunteer", "VOL.ROUND", "activity"),
    ]
    assert words["VOL.PATROL"].zh == "“平安巡逻”不再计分：30 分钟值 5.00 分"
    assert words["VOL.ROUND"].en == "Neighbourhood watch is new: 5.00 points for 30 minutes"
    assert words["RES.MONTH"].en.endswith("awarded no more: 5.00 points for 1 month")


def test_units_are_counted_as_each_language_does() -> None:
    assert counted(1, Text("分钟", "minute")) == Text("1 分钟", "1 minute")
    assert counted(2, Text("分", "fen")) == Text("2 分", "2 fen")
    assert counted(2, Text("分", "fen (0.01 yuan)")).en == "2 fen (0.01 yuan)"
