"""`tongdui issuer link`: members and their accounts, by one-time code either way; erasing one."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.errors import Rejected
from ledger.units import BEIJING
from scripts.counter import PASS, AsOption, CounterClient
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

app = typer.Typer(help="会员绑定 · members and their accounts", no_args_is_help=True)
MemberArgument = Annotated[str, typer.Argument(help="会员号 · the member id at the source")]
MaybeMember = Annotated[str, typer.Argument(help="会员号；或用 --file · member id, or use --file")]
CodeArgument = Annotated[str, typer.Argument(help="会员报出的绑定码 · the code that was told")]
FileOption = Annotated[
    Path | None, typer.Option("--file", help="CSV，列 member_id · many members, for letters or SMS")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="CSV 写到这里 · member_id, code, expires_at")
]
AT_ONCE = 5_000
"""Members in one request."""


@app.command()
def code(
    member_id: MaybeMember = "",
    file: FileOption = None,
    out: OutOption = None,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """给会员一次性绑定码 · a code for a member, or for each in a file; earlier ones are void."""
    members = [member_id] if file is None else _members(file)
    if not members or not members[0] or (file is not None and out is None):
        raise Rejected("link.no-members", field="member_id, --file, --out")
    counter, made = CounterClient(holder), list[dict[str, Any]]()
    for start in range(0, len(members), AT_ONCE):
        some = members[start : start + AT_ONCE]
        made += counter.post("/links/codes", members=some)["codes"]
    tell = teller(lang, as_json)
    if out is not None:
        _write(out, made)
        tell.good(f"{len(made)} 个绑定码：{out}", f"{len(made)} codes: {out}")
        finish(as_json, {"codes": len(made), "out": str(out)})
        return
    for one in made:
        until = _when(one["expires_s"])
        tell.good(
            f"{one['member_id']}：{one['code']}，{until} 前有效，只能用一次",
            f"{one['member_id']}: {one['code']}, once, until {until}",
        )
    finish(as_json, {"codes": made})


@app.command()
def redeem(
    member_id: MemberArgument,
    code_told: CodeArgument,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """用钱包生成的码绑定 · link a member by the code that the wallet made."""
    done = CounterClient(holder).post("/links/redeem", member_id=member_id, code=code_told)
    tell_answer(teller(lang, as_json), done)
    finish(as_json, done, 0 if done["answer"]["accepted"] else 3)


@app.command()
def end(
    member_id: MemberArgument,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """解除绑定 · end a link; what comes from now on waits, and linking again is to this account."""
    ended = CounterClient(holder).post("/links/end", member_id=member_id)
    teller(lang, as_json).good("已解除绑定", "the link is ended")
    finish(as_json, ended)


@app.command()
def erase(
    member_id: MemberArgument,
    dry_run: DryRunOption = False,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """删除会员资料 · erase a member: link, codes, records, salts. It can't be undone."""
    tell = teller(lang, as_json)
    if dry_run:
        tell.say(
            "将删除该会员的绑定、绑定码、凭证、盐值与申请内容；在途的先办结",
            "would erase link, codes, records, salts and claims; rows under way end first",
        )
        finish(as_json, {"dry_run": True})
        return
    done = CounterClient(holder).post("/links/erase", member_id=member_id)
    tell.good("资料已删除", "erased") if not done["under_way"] else tell.say(
        f"还有 {done['under_way']} 行在途，办结后自动删除",
        f"{done['under_way']} rows are under way and go once they have ended",
    )
    again = _when(done["again_s"])
    tell.say(f"{again} 起可重新绑定", f"a new link is possible from {again}")
    finish(as_json, done)


@app.command("list")
def list_links(
    after: Annotated[str, typer.Option(help="从这个会员号之后 · behind this member")] = "",
    limit: Annotated[int, typer.Option(help="行数 · how many", min=1, max=500)] = 100,
    holder: AsOption = PASS,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """列出绑定 · links by member id, ended ones too."""
    told = CounterClient(holder).get("/links", after=after, limit=limit)
    tell = teller(lang, as_json)
    rows = [
        (
            one["member_id"], one["account"], _when(one["linked_at_s"]),
            "—" if one["unlinked_at_s"] is None else _when(one["unlinked_at_s"]),
        )
        for one in told["links"]
    ]  # fmt: skip
    columns = (("会员号", "member"), ("账户", "account"), ("绑定", "linked"), ("解除", "ended"))
    tell.table(("绑定", "links"), columns, rows)
    tell.say(
        f"共 {told['in_force']} 个在用；{told['codes_out']} 个绑定码尚未使用",
        f"{told['in_force']} in force; {told['codes_out']} codes are out",
    )
    finish(as_json, told)


def tell_answer(tell: Teller, claim: dict[str, Any]) -> None:
    """How a claim was answered, and what can be done."""
    answer = claim["answer"]
    zh, en = f"{answer['zh']}；{answer['fix_zh']}", f"{answer['en']}; {answer['fix_en']}"
    if answer["accepted"]:
        tell.good(zh, en)
    else:
        tell.say(zh, en, mark="✗ ")
    if claim["state"] == "decided":
        tell.say(
            "答复尚未送达运营方，会自动再送", "the answer goes to the operator once it is back"
        )


def _members(file: Path) -> list[str]:
    """The column member_id of a CSV file. Rejected("link.no-members")."""
    try:
        lines = csv.DictReader(file.read_text("utf-8-sig").splitlines())
        if "member_id" not in (lines.fieldnames or ()):
            raise Rejected("link.no-members", field=str(file.name))
        return [one for row in lines if (one := (row["member_id"] or "").strip())]
    except (OSError, UnicodeDecodeError) as error:
        raise Rejected("link.no-members", field=str(file.name)) from error


def _write(out: Path, made: list[dict[str, Any]]) -> None:
    """CSV that offices open as it is, for its owner alone: codes are as good as a signature."""
    out.touch(mode=0o600)
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("member_id", "code", "expires_at"))
        lines.writerows((_plain(o["member_id"]), o["code"], _when(o["expires_s"])) for o in made)


def _plain(text: str) -> str:
    """Never a formula to whoever opens the file."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _when(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, BEIJING).strftime("%Y-%m-%d %H:%M")
