"""`tongdui rebuild`: the projection dropped and built again from the chain, and its digest."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ledger.chain.deployment import read_deployment
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang


def rebuild(
    node: Annotated[str, typer.Option(help="a node's URL")],
    deployment: Annotated[Path, typer.Option(help="the deployment file")],
    index: Annotated[Path, typer.Option(help="the projection's file; not while an API uses it")],
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """由链重建投影并给出摘要 · rebuild the projection; with --dry-run only say its digest."""
    from ledger.index.index import Index, open_index

    tell, found = teller(lang, as_json), read_deployment(deployment)
    gateway = found.gateway(node)
    gateway.check_chain()
    with open_index(index) as database:
        made = Index(database.engine, gateway, found)
        before, began = made.digest().hex(), time.monotonic()
        if not dry_run:
            with tell.progress("正在重建投影", "rebuilding the projection"):
                made.rebuild()
        after, took_s = made.digest().hex(), time.monotonic() - began
    tell.say(f"重建前 {before}", f"before {before}")
    tell.good(f"摘要 {after}（{took_s:.1f} 秒）", f"digest {after} ({took_s:.1f} s)")
    finish(as_json, {"before": before, "digest": after, "seconds": round(took_s, 3)})
