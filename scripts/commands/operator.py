"""`tongdui operator`: the redemption API and the keys it hands out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.access import Role
from scripts.commands.mailing import mailing
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang

app = typer.Typer(help="运营方 · the operator's redemption API", no_args_is_help=True)
app.command("mailing")(mailing)
Config = Annotated[Path, typer.Option(help="api.toml")]


@app.command()
def run(config: Config) -> None:
    """运行兑换接口 · serve the redemption API until stopped."""
    from api.commands import main

    raise typer.Exit(main(["--config", str(config)]))


@app.command()
def key(
    config: Config,
    role: Annotated[Role, typer.Option(help="what it may do")],
    member: Annotated[int | None, typer.Option(help="whose it is, for acceptors, issuers")] = None,
    label: Annotated[str, typer.Option(help="who will hold it")] = "",
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """发放接口密钥 · make an API key; it is shown once."""
    from api.commands import create_key_in
    from api.settings import load_settings

    made = create_key_in(load_settings(config), role, member, label=label)
    tell = teller(lang, as_json)
    tell.good("密钥只显示这一次", "the key is shown this once")
    tell.say(made.token, made.token)
    finish(as_json, {"id": made.id, "token": made.token, "expires_s": made.expires_s})
