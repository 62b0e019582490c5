"""`tongdui issuer tie-out`: a month of the issuer's own system against the chain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from scripts.commands.files import PASS, points
from scripts.counter import AsOption, CounterClient
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang

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
            one["award_quantity"], points(one["minted_units"]), points(one["corrected_units"]),
        )
        for one in told["lines"]
    ]  # fmt: skip
    columns = (("事项", "activity"), ("原系统件数", "events there"), ("数量", "quantity"),
               ("链上件数", "awards"), ("数量", "quantity"), ("授予", "minted"),
               ("更正", "corrected"))  # fmt: skip
    tell.table((f"{told['month']} 对账", f"tie-out of {told['month']}"), columns, rows)
    if told["holds"]:
        tell.good("两边一致", "both agree")
    else:
        tell.table(
            ("差异", "differences"), _COLUMNS, [_row(tell.words, o) for o in told["differences"]]
        )
        listed, counted = len(told["differences"]), sum(told["counts"].values())
        tell.bad(
            f"共 {counted} 处差异，列出 {listed} 处",
            f"{counted} differences, {listed} of them listed",
        )
    finish(as_json, told, 0 if told["holds"] else 1)


_COLUMNS = (("事件", "event"), ("事项", "activity"), ("原系统", "there"), ("这里", "here"),
            ("原因", "why"), ("怎么办", "what to do"))  # fmt: skip


def _row(words: Any, one: dict[str, Any]) -> tuple[object, ...]:
    def number(name: str) -> object:
        return "—" if one[name] is None else one[name]

    return (
        one["event_id"], one["activity"], number("source_quantity"), number("our_quantity"),
        words(one.get("zh") or one["reason"], one.get("en") or one["reason"]),
        words(one.get("fix_zh", ""), one.get("fix_en", "")),
    )  # fmt: skip
