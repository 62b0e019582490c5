"""`tongdui clearing dispute`: a member's own key proposes or accepts a reversal, at any node."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from ledger.chain.abi import abi
from ledger.chain.deployment import Deployment, read_deployment
from ledger.chain.direct import send
from ledger.chain.gateway import Gateway
from ledger.chain.keyfile import read_key
from ledger.chain.types import enhex, unhex
from ledger.errors import Rejected
from ledger.statements.disputes import reason_hash
from ledger.units import points_text
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang

app = typer.Typer(help="争议冲回 · disputes: a reversing pair", no_args_is_help=True)
Node = Annotated[str, typer.Option(help="a node's URL")]
DeploymentFile = Annotated[Path, typer.Option("--deployment", help="the deployment file")]
KeyFile = Annotated[Path, typer.Option("--key", help="the member's key file")]
_ID_BYTES = 32


@app.command()
def propose(
    node: Node,
    deployment: DeploymentFile,
    key: KeyFile,
    window: Annotated[int, typer.Option(help="the closed window")],
    debtor: Annotated[int, typer.Option(help="who owed")],
    creditor: Annotated[int, typer.Option(help="who was owed")],
    units: Annotated[int, typer.Option(help="how many units of 0.01 point to reverse")],
    reason: Annotated[str, typer.Option(help="in words; the chain gets their SHA-256")],
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """提出冲回 · propose to reverse units of a closed window, by one of its two sides."""
    tell, signer = teller(lang, as_json), read_key(key)
    found = read_deployment(deployment)
    gateway = found.gateway(node)
    proposer = _member(gateway, found, signer.address)
    dispute, hashed = secrets.token_bytes(_ID_BYTES), reason_hash(reason)
    entry = (window, debtor, creditor, proposer, units)
    if not dry_run:
        send(gateway, found, signer, "ClearingHouse", "proposeReversal", entry, dispute, hashed)
        tell.good(
            f"已提出冲回 {points_text(units)} 积分，编号 {enhex(dispute)}；请把理由原文告知对方",
            f"{points_text(units)} points proposed as {enhex(dispute)}; tell the other side why",
        )
    result = {"dispute": enhex(dispute), "reason_hash": enhex(hashed), "units": units}
    finish(as_json, result | {"proposer": proposer, "proposed": not dry_run})


@app.command()
def accept(
    node: Node,
    deployment: DeploymentFile,
    key: KeyFile,
    dispute: Annotated[str, typer.Argument(help="its id, 0x and 64 digits")],
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """接受冲回 · accept what the other side proposed: it stands in the open window."""
    tell, signer = teller(lang, as_json), read_key(key)
    named = _id(dispute)
    found = read_deployment(deployment)
    gateway = found.gateway(node)
    if not dry_run:
        send(gateway, found, signer, "ClearingHouse", "acceptReversal", named)
        tell.good(f"已接受 {dispute}", f"{dispute} is accepted")
    finish(as_json, {"dispute": dispute, "accepted": not dry_run})


def _id(text: str) -> bytes:
    try:
        named = unhex(text)
    except ValueError:
        named = b""
    if len(named) != _ID_BYTES:
        raise Rejected("request.invalid", field="DISPUTE", why="0x and 64 hexadecimal digits")
    return named


def _member(gateway: Gateway, found: Deployment, key: bytes) -> int:
    data = abi("MemberRegistry").call("memberOf", key)
    answer = gateway.call(found.registry, data)
    member: int = abi("MemberRegistry").answer("memberOf", answer)
    return member
