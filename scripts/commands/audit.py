"""`tongdui audit verify`: every invariant, from a node's URL and the deployment file alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ledger.audit.report import Report
from ledger.chain.deployment import read_deployment
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

app = typer.Typer(help="核验 · verification, trusting nobody", no_args_is_help=True)
_MARK_STYLES = {"✓": "green", "✗": "bold red", "?": "yellow", "-": "red"}


@app.callback()
def audit() -> None:
    """核验 · verification."""


@app.command()
def verify(
    node: Annotated[str, typer.Option(help="your own node's URL")],
    deployment: Annotated[Path, typer.Option(help="the deployment file")],
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    until: Annotated[int | None, typer.Option(help="last block; the newest final one")] = None,
) -> None:
    """逐条核验不变量 · a verdict per invariant; exit code 1 where one is broken."""
    from ledger.audit.verify import verify as judged

    tell = teller(lang, as_json)
    found = read_deployment(deployment)
    gateway = found.gateway(node)
    with (
        tempfile.TemporaryDirectory(prefix="tongdui-audit-") as scratch,
        tell.progress("正在核验区块", "verifying blocks") as advance,
    ):
        report = judged(
            gateway,
            found,
            scratch=Path(scratch),
            told=lambda done, of, _awards: advance(done, of),
            until=until,
        )
    show(tell, report)
    finish(as_json, report.to_json(), report.exit_code)


def show(tell: Teller, report: Report) -> None:
    """The report's lines, coloured by their marks."""
    for line in report.lines(tell.lang.value):
        mark = line.strip()[:1]
        tell.console.print(f"  {line}", style=_MARK_STYLES.get(mark), markup=False)
