"""`tongdui issuer correct`: an event was worth less; what it would do is said before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

import typer

from ledger.units import points_text
from scripts.counter import PASS, AsOption, CounterClient
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

EventArgument = Annotated[str, typer.Argument(help="事件号 · the event's id")]
QuantityOption = Annotated[
    int | None,
    typer.Option(
        "--quantity", min=0, help="更正后的全部数量，全部取消写 0 · the whole new quantity"
    ),
]
ReverseOption = Annotated[
    int | None,
    typer.Option("--reverse", min=1, help="撤销该事件的第几次更正 · which correction was wrong"),
]
ReasonOption = Annotated[str, typer.Option("--reason", help="理由，居民可以查看 · why")]
IdOption = Annotated[
    str, typer.Option("--id", help="同一编号只办一次 · your id: done once under it")
]


def correct(
    event: EventArgument,
    holder: AsOption = PASS,
    quantity: QuantityOption = None,
    reverse: ReverseOption = None,
    reason: ReasonOption = "",
    name: IdOption = "",
    dry_run: DryRunOption = False,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """更正一个事件；不带数量则列出它的更正 · correct an event, or list its corrections."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    path = f"/events/{quote(event, safe='')}/corrections"
    if quantity is None and reverse is None:
        told = counter.get(path)
        _history(tell, told)
        return finish(as_json, told)
    asked = {"quantity": quantity, "reverse": reverse, "reason": reason, "id": name}
    given = {key: value for key, value in asked.items() if value not in (None, "")}
    if dry_run:
        told = counter.post(f"{path}/preview", **given)
        _foreseen(tell, told)
        return finish(as_json, told)
    told = counter.post(path, **given)
    if told["outcome"]:
        _foreseen(tell, told["outcome"])
    _done(tell, told)
    return finish(as_json, told)


def _foreseen(tell: Teller, told: Mapping[str, Any]) -> None:
    """What it does, in points."""
    event, new, back = told["event_id"], told["quantity"], points_text(told["back_units"])
    if told["effect"] == "take-back":
        stood, spent = points_text(told["standing_units"]), points_text(told["spent_units"])
        tell.say(
            f"{event}：由 {told['present_quantity']} 更正为 {new}；现有 {stood} 积分，收回 {back}，"
            f"其中已花费 {spent}，由发行方承担",
            f"{event}: from {told['present_quantity']} to {new}; of {stood} points {back} are "
            f"taken back, {spent} of them spent already: the issuer's loss",
        )
    elif told["effect"] == "after-award":
        tell.say(
            f"{event} 正在授予；授予后更正为 {new}，收回 {back} 积分",
            f"{event} is on its way; once minted it is corrected to {new}, and {back} points go",
        )
    elif told["effect"] == "withdraw":
        tell.say(
            f"{event} 尚未授予：直接撤回，不再授予 {back} 积分",
            f"{event} is not minted yet: it is withdrawn, and its {back} points never come",
        )
    else:
        tell.say(f"{event}：恢复 {back} 积分", f"{event}: {back} points stand again")
    if told["ahead"]:
        tell.say(
            f"此前还有 {told['ahead']} 项更正未办完", f"{told['ahead']} corrections come first"
        )
    if told["approval"]:
        tell.say("须另一位经办人批准", "another clerk has to approve it")


def _done(tell: Teller, told: Mapping[str, Any]) -> None:
    number, review = told["notice"], told["review"]
    if told["repeated"]:
        tell.say(
            f"此前已经提出（编号 {number}，{told['state']}），没有重复；要再办请另写理由或用 --id",
            f"asked before (number {number}, {told['state']}), and nothing was done twice; to ask "
            "anew, say another reason or use --id",
        )
    elif review is not None:
        tell.good(
            f"已提出（编号 {number}），等待复核事项 {review}",
            f"proposed (number {number}); waits for review {review}",
        )
    elif told["outcome"]["effect"] == "withdraw":
        tell.good(f"已撤回（编号 {number}）", f"withdrawn (number {number})")
    else:
        tell.good(
            f"已记录（编号 {number}），自动上链", f"noted (number {number}); it goes on chain"
        )


def _history(tell: Teller, told: Mapping[str, Any]) -> None:
    event = told["event"]
    tell.say(
        f"{event['event_id']}：{event['quantity']} {event['unit']}（{event['state']}）",
        f"{event['event_id']}: {event['quantity']} {event['unit']} ({event['state']})",
    )
    rows = [
        (one["correction"], points_text(one["due_units"]), points_text(one["spent_units"]),
         "已撤销 reversed" if one["reversed"] else "—")
        for one in told["corrections"]
    ]  # fmt: skip
    columns = (
        ("次序", "number"), ("收回", "taken back"), ("其中已花费", "of it spent"),
        ("撤销", "reversed"),
    )  # fmt: skip
    tell.table(("链上的更正", "corrections on the chain"), columns, rows)
    for one in told["asked"]:
        words, by, state = one["words"] or "", one["by"] or "原系统 source", one["state"]
        what = f"→ {one['quantity']}" if one["reverses"] is None else f"↶ {one['reverses']}"
        tell.say(f"{what}：{words}（{by}，{state}）", f"{what}: {words} ({by}, {state})")
