"""`tongdui clearing`: windows, from any member's own key. The list comes from the operator.

Statements, tills and disputes stand in files of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.chain.abi import abi
from ledger.chain.deployment import Deployment, read_deployment
from ledger.chain.direct import send
from ledger.chain.gateway import Gateway
from ledger.chain.keyfile import read_key
from ledger.units import points_text
from scripts.commands import dispute, statement
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang

app = typer.Typer(help="清算窗口 · clearing windows", no_args_is_help=True)
app.command()(statement.statements)
app.command()(statement.statement)
app.command()(statement.till)
app.command()(statement.invoice)
app.add_typer(dispute.app, name="dispute")
Node = Annotated[str, typer.Option(help="a node's URL")]
DeploymentFile = Annotated[Path, typer.Option("--deployment", help="the deployment file")]
KeyFile = Annotated[Path, typer.Option("--key", help="the member's key file")]
Number = Annotated[int, typer.Option(help="the window's number")]


@app.command()
def show(
    node: Node,
    deployment: DeploymentFile,
    window: Number,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """净头寸与结算单 · positions and the settlement list, as the contract has them."""
    tell = teller(lang, as_json)
    found = read_deployment(deployment)
    gateway = found.gateway(node)
    positions = _positions(gateway, found, window)
    transfers = _view(gateway, found, "ClearingHouse", "settlementOf", window)
    tell.table(
        (f"窗口 {window}", f"Window {window}"),
        (("成员", "member"), ("净头寸（积分）", "position (points)")),
        [(member, points_text(units)) for member, units in positions.items() if units],
    )
    tell.table(
        ("结算单", "Settlement"),
        (("付方", "payer"), ("收方", "payee"), ("积分", "points"), ("双方确认", "confirmed")),
        [(t[0], t[1], points_text(t[2]), f"{t[3]:d}{t[4]:d}") for t in transfers],
    )
    finish(
        as_json,
        {
            "positions": {str(k): v for k, v in positions.items()},
            "transfers": [list(t) for t in transfers],
        },
    )


@app.command()
def close(
    node: Node,
    deployment: DeploymentFile,
    key: KeyFile,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """关闭当前窗口 · close the open window, by any active member; it ends with this block."""
    tell = teller(lang, as_json)
    found = read_deployment(deployment)
    gateway = found.gateway(node)
    window = _view(gateway, found, "ClearingHouse", "openWindow")
    if not dry_run:
        send(gateway, found, read_key(key), "ClearingHouse", "closeWindow")
        tell.good(f"窗口 {window} 已关闭", f"window {window} is closed")
    finish(as_json, {"window": window, "closed": not dry_run})


@app.command()
def confirm(
    node: Node,
    deployment: DeploymentFile,
    key: KeyFile,
    window: Number,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """确认本方收付 · confirm each transfer of a window in which the key's member is."""
    tell = teller(lang, as_json)
    found = read_deployment(deployment)
    gateway = found.gateway(node)
    signer = read_key(key)
    member = _view(gateway, found, "MemberRegistry", "memberOf", signer.address)
    transfers = _view(gateway, found, "ClearingHouse", "settlementOf", window)
    mine = [n for n, t in enumerate(transfers) if _waits_for(t, member)]
    for place in [] if dry_run else mine:
        send(gateway, found, signer, "ClearingHouse", "confirmTransfer", window, place)
    tell.good(f"成员 {member} 确认 {len(mine)} 笔", f"member {member} confirms {len(mine)}")
    finish(as_json, {"member": member, "transfers": mine, "confirmed": not dry_run})


def _waits_for(transfer: tuple[int, int, int, bool, bool], member: int) -> bool:
    payer, payee, _, payer_done, payee_done = transfer
    return (payer == member and not payer_done) or (payee == member and not payee_done)


def _positions(gateway: Gateway, found: Deployment, window: int) -> dict[int, int]:
    count = _view(gateway, found, "MemberRegistry", "memberCount")
    return {
        member: _view(gateway, found, "ClearingHouse", "positionOf", window, member)
        for member in range(1, count + 1)
    }


def _view(
    gateway: Gateway, found: Deployment, contract: str, function: str, *arguments: object
) -> Any:
    data = abi(contract).call(function, *arguments)
    return abi(contract).answer(function, gateway.call(found.contracts[contract], data))
