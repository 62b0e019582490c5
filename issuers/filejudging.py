"""How a preview judges a file's rows: by the pipeline's own sheet, and by what caps leave.

What is asked of the store is asked for many rows at once. It moves nothing and keeps nothing: the
caller does, in the transaction that it was asked in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from issuers.adapter import CorrectionNotice, EarningEvent, Item, RejectedRow
from issuers.book import FileBook
from issuers.outlook import Outlook
from issuers.screening import KeyOf
from issuers.sheet import Judged, Sheet
from issuers.standard.catalogue import Standard
from ledger.chain.types import enhex
from ledger.store import agent_corrections, agent_files, agent_inbox
from ledger.store.agent_inbox import Stored
from ledger.store.agent_office_tables import Verdict
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Connection
from ledger.units import MONTHS_PER_YEAR

_VERDICTS = {
    Inbox.READY: Verdict.ACCEPTED, Inbox.WAITING: Verdict.WAITING, Inbox.HELD: Verdict.HELD,
    Inbox.DUPLICATE: Verdict.DUPLICATE, Inbox.REJECTED: Verdict.REJECTED,
    Inbox.MINTED: Verdict.DUPLICATE,
}  # fmt: skip
"""What the pipeline would do with a row, and what the clerk is told."""
_KEPT = (
    "event_id", "member_id", "activity", "reported", "quantity", "occurred_s", "day", "month",
    "began_s", "ended_s", "checker", "spot", "account", "record", "reason", "field", "value",
)  # fmt: skip


class FileJudge:
    """Judges rows of one scheme's files."""

    def __init__(self, standard: Standard, scheme: str, key_of: KeyOf) -> None:
        self._standard = standard
        self._scheme = scheme
        self._key_of = key_of
        self._whole = frozenset(one.id for one in standard.by_scheme(scheme) if one.once)
        sector = standard.schemes.get(scheme)
        self._is_capped = sector is not None and sector.annual_cap_units > 0

    def accounts(self, connection: Connection, items: Iterable[Item]) -> list[bytes]:
        """Accounts of the rows' members, where the scheme has a cap that they may have reached: an
        outlook has to know them."""
        if not self._is_capped:
            return []
        members = {one.member_id for one in items if isinstance(one, EarningEvent)}
        links = FileBook(connection, 0).links(members)
        return sorted({link.account for link in links.values()})

    def judge(
        self,
        connection: Connection,
        number: int,
        lines: Sequence[tuple[int, bytes]],
        items: Sequence[Item],
        received_s: int,
        outlook: Outlook,
    ) -> list[dict[str, Any]]:
        """The rows of file ``number`` as they are kept, in the order of the lines."""
        book = FileBook(connection, number)
        sheet = Sheet(book, self._standard, self._scheme, outlook, self._key_of)
        verdicts = _verdicts(sheet, lines, items, received_s)
        rows = [_row(*line, verdict) for line, verdict in zip(lines, verdicts, strict=True)]
        _Caps(connection, number, outlook, self._whole).clip(rows)
        _tell_taken_back(connection, rows)
        for row in rows:
            _name_rate(row, outlook)
        return rows


class _Caps:
    """What the year's cap leaves of rows, counting what is under way and the file's own rows."""

    def __init__(
        self, connection: Connection, number: int, outlook: Outlook, whole: frozenset[int]
    ) -> None:
        self._whole = whole
        self._connection = connection
        self._number = number
        self._outlook = outlook
        self._cap = outlook.points.registry.terms[outlook.issuer].annual_cap

    def clip(self, rows: list[dict[str, Any]]) -> None:
        """Lowers the units of rows above the cap, in the order of the file."""
        earning = [row for row in rows if row["account"] and row["verdict"] in agent_files.GOOD]
        if not self._cap or not earning:
            return
        used = self._used({row["account"] for row in earning})
        for row in earning:
            what = (row["account"], row["month"] // MONTHS_PER_YEAR)
            left = max(self._cap - used.get(what, 0), 0)
            if row["units"] > left and row["activity"] in self._whole:
                row |= {"units": 0, "verdict": Verdict.REJECTED, "reason": "cap.whole"}
            elif row["units"] > left:
                row |= {"units": left, "verdict": Verdict.CLIPPED, "reason": "cap.year"}
            used[what] = used.get(what, 0) + row["units"]

    def _used(self, accounts: set[bytes]) -> dict[tuple[bytes, int], int]:
        """Units by (account, year): on the chain, on their way there, and earlier in the file."""
        outlook, year = self._outlook, self._outlook.month // MONTHS_PER_YEAR
        first = (year - 1) * MONTHS_PER_YEAR
        used = agent_inbox.foreseen(self._connection, accounts, first)
        staged = agent_files.earned(self._connection, self._number, accounts, first)
        for what, units in staged.items():
            used[what] = used.get(what, 0) + units
        for account in accounts:
            word = outlook.points.word(outlook.issuer, enhex(account))
            for this_year in (True, False):
                what = (account, year if this_year else year - 1)
                used[what] = used.get(what, 0) + word.issued(this_year)
        return used


def _verdicts(
    sheet: Sheet, lines: Sequence[tuple[int, bytes]], items: Sequence[Item], received_s: int
) -> list[Judged]:
    """The verdict of each row, in the order of the lines."""
    stored = [Stored(line, "", content, received_s, None) for line, content in lines]
    pairs = list(zip(stored, items, strict=True))
    by_line = {
        verdict.id: verdict
        for verdict in sheet.events([(s, i) for s, i in pairs if isinstance(i, EarningEvent)])
    }
    for row, item in pairs:
        if isinstance(item, RejectedRow):
            values = {"event_id": item.event_id, "reason": item.reason_code}
            values |= {"field": item.field, "value": item.value}
            by_line[row.id] = Judged(row.id, Inbox.REJECTED, values)
        elif isinstance(item, CorrectionNotice):
            raise TypeError("a file brings no notices")
    return [by_line[one.id] for one in stored]


def _row(line: int, content: bytes, verdict: Judged) -> dict[str, Any]:
    """The row as it is kept; every row has every column."""
    row: dict[str, Any] = {name: verdict.values.get(name) for name in _KEPT}
    told = _VERDICTS[verdict.state]
    if told is Verdict.ACCEPTED and row["reason"]:
        told = Verdict.CLIPPED
    if verdict.state in (Inbox.DUPLICATE, Inbox.MINTED):
        row["reason"] = "event.credited-before"
    units = verdict.values.get("full_units") if told in agent_files.GOOD else 0
    return row | {"line": line, "content": content, "verdict": told, "units": units}


def _tell_taken_back(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Of events that were awarded and taken back: they are not awarded anew, but by a reversal."""
    repeats = [row for row in rows if row["verdict"] is Verdict.DUPLICATE]
    gone = agent_corrections.taken_back(connection, (row["event_id"] for row in repeats))
    for row in repeats:
        if row["event_id"] in gone:
            row["reason"] = "event.taken-back"


def _name_rate(row: dict[str, Any], outlook: Outlook) -> None:
    """Which version of the rate the row was reckoned by: ``1000/60 since 2026-01``."""
    rate = outlook.rate(row["activity"], row["month"]) if row["activity"] and row["month"] else None
    row["rate"] = None
    if rate is not None:
        year, month = divmod(rate.from_month, MONTHS_PER_YEAR)
        row["rate"] = f"{rate.numerator}/{rate.denominator} since {year}-{month + 1:02d}"
