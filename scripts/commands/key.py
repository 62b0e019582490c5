"""`tongdui issuer key`: the issuer's key, made, taken over, shown and changed; for its IT staff.

Passwords come from a file, the environment or a terminal, never from the command line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from issuers.passwords import new_password, password_for
from ledger.chain.keyfile import address_in, read_key, write_new_secret
from ledger.chain.keystore import encrypt
from ledger.chain.signer import Key
from ledger.chain.types import enhex
from ledger.errors import Rejected
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang

app = typer.Typer(help="发行方的钥匙 · the issuer's key", no_args_is_help=True)
OutOption = Annotated[Path, typer.Option("--out", help="密钥库写到这里 · where the keystore goes")]
PasswordOption = Annotated[
    Path | None, typer.Option("--password-file", help="密码文件，0600 · file of the password")
]
FromOption = Annotated[Path, typer.Option("--from", help="64 位十六进制的钥匙文件 · hex key file")]
FileArgument = Annotated[Path, typer.Argument(help="钥匙文件 · key file")]


@app.command()
def new(
    out: OutOption,
    password_file: PasswordOption = None,
    dry_run: DryRunOption = False,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """新造一把钥匙，存入加密的密钥库 · make a key in an encrypted keystore."""
    _keep(Key.generate(), out, password_file, dry_run, lang, as_json)


@app.command("import")
def take_over(
    source: FromOption,
    out: OutOption,
    password_file: PasswordOption = None,
    dry_run: DryRunOption = False,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """把十六进制钥匙文件加密成密钥库 · encrypt a key that stands in a hex file."""
    _keep(read_key(source), out, password_file, dry_run, lang, as_json)


@app.command()
def show(
    file: FileArgument,
    password_file: PasswordOption = None,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """只显示地址 · the address and nothing else; a password proves it and the file."""
    found = address_in(file)
    if password_file is not None or found is None:
        found = read_key(file, password_for(file, password_file)).address
    shown = enhex(found)
    teller(lang, as_json).good(f"地址 {shown}", f"address {shown}")
    finish(as_json, {"address": shown, "file": str(file)})


def _keep(
    key: Key, out: Path, password_file: Path | None, dry_run: bool, lang: Lang, as_json: bool
) -> None:
    """On disk before its address is said, and never over a key that is there."""
    if out.exists():
        raise Rejected("key.exists", path=str(out))
    password = new_password(out, password_file)
    if not dry_run:
        try:
            write_new_secret(out, encrypt(key, password))
        except FileExistsError:
            raise Rejected("key.exists", path=str(out)) from None
    shown, tell = enhex(key.address), teller(lang, as_json)
    if dry_run:
        tell.say(f"会写入 {out}", f"would write {out}")
    else:
        tell.good(f"地址 {shown}，密钥库 {out}", f"address {shown}, keystore {out}")
        tell.say(
            "请立即备份密钥库与密码，分开存放；都丢失时只能由理事会更换钥匙。",
            "Back up keystore and password now, apart from each other; without them only the "
            "council can replace the key.",
        )
    finish(as_json, {"address": None if dry_run else shown, "keystore": str(out)})
