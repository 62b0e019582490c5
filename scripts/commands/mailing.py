"""`tongdui operator mailing`: a month's statements for the post or an SMS gateway, into a file.

Through the operator's API, with its key from a file that only its owner may read. The file is
written while it comes, and takes its name only once it is whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import httpx
import typer

from api.client import Client
from api.client.shapes.mailings import MailingShape
from ledger.errors import Unavailable
from ledger.reminders.choices import Way
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang

_QUIET_S = 120.0
"""How long the next part of a file may take."""


def mailing(
    api: Annotated[str, typer.Option(help="the redemption API's URL")],
    token_file: Annotated[Path, typer.Option("--token-file", help="the operator's API key")],
    month: Annotated[str, typer.Option(help="2026-05")],
    way: Annotated[Way, typer.Option(help="paper: ZIP of PDFs; sms: CSV")],
    out: Annotated[Path | None, typer.Option("--out", help="where the file goes")] = None,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """寄送一个月的月报；名单只记一次 · mail a month's statements; whose they are is noted once."""
    tell, token = teller(lang, as_json), token_file.read_text("ascii").strip()
    with Client(api, token) as client:
        made = client.make_mailing(month=month, way=way.value, dry_run=dry_run)
    tell.good(
        f"{made.month}（{made.way}）共 {made.letters} 份，{made.unreachable} 人没有号码",
        f"{made.month} ({made.way}): {made.letters} letters, {made.unreachable} without a number",
    )
    if out is not None and not dry_run:
        _fetch(api, token, made, out)
        tell.good(f"已存为 {out}", f"written to {out}")
    file = None if out is None or dry_run else str(out)
    finish(as_json, made.model_dump(mode="json") | {"file": file})


def _fetch(api: str, token: str, made: MailingShape, out: Path) -> None:
    part = out.with_name(out.name + ".part")
    url = f"{api.rstrip('/')}/v1/mailings/{made.id}/file"
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with httpx.stream("GET", url, headers=headers, timeout=_QUIET_S, trust_env=False) as answer:
            answer.raise_for_status()
            part.touch(mode=0o600)
            with part.open("wb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)
    except httpx.HTTPError as error:
        part.unlink(missing_ok=True)
        raise Unavailable("client.no-answer", url=url, why=type(error).__name__) from error
    part.replace(out)
