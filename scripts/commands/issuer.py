"""`tongdui issuer`: an issuer's agent on its own premises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from issuers.counter.passes import read_pass
from ledger.errors import Unavailable
from scripts.commands import claims, clerk, correct, files, key, link, review, tieout, undo
from scripts.commands.conformance import conformance
from scripts.counter import PASS, AsOption, CounterClient
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang

app = typer.Typer(help="发行方代理 · an issuer's agent", no_args_is_help=True)
app.add_typer(clerk.app, name="clerk")
app.add_typer(key.app, name="key")
app.add_typer(link.app, name="link")
app.add_typer(claims.app, name="claims")
files.join(app)
app.add_typer(review.app, name="review")
app.command()(correct.correct)
app.command()(undo.undo)
app.command()(tieout.tie_out)
app.command()(conformance)
Config = Annotated[Path, typer.Option(help="agent.toml")]
Url = Annotated[str, typer.Option(help="代理的地址，无通行证时 · where the agent listens")]
ASK_S = 30.0


@app.command()
def run(config: Config) -> None:
    """运行代理 · run the agent until stopped."""
    from issuers.agent import main

    raise typer.Exit(main(["--config", str(config)]))


@app.command()
def status(
    url: Url = "",
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """代理的状态 · what came, what waits and why, what failed and the fix."""
    tell, told = teller(lang, as_json), _asked(f"{_reached(url, holder)}/status")
    for line in told["words"]:
        tell.say(line["zh"], line["en"])
    finish(as_json, told)


@app.command()
def rejected(
    file: Annotated[int | None, typer.Argument(help="文件编号 · the rows of this file")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到这里 · where to write")] = None,
    url: Url = "",
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """退回的行 · rejected rows; of a file: as the same kind of file, with reason and fix."""
    tell = teller(lang, as_json)
    if file is not None:
        return finish(as_json, files.give_back(tell, CounterClient(holder), file, out, lang))
    told = _asked(f"{_reached(url, holder)}/rejected")
    for row in told["rows"]:
        tell.say(
            f"{row['reason']['zh']}；{row['fix']['zh']}",
            f"{row['reason']['en']}; {row['fix']['en']}",
            mark=f"{row['place']} [{row['field']}] ",
        )
    if not told["rows"]:
        tell.good("没有退回的行", "no row was rejected")
    return finish(as_json, told)


def _reached(url: str, holder: Path) -> str:
    """Where the agent listens: as said, or as the pass says."""
    return url or read_pass(holder).url


def _asked(url: str) -> Any:
    try:
        answer = httpx.get(url, trust_env=False, timeout=ASK_S)
        answer.raise_for_status()
        return answer.json()
    except httpx.HTTPError as error:
        raise Unavailable("agent.no-answer", url=url, why=type(error).__name__) from error
