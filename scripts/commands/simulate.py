"""`tongdui standard simulate`: what a proposed standard would have awarded, from real history."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from issuers.standard.agreeing import month_text
from issuers.standard.catalogue import FOLDER, load
from issuers.standard.entries import Standard, Text
from issuers.standard.reading import VERSION_FILE
from issuers.standard.simulating import Affected, Cell, Simulation, not_replayed
from ledger.errors import Rejected
from ledger.units import MONTHS_PER_YEAR, points_text
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

EARLIEST, LATEST = 0, 2**16 - 1
"""Months that the chain can hold."""
ASSUMED = (
    Text(
        "当时被拒收的、超出旧限额而截去的，不在链上，无法重算",
        "what was refused then, or cut by the limits of the time, is not on the chain",
    ),
    Text(
        "更正按当时的新数量重算，并假定所更正的积分仍在账上",
        "corrections are taken to the quantity of the time, as if the points were all still there",
    ),
    Text(
        "居民在每个计划中各有一个账户，人数按账户计",
        "a resident has an account in each scheme; residents are counted by account",
    ),
)
"""What every simulation rests on."""


def simulate(
    proposed: Annotated[Path, typer.Option(help="the proposed standard's folder")],
    node: Annotated[str, typer.Option(help="your own node's URL")],
    deployment: Annotated[Path, typer.Option(help="the deployment file")],
    current: Annotated[Path, typer.Option(help="the standard in force; the installed one")] = (
        FOLDER
    ),
    first: Annotated[str, typer.Option("--from", help="month of occurrence, as 2026-01")] = "",
    last: Annotated[str, typer.Option("--to", help="month of occurrence, as 2026-06")] = "",
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """用真实历史试算提案 · what a proposal would have awarded over past months."""
    tell = teller(lang, as_json)
    for folder in (proposed, current):
        if not (folder / VERSION_FILE).is_file():
            raise Rejected("standard.no-folder", path=str(folder))
    proposal, then = load(proposed), load(current)
    made = Simulation(proposal, *_months(first, last))
    codes = _replay(tell, made, node, deployment)
    codes |= {number: one.code for number, one in proposal.by_id.items()}
    notes = (*not_replayed(then, proposal), *ASSUMED)
    if made.unseen_corrections:
        notes = (*notes, _unseen(made.unseen_corrections))
    _show(tell, made, codes, notes)
    finish(as_json, _result(made, proposal, codes, notes))


def _replay(tell: Teller, made: Simulation, node: str, deployment: Path) -> dict[int, str]:
    """Feeds the simulation with every account; codes of the chain's activities by id."""
    from ledger.chain.deployment import read_deployment
    from scripts.agreed import agreed_on
    from scripts.history import History

    network = read_deployment(deployment)
    gateway = network.gateway(node)
    gateway.check_chain()
    until = gateway.finalized()
    book = agreed_on(gateway, network, until)
    with (
        tempfile.TemporaryDirectory(prefix="tongdui-simulate-") as scratch,
        tell.progress("正在读取授予", "reading awards") as advance,
    ):
        history = History(Path(scratch) / "accounts", book.rates, network.ledger)
        history.gather(gateway, network, until, advance)
        for account in history.accounts():
            made.account(account)
    return {number: rate.code for number, rate in book.agreed.rates.items()}


def _months(first: str, last: str) -> tuple[int, int]:
    try:
        found = _month(first, EARLIEST), _month(last, LATEST)
    except ValueError:
        raise Rejected("standard.months", first=first, last=last) from None
    if found[0] > found[1]:
        raise Rejected("standard.months", first=first, last=last)
    return found


def _month(text: str, otherwise: int) -> int:
    if not text:
        return otherwise
    year, dash, month = text.partition("-")
    number = int(month)
    if not dash or len(year) != 4 or not 1 <= number <= MONTHS_PER_YEAR:
        raise ValueError
    return int(year) * MONTHS_PER_YEAR + number - 1


def _unseen(count: int) -> Text:
    return Text(
        f"{count} 笔更正由理事会表决执行，链上看不到新数量，按比例计",
        f"{count} corrections were carried out by a council's vote: their quantity is not shown, "
        "so they are taken in proportion",
    )


def _show(tell: Teller, made: Simulation, codes: dict[int, str], notes: tuple[Text, ...]) -> None:
    rows = [
        [
            codes.get(activity, str(activity)),
            month_text(month),
            cell.awards,
            points_text(cell.then_units),
            points_text(cell.proposed_units),
            points_text(cell.proposed_units - cell.then_units),
            cell.nothing,
            cell.affected,
        ]
        for (activity, month), cell in sorted(made.cells.items())
    ]
    columns = [("事项", "activity"), ("月份", "month"), ("授予", "awards"), ("当时", "then")]
    columns += [("提案", "proposed"), ("差额", "difference"), ("变为零的", "worth nothing now")]
    columns += [("受影响的账户", "accounts affected")]
    tell.table(("逐项逐月（积分）", "by activity and month (points)"), columns, rows)
    sums, accounts = _sums(list(made.cells.values())), made.accounts
    tell.say(
        f"合计 {sums.awards} 笔：当时 {points_text(sums.then_units)} 分，"
        f"按提案 {points_text(sums.proposed_units)} 分，"
        f"差 {points_text(sums.proposed_units - sums.then_units)} 分",
        f"in all {sums.awards} awards: {points_text(sums.then_units)} points then, "
        f"{points_text(sums.proposed_units)} under the proposal, "
        f"{points_text(sums.proposed_units - sums.then_units)} difference",
    )
    tell.say(
        f"账户：多得 {accounts.more}，少得 {accounts.less}，不变 {accounts.same}",
        f"accounts: {accounts.more} with more, {accounts.less} with less, "
        f"{accounts.same} as they were",
    )
    for note in notes:
        tell.say(note.zh, note.en, mark="· ")


def _sums(cells: list[Cell]) -> Cell:
    """Accounts are not summed: one may stand in several cells."""
    return Cell(
        sum(cell.awards for cell in cells),
        sum(cell.then_units for cell in cells),
        sum(cell.proposed_units for cell in cells),
        sum(cell.nothing for cell in cells),
    )


def _result(
    made: Simulation, proposal: Standard, codes: dict[int, str], notes: tuple[Text, ...]
) -> dict[str, Any]:
    cells = [
        {"activity": codes.get(activity, str(activity)), "month": month_text(month)} | _cell(cell)
        for (activity, month), cell in sorted(made.cells.items())
    ]
    by_activity = {
        codes.get(activity, str(activity)): _plain(affected)
        for activity, affected in sorted(made.by_activity.items())
    }
    return {
        "proposal": {"version": proposal.version.number, "hash": "0x" + proposal.hash().hex()},
        "cells": cells,
        "totals": _totals(made),
        "accounts": _plain(made.accounts),
        "accounts_by_activity": by_activity,
        "notes": [_plain(note) for note in notes],
    }


def _totals(made: Simulation) -> dict[str, Any]:
    accounts = made.accounts
    affected = {"affected": accounts.more + accounts.less}
    return _cell(_sums(list(made.cells.values()))) | affected


def _cell(cell: Cell) -> dict[str, Any]:
    return _plain(cell) | {"difference_units": cell.proposed_units - cell.then_units}


def _plain(value: Cell | Affected | Text) -> dict[str, Any]:
    return orjson.loads(orjson.dumps(value))  # type: ignore[no-any-return]
