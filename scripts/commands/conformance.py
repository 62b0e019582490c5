"""`tongdui issuer conformance`: whether an adapter does what the agent counts on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

if TYPE_CHECKING:
    from issuers.conformance.suite import Report, Verdict

Module = Annotated[str, typer.Argument(help="such as issuers.volunteer 适配器模块")]
Patience = Annotated[float, typer.Option(min=1, help="seconds that a call may take 秒")]
InTurn = Annotated[bool, typer.Option("--in-turn", help="one login at a time 逐项进行")]


def conformance(
    module: Module,
    patience: Patience = 60.0,
    in_turn: InTurn = False,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """适配器符合性测试 · the conformance suite over one adapter; 1 where a duty is broken."""
    from issuers.conformance.suite import AT_ONCE, candidate, run

    sys.path.insert(0, str(Path.cwd()))
    tell = teller(lang, as_json)
    report = run(
        candidate(module),
        patience_s=patience,
        at_once=1 if in_turn else AT_ONCE,
        told=lambda verdict: _say(tell, verdict),
    )
    _sum_up(tell, report)
    finish(as_json, report.shown(), 0 if report.conforms else 1)


def _say(tell: Teller, verdict: Verdict) -> None:
    check, why = verdict.check, verdict.why
    if verdict.state == "kept":
        tell.good(f"[{check.id}] {check.duty.zh}", f"[{check.id}] {check.duty.en}")
    elif why is not None:
        tell.say(
            f"[{check.id}] 不适用：{why.zh}", f"[{check.id}] does not apply: {why.en}", mark="– "
        )
    else:
        tell.bad(f"[{check.id}] {check.duty.zh}", f"[{check.id}] {check.duty.en}")
        tell.say(f"应为：{verdict.expected}", f"expected: {verdict.expected}", mark="    ")
        tell.say(f"实为：{verdict.came}", f"came: {verdict.came}", mark="    ")
        tell.say(f"办法：{check.fix.zh}", f"fix: {check.fix.en}", mark="    ")


def _sum_up(tell: Teller, report: Report) -> None:
    counts = report.shown()
    kept, broken, odd = counts["kept"], counts["broken"], counts["not_applicable"]
    zh = f"{report.scheme}：符合 {kept} 项，不符 {broken} 项，不适用 {odd} 项"
    en = f"{report.scheme}: {kept} kept, {broken} broken, {odd} that do not apply"
    (tell.good if report.conforms else tell.bad)(zh, en)
