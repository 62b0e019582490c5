"""`tongdui issuer undo`: takes a whole file back, after showing what that comes to."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from ledger.units import points_text
from scripts.commands.files import NumberArgument
from scripts.counter import PASS, AsOption, CounterClient
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

POLL_S = 0.5
ReasonOption = Annotated[str, typer.Option(help="原因 · why")]


def undo(
    number: NumberArgument,
    reason: ReasonOption = "",
    dry_run: DryRunOption = False,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """撤销整个文件 · correct to nothing all that a file awarded; --dry-run shows it first."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    path = f"/files/{number}/undo"
    told = counter.get(path) if dry_run else counter.post(path, reason=reason)
    _show(tell, told, counter.holder.name)
    if told["state"] == "undoing" and not dry_run:
        told |= {"state": _ended(tell, counter, number, told["events"])}
    finish(as_json, told)


def _ended(tell: Teller, counter: CounterClient, number: int, events: int) -> str:
    with tell.progress("正在撤销", "undoing") as advance:
        while (state := counter.get(f"/files/{number}")["state"]) == "undoing":
            advance(0, max(events, 1))
            time.sleep(POLL_S)
    tell.good(
        f"文件 {number} 已撤销；收回的积分上链后见状态",
        f"file {number} is undone; the status shows when what is taken back is on the chain",
    )
    return str(state)


def _show(tell: Teller, told: dict[str, Any], name: str) -> None:
    back, spent = points_text(told["back_units"]), points_text(told["spent_units"])
    tell.say(
        f"共 {told['events']} 件：收回 {back} 积分，其中已花费 {spent}（由发行方承担）",
        f"{told['events']} events: {back} points taken back, {spent} of them spent (your loss)",
    )
    for count, zh, en in (
        (told["withdrawn"], "尚未上链，直接撤回", "not minted yet, withdrawn"),
        (told["under_way"], "正在上链，上链后收回", "on their way, taken back once minted"),
        (
            told["closed"],
            "年度已关账，只能由理事会更正",
            "of closed years: the council's to correct",
        ),
        (told["nothing"], "没有可收回的", "with nothing to take back"),
    ):
        if count:
            tell.say(f"{zh}：{count} 件", f"{en}: {count}")
    if told["review"] is not None:
        tell.say(
            f"超过审批限额，等另一位经办人批准：tongdui issuer review approve {told['review']}",
            f"above the threshold: another clerk than {name} approves it with "
            f"tongdui issuer review approve {told['review']}",
            style="yellow",
        )
