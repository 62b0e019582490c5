"""The `tongdui` command line: one small file a command in scripts/commands.

Commands say what they do in Chinese and English, take ``--json``, and end with the exit codes of
``scripts.output``.
"""

from __future__ import annotations

import sys

import typer

from ledger.errors import TongduiError
from scripts.commands import (
    audit,
    clearing,
    council,
    deploy,
    doctor,
    issuer,
    operator,
    rebuild,
    season,
    standard,
)
from scripts.output import exit_code, show_error

app = typer.Typer(
    name="tongdui",
    help="通兑：积分互认、兑换与清算 · Tongdui: a points interchange run by its members",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(season.demo)
app.command("up")(season.up)
app.command("doctor")(doctor.doctor)
app.command("deploy")(deploy.deploy)
app.command("rebuild")(rebuild.rebuild)
app.add_typer(issuer.app, name="issuer")
app.add_typer(operator.app, name="operator")
app.add_typer(clearing.app, name="clearing")
app.add_typer(council.app, name="council")
app.add_typer(audit.app, name="audit")
app.add_typer(standard.app, name="standard")


@app.command("bench", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context) -> None:
    """测量 gas、速度与内存 · measure gas, speed and memory."""
    from scripts.bench import main as run

    raise typer.Exit(run(context.args))


def main() -> None:
    """Run, and turn an error of ours into sentence and exit code; Typer tells of wrong usage."""
    words = sys.argv[1:]
    try:
        app(words)
    except TongduiError as error:
        show_error(error, words)
        sys.exit(exit_code(error))


if __name__ == "__main__":
    main()
