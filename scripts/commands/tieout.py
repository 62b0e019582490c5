"""`tongdui issuer tie-out`: a month of the issuer's own system against the chain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.units import points_text
from scripts.counter import PASS, AsOption, CounterClient
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

MonthArgument = Annotated[str, typer.Argument(help="2026-05")]
FileOption = Annotated[
    Path | None,
    typer.Option("--file", help="原系统的导出 · an export of it", exists=True, dir_okay=False),
]


def tie_out(
    month: MonthArgument,
    file: FileOption = None,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """月度对账 · the issuer's own system against the chain; 1 where they differ."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    if file is None:
        told = counter.get(f"/tie-out/{month}")
    else:
        with file.open("rb") as content:
            told = counter.upload(f"/tie-out/{month}/file", content, name=file.name)
    rows = [
        (
            one["activity"], one["source_events"], one["source_quantity"], one["awards"],
            one["award_quantity"], points_text(one["minted_units"]),
            points_text(one["corrected_units"]),
        )
        for one in told["lines"]
    ]  # fmt: skip
    columns = (("事项", "activity"), ("原系统件数", "there"), ("数量", "quantity"),
               ("链上件数", "here"), ("数量", "quantity"), ("授予", "minted"),
               ("更正", "corrected"))  # fmt: skip
    tell.table((f"{told['month']} 对账", f"tie-out of {told['month']}"), columns, rows)
    if told["holds"]:
        tell.good("两边一致", "both agree")
    else:
        for one in told["differences"]:
            _difference(tell, one)
        listed, counted = len(told["differences"]), sum(told["counts"].values())
        tell.bad(
            f"共 {counted} 处差异，列出 {listed} 处",
            f"{counted} differences, {listed} of them listed",
        )
    finish(as_json, told, 0 if told["holds"] else 1)


def _difference(tell: Teller, one: dict[str, Any]) -> None:
    """One event on which the books differ, why, and what to do."""
    there, here = (
        "—" if one[name] is None else one[name] for name in ("source_quantity", "our_quantity")
    )
    tell.say(
        f"{one['event_id']}（{one['activity']}）原系统 {there}，这里 {here}："
        f"{one.get('zh') or one['reason']}；{one.get('fix_zh', '')}",
        f"{one['event_id']} ({one['activity']}) there {there}, here {here}: "
        f"{one.get('en') or one['reason']}; {one.get('fix_en', '')}",
        mark="✗ ",
    )
