"""`tongdui council`: what the members agreed, written into the contracts with the council's key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from issuers.standard.catalogue import FOLDER, load
from ledger.chain.admitting import Admission, AgreedActivity, Plan, carry_out, plan
from ledger.chain.deployment import read_deployment
from ledger.chain.keyfile import read_key
from ledger.chain.types import enhex, unhex
from ledger.errors import Rejected
from ledger.founding import Terms
from ledger.units import MONTHS_PER_YEAR, Month
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

app = typer.Typer(help="理事会 · the council", no_args_is_help=True)
ADDRESS_BYTES = 20
LONGEST_CODE = 32
Node = Annotated[str, typer.Option(help="a node's URL")]
DeploymentFile = Annotated[Path, typer.Option("--deployment", help="the deployment file")]
Scheme = Annotated[str, typer.Option(help="sector of the certification standard, such as blood")]
Code = Annotated[str, typer.Option(help="short public name of the member, such as BLO")]
IssuerKey = Annotated[str, typer.Option(help="address of the issuer's own key, 0x and 40 digits")]
CouncilKey = Annotated[Path | None, typer.Option(help="the council's key; none for --dry-run")]
Limit = Annotated[int, typer.Option(min=1, help="units of 0.01 point")]


@app.callback()
def council() -> None:
    """理事会 · the council."""


@app.command()
def admit(
    node: Node,
    deployment: DeploymentFile,
    scheme: Scheme,
    code: Code,
    issuer_key: IssuerKey,
    outstanding_cap_units: Limit,
    rate_capacity_units: Limit,
    rate_refill_per_day_units: Limit,
    debit_cap_units: Limit,
    council_key: CouncilKey = None,
    standard: Annotated[Path, typer.Option(help="the standard's folder")] = FOLDER,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """接纳一个发行方 · admit an issuer: member, terms, activities, rates; run again, it goes on."""
    tell = teller(lang, as_json)
    limits = (outstanding_cap_units, rate_capacity_units, rate_refill_per_day_units)
    admission = _admission(standard, scheme, code, issuer_key, (*limits, debit_cap_units))
    if council_key is None and not dry_run:
        raise Rejected("admission.option", option="--council-key", value="")
    network = read_deployment(deployment)
    gateway = network.gateway(node)
    gateway.check_chain()
    found = plan(gateway, network, admission)
    _show(tell, found)
    if council_key is not None and not dry_run:
        signer = read_key(council_key)
        with tell.progress("正在写入", "writing") as advance:
            carry_out(gateway, signer, found, told=advance)
        tell.good(f"{code} 是第 {found.member} 号成员", f"{code} is member {found.member}")
    finish(as_json, _plain(found, done=not dry_run))


def _admission(
    folder: Path, scheme: str, code: str, issuer_key: str, limits: tuple[int, int, int, int]
) -> Admission:
    """What options and standard say; Rejected, with the option, where they can't be taken."""
    standard = load(folder)
    sector = standard.schemes.get(scheme)
    if sector is None or not sector.activities:
        raise Rejected("admission.option", option="--scheme", value=scheme)
    if not code.isascii() or not code.isalnum() or len(code) > LONGEST_CODE:
        raise Rejected("admission.option", option="--code", value=code)
    try:
        key = unhex(issuer_key)
    except ValueError:
        key = b""
    if len(key) != ADDRESS_BYTES:
        raise Rejected("admission.option", option="--issuer-key", value=issuer_key)
    terms = Terms(
        *limits,
        annual_cap_units=sector.annual_cap_units,
        validity_epochs=sector.validity_epochs,
        units_per_native_point=sector.units_per_native_point,
    )
    activities = tuple(
        AgreedActivity(one.id, one.code, one.numerator, one.denominator)
        for one in sector.activities
    )
    return Admission(code, key, terms, activities, standard.hash())


def _show(tell: Teller, found: Plan) -> None:
    if not found.steps:
        tell.good("链上已是如此，无需写入", "the chain says so already: nothing to write")
        return
    tell.table(
        (f"待写入 {len(found.steps)} 步", f"{len(found.steps)} steps to write"),
        (("合约", "contract"), ("调用", "call"), ("内容", "with")),
        [(one.contract, one.function, _words(one.arguments)) for one in found.steps],
    )
    month = _month(found.rates_from)
    tell.say(
        f"折算率自 {month} 起生效；此前发生的不能授予",
        f"the rates hold from {month} on; what happened before can't be awarded",
    )


def _words(arguments: tuple[Any, ...]) -> str:
    """The arguments as a person compares them: names as text, addresses and hashes in hex."""
    return " · ".join(_word(one) for one in arguments)


def _word(value: Any) -> str:
    if isinstance(value, tuple):
        return "/".join(map(_word, value))
    if not isinstance(value, bytes):
        return str(value)
    name = value.rstrip(b"\0")
    return name.decode() if len(name) < len(value) and name.isascii() else enhex(value)


def _month(month: Month) -> str:
    year, index = divmod(month, MONTHS_PER_YEAR)
    return f"{year}-{index + 1:02d}"


def _plain(found: Plan, *, done: bool) -> dict[str, Any]:
    to = found.deployment.contracts
    calls = [
        {
            "to": enhex(to[one.contract]),
            "data": enhex(one.calldata()),
            "says": f"{one.contract}.{one.function} {_words(one.arguments)}",
        }
        for one in found.steps
    ]
    return {
        "member": found.member,
        "rates_from": _month(found.rates_from),
        "calls": calls,
        "written": done,
    }
