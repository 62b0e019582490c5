"""`tongdui issuer clerk`: who may act at the agent's counter; for the issuer's IT staff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from issuers.counter.passes import Pass, write_pass
from scripts.counter import AsOption, CounterClient
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang

app = typer.Typer(help="经办人 · clerks", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help="经办人的名字 · the clerk's name")]
OutOption = Annotated[Path, typer.Option("--out", help="通行证写到这里 · where the pass goes")]


@app.command()
def add(
    name: NameArgument,
    out: OutOption,
    holder: AsOption = Path("office.pass"),
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """新增经办人 · add a clerk, and write the one pass there will be."""
    tell, counter = teller(lang, as_json), CounterClient(holder)
    made = counter.post("/clerks", name=name)
    write_pass(out, Pass(counter.holder.url, made["name"], made["secret"]))
    tell.good(f"{name} 的通行证：{out}", f"the pass of {name}: {out}")
    finish(as_json, {"name": name, "pass": str(out)})


@app.command()
def end(
    name: NameArgument,
    holder: AsOption = Path("office.pass"),
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """停用经办人 · end a clerk's pass; what was done stays recorded under the name."""
    ended = CounterClient(holder).post(f"/clerks/{name}/end")
    teller(lang, as_json).good(f"{name} 已停用", f"{name} may act no more")
    finish(as_json, ended)


@app.command("list")
def list_clerks(
    holder: AsOption = Path("office.pass"),
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """列出经办人 · who may act, and who might once."""
    told = CounterClient(holder).get("/clerks")
    rows = [
        (one["name"], "—" if one["ended_s"] is None else "已停用 ended") for one in told["clerks"]
    ]
    teller(lang, as_json).table(("经办人", "clerks"), (("名字", "name"), ("状态", "state")), rows)
    finish(as_json, told)
