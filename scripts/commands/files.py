"""`tongdui issuer preview, commit, …`: a clerk's files, from first look to the last award."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.errors import Rejected, TongduiError
from scripts.counter import PASS, AsOption, CounterClient
from scripts.filetelling import (
    show_events,
    show_files,
    show_inbox,
    show_preview,
    show_rows,
)
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

POLL_S = 0.5
IN_MOTION = ("received", "ready", "reserving", "reserved", "batched", "minted", "cancelling")
"""Rows of a file in these states are on their way."""
SHOWN = 10
"""Rejected rows that a preview shows."""
FileArgument = Annotated[Path, typer.Argument(help="CSV, XLSX 或 XLS", exists=True, dir_okay=False)]
NumberArgument = Annotated[int, typer.Argument(help="文件编号 · the file's number")]


def join(app: typer.Typer) -> None:
    """These commands stand beside the others of `tongdui issuer`."""
    for command in (preview, commit, drop, template, sheet, balances):
        app.command()(command)
    app.command("files")(list_files)


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
    _show(tell, counter, told)
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
    show_inbox(tell, told)
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
    events: Annotated[
        bool, typer.Option("--events", help="已提交的行 · rows that went on")
    ] = False,
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
        show_files(tell, told["files"])
    elif rows:
        told = counter.get(f"/files/{number}/rows", verdict=verdict, after=after, limit=limit)
        show_rows(tell, told["rows"])
    elif events:
        told = counter.get(f"/files/{number}/events", after=after, limit=limit)
        show_events(tell, told["events"])
    else:
        told = counter.get(f"/files/{number}")
        _show(tell, counter, told | {"notes": []})
        show_inbox(tell, told)
    finish(as_json, told)


def give_back(
    tell: Teller, counter: CounterClient, number: int, out: Path | None, lang: Lang
) -> dict[str, Any]:
    """The rejected rows of a file as the same kind of file, with reason and fix beside each."""
    language = "en" if lang is Lang.EN else "zh"
    name = Path(str(counter.get(f"/files/{number}")["name"]))
    ending = {".csv": ".csv", ".txt": ".csv", ".tsv": ".csv"}.get(name.suffix.lower(), ".xlsx")
    to = out or Path(f"{name.stem}-{'rejected' if language == 'en' else '退回'}{ending}")
    if out is None and to.exists():
        raise Rejected("file.already-there", path=str(to))
    size = counter.download(f"/files/{number}/rejected", to, lang=language)
    tell.good(
        f"已写入 {to}：改正后保存，再预览它，只计新的行",
        f"written to {to}: mend it, save it, and preview it; only what is new is taken",
    )
    return {"file": number, "out": str(to), "bytes": size}


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
    _show(tell, counter, told)
    finish(as_json, told)


def balances(
    holder: AsOption = PASS, lang: LangOption = Lang.BOTH, as_json: JsonOption = False
) -> None:
    """存量积分转入的预览 · what bringing existing balances along would award; then commit it."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    told = _watched(tell, counter, lambda: counter.post("/balances"))
    _show(tell, counter, told)
    finish(as_json, told)


def _show(tell: Teller, counter: CounterClient, told: dict[str, Any]) -> None:
    rejected: list[dict[str, Any]] = []
    if any(one["verdict"] == "rejected" for one in told["tallies"]) and not tell.silent:
        path = f"/files/{told['file']}/rows"
        rejected = counter.get(path, verdict="rejected", limit=SHOWN)["rows"]
    show_preview(tell, told, rejected)


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
