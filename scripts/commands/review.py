"""`tongdui issuer review`: what waits for a person at an agent, and the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from ledger.errors import Rejected
from ledger.units import BEIJING, points_text
from scripts.counter import PASS, AsOption, CounterClient
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

app = typer.Typer(help="人工复核 · what waits for a person", no_args_is_help=True)
NumberArgument = Annotated[int, typer.Argument(help="复核编号 · the review's number")]
NumbersArgument = Annotated[
    list[str], typer.Argument(help="复核编号，可写多个或 3-40 · numbers, several or 3-40")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="决定的理由 · why")]
StateOption = Annotated[str, typer.Option(help="open, approved, refused, all 状态")]
KindOption = Annotated[str, typer.Option(help="event, correction, undo, claim 种类")]
HOUR_S = 3_600
_KINDS = {
    "event": ("授予", "event"), "correction": ("更正", "correction"),
    "undo": ("撤回文件", "undo of a file"), "claim": ("居民申请", "claim"),
}  # fmt: skip
_STATES = {
    "open": ("待复核", "open"), "approved": ("已批准", "approved"),
    "refused": ("已退回", "refused"),
}  # fmt: skip


@app.command("list")
def list_reviews(
    holder: AsOption = PASS,
    state: StateOption = "open",
    kind: KindOption = "",
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """列出待复核事项 · what waits, oldest first."""
    given = {"state": state} | ({"kind": kind} if kind else {})
    told, tell = CounterClient(holder).get("/reviews", **given), teller(lang, as_json)
    rows = [
        (
            one["review"], tell.words(*_KINDS[one["kind"]]), tell.words(one["zh"], one["en"]),
            one["opened_by"], _when(one["opened_s"]), _age(one["age_s"]),
            tell.words(*_STATES[one["state"]]),
        )
        for one in told["reviews"]
    ]  # fmt: skip
    columns = (
        ("编号", "number"), ("种类", "kind"), ("原因", "why"), ("提出", "opened by"),
        ("时间", "at"), ("历时", "for"), ("状态", "state"),
    )  # fmt: skip
    tell.table(("复核事项", "reviews"), columns, rows)
    finish(as_json, told)


@app.command()
def show(
    number: NumberArgument,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """查看凭据与结果 · the evidence, and how it was decided."""
    told, tell = CounterClient(holder).get(f"/reviews/{number}"), teller(lang, as_json)
    _tell(tell, told)
    finish(as_json, told)


@app.command()
def approve(
    numbers: NumbersArgument,
    reason: ReasonOption,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """批准 · let it go on."""
    _decided(numbers, "approve", reason, CounterClient(holder), teller(lang, as_json), as_json)


@app.command()
def refuse(
    numbers: NumbersArgument,
    reason: ReasonOption,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """退回 · end it here; the reason is shown to whoever asks."""
    _decided(numbers, "refuse", reason, CounterClient(holder), teller(lang, as_json), as_json)


def _decided(
    numbers: Sequence[str],
    how: str,
    reason: str,
    counter: CounterClient,
    tell: Teller,
    as_json: bool,
) -> None:
    """One after another; the first that can't be decided ends it, and those before it stand."""
    decided = []
    for number in [number for words in numbers for number in _range(words)]:
        told = counter.post(f"/reviews/{number}/{how}", reason=reason)
        zh, en = _STATES[told["state"]]
        tell.good(f"复核事项 {number}：{zh}", f"review {number}: {en}")
        _alone(tell, told)
        decided.append(told)
    finish(as_json, {"reviews": decided})


def _range(words: str) -> range:
    """``7`` is one number, ``3-40`` many. Rejected("counter.field")."""
    first, _, last = words.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal():
        raise Rejected("counter.field", field="numbers")
    return range(int(first), int(last or first) + 1)


def _tell(tell: Teller, told: Mapping[str, Any]) -> None:
    """A review in plain words."""
    (kind_zh, kind_en), (zh, en) = _KINDS[told["kind"]], _STATES[told["state"]]
    number, by, at = told["review"], told["opened_by"], _when(told["opened_s"])
    tell.say(f"复核事项 {number}（{kind_zh}）：{zh}", f"review {number} ({kind_en}): {en}")
    tell.say(f"{by} 于 {at} 提出", f"opened by {by} on {at}")
    about = told["about"]
    if about.get("event"):
        _deed(tell, about["event"], ("事件", "event"))
    others = {one["row"]: one for one in about.get("others", [])}
    for doubt in told["evidence"].get("doubts", []):
        _doubt(tell, doubt, others)
    if about.get("correction"):
        _correction(tell, about["correction"], told["evidence"])
    if told["decided_by"]:
        name, when, words = told["decided_by"], _when(told["decided_s"]), told["words"]
        tell.say(f"{name} 于 {when} 决定：{words}", f"decided by {name} on {when}: {words}")
        _alone(tell, told)
    else:
        tell.say(f"{told['fix_zh']}", f"{told['fix_en']}")


def _doubt(tell: Teller, doubt: Mapping[str, Any], others: Mapping[int, Any]) -> None:
    tell.say(doubt["zh"], doubt["en"], mark="! ")
    if "limit" in doubt:
        who, count, limit = doubt["checker"], doubt["count"], doubt["limit"]
        tell.say(
            f"认证人 {who} 当天的第 {count} 件，上限 {limit} 件",
            f"number {count} that {who} certified on that day; the limit is {limit}",
        )
    for other in doubt.get("others", []):
        if other["row"] in others:
            _deed(tell, others[other["row"]], ("另一件", "the other"))


def _deed(tell: Teller, one: Mapping[str, Any], title: tuple[str, str]) -> None:
    """A deed on one line: what, whose, when, where, by whom certified."""
    times = _when(one["occurred_s"])
    if one["began_s"] is not None and one["ended_s"] is not None:
        times = f"{_when(one['began_s'])} – {_when(one['ended_s'])[-5:]}"
    facts: Sequence[str] = [
        one["event_id"], one.get("activity", ""), one["member_id"] or "—", times,
        f"{one['quantity']} {one['unit']}", one["spot"] or "", one["checker"] or "", one["state"],
    ]  # fmt: skip
    line = " · ".join(fact for fact in facts if fact)
    zh, en = title
    tell.say(f"{zh}：{line}", f"{en}: {line}")


def _correction(tell: Teller, one: Mapping[str, Any], evidence: Mapping[str, Any]) -> None:
    back, spent = (points_text(evidence.get(name, 0)) for name in ("back_units", "spent_units"))
    if one["reverses"] is None:
        tell.say(
            f"{one['by']} 请求更正为 {one['quantity']}：{one['words']}",
            f"{one['by']} asks for {one['quantity']}: {one['words']}",
        )
        tell.say(
            f"将收回 {back} 积分，其中已花费 {spent}，由发行方承担",
            f"{back} points would be taken back, {spent} of them spent: the issuer's loss",
        )
        return
    tell.say(
        f"{one['by']} 请求撤销第 {one['reverses']} 次更正：{one['words']}",
        f"{one['by']} asks to reverse correction {one['reverses']}: {one['words']}",
    )
    tell.say(f"将恢复 {back} 积分", f"{back} points would stand again")


def _alone(tell: Teller, told: Mapping[str, Any]) -> None:
    if told["alone"] and told["state"] == "approved":
        tell.say(
            "由同一位经办人提出并批准（单人办公室）",
            "opened and approved by one clerk (an office with one clerk)",
        )


def _when(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, BEIJING).strftime("%Y-%m-%d %H:%M")


def _age(seconds: int) -> str:
    hours = seconds // HOUR_S
    return f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h"
