"""`tongdui deploy`: found a network on a node, from a founding file and the council's key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from issuers.standard.catalogue import load
from ledger.chain.deployment import check_code
from ledger.chain.gateway import Gateway
from ledger.chain.keyfile import read_key
from ledger.chain.rpc import Rpc
from ledger.chain.types import Finality, unhex
from ledger.errors import Rejected
from ledger.founding import Founding, FoundingActivity, FoundingMember, Terms
from ledger.rules.registry import ACCEPTOR, AUDITOR, FUND, ISSUER, OPERATOR
from ledger.units import month_of
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang

ROLES = {
    "issuer": ISSUER,
    "acceptor": ACCEPTOR,
    "operator": OPERATOR,
    "auditor": AUDITOR,
    "fund": FUND,
}


def deploy(
    founding: Annotated[Path, typer.Option(help="TOML: guardian, members, terms, activities")],
    council_key: Annotated[Path, typer.Option(help="file of 64 hexadecimal digits, mode 600")],
    node: Annotated[str, typer.Option(help="a node's URL")],
    chain_id: Annotated[int, typer.Option(help="the network's chain id")],
    out: Annotated[Path, typer.Option(help="the deployment file to write")],
    finality: Annotated[str, typer.Option(help="latest, tag or 'depth N'")] = "latest",
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """部署合约并写入成员与费率 · found a network; run it again and it goes on where it stopped."""
    from ledger.chain.deploy import deploy as found  # web3.py takes a second to import

    tell = teller(lang, as_json)
    gateway = Gateway(Rpc(node), chain_id, Finality.parse(finality))
    gateway.check_chain()
    agreed = founding_in(founding, month_of(gateway.latest().timestamp_s) + 1)
    members, activities = len(agreed.members), len(agreed.activities)
    tell.say(
        f"{members} 个成员，{activities} 个事项", f"{members} members, {activities} activities"
    )
    if dry_run:
        finish(as_json, {"members": members, "activities": activities, "deployed": False})
        return
    with tell.progress("正在部署", "founding") as advance:
        deployment = found(gateway, read_key(council_key), agreed, told=advance)
    check_code(gateway, deployment)
    deployment.write(out)
    tell.good(f"部署完成：{out}", f"founded: {out}")
    contracts = {name: "0x" + address.hex() for name, address in deployment.contracts.items()}
    finish(as_json, {"deployed": True, "contracts": contracts, "file": str(out)})


def founding_in(path: Path, first_month: int) -> Founding:
    """The founding in a file; activities are the standard's where the file names issuers for its
    schemes. Rejected, with the entry, where something is missing or of another kind."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
        members = tuple(_member(entry) for entry in given["member"])
        numbers = {entry.get("scheme", ""): n for n, entry in enumerate(given["member"], 1)}
        return Founding(
            members=members,
            activities=_activities(numbers),
            rates_from_month=first_month,
            standard_hash=load().hash(),
            guardian=unhex(given["guardian"]),
            unit_price_micro_yuan=int(given["unit_price_micro_yuan"]),
            account_monthly_units=int(given["account_monthly_units"]),
            operator_daily_units=int(given["operator_daily_units"]),
        )
    except OSError as error:
        raise Rejected("founding.unreadable", path=str(path), why="missing") from error
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        why = f"{type(error).__name__}: {error}"
        raise Rejected("founding.unreadable", path=str(path), why=why) from error


def _member(entry: dict[str, Any]) -> FoundingMember:
    roles = sum(ROLES[name] for name in entry["roles"])
    terms = Terms(**entry["terms"]) if "terms" in entry else None
    return FoundingMember(entry["code"], unhex(entry["key"]), roles, terms)


def _activities(numbers: dict[str, int]) -> tuple[FoundingActivity, ...]:
    every = load().activities.values()
    return tuple(
        FoundingActivity(one.id, numbers[one.scheme], one.code, one.numerator, one.denominator)
        for one in every
        if one.scheme in numbers
    )
