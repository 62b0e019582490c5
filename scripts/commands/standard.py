"""`tongdui standard`: what the certification standard says, what is wrong with it, what changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from issuers.standard import checking, comparing
from issuers.standard.agreeing import differences
from issuers.standard.catalogue import FOLDER, load
from issuers.standard.entries import Activity, Sector, Standard, Text
from issuers.standard.problems import Problem
from issuers.standard.reading import VERSION_FILE, Read, read
from ledger.errors import Rejected
from scripts.commands.simulate import simulate
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.telling import Lang, Teller

app = typer.Typer(help="认证标准 · the certification standard", no_args_is_help=True)
app.command("simulate")(simulate)
FolderOption = Annotated[Path, typer.Option("--folder", help="another standard's folder")]


@app.callback()
def standard() -> None:
    """认证标准 · the certification standard."""


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="a scheme or an activity's code; all if none")] = "",
    folder: FolderOption = FOLDER,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """展示认证标准 · the whole, a scheme's activities, or one activity in full."""
    tell, found = teller(lang, as_json), load(checked(folder))
    if not name:
        _show_all(tell, found)
        finish(as_json, _whole(found))
    elif name in found.schemes:
        _show_sector(tell, found.schemes[name])
        finish(as_json, _plain(found.schemes[name]))
    elif name in found.activities:
        _show_activity(tell, found, found.activities[name])
        finish(as_json, _plain(found.activities[name]))
    else:
        raise Rejected("standard.no-such", name=name)


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="the standard's folder; the installed one")] = (
        FOLDER
    ),
    against: Annotated[
        Path | None, typer.Option(help="the version before; the installed one unless it is checked")
    ] = None,
    node: Annotated[str, typer.Option(help="compare with a network: a node's URL")] = "",
    deployment: Annotated[Path | None, typer.Option(help="its deployment file")] = None,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """核对认证标准 · everything that is wrong with it, at once; exit code 1 where anything is."""
    if bool(node) != (deployment is not None):
        raise typer.BadParameter("--node and --deployment go together", param_hint="--node")
    tell, found = teller(lang, as_json), read(checked(folder))
    if against is None and folder.resolve() != FOLDER.resolve():
        against = FOLDER
    problems = checking.judge(found, None if against is None else load(checked(against)))
    if deployment is not None:
        problems = (*problems, *_differences(found, node, deployment))
    _show_problems(tell, found, problems)
    finish(as_json, _verdict(found, problems), 1 if problems else 0)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="the folder of the version before")],
    new: Annotated[Path, typer.Argument(help="the folder of the version after")],
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """比较两版 · what a version changes, and what that means for a usual event."""
    tell = teller(lang, as_json)
    before, after = load(checked(old)), load(checked(new))
    changes = comparing.diff(before, after)
    if not changes:
        tell.good("两版相同", "both are the same")
    for change in changes:
        tell.say(change.words.zh, change.words.en)
    shown = [
        change._replace(words=None)._asdict() | {"words": _plain(change.words)}  # type: ignore[arg-type]
        for change in changes
    ]
    hashes = {"old": _hash(before), "new": _hash(after)}
    finish(as_json, {"hashes": hashes, "changes": shown})


def checked(folder: Path) -> Path:
    """The folder, if it is one of a standard."""
    if not (folder / VERSION_FILE).is_file() and not any(folder.glob("*.toml")):
        raise Rejected("standard.no-folder", path=str(folder))
    return folder


def _differences(found: Read, node: str, deployment: Path) -> tuple[Problem, ...]:
    from ledger.chain.deployment import read_deployment
    from scripts.agreed import agreed_on

    network = read_deployment(deployment)
    gateway = network.gateway(node)
    gateway.check_chain()
    book = agreed_on(gateway, network, gateway.finalized())
    return differences(found.standard, found.places, book.agreed)


def _show_problems(tell: Teller, found: Read, problems: tuple[Problem, ...]) -> None:
    version, activities = found.standard.version.number, len(found.standard.activities)
    for one in problems:
        place = " ".join(part for part in (one.file, one.activity, one.field) if part)
        tell.bad(f"{place}：{one.why.zh}", f"{place}: {one.why.en}")
        tell.say(f"→ {one.fix.zh}", f"→ {one.fix.en}")
    if not problems:
        tell.good(
            f"第 {version} 版，{activities} 项事项，没有发现问题",
            f"version {version}, {activities} activities, nothing wrong",
        )
    tell.say(f"哈希 {_hash(found.standard)}", f"hash {_hash(found.standard)}")


def _verdict(found: Read, problems: tuple[Problem, ...]) -> dict[str, Any]:
    shown = [
        {
            "file": one.file,
            "activity": one.activity,
            "field": one.field,
            "rule": one.rule,
            "why": _plain(one.why),
            "fix": _plain(one.fix),
        }
        for one in problems
    ]
    version = found.standard.version.number
    return {"version": version, "hash": _hash(found.standard), "problems": shown}


def _show_all(tell: Teller, found: Standard) -> None:
    version = found.version
    tell.say(
        f"认证标准第 {version.number} 版，{version.published}：{version.zh}",
        f"certification standard, version {version.number}, {version.published}: {version.en}",
    )
    tell.say(f"哈希 {_hash(found)}", f"hash {_hash(found)}")
    rows = [
        [
            sector.scheme,
            tell.words(sector.zh, sector.en),
            len(sector.activities),
            _cap(tell, sector),
            sector.validity_epochs,
        ]
        for sector in found.sectors
    ]
    columns = [("计划", "scheme"), ("名称", "name"), ("事项", "activities")]
    columns += [("每人每年上限（分）", "points a year"), ("有效期（半年）", "half-years valid")]
    tell.table(("各计划", "schemes"), columns, rows)
    for term in found.terms:
        tell.say(f"{term.zh}（{term.source.zh}）", f"{term.en} ({term.source.en})")


def _cap(tell: Teller, sector: Sector) -> str:
    cap = sector.annual_cap_units
    return comparing.points(cap) if cap else tell.words("不限", "none")


def _show_sector(tell: Teller, sector: Sector) -> None:
    rows = []
    for one in sector.activities:
        counted = comparing.counted(one.usual, sector.unit(one))
        usual = f"{tell.words(counted.zh, counted.en)} = {comparing.points(one.units(one.usual))}"
        limits = " / ".join(
            str(n) if n else "-" for n in (one.per_session, one.per_day, one.per_year)
        )
        rows.append([one.code, one.id, tell.words(one.zh, one.en), usual, limits, one.late_days])
    columns = [("代码", "code"), ("编号", "id"), ("名称", "name")]
    columns += [("通常的最小一次＝积分", "a usual event = points")]
    columns += [("每次/每日/每年", "session/day/year"), ("补报天数", "days late")]
    tell.table((sector.zh, sector.en), columns, rows)
    for term in sector.terms:
        tell.say(f"{term.zh}（{term.source.zh}）", f"{term.en} ({term.source.en})")
    tell.say(f"依据：{sector.source.zh}", f"source: {sector.source.en}")


def _show_activity(tell: Teller, found: Standard, one: Activity) -> None:
    usual = comparing.counted(one.usual, found.unit(one))
    worth = comparing.points(one.units(one.usual))
    tell.say(f"{one.code}（{one.id}）{one.zh}", f"{one.code} ({one.id}) {one.en}")
    tell.say(
        f"{usual.zh}值 {worth} 分；折算率 {one.numerator}/{one.denominator}",
        f"{usual.en}: {worth} points; rate {one.numerator}/{one.denominator}",
    )
    for field, (zh, en) in comparing.ACTIVITY_FIELDS.items():
        value = getattr(one, field)
        if field in ("id", "scheme", "zh", "en", "usual", "unit") or value in (0, False):
            continue
        said = comparing.shown(field, value)
        tell.say(f"{zh}：{said.zh}", f"{en}: {said.en}")


def _whole(found: Standard) -> dict[str, Any]:
    return orjson.loads(found.canonical()) | {"hash": _hash(found)}  # type: ignore[no-any-return]


def _plain(value: Sector | Activity | Text) -> dict[str, Any]:
    return orjson.loads(orjson.dumps(value))  # type: ignore[no-any-return]


def _hash(found: Standard) -> str:
    return "0x" + found.hash().hex()
