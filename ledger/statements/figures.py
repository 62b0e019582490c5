"""A statement as the tables that both of its documents show, in the same words and figures.

Chinese first, English second. Amounts stay integers of 0.01 point until a document writes them;
``points_text`` and ``yuan_text`` are how a person reads them. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from ledger.clearing.statement import Confirmation, Line, Statement, Sums
from ledger.clearing.windows import CLOSED, OPEN, PUBLISHED, SETTLED
from ledger.index.columns import ClearingKind
from ledger.units import BEIJING, UNITS_PER_POINT, points_text

Cell: TypeAlias = "str | int | Points"
MemberNames: TypeAlias = Callable[[int], tuple[str, str]]
"""A member's name in Chinese and in English."""
NONE = "—"
TITLE = "通兑清算对账单 · Clearing statement"
KINDS = {
    ClearingKind.CAPTURE: "核销 · capture",
    ClearingKind.REFUND: "退回 · refund",
    ClearingKind.DISPUTE: "争议冲回 · dispute",
}
STATES = {
    OPEN: "未关闭（截至下列区块） · open, as of the block below",
    CLOSED: "已关闭 · closed",
    PUBLISHED: "结算已公布 · settlement published",
    SETTLED: "已结清 · settled",
}
_POINTS = "积分 · Points"
MICRO_PER_YUAN = 1_000_000
FEN_PER_YUAN = 100


class Points(NamedTuple):
    """An amount in a cell."""

    units: int


class Table(NamedTuple):
    """One table of a document."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Figures(NamedTuple):
    """All of a statement: labels with their values, sums, and its lines."""

    head: tuple[tuple[str, str], ...]
    summary: tuple[Table, ...]
    lines: Table


def figures_of(statement: Statement, names: MemberNames, lines: slice = slice(None)) -> Figures:
    """The tables of a statement, with these of its lines."""
    summary = (
        _balance(statement),
        _sums(statement),
        _by_other(statement, names),
        _carried(statement),
        _settlement(statement, names),
    )
    return Figures(_head(statement, names), summary, _lines(statement, names, lines))


def yuan_text(fen: int) -> str:
    """Yuan with two places, in the same way."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def price_text(micro_yuan_per_unit: int) -> str:
    """What a whole point costs, in yuan, exactly: 0.01 point's price times a hundred."""
    whole, rest = divmod(micro_yuan_per_unit * UNITS_PER_POINT, MICRO_PER_YUAN)
    return f"{whole}.{f'{rest:06d}'.rstrip('0').ljust(2, '0')}"


def time_text(time_s: int) -> str:
    """Beijing's time to the second."""
    return datetime.fromtimestamp(time_s, BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _head(statement: Statement, names: MemberNames) -> tuple[tuple[str, str], ...]:
    invoice = statement.invoice
    published = statement.published
    return (
        ("成员单位 · Member", f"{statement.member} {_both(names, statement.member)}"),
        ("窗口 · Window", f"{statement.window}"),
        ("状态 · State", STATES[statement.state]),
        ("区块 · Blocks", f"{statement.first_block} – {statement.last_block}"),
        (
            "期间（北京时间） · Period (Beijing)",
            f"{time_text(statement.opened_at_s)} – {time_text(statement.as_of_s)}",
        ),
        ("每积分单价（元） · Yuan a point", price_text(statement.unit_price_micro_yuan)),
        ("发票编号 · Invoice", NONE if invoice is None else invoice.reference),
        ("结算公布于 · Settlement published", _where(published)),
    )


def _balance(statement: Statement) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = (
        ("期初未结清 · Opening, not settled", Points(statement.opening_units)),
        ("加：本窗口净额 · plus net of this window", Points(statement.net_units)),
        ("减：期内结清 · less settled meanwhile", Points(statement.settled_units)),
        ("期末未结清 · Closing, not settled", Points(statement.closing_units)),
        ("本窗口净额（元） · net of this window (yuan)", yuan_text(statement.net_fen)),
    )
    return Table(
        "余额（正数为应收） · Balance (owed to the member)", ("项目 · Item", _POINTS), rows
    )


def _sums(statement: Statement) -> Table:
    columns = ("合计 · Sum", "核销 · Captures", "退回 · Refunds", "争议 · Disputes", "净额 · Net")
    rows = (
        _sum_row("应收 · Owed to the member", statement.owed),
        _sum_row("应付 · Owed by the member", statement.owes),
        _sum_row("合计 · Together", statement.sums),
    )
    return Table("本窗口 · This window", columns, rows)


def _sum_row(title: str, sums: Sums) -> tuple[Cell, ...]:
    return (title, *(Points(units) for units in sums), Points(sums.net_units))


def _by_other(statement: Statement, names: MemberNames) -> Table:
    rows = tuple(
        (
            f"{one.other} {_both(names, one.other)}",
            Points(one.owed_units),
            Points(one.owes_units),
            Points(one.net_units),
        )
        for one in statement.by_other
    )
    columns = ("对方 · Other side", "其应付 · It owes", "应付其 · It is owed", "净额 · Net")
    return Table("按对方 · By the other side", columns, rows)


def _carried(statement: Statement) -> Table:
    settled = {part.window for part in statement.settled}
    rows = tuple(
        (part.window, Points(part.units), "是 · yes" if part.window in settled else "否 · no")
        for part in statement.carried
    )
    columns = ("窗口 · Window", _POINTS, "期内结清 · Settled meanwhile")
    return Table("期初构成 · What the opening is made of", columns, rows)


def _settlement(statement: Statement, names: MemberNames) -> Table:
    columns = (
        "付方 · Payer", "收方 · Payee", _POINTS, "元 · Yuan", "付方确认 · Payer confirmed",
        "收方确认 · Payee confirmed",
    )  # fmt: skip
    rows = tuple(
        (
            f"{one.payer} {_both(names, one.payer)}",
            f"{one.payee} {_both(names, one.payee)}",
            Points(one.units),
            yuan_text(one.fen),
            _where(one.by_payer),
            _where(one.by_payee),
        )
        for one in statement.transfers
    )
    return Table("结算划付 · Settlement transfers", columns, rows)


def _lines(statement: Statement, names: MemberNames, chosen: slice) -> Table:
    columns = (
        "时间 · Time", "类型 · Kind", "积分计划 · Scheme", "对方 · Other side",
        "兑换单或预留 · Order or hold", "原始窗口 · Origin", _POINTS, "区块 · Block",
        "交易 · Transaction",
    )  # fmt: skip
    rows = tuple(_line(line, statement, names) for line in statement.lines[chosen])
    return Table("明细 · Lines", columns, rows)


def _line(line: Line, statement: Statement, names: MemberNames) -> tuple[Cell, ...]:
    return (
        time_text(line.time_s),
        KINDS[line.kind],
        NONE if line.scheme is None else _both(names, line.scheme),
        _both(names, line.other(statement.member)),
        reference_of(line),
        _origin(line, statement.window),
        Points(line.units),
        f"{line.block}-{line.position}",
        "0x" + line.transaction.hex(),
    )


def reference_of(line: Line) -> str:
    """What the line is about: the order, or the hold or dispute by its id on the chain."""
    if line.order is not None:
        return line.order
    return "0x" + (line.hold or line.dispute or b"").hex()


def _origin(line: Line, window: int) -> str:
    if line.origin is None:
        return NONE
    late = "（跨窗口 · late）" if line.is_late(window) else ""
    when = "" if line.origin.time_s is None else f" {time_text(line.origin.time_s)}"
    return f"{line.origin.window}{when}{late}"


def _where(confirmation: Confirmation | None) -> str:
    if confirmation is None:
        return NONE
    return f"{confirmation.block} 0x{confirmation.transaction.hex()}"


def _both(names: MemberNames, member: int) -> str:
    """Both names; once where they are the same."""
    return " · ".join(name for name in dict.fromkeys(names(member)) if name)


def widths_of(table: Table, most: int) -> list[int]:
    """How many characters each column wants, at most so many; Chinese counts double."""
    shown: Sequence[Sequence[Cell]] = (table.columns, *table.rows)
    return [
        min(most, max(_width(cell_text(row[at])) for row in shown))
        for at in range(len(table.columns))
    ]


def cell_text(cell: Cell) -> str:
    """What a person reads."""
    return points_text(cell.units) if isinstance(cell, Points) else str(cell)


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
