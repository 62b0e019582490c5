"""`tongdui issuer preview, commit, …`: a clerk's files, from first look to the last award."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.errors import TongduiError
from ledger.units import UNITS_PER_POINT
from scripts.counter import AsOption, CounterClient
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

POLL_S = 0.5
IN_MOTION = ("received", "ready", "reserving", "reserved", "batched", "minted", "cancelling")
"""Rows of a file in these states are on their way."""
VERDICTS = {
    "accepted": ("可授予", "accepted"), "clipped": ("部分授予（上限）", "accepted for less"),
    "waiting": ("等待绑定", "waits for a link"), "held": ("待复核", "held for review"),
    "duplicate": ("重复，不再计", "known already"), "rejected": ("退回", "rejected"),
}  # fmt: skip
PASS = Path("clerk.pass")
FileArgument = Annotated[Path, typer.Argument(help="CSV, XLSX 或 XLS", exists=True, dir_okay=False)]
NumberArgument = Annotated[int, typer.Argument(help="文件编号 · the file's number")]


def join(app: typer.Typer) -> None:
    """These commands stand beside the others of `tongdui issuer`."""
    for command in (preview, commit, drop, template, sheet, balances):
        app.command()(command)
    app.command("files")(list_files)
    app.command("rejected-rows")(rejected_rows)


def preview(
    file: FileArgument,
    activity: Annotated[str, typer.Option(help="每一行的事项代码 · code of every row")] = "",
    sheet_name: Annotated[str, typer.Option("--sheet", help="工作表 · which sheet")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="如 member_id=工号 · which column is which")
    ] = None,
    unit: Annotated[str, typer.Option(help="minute hour gram kilogram fen yuan")] = "",
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """预览文件 · what a file would award, row by row; nothing is changed."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    query: dict[str, str | int] = {"name": file.name, "activity": activity, "sheet": sheet_name}
    query |= {"columns": "\n".join(column or []), "unit": unit}
    with file.open("rb") as content:
        told = _watched(tell, counter, lambda: counter.upload("/files", content, **query))
    _show(tell, told)
    finish(as_json, told)


def commit(
    number: NumberArgument,
    wait: Annotated[bool, typer.Option(help="等到上链 · until all is on the chain")] = True,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """提交预览过的文件 · award the good rows of a file that was previewed."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    told = counter.post(f"/files/{number}/commit")
    if wait:
        told = _settled(tell, counter, number)
    tell.good(f"文件 {number} 已提交", f"file {number} is committed")
    _show_inbox(tell, told)
    finish(as_json, told)


def drop(
    number: NumberArgument,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """丢弃预览 · forget a file that was previewed."""
    told = CounterClient(holder).post(f"/files/{number}/drop")
    teller(lang, as_json).good(f"文件 {number} 已丢弃", f"file {number} is forgotten")
    finish(as_json, told)


def list_files(
    number: Annotated[int | None, typer.Argument(help="只看这一个 · this one alone")] = None,
    rows: Annotated[bool, typer.Option("--rows", help="逐行 · row by row")] = False,
    verdict: Annotated[str, typer.Option(help="如 rejected,waiting")] = "",
    after: Annotated[int, typer.Option(help="从这一行之后 · rows after this line")] = 0,
    limit: Annotated[int, typer.Option(help="最多几行 · most rows")] = 100,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """交来的文件 · files handed in, one of them, or its rows."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    if number is None:
        told = counter.get("/files")
        _show_files(tell, told["files"])
    elif rows:
        told = counter.get(f"/files/{number}/rows", verdict=verdict, after=after, limit=limit)
        _show_rows(tell, told["rows"])
    else:
        told = counter.get(f"/files/{number}")
        _show(tell, told | {"notes": []})
        _show_inbox(tell, told)
    finish(as_json, told)


def rejected_rows(
    number: NumberArgument,
    out: Annotated[Path, typer.Option("--out", help="写到这里 · where to write")],
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """取回退回的行 · the rejected rows as the same kind of file, with reason and fix."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    language = "en" if lang is Lang.EN else "zh"
    size = counter.download(f"/files/{number}/rejected", out, lang=language)
    tell.good(
        f"{out}：改正后再预览这个文件，只计新的行",
        f"{out}: mend it and preview it; only what is new is taken",
    )
    finish(as_json, {"file": number, "out": str(out), "bytes": size})


def template(
    out: Annotated[Path, typer.Option("--out", help="写到这里 · where to write")],
    kind: Annotated[str, typer.Option(help="xlsx, csv 或 signin（签到表）")] = "xlsx",
    activity: Annotated[str, typer.Option(help="签到表的事项 · of a sign-in sheet")] = "",
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """下载模板 · a template to fill in."""
    language = "en" if lang is Lang.EN else "zh"
    query = {"kind": kind, "activity": activity, "lang": language}
    size = CounterClient(holder).download("/template", out, **query)
    teller(lang, as_json).good(f"模板：{out}", f"the template: {out}")
    finish(as_json, {"out": str(out), "bytes": size})


def sheet(
    file: Annotated[Path | None, typer.Argument(help="填好的签到表 · a filled-in sheet")] = None,
    activity: Annotated[str, typer.Option(help="事项代码 · the activity's code")] = "",
    day: Annotated[str, typer.Option(help="2026-05-03")] = "",
    began: Annotated[str, typer.Option(help="9:00")] = "",
    ended: Annotated[str, typer.Option(help="11:30")] = "",
    spot: Annotated[str, typer.Option(help="地点 · where")] = "",
    checker: Annotated[str, typer.Option(help="核验人编号 · who certifies it")] = "",
    quantity: Annotated[str, typer.Option(help="每人数量；留空按时长 · for each member")] = "",
    member: Annotated[list[str] | None, typer.Option(help="会员编号 · a member's id")] = None,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """录入签到表 · enter a sign-in sheet of a group without any system; then commit it."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    if file is not None:
        with file.open("rb") as content:
            told = counter.upload("/sheets/file", content, name=file.name)
    else:
        told = counter.post(
            "/sheets", activity=activity, occurred=day, began=began, ended=ended, spot=spot,
            checker=checker, quantity=quantity, members=member or [],
        )  # fmt: skip
    _show(tell, told)
    finish(as_json, told)


def balances(
    holder: AsOption = PASS, lang: LangOption = Lang.BOTH, as_json: JsonOption = False
) -> None:
    """存量积分转入的预览 · what bringing existing balances along would award; then commit it."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    told = _watched(tell, counter, lambda: counter.post("/balances"))
    _show(tell, told)
    finish(as_json, told)


def points(units: int) -> str:
    """Points with two places."""
    return f"{units // UNITS_PER_POINT:,}.{units % UNITS_PER_POINT:02d}"


def _watched(tell: Teller, counter: CounterClient, work: Any) -> dict[str, Any]:
    """What ``work`` gives; meanwhile a bar shows how many rows are judged."""
    found: dict[str, Any] = {}
    failed: list[TongduiError] = []

    def run() -> None:
        try:
            found.update(work())
        except TongduiError as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="upload")
    thread.start()
    with tell.progress("正在核对", "judging rows") as advance:
        while thread.is_alive():
            thread.join(POLL_S)
            if thread.is_alive():
                reading = [f for f in counter.get("/files")["files"] if f["state"] == "reading"]
                done = sum(one["rows"] for one in reading)
                advance(done, max(done, 1))
    if failed:
        raise failed[0]
    return found


def _settled(tell: Teller, counter: CounterClient, number: int) -> dict[str, Any]:
    """The file once all its good rows are on the chain or wait for somebody."""
    with tell.progress("正在上链", "on their way to the chain") as advance:
        while True:
            told = counter.get(f"/files/{number}")
            rows = told["inbox"]
            left = sum(rows.get(state, 0) for state in IN_MOTION)
            if told["state"] != "committing":
                advance(sum(rows.values()) - left, max(sum(rows.values()), 1))
                if not left or _is_stuck(counter, left):
                    return told
            time.sleep(POLL_S)


def _is_stuck(counter: CounterClient, left: int) -> bool:
    """Whether what is left waits for room under a limit, which may take days."""
    status = counter.status()
    held = status["rows"]["ready"] + status["rows"]["reserved"]
    return bool(status["idle"]) and held >= left


def _show(tell: Teller, told: dict[str, Any]) -> None:
    for earlier in told["same_as"]:
        tell.say(
            f"与文件 {earlier} 内容完全相同", f"the very same as file {earlier}", style="yellow"
        )
    for note in told["notes"]:
        tell.say(note["zh"], note["en"], style="yellow", mark="• ")
    if told["columns"]:
        shown = [(one["zh"] + " " + one["en"], one["column"]) for one in told["columns"]]
        tell.table(
            ("列的含义", "what the columns mean"), (("字段", "field"), ("列", "column")), shown
        )
    rows = [
        (
            tell.words(*VERDICTS[one["verdict"]]), one["rows"], points(one["units"]),
            tell.words(one.get("zh", ""), one.get("en", "")),
            tell.words(one.get("fix_zh", ""), one.get("fix_en", "")),
        )
        for one in told["tallies"]
    ]  # fmt: skip
    title = (f"文件 {told['file']}：{told['name']}", f"file {told['file']}")
    columns = (("结果", "verdict"), ("行数", "rows"), ("积分", "points"), ("原因", "why"),
               ("如何修改", "how to fix"))  # fmt: skip
    tell.table(title, columns, rows)
    if told["state"] == "previewed" and told["good_rows"]:
        number, good = told["file"], points(told["good_units"])
        tell.good(
            f"提交可授予的 {told['good_rows']} 行（{good} 积分）：tongdui issuer commit {number}",
            f"to award {told['good_rows']} rows, {good} points: tongdui issuer commit {number}",
        )


def _show_inbox(tell: Teller, told: dict[str, Any]) -> None:
    words = {
        "done": ("已授予", "awarded"), "minted": ("已上链，待确认", "minted, to be confirmed"),
        "waiting": ("等待绑定", "wait for a link"), "held": ("待复核", "held for review"),
        "rejected": ("退回", "rejected"), "duplicate": ("重复", "repeats"),
        "ready": ("等待上链", "wait for room"), "reserved": ("等待上链", "wait for room"),
    }  # fmt: skip
    for state, count in told.get("inbox", {}).items():
        zh, en = words.get(state, ("处理中", "under way"))
        tell.say(f"{zh}：{count} 行", f"{en}: {count} rows")


def _show_files(tell: Teller, files: list[dict[str, Any]]) -> None:
    if not files:
        tell.say(
            "还没有交过文件：tongdui issuer preview 文件名",
            "no files yet: tongdui issuer preview FILE",
        )
        return
    rows = [(one["file"], one["name"], one["rows"], one["state"], one["clerk"]) for one in files]
    columns = (("编号", "no."), ("文件", "file"), ("行数", "rows"), ("状态", "state"),
               ("经办人", "clerk"))  # fmt: skip
    tell.table(("文件", "files"), columns, rows)


def _show_rows(tell: Teller, lines: list[dict[str, Any]]) -> None:
    rows = [
        (
            one["line"], tell.words(*VERDICTS[one["verdict"]]), one["member_id"] or "",
            one["activity"] or "", points(one["units"] or 0), one["rate"] or "",
            " ".join(filter(None, (one["field"], one["value"]))),
            tell.words(one.get("zh", ""), one.get("en", "")),
            tell.words(one.get("fix_zh", ""), one.get("fix_en", "")),
        )
        for one in lines
    ]  # fmt: skip
    columns = (("行", "line"), ("结果", "verdict"), ("会员", "member"), ("事项", "activity"),
               ("积分", "points"), ("折算率", "rate"), ("字段与内容", "field and value"),
               ("原因", "why"), ("如何修改", "how to fix"))  # fmt: skip
    tell.table(("各行", "rows"), columns, rows)
