"""How a clerk's files are shown: what a preview found, and what to do next.

Nothing is wider than 100 columns: where both languages are wanted, they stand one above the other
in a cell, and what is long stands in sentences below a table. Knows no HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.units import points_text
from scripts.telling import Lang, Teller

VERDICTS = {
    "accepted": ("可授予", "accepted"), "clipped": ("部分授予（上限）", "accepted for less"),
    "waiting": ("等待绑定", "waits for a link"), "held": ("待复核", "held for review"),
    "duplicate": ("重复，不再计", "known already"), "rejected": ("退回", "rejected"),
}  # fmt: skip
STATES = {
    "reading": ("读取中", "being read"), "previewed": ("待提交", "to be committed"),
    "committing": ("提交中", "being committed"), "committed": ("已提交", "committed"),
    "undoing": ("撤销中", "being undone"), "undone": ("已撤销", "undone"),
    "dropped": ("已丢弃", "dropped"),
}  # fmt: skip
_INBOX = {
    "done": ("已授予", "awarded"), "minted": ("已上链，待确认", "minted, to be confirmed"),
    "waiting": ("等待绑定", "wait for a link"), "held": ("待复核", "held for review"),
    "rejected": ("退回", "rejected"), "duplicate": ("重复", "repeats"),
    "ready": ("等待上链", "wait for room"), "reserved": ("等待上链", "wait for room"),
}  # fmt: skip
UNIT = 100
"""0.01 point, to a point."""


def show_preview(
    tell: Teller, told: Mapping[str, Any], rejected: Sequence[Mapping[str, Any]]
) -> None:
    """A file as it was judged; ``rejected`` are the first of its rejected rows."""
    for earlier in told["same_as"]:
        tell.say(
            f"与文件 {earlier} 内容完全相同", f"the very same as file {earlier}", style="yellow"
        )
    for note in told["notes"]:
        tell.say(note["zh"], note["en"], style="yellow", mark="• ")
    if told["columns"] and not told["notes"]:
        shown = [(_both(tell, one["zh"], one["en"]), one["column"]) for one in told["columns"]]
        tell.table(
            ("列的含义", "what the columns mean"), (("字段", "field"), ("列", "column")), shown
        )
    _tallies(tell, told)
    for row in rejected:
        show_reason(tell, row)
    _next(tell, told)


def show_reason(tell: Teller, row: Mapping[str, Any]) -> None:
    """A rejected row in a sentence: where, what stood there, why, and the fix."""
    field = "" if row["field"] in (None, "", "*") else f"{row['field']} "
    value = f"“{row['value']}”" if row["value"] else ""
    at = f" {field}{value}".rstrip()
    tell.say(
        f"第 {row['line']} 行{at}：{row.get('zh', '')}；{row.get('fix_zh', '')}",
        f"line {row['line']}{at}: {row.get('en', '')}; {row.get('fix_en', '')}",
        mark="✗ ",
    )


def _tallies(tell: Teller, told: Mapping[str, Any]) -> None:
    rows = [
        (
            _both(tell, *VERDICTS[one["verdict"]]), one["rows"], one["units"] / UNIT,
            _both(tell, one.get("zh", ""), one.get("en", "")),
        )
        for one in told["tallies"]
    ]  # fmt: skip
    name, number, state = told["name"], told["file"], STATES[told["state"]]
    title = (f"文件 {number}：{name}（{state[0]}）", f"file {number} ({state[1]})")
    columns = (("结果", "verdict"), ("行数", "rows"), ("积分", "points"), ("原因", "why"))
    tell.table(title, columns, rows)
    for one in told["tallies"]:
        if one["verdict"] != "rejected" and one.get("fix_zh"):
            tell.say(f"{one['zh']}：{one['fix_zh']}", f"{one['en']}: {one['fix_en']}", mark="• ")


def _next(tell: Teller, told: Mapping[str, Any]) -> None:
    """What the clerk can do now."""
    number = told["file"]
    bad = sum(one["rows"] for one in told["tallies"] if one["verdict"] == "rejected")
    if bad:
        tell.say(
            f"退回 {bad} 行，取回改正：tongdui issuer rejected {number}",
            f"{bad} rejected; take them back to mend: tongdui issuer rejected {number}",
            mark="→ ",
        )
    if told["state"] == "previewed" and told["good_rows"]:
        good = points_text(told["good_units"])
        tell.good(
            f"提交可授予的 {told['good_rows']} 行（{good} 积分）：tongdui issuer commit {number}",
            f"to award {told['good_rows']} rows, {good} points: tongdui issuer commit {number}",
        )


def show_inbox(tell: Teller, told: Mapping[str, Any]) -> None:
    """What became of the rows that went on."""
    for state, count in told.get("inbox", {}).items():
        zh, en = _INBOX.get(state, ("处理中", "under way"))
        tell.say(f"{zh}：{count} 行", f"{en}: {count} rows")


def show_files(tell: Teller, files: Sequence[Mapping[str, Any]]) -> None:
    """The files, one a line."""
    if not files:
        tell.say(
            "还没有交过文件：tongdui issuer preview 文件名",
            "no files yet: tongdui issuer preview FILE",
        )
        return
    rows = [
        (one["file"], one["name"], one["rows"], _both(tell, *STATES[one["state"]]), one["clerk"])
        for one in files
    ]
    columns = (("编号", "no."), ("文件", "file"), ("行数", "rows"), ("状态", "state"),
               ("经办人", "clerk"))  # fmt: skip
    tell.table(("文件", "files"), columns, rows)


def show_events(tell: Teller, events: Sequence[Mapping[str, Any]]) -> None:
    """What became of a committed file's rows: the record is what corrections name."""
    rows = [
        (
            one["number"], one["place"], one["event_id"] or "", one["member_id"] or "",
            one["activity"] or "", (one["units"] or 0) / UNIT,
            _both(tell, *_INBOX.get(one["state"], ("处理中", "under way"))),
        )
        for one in events
    ]  # fmt: skip
    columns = (("序号", "no."), ("位置", "place"), ("记录", "record"), ("会员", "member"),
               ("事项", "activity"), ("积分", "points"), ("状态", "state"))  # fmt: skip
    tell.table(("已提交的行", "rows that went on"), columns, rows)


def show_rows(tell: Teller, lines: Sequence[Mapping[str, Any]]) -> None:
    """Rows of a file, each with its verdict; what is wrong with one stands below the table."""
    rows = [
        (
            one["line"], _both(tell, *VERDICTS[one["verdict"]]), one["event_id"] or "",
            one["member_id"] or "", one["activity"] or "", (one["units"] or 0) / UNIT,
            (one["rate"] or "").replace(" since ", "\n"),
        )
        for one in lines
    ]  # fmt: skip
    columns = (("行", "line"), ("结果", "verdict"), ("记录", "record"), ("会员", "member"),
               ("事项", "activity"), ("积分", "points"), ("折算率", "rate"))  # fmt: skip
    tell.table(("各行", "rows"), columns, rows)
    for one in lines:
        if one.get("zh"):
            show_reason(tell, one)


def _both(tell: Teller, zh: str, en: str) -> str:
    """In a cell, both languages stand one above the other."""
    return f"{zh}\n{en}" if tell.lang is Lang.BOTH and zh != en else tell.words(zh, en)
