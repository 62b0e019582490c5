"""`tongdui issuer`: an issuer's agent on its own premises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from ledger.errors import Unavailable
from scripts.commands import claims, clerk, correct, files, key, link, review, tieout, undo
from scripts.commands.conformance import conformance
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
Url = Annotated[str, typer.Option(help="where the agent listens")]
ASK_S = 30.0


@app.command()
def run(config: Config) -> None:
    """运行代理 · run the agent until stopped."""
    from issuers.agent import main

    raise typer.Exit(main(["--config", str(config)]))


@app.command()
def status(url: Url, lang: LangOption = Lang.BOTH, as_json: JsonOption = False) -> None:
    """代理的状态 · what came, what waits and why, what failed and the fix."""
    tell, told = teller(lang, as_json), _asked(f"{url}/status")
    for line in told["words"]:
        tell.say(line["zh"], line["en"])
    finish(as_json, told)


@app.command()
def rejected(url: Url, lang: LangOption = Lang.BOTH, as_json: JsonOption = False) -> None:
    """被退回的行 · rejected rows with place, field, reason and fix."""
    tell, told = teller(lang, as_json), _asked(f"{url}/rejected")
    for row in told["rows"]:
        tell.say(
            f"{row['reason']['zh']}；{row['fix']['zh']}",
            f"{row['reason']['en']}; {row['fix']['en']}",
            mark=f"{row['place']} [{row['field']}] ",
        )
    finish(as_json, told)


def _asked(url: str) -> Any:
    try:
        answer = httpx.get(url, trust_env=False, timeout=ASK_S)
        answer.raise_for_status()
        return answer.json()
    except httpx.HTTPError as error:
        raise Unavailable("agent.no-answer", url=url, why=type(error).__name__) from error
