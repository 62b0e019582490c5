"""`tongdui issuer claims`: what residents ask of the issuer, and the answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from ledger.units import BEIJING
from scripts.commands.link import tell_answer
from scripts.counter import PASS, AsOption, CounterClient
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

app = typer.Typer(help="居民的申请 · residents' claims", no_args_is_help=True)
IdArgument = Annotated[str, typer.Argument(help="申请编号 · the claim's id")]
_KINDS = {
    "link": ("绑定", "link"), "unlink": ("解除绑定", "unlink"),
    "correction": ("更正", "correction"), "missing": ("补记", "missing award"),
}  # fmt: skip
_STATES = {
    "seen": ("待答复", "waits"), "decided": ("已答复，待送达", "answered, to be told"),
    "answered": ("已答复", "answered"),
}  # fmt: skip


@app.command("list")
def list_claims(
    every: Annotated[bool, typer.Option("--all", help="含已答复的 · answered ones too")] = False,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """列出申请 · what waits for an answer, oldest first."""
    told = CounterClient(holder).get("/claims", state="all" if every else "open")
    tell = teller(lang, as_json)
    rows = [
        (
            one["claim"], tell.words(*_KINDS[one["kind"]]), _about(one),
            tell.words(*_STATES[one["state"]]), ("⚠ " if one["overdue"] else "") + _due(one),
        )
        for one in told["claims"]
    ]  # fmt: skip
    columns = (
        ("编号", "id"), ("种类", "kind"), ("关于", "about"), ("状态", "state"), ("期限", "due"),
    )  # fmt: skip
    tell.table(("申请", "claims"), columns, rows)
    tell.say(
        f"待答复 {told['open']} 件，其中逾期 {told['overdue']} 件",
        f"{told['open']} wait for an answer, {told['overdue']} of them past their time",
    )
    finish(as_json, told)


@app.command()
def show(
    claim: IdArgument,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """一件申请的全部 · what is asked, the member's own rows, and the reasons to choose from."""
    told, tell = CounterClient(holder).get(f"/claims/{claim}"), teller(lang, as_json)
    kind = _KINDS[told["kind"]]
    tell.say(f"{kind[0]}：{_about(told)}", f"{kind[1]}: {_about(told)}")
    tell.say(f"居民说：{told.get('words') or '—'}", f"in words: {told.get('words') or '—'}")
    tell.say(f"会员 {told['member_id'] or '—'}", f"member {told['member_id'] or '—'}")
    tell.say(f"期限 {_due(told)}", f"due {_due(told)}")
    _tell_rows(tell, told["rows"])
    if told["answer"] is None:
        choices = [
            (one["reason"], "--accept" if one["accepted"] else "--refuse",
             tell.words(one["zh"], one["en"]))
            for one in told["choices"]
        ]  # fmt: skip
        columns = (("理由代号", "reason"), ("", ""), ("含义", "meaning"))
        tell.table(("可选的答复", "answers"), columns, choices)
    else:
        tell_answer(tell, told)
    finish(as_json, told)


@app.command()
def answer(
    claim: IdArgument,
    accept: Annotated[bool, typer.Option("--accept/--refuse", help="同意或不同意 · yes or no")],
    reason: Annotated[str, typer.Option(help="理由代号，见 show · a code that show lists")],
    words: Annotated[str, typer.Option(help="给居民的话 · to the resident, in your words")] = "",
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """答复 · answer a claim. What is to be corrected: tongdui issuer correct, first."""
    given = {"accepted": accept, "reason": reason, "words": words}
    done = CounterClient(holder).post(f"/claims/{claim}/answer", **given)
    tell_answer(teller(lang, as_json), done)
    finish(as_json, done)


def _tell_rows(tell: Teller, rows: list[dict[str, Any]]) -> None:
    columns = (
        ("事件", "event"), ("日期", "day"), ("上报", "reported"), ("计入", "counted"),
        ("状态", "state"), ("原因", "reason"),
    )  # fmt: skip
    lines = [
        (
            one["event_id"] or "—", _day(one), str(one["reported"] or "—"),
            str(one["quantity"] or "—"), one["state"], one["reason"] or "—",
        )
        for one in rows
    ]  # fmt: skip
    tell.table(("该会员的记录", "the member's rows"), columns, lines)


def _day(row: dict[str, Any]) -> str:
    if row["day"] is None:
        return "—"
    return (datetime(1970, 1, 1, tzinfo=BEIJING) + timedelta(days=row["day"])).strftime("%Y-%m-%d")


def _about(claim: dict[str, Any]) -> str:
    """The deed: activity and day, or its place on the chain."""
    told = claim.get("about") or {}
    place = f"#{told['batch']}/{told['row']}" if told.get("batch") else ""
    return " ".join(str(p) for p in (told.get("activity"), told.get("day"), place) if p) or "—"


def _due(claim: dict[str, Any]) -> str:
    due_s = claim.get("due_s")
    return datetime.fromtimestamp(due_s, BEIJING).strftime("%Y-%m-%d") if due_s else "—"
