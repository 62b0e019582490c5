"""How commands speak and end: language, JSON, exit codes.

Exit codes: 0 done, 1 a verdict is bad or an invariant broken, 2 the input can't be taken, 3 the
state says no, 4 nothing happened and a retry may help, 5 sent without an answer, 130 interrupted.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from ledger.errors import Broken, OutcomeUnknown, Refused, Rejected, TongduiError, Unavailable
from ledger.refusals import coded, explain
from scripts.telling import Lang, Teller, print_json

EXIT_CODES: dict[type[TongduiError], int] = {
    Broken: 1,
    Rejected: 2,
    Refused: 3,
    Unavailable: 4,
    OutcomeUnknown: 5,
}
"""By what the caller should do next; docs/cli.md says the same."""

LangOption = Annotated[Lang, typer.Option("--lang", help="zh, en or both 语言")]
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON document, nothing else")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="say what would be done, do nothing")]


def teller(lang: Lang, as_json: bool) -> Teller:
    """Speaks, unless JSON is wanted."""
    return Teller(lang, silent=as_json)


def finish(as_json: bool, result: Any, code: int = 0) -> None:
    """Print the result where JSON is wanted, and end with a code that is not 0."""
    if as_json:
        print_json(result)
    if code:
        raise typer.Exit(code)


def exit_code(error: TongduiError) -> int:
    """The code of an error's kind."""
    return next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))


def show_error(error: TongduiError, arguments: list[str]) -> None:
    """The error's sentence and cure on standard error, as the arguments ask: language, JSON."""
    known = coded(error)
    if "--json" in arguments:
        print_json({"code": known.code, "kind": known.status_word, "fields": _plain(known.fields)})
    wanted = _lang(arguments)
    console = Console(stderr=True, highlight=False)
    for lang in ("zh", "en"):
        if wanted in (lang, Lang.BOTH):
            said = explain(error, lang)
            console.print(f"✗ {said.sentence}", style="bold red", markup=False)
            console.print(f"  {said.fix}", markup=False)
    console.print(f"  ({known.code})", style="dim", markup=False)


def _lang(arguments: list[str]) -> str:
    for at, word in enumerate(arguments):
        if word == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return Lang.BOTH


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {k: "0x" + v.hex() if isinstance(v, bytes) else v for k, v in fields.items()}
