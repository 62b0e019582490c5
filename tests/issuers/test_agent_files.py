"""A clerk's file from preview to award, at a real counter of an agent on a real chain."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from issuers.counter.passes import Pass, write_pass
from issuers.fake_source import FakeSource
from ledger.errors import Refused, Rejected, TongduiError
from ledger.units import BEIJING
from scripts.counter import CounterClient
from tests.issuers.market import Clerk, Market, account, clerk, open_market

pytestmark = pytest.mark.slow
HEADER = ("会员编号", "事项", "时长（分钟）", "服务日期", "核验人")
ROWS = (
    ("m1", "社区志愿服务", "90", "2026-05-08", "c1"),
    ("m2", "社区志愿服务", "1,20", "2026-05-08", "c1"),
    ("m2", "社区志愿服务", "６０", "2026年5月7日", "c2"),
    ("m3", "社区志愿服务", "0", "2026-05-08", "c1"),
    ("m4", "社区志愿服务", "60", "46150", "c1"),
)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        yield found


@pytest.fixture(scope="module")
def office(market: Market) -> Iterator[tuple[Clerk, CounterClient]]:
    """A volunteer agent with an empty source, and its counter."""
    settings = market.settings("volunteer")
    with clerk(market, settings, FakeSource("volunteer")) as found:
        found.settle()
        yield found, CounterClient(settings.event_secret_file.with_name("office.pass"))


def as_csv(rows: Any, encoding: str = "gb18030", header: tuple[str, ...] = HEADER) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return io.BytesIO(text.getvalue().encode(encoding))


def previewed(
    counter: CounterClient, content: io.BytesIO, name: str = "五月.csv"
) -> dict[str, Any]:
    return counter.upload("/files", content, name=name)


def verdicts(told: dict[str, Any]) -> dict[tuple[str, str | None], int]:
    return {(one["verdict"], one["reason"]): one["rows"] for one in told["tallies"]}


def refusal(work: Any) -> TongduiError:
    with pytest.raises(TongduiError) as caught:
        work()
    return caught.value


def test_a_preview_tells_every_row_and_changes_nothing(
    market: Market, office: tuple[Clerk, CounterClient]
) -> None:
    found, counter = office
    found.link("m1", "m2")

    told = previewed(counter, as_csv(ROWS))
    rows = counter.get(f"/files/{told['file']}/rows")["rows"]

    assert verdicts(told) == {
        ("accepted", None): 2,
        ("rejected", "quantity.unreadable"): 1,
        ("rejected", "quantity.zero"): 1,
        ("waiting", "member.unlinked"): 1,
    }
    assert [(r["line"], r["field"], r["value"]) for r in rows if r["verdict"] == "rejected"] == [
        (3, "时长(分钟)", "1,20"), (5, "时长(分钟)", "0"),
    ]  # fmt: skip
    assert [r["units"] for r in rows] == [1_500, 0, 1_000, 0, 1_000]
    assert {r["rate"] for r in rows if r["verdict"] == "accepted"} == {"1000/60 since 2026-05"}
    assert all(r["fix_zh"] and r["fix_en"] for r in rows if r["verdict"] == "rejected")
    market.advance_to(market.now + timedelta(hours=3))
    status = found.settle()
    assert sum(status["rows"].values()) == 0
    assert status["files"]["previewed"]["files"] == 1
    assert 10_800 <= status["files"]["previewed"]["oldest_age_s"] < 11_000
    assert ("file.previewed", 1) in {(one["reason"], one["count"]) for one in status["waits"]}
    assert market.last_batch("volunteer") == 0


def test_good_rows_are_awarded_bad_ones_come_back_and_only_what_is_new_is_taken(
    market: Market, office: tuple[Clerk, CounterClient], tmp_path: Path
) -> None:
    found, counter = office
    found.link("m1", "m2")
    before = {
        who: market.free_units("volunteer", account("volunteer", who)) for who in ("m1", "m2")
    }
    first = previewed(counter, as_csv(ROWS))

    counter.post(f"/files/{first['file']}/commit")
    counter.post(f"/files/{first['file']}/commit")
    told = found.settle()
    counter.download(f"/files/{first['file']}/rejected", tmp_path / "back.csv")
    back = list(csv.reader((tmp_path / "back.csv").read_text("gb18030").splitlines()))
    mended = [[*row[:2], "120", *row[3:]] for row in back[1:]]
    second = previewed(counter, as_csv(mended, header=tuple(back[0])), "改正.csv")
    again = previewed(counter, as_csv(reversed(ROWS), "utf-8-sig"), "改名.csv")

    events = counter.get(f"/files/{first['file']}/events")["events"]
    assert (told["rows"]["done"], told["rows"]["waiting"]) == (2, 1)
    assert [(one["member_id"], one["units"], one["state"]) for one in events] == [
        ("m1", 1_500, "done"), ("m2", 1_000, "done"), ("m4", 1_000, "waiting"),
    ]  # fmt: skip
    assert all(one["event_id"].startswith("tongdui:row:") for one in events)
    assert back[0] == [*HEADER, "原因", "如何修改"]
    assert [row[0] for row in back[1:]] == ["m2", "m3"]
    assert all(row[5] and row[6] for row in back[1:])
    assert verdicts(second) == {("accepted", None): 1, ("waiting", "member.unlinked"): 1}
    assert verdicts(again)["duplicate", "event.credited-before"] == 3
    gained = {
        who: market.free_units("volunteer", account("volunteer", who)) - before[who]
        for who in before
    }
    assert gained == {"m1": 1_500, "m2": 1_000}


def test_a_workbook_as_offices_make_them_is_read_and_given_back_as_one(
    office: tuple[Clerk, CounterClient], tmp_path: Path
) -> None:
    _, counter = office
    book = openpyxl.Workbook()
    sheet = book.create_sheet("汇总", 0)
    sheet.append(["××街道五月志愿服务汇总表"])
    sheet.merge_cells("A1:E1")
    sheet.append(list(HEADER))
    sheet.append(["m7", "社区志愿服务", 90, datetime(2026, 5, 8, 9), "c1"])  # noqa: DTZ001 - as a cell holds it
    sheet.append(["m8", "社区志愿服务", -5, "2026/5/8", "c1"])
    sheet.append(["合计", None, 85])
    content = io.BytesIO()
    book.save(content)

    told = previewed(counter, content, "汇总.xlsx")
    counter.download(f"/files/{told['file']}/rejected", tmp_path / "back.xlsx", lang="en")
    back = openpyxl.load_workbook(tmp_path / "back.xlsx").worksheets[0]

    assert verdicts(told) == {
        ("rejected", "quantity.negative"): 1, ("waiting", "member.unlinked"): 1,
    }  # fmt: skip
    assert [cell.value for cell in back[2]] == [*HEADER, "Reason", "How to fix"]
    assert back["A3"].value == "m8"
    assert back["F3"].value == "时长(分钟): the quantity is negative (-5)"


def test_a_sign_in_sheet_is_entered_once(
    market: Market, office: tuple[Clerk, CounterClient]
) -> None:
    found, counter = office
    found.link("s1", "s2")
    form = {
        "activity": "VOL.SERVICE", "occurred": "2026-05-09", "began": "9:00", "ended": "10:30",
        "spot": "第三社区", "checker": "c9", "members": ["s1", "s2", "s1"],
    }  # fmt: skip

    told = counter.post("/sheets", **form)
    counter.post(f"/files/{told['file']}/commit")
    found.settle()
    again = counter.post("/sheets", **form)

    assert verdicts(told) == {("accepted", None): 2, ("duplicate", "event.credited-before"): 1}
    assert market.free_units("volunteer", account("volunteer", "s2")) == 1_500
    assert verdicts(again) == {("duplicate", "event.credited-before"): 3}
    wrong = refusal(lambda: counter.post("/sheets", **form | {"ended": "8:00"}))
    assert (type(wrong), wrong.code) == (Rejected, "file.signin")


def test_what_cannot_be_is_said(office: tuple[Clerk, CounterClient]) -> None:
    _, counter = office
    bad = previewed(counter, as_csv([("m1", "社区志愿服务", "0", "2026-05-08", "c1")]))
    number = bad["file"]

    errors = [
        refusal(lambda: counter.post(f"/files/{number}/commit")),
        refusal(lambda: counter.get("/files/999")),
        refusal(lambda: previewed(counter, io.BytesIO(b""), "空.csv")),
        refusal(lambda: previewed(counter, as_csv([]), "无行.csv")),
        refusal(lambda: counter.upload("/files", as_csv(ROWS), name="x.csv", unit="mile")),
    ]
    counter.post(f"/files/{number}/drop")
    errors.append(refusal(lambda: counter.post(f"/files/{number}/drop")))

    assert [(type(one), one.code) for one in errors] == [
        (Refused, "file.nothing-good"), (Refused, "file.unknown"), (Rejected, "file.empty"),
        (Rejected, "file.empty"), (Rejected, "counter.field"), (Refused, "file.not-previewed"),
    ]  # fmt: skip
    assert errors[-1].fields == {"file": number, "state": "dropped"}


def test_a_file_is_undone_after_another_clerk_approved_it(
    market: Market, office: tuple[Clerk, CounterClient]
) -> None:
    found, counter = office
    li, wu = (clerk_at(counter, name) for name in ("李示例", "吴示例"))
    found.link("u1", "u2")
    rows = [(f"u{n}", "社区志愿服务", "60", "2026-05-06", "c5") for n in (1, 2, 3)]
    number = previewed(li, as_csv(rows), "误报.csv")["file"]
    li.post(f"/files/{number}/commit")
    found.settle()

    looked = li.get(f"/files/{number}/undo")
    without = refusal(lambda: li.post(f"/files/{number}/undo", reason=" "))
    asked = li.post(f"/files/{number}/undo", reason="整表误报")
    again = li.post(f"/files/{number}/undo", reason="整表误报")
    alone = refusal(lambda: li.post(f"/reviews/{asked['review']}/approve", reason="好"))
    held = market.free_units("volunteer", account("volunteer", "u1"))
    wu.post(f"/reviews/{asked['review']}/approve", reason="核对无误")
    told = found.settle()

    assert (looked["back_units"], looked["withdrawn"], looked["approval"]) == (2_000, 1, True)
    assert (type(without), without.code) == (Rejected, "undo.reason")
    assert (asked["state"], again["review"]) == ("committed", asked["review"])
    assert (type(alone), alone.code, held) == (Refused, "review.four-eyes", 1_000)
    assert counter.get(f"/files/{number}")["state"] == "undone"
    assert [market.free_units("volunteer", account("volunteer", f"u{n}")) for n in (1, 2)] == [0, 0]
    assert told["points"]["corrected_units"] == 2_000
    counts = {state: pile["files"] for state, pile in told["files"].items()}
    assert (counts["undone"], counts["undoing"], counts["committing"]) == (1, 0, 0)
    assert li.get(f"/files/{number}/undo")["back_units"] == 0


def clerk_at(counter: CounterClient, name: str) -> CounterClient:
    """A clerk's own client."""
    made = counter.post("/clerks", name=name)
    path = counter.pass_file.with_name(f"{name}.pass")
    write_pass(path, Pass(counter.holder.url, name, made["secret"]))
    return CounterClient(path)


def test_what_was_undone_is_told_apart_from_what_was_credited(
    office: tuple[Clerk, CounterClient],
) -> None:
    found, counter = office
    zhou = clerk_at(counter, "周示例")
    found.link("v1")
    rows = [(f"v{n}", "社区志愿服务", "30", "2026-05-05", "c6") for n in (1, 2)]
    number = previewed(zhou, as_csv(rows), "再报.csv")["file"]
    zhou.post(f"/files/{number}/commit")
    found.settle()

    zhou.post(f"/files/{number}/undo", reason="错报")
    found.settle()
    again = previewed(zhou, as_csv(rows), "再报.csv")

    assert verdicts(again) == {
        ("duplicate", "event.taken-back"): 1, ("waiting", "member.unlinked"): 1,
    }  # fmt: skip
    assert again["same_as"] == [number]


def test_columns_of_any_name_are_taken_once_a_clerk_has_said_what_they_are(
    office: tuple[Clerk, CounterClient],
) -> None:
    _, counter = office
    rows, header = [("w1", "45", "2026-05-04")], ("甲", "乙", "丙")
    said = {"columns": "member_id=甲\nquantity=乙\noccurred=丙", "activity": "VOL.SERVICE"}

    unknown = refusal(lambda: previewed(counter, as_csv(rows, "utf-8", header)))
    told = counter.upload("/files", as_csv(rows, "utf-8", header), name="甲乙丙.csv", **said)
    counter.post(f"/files/{told['file']}/commit")
    again = previewed(counter, as_csv([("w2", "45", "2026-05-04")], "utf-8", header))

    assert (type(unknown), unknown.code) == (Rejected, "file.no-header")
    assert [one["column"] for one in told["columns"]] == ["甲", "乙", "丙", "= VOL.SERVICE"]
    assert verdicts(again) == {("waiting", "member.unlinked"): 1}
