"""`tongdui issuer key`: the issuer's key, made, taken over, shown and changed; for its IT staff.

Passwords come from a file, the environment or a terminal, never from the command line.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from issuers.passwords import new_password, password_for
from ledger.chain.keyfile import address_in, read_key, write_new_secret
from ledger.chain.keystore import encrypt
from ledger.chain.signer import Key
from ledger.chain.types import enhex
from ledger.errors import Refused, Rejected, Unavailable
from scripts.counter import AsOption, CounterClient
from scripts.output import EXIT_CODES, DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

app = typer.Typer(help="发行方的钥匙 · the issuer's key", no_args_is_help=True)
OutOption = Annotated[Path, typer.Option("--out", help="密钥库写到这里 · where the keystore goes")]
PasswordOption = Annotated[
    Path | None, typer.Option("--password-file", help="密码文件，0600 · file of the password")
]
FromOption = Annotated[Path, typer.Option("--from", help="64 位十六进制的钥匙文件 · hex key file")]
NewOption = Annotated[Path | None, typer.Option("--new", help="新钥匙的文件 · file of the new key")]
AddressOption = Annotated[
    str, typer.Option("--address", help="新钥匙在外部签名服务 · the signer holds the new key")
]
WaitOption = Annotated[float, typer.Option("--wait-s", help="最多等待几秒 · wait so long")]
POLL_S = 0.5
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


@app.command()
def status(
    holder: AsOption = Path("office.pass"),
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """代理使用的钥匙与更换进度 · the running agent's key, and how its change is going."""
    told = CounterClient(holder).get("/key")
    _tell(teller(lang, as_json), told)
    finish(as_json, told)


@app.command()
def rotate(
    new_key: NewOption = None,
    password_file: PasswordOption = None,
    address: AddressOption = "",
    wait_s: WaitOption = 120.0,
    holder: AsOption = Path("office.pass"),
    dry_run: DryRunOption = False,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """不停机更换钥匙 · change the running agent's key without a stop."""
    counter, tell = CounterClient(holder), teller(lang, as_json)
    if (new_key is None) == (not address):
        raise typer.BadParameter("one of --new and --address says where the new key is")
    if new_key is None:
        asked, wanted = {"address": address}, "0x" + address.removeprefix("0x").lower()
    else:
        asked = {"key_file": str(new_key.resolve())}
        if password_file is not None:
            asked["password_file"] = str(password_file.resolve())
        wanted = enhex(address_in(new_key) or _opened(new_key, password_file))
    if dry_run:
        told = counter.get("/key")
        tell.say(f"会由 {told['address']} 换成 {wanted}", f"{told['address']} to {wanted}")
        return finish(as_json, told)
    told = counter.post("/key/rotate", **asked)
    deadline = time.monotonic() + wait_s
    while _under_way(told) and time.monotonic() < deadline:
        time.sleep(POLL_S)
        told = counter.get("/key")
    last = told["rotation"]
    if last and (last["new"], last["state"]) == (wanted, "failed"):
        raise Refused("rotation.failed", new=wanted, why=last["reason"])
    _tell(tell, told)
    return finish(as_json, told, 0 if told["address"] == wanted else EXIT_CODES[Unavailable])


def _under_way(told: dict[str, Any]) -> bool:
    return bool(told["rotation"]) and told["rotation"]["state"] in ("recorded", "final")


def _tell(tell: Teller, told: dict[str, Any]) -> None:
    """The key, its last change, and what is left to do."""
    tell.good(f"在用的钥匙 {told['address']}", f"key in use {told['address']}")
    last = told["rotation"]
    if _under_way(told):
        tell.say(f"正在换成 {last['new']}", f"being changed to {last['new']}")
    elif last and last["state"] == "failed":
        tell.bad(
            f"没有换成 {last['new']}：{last['reason']}",
            f"not changed to {last['new']}: {last['reason']}",
        )
    if not told["in_settings"]:
        tell.say(
            "agent.toml 仍写着原来的钥匙：请把 key_file（和 key_password_file）改为新的。",
            "agent.toml still names the former key: put the new one in key_file "
            "(and key_password_file).",
        )


def _opened(file: Path, password_file: Path | None) -> bytes:
    return read_key(file, password_for(file, password_file)).address


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
