"""An acceptor's till as a file: read row by row, given back with what was found beside each row.

Takes whatever ``issuers.files`` reads (CSV in any encoding, XLSX, XLS). Two columns are needed: the
order's id, and an amount in points or in units of 0.01 point; a column that says 退回 or refund
makes the amount negative. Orders that only the statement has follow at the end.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from issuers.files.cells import Cell, Fault, as_text
from issuers.files.fields import key_of
from issuers.files.kinds import Kind
from issuers.files.limits import FileLimits
from issuers.files.returning import EXTENSION
from issuers.files.table import Row, Table, open_table
from issuers.files.values import identifier
from issuers.files.writing import CsvWriter, XlsxWriter
from issuers.reading import RowFault, plain
from ledger.clearing.till import Matching, Outcome, TillLine, Verdict
from ledger.errors import Rejected
from ledger.refusals import Lang
from ledger.units import UNITS_PER_POINT, points_text

ORDER = ("兑换单号", "兑换单", "订单号", "订单编号", "单号", "order_id", "order id", "order")
POINTS = ("积分", "核销积分", "兑换积分", "积分数", "积分数量", "points", "amount")
UNITS = ("units", "amount_units", "积分单位数")
KIND = ("类型", "业务类型", "交易类型", "kind", "type")
LIMITS = FileLimits(
    file_bytes=4 * 2**20, inflated_bytes=128 * 2**20, rows=100_000, sheets=20, columns=100
)
"""Of a till: far more than a window of one acceptor."""
_BACK = re.compile(r"退|冲|refund|return|void", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
RESULT: dict[Lang, str] = {"zh": "核对结果", "en": "Result"}
NOTE: dict[Lang, str] = {"zh": "说明", "en": "Note"}
_ADDED = frozenset(map(key_of, (*RESULT.values(), *NOTE.values())))
_WORDS: dict[Outcome, dict[Lang, str]] = {
    Outcome.MATCHED: {"zh": "一致", "en": "matched"},
    Outcome.DIFFERS: {"zh": "数量不符", "en": "amounts differ"},
    Outcome.ONLY_TILL: {"zh": "对账单没有", "en": "missing in the statement"},
    Outcome.OTHER_WINDOW: {"zh": "在其他窗口", "en": "in another window"},
    Outcome.ONLY_STATEMENT: {"zh": "收银没有", "en": "missing in the till"},
    Outcome.UNREADABLE: {"zh": "无法读取", "en": "not readable"},
}


class Unread(NamedTuple):
    """A row that says no order or no amount."""

    line: int
    field: str
    shown: str


class _Columns(NamedTuple):
    order: str
    amount: str
    per_point: int
    """Units that 1 in the amount's column stands for."""
    kind: str | None


@dataclass(frozen=True)
class Till:
    """A till's file as far as it can be read."""

    table: Table
    columns: _Columns
    lines: tuple[TillLine, ...]
    unread: tuple[Unread, ...]


def read_till(content: bytes, name: str) -> Till:
    """The rows of a file that calls itself ``name``.

    Raises Rejected: file.* where it is no table, clearing.till-column where one is missing.
    """
    known = (*ORDER, *POINTS, *UNITS, *KIND)
    table = open_table(io.BytesIO(content), name, known=known, limits=LIMITS)
    columns = _columns(table.header)
    lines, unread = list[TillLine](), list[Unread]()
    for row in table.rows():
        found = _line(row, columns)
        if isinstance(found, TillLine):
            lines.append(found)
        else:
            unread.append(found)
    return Till(table, columns, tuple(lines), tuple(unread))


def annotated(till: Till, matching: Matching, lang: Lang) -> bytes:
    """The same file with two columns more, and the orders that it lacks at its end."""
    out = io.BytesIO()
    table = till.table
    keep = [at for at, name in enumerate(table.header) if key_of(name) not in _ADDED]
    titles = [table.columns.titles[at].strip() or table.header[at] for at in keep]
    orders = {line.line: line.order for line in till.lines}
    unread = {one.line: one for one in till.unread}
    with _writer(till, out, len(keep) + 2) as writer:
        for above in table.lead():
            writer.row(above.cells)
        writer.row([*titles, RESULT[lang], NOTE[lang]], bold=True)
        for row in table.rows():
            cells = [row.values[at] if at < len(row.values) else None for at in keep]
            if row.line in unread:
                told = (_WORDS[Outcome.UNREADABLE][lang], why(unread[row.line], lang))
            else:
                told = words(matching.verdicts[orders[row.line]], lang)
            writer.row([*cells, *told])
        for verdict in matching.of(Outcome.ONLY_STATEMENT):
            writer.row([*_missing(till, verdict, keep), *words(verdict, lang)])
    return out.getvalue()


def extension_of(till: Till) -> str:
    """Of what is given back: an XLS comes back as XLSX."""
    return EXTENSION[till.table.kind]


def words(verdict: Verdict, lang: Lang) -> tuple[str, str]:
    """A verdict as it stands beside a row."""
    return _WORDS[verdict.outcome][lang], _note(verdict, lang)


def why(unread: Unread, lang: Lang) -> str:
    """What a row lacks, and how it is written."""
    if lang == "zh":
        return f"{unread.field}“{unread.shown}”：请填写兑换单号，积分最多两位小数"
    return (
        f"{unread.field} ({unread.shown}): write the order's id; points have two decimals at most"
    )


def _note(verdict: Verdict, lang: Lang) -> str:
    till, statement = points_text(verdict.till_units), points_text(verdict.statement_units)
    windows = "、".join(map(str, verdict.windows))
    if verdict.outcome is Outcome.DIFFERS:
        left = points_text(verdict.difference_units)
        if lang == "zh":
            return f"该单收银合计 {till}，对账单 {statement}，相差 {left}"
        return f"this order: till {till}, statement {statement}, difference {left}"
    if verdict.outcome is Outcome.OTHER_WINDOW:
        return f"见第 {windows} 号窗口的对账单" if lang == "zh" else f"see window {windows}"
    if verdict.outcome is Outcome.ONLY_TILL:
        zh = "请核对单号；未核销的单不产生应收"
        return zh if lang == "zh" else "check the id; an order that was not captured is not owed"
    if verdict.outcome is Outcome.ONLY_STATEMENT:
        zh = "请核对收银是否漏记"
        return zh if lang == "zh" else "check whether the till left it out"
    return ""


def _columns(header: Sequence[str]) -> _Columns:
    order, points = _named(header, ORDER), _named(header, POINTS)
    units = _named(header, UNITS)
    if order is None:
        raise Rejected("clearing.till-column", field="order", wanted="、".join(ORDER))
    amount = units or points
    if amount is None:
        raise Rejected("clearing.till-column", field="points", wanted="、".join(POINTS + UNITS))
    return _Columns(order, amount, 1 if units else UNITS_PER_POINT, _named(header, KIND))


def _named(header: Sequence[str], wanted: Sequence[str]) -> str | None:
    """The column of the earliest of these names."""
    by_key: Mapping[str, str] = {key_of(name): name for name in reversed(header)}
    return next((by_key[key_of(name)] for name in wanted if key_of(name) in by_key), None)


def _line(row: Row, columns: _Columns) -> TillLine | Unread:
    try:
        order = identifier(row.get(columns.order), columns.order)
    except RowFault as fault:
        return Unread(row.line, fault.field, fault.value)
    if not order or row.broken:
        return Unread(row.line, columns.order, order)
    cell = row.get(columns.amount)
    units = _units(cell, columns.per_point)
    if units is None:
        return Unread(row.line, columns.amount, as_text(cell))
    kind = "" if columns.kind is None else plain(as_text(row.get(columns.kind)))
    return TillLine(row.line, order, -abs(units) if _BACK.search(kind) else units)


def _units(cell: Cell, per_point: int) -> int | None:
    """Exactly; None for what is no amount, or has more places than a point has."""
    if isinstance(cell, Fault):
        return None
    text = plain(as_text(cell)).replace("−", "-")
    if not _NUMBER.fullmatch(text):
        return None
    try:
        units = Decimal(text.replace(",", "")) * per_point
    except InvalidOperation:
        return None
    return int(units) if units == units.to_integral_value() else None


def _missing(till: Till, verdict: Verdict, keep: Collection[int]) -> list[Cell]:
    """A row for an order that the file lacks: its id and its amount in their columns."""
    per_point = till.columns.per_point
    amount = verdict.statement_units
    shown = str(amount) if per_point == 1 else points_text(amount).replace(",", "")
    values = {till.columns.order: verdict.order, till.columns.amount: shown}
    return [values.get(till.table.header[at]) for at in keep]


def _writer(till: Till, out: io.BytesIO, columns: int) -> CsvWriter | XlsxWriter:
    table = till.table
    if table.kind is Kind.CSV:
        return CsvWriter(out, table.encoding, table.separator)
    return XlsxWriter(out, table.sheet, columns)
