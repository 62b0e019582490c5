"""`tongdui clearing statement, statements, till, invoice, disputes`: through the operator's API.

With the member's own API key, from a file that only its owner may read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.client import Client
from api.client.shapes.statements import StatementsForm
from ledger.errors import Rejected
from ledger.units import points_text
from scripts.output import DryRunOption, JsonOption, LangOption, finish, teller
from scripts.telling import Lang

Api = Annotated[str, typer.Option(help="the redemption API's URL")]
TokenFile = Annotated[Path, typer.Option("--token-file", help="a file with the member's API key")]
Window = Annotated[int, typer.Option(help="the window's number")]
Member = Annotated[int, typer.Option(help="the member's number")]
Out = Annotated[Path | None, typer.Option("--out", help="where the file goes")]
_FORMS: dict[str, StatementsForm] = {".pdf": "pdf", ".xlsx": "xlsx"}
_OUTCOMES = {
    "differs": ("数量不符", "differs"), "only-till": ("对账单没有", "not in the statement"),
    "other-window": ("在其他窗口", "other window"),
    "only-statement": ("收银没有", "not in the till"),
}  # fmt: skip


def statements(
    api: Api,
    token_file: TokenFile,
    member: Member,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """对账单列表 · a member's statements, newest first."""
    tell = teller(lang, as_json)
    with _client(api, token_file) as client:
        found = list(client.list_statements(member=member))
    tell.table(
        (f"成员 {member} 的对账单", f"Statements of member {member}"),
        (("窗口", "window"), ("状态", "state"), ("净额（积分）", "net"), ("发票", "invoice")),
        [
            (one.window, one.state, points_text(one.net.units),
             one.invoice.reference if one.invoice else "—")
            for one in found
        ],
    )  # fmt: skip
    finish(as_json, [_plain(one) for one in found])


def statement(
    api: Api,
    token_file: TokenFile,
    window: Window,
    member: Member,
    out: Out = None,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """对账单；--out 存为 .pdf 或 .xlsx · a statement, also as a document."""
    form = None if out is None else _form_of(out)
    tell = teller(lang, as_json)
    with _client(api, token_file) as client:
        made = client.get_statement(window, member)
        if out is not None and form is not None:
            for part in range(1, 1 + (made.pdf_parts if form == "pdf" else 1)):
                content = client.get_statement_file(window, member, form=form, part=part).content
                name = out if part == 1 else out.with_stem(f"{out.stem}-{part}")
                name.write_bytes(content)
    balance, sums = made.balance, made.together
    tell.table(
        (f"窗口 {window}，成员 {member}（{made.state}）", f"Window {window}, member {member}"),
        (("项目", "item"), ("积分", "points")),
        [
            (tell.words("期初未结清", "opening"), points_text(balance.opening.units)),
            (tell.words("核销", "captures"), points_text(sums.captures.units)),
            (tell.words("退回", "refunds"), points_text(sums.refunds.units)),
            (tell.words("争议", "disputes"), points_text(sums.disputes.units)),
            (tell.words("本窗口净额", "net of this window"), points_text(balance.net.units)),
            (tell.words("期内结清", "settled meanwhile"), points_text(balance.settled.units)),
            (tell.words("期末未结清", "closing"), points_text(balance.closing.units)),
        ],
    )
    tell.say(f"明细 {made.lines_count} 行", f"{made.lines_count} lines")
    if out is not None:
        tell.good(f"已存为 {out}", f"written to {out}")
    finish(as_json, _plain(made) | {"file": None if out is None else str(out)})


def till(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or XLS")],
    api: Api,
    token_file: TokenFile,
    window: Window,
    member: Member,
    out: Out = None,
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
) -> None:
    """收银文件与对账单核对；不一致时退出码 1 · match a till; exit code 1 where it differs."""
    tell, content = teller(lang, as_json), file.read_bytes()
    with _client(api, token_file) as client:
        told = client.match_till(window, member, content=content, name=file.name)
        if out is not None:
            back = client.annotate_till(window, member, content=content, name=file.name)
            out.write_bytes(back.content)
    tell.table(
        ("不一致的兑换单", "Orders that do not match"),
        (("兑换单", "order"), ("结果", "result"), ("收银", "till"), ("对账单", "statement"),
         ("相差", "difference")),
        [
            (one.order, tell.words(*_OUTCOMES[one.outcome]), points_text(one.till.units),
             points_text(one.statement.units), points_text(one.difference.units))
            for one in told.differences
        ],
    )  # fmt: skip
    difference = points_text(told.difference.units)
    tell.say(
        f"一致 {told.matched} 单，读不了 {len(told.unread)} 行；收银合计与对账单相差 {difference}",
        f"{told.matched} orders match, {len(told.unread)} lines unread;"
        f" totals differ by {difference}",
    )
    finish(as_json, _plain(told), 1 if told.differences or told.unread else 0)


def invoice(
    api: Api,
    token_file: TokenFile,
    window: Window,
    member: Member,
    reference: Annotated[str, typer.Option(help="the invoice's own number")],
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """登记发票编号 · note the reference of the member's invoice."""
    tell = teller(lang, as_json)
    with _client(api, token_file) as client:
        noted = client.note_invoice(window, member, reference=reference, dry_run=dry_run)
    if not dry_run:
        tell.good(f"已登记 {reference}", f"noted {reference}")
    finish(as_json, _plain(noted))


def _form_of(out: Path) -> StatementsForm:
    form = _FORMS.get(out.suffix.lower())
    if form is None:
        raise Rejected("request.invalid", field="--out", why=" / ".join(_FORMS))
    return form


def _client(api: str, token_file: Path) -> Client:
    return Client(api, token_file.read_text("ascii").strip())


def _plain(shape: Any) -> dict[str, Any]:
    plain: dict[str, Any] = shape.model_dump(mode="json")
    return plain
