"""`tongdui doctor`: what this machine lacks and how to get it."""

from __future__ import annotations

from dataclasses import asdict

from scripts import doctor as machine
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang


def doctor(lang: LangOption = Lang.BOTH, as_json: JsonOption = False) -> None:
    """检查这台机器 · examine this machine; exit code 1 where the demo cannot run."""
    tell = teller(lang, as_json)
    findings = machine.examine()
    for finding in findings:
        found = f"{finding.name}: {finding.detail}"
        if finding.ok:
            tell.good(found, found)
            continue
        mark = tell.bad if finding.required else tell.say
        mark(found, found)
        if finding.fix is not None:
            tell.say(f"  {finding.fix.zh}", finding.fix.en)
    lacking = machine.lacking(findings)
    if lacking:
        tell.bad(f"缺 {len(lacking)} 项", f"{len(lacking)} missing")
    else:
        tell.good("可以运行", "ready to run")
    finish(as_json, [asdict(one) for one in findings], 1 if lacking else 0)
