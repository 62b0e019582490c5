"""A month's statements for the post or an SMS gateway: whose they are is noted once, in the order
of the post; the files are made of that list whenever they are asked for, a part at a time.

The same list gives the same files: a month that is over never changes. Whoever was forgotten since
is in neither. That a resident's statement was taken out is recorded before it leaves.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from ledger.errors import Refused, Rejected
from ledger.monthly.compiling import Monthly, is_over
from ledger.monthly.figures import letter_of
from ledger.monthly.names import Names
from ledger.monthly.paper import Addressed, paper
from ledger.monthly.sms import sms_of
from ledger.monthly.values import Statement
from ledger.offers.trying import changing
from ledger.redeeming.workplace import Workplace, check_id
from ledger.refusals import Lang
from ledger.reminders.choices import Way
from ledger.store import reminders_rows as rows
from ledger.store.reminders_rows import LetterRow, MailingRow
from ledger.units import BEIJING, start_of_month

AT_A_TIME = 200
"""Letters of one PDF, and of one part of a CSV: some megabytes of memory, whoever lives here."""
_BOM = "\ufeff"
_RUNS = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet takes for a formula."""
_NUMBER = re.compile(r"\+[\d -]+")
_HEAD = ("place", "wallet", "card", "lang", "to", "file")
_SMS_HEAD = ("place", "wallet", "card", "to", "text")
NamesIn = Callable[[Lang], Names]
Looked = Callable[[list[str]], None]
"""Records that the statements of these wallets are taken out."""


class File(NamedTuple):
    """A mailing's file, made while it is read."""

    name: str
    media_type: str
    parts: Iterator[bytes]


class Mailings:
    """Use cases of mailings at one workplace. Safe to use from any thread."""

    def __init__(self, work: Workplace, monthly: Monthly, sms_characters: int, kept_s: int) -> None:
        """``sms_characters``: most of a message; ``kept_s``: how long lists are kept."""
        self._work = work
        self._monthly = monthly
        self._sms_characters = sms_characters
        self._kept_s = kept_s

    def make(
        self, name: str, month: int, way: Way, by: str, now_s: int, *, dry_run: bool = False
    ) -> MailingRow:
        """Notes whose statements of a month go out this way; where that is noted already, what was.

        Raises Rejected("order.id-length"), Refused("monthly.not-over").
        """
        check_id(name)
        with changing(self._work, dry_run) as at:
            known = rows.mailing_of(at.operator, month, way)
            if known is not None:
                return known
            if not is_over(at, month):
                raise Refused("monthly.not-over", until_s=start_of_month(month + 1))
            values = {"id": name, "month": month, "way": str(way), "made_by": by, "made_s": now_s}
            opened_before_s = start_of_month(month + 1)
            paper_too = way is Way.PAPER
            return rows.add_mailing(at.operator, values, opened_before_s, unaddressed=paper_too)

    def read(self, name: str) -> MailingRow:
        """Rejected("mailing.unknown")."""
        with self._work.look() as at:
            found = rows.mailing(at.operator, name)
        if found is None:
            raise Rejected("mailing.unknown", id=name)
        return found

    def page(self, before: tuple[int, str] | None, most: int) -> list[MailingRow]:
        """Newest month first."""
        with self._work.look() as at:
            return rows.mailings(at.operator, before, most)

    def letters(self, name: str, after: int, most: int) -> list[LetterRow]:
        """Who is in it, in its order; Rejected("mailing.unknown")."""
        self.read(name)
        with self._work.look() as at:
            return rows.letters(at.operator, name, after, most)

    def forget(self, now_s: int) -> int:
        """Drops the lists of long ago; how many mailings."""
        with self._work.change() as at:
            return rows.forget_mailings(at.operator, now_s - self._kept_s)

    def file(self, name: str, names: NamesIn, looked: Looked) -> File:
        """A ZIP of PDFs with the list of who is in them, or a CSV for a gateway.

        Raises Rejected("mailing.unknown").
        """
        row = self.read(name)
        year, index = divmod(row.month, 12)
        stem = f"statements-{year}-{index + 1:02d}-{row.way}"
        if row.way == Way.SMS:
            return File(f"{stem}.csv", "text/csv; charset=utf-8", self._csv(row, names, looked))
        return File(f"{stem}.zip", "application/zip", self._zip(row, names, looked))

    def _parts(
        self, row: MailingRow, looked: Looked
    ) -> Iterator[list[tuple[LetterRow, Statement]]]:
        after = 0
        while True:
            with self._work.look() as at:
                letters = rows.letters(at.operator, row.id, after, AT_A_TIME)
            if not letters:
                return
            after = letters[-1].place
            wallets = [letter.wallet for letter in letters]
            made = self._monthly.many(wallets, row.month)
            there = [(one, made[one.wallet]) for one in letters if one.wallet in made]
            looked([letter.wallet for letter, _ in there])
            if there:
                yield there

    def _csv(self, row: MailingRow, names: NamesIn, looked: Looked) -> Iterator[bytes]:
        """In UTF-8 with its mark, so that a spreadsheet shows Chinese."""
        yield (_BOM + _csv_text([_SMS_HEAD])).encode()
        known = cache(names)
        for part in self._parts(row, looked):
            lines = [
                (one.place, one.wallet, one.card or "", _inert(one.address),
                 sms_of(statement, known(_lang(one)), self._sms_characters))
                for one, statement in part
            ]  # fmt: skip
            yield _csv_text(lines).encode()

    def _zip(self, row: MailingRow, names: NamesIn, looked: Looked) -> Iterator[bytes]:
        """Its list stands at its end: by then it is known who was there."""
        until_s = start_of_month(row.month + 1)
        dated = datetime.fromtimestamp(until_s, BEIJING).timetuple()[:6]
        sink, known = _Sink(), cache(names)
        listed: list[Sequence[object]] = [_HEAD]
        with zipfile.ZipFile(sink, "w") as archive:
            for number, part in enumerate(self._parts(row, looked), 1):
                called = f"letters-{number:04d}.pdf"
                letters = [
                    Addressed(
                        letter_of(statement, known(_lang(one))), one.address or "", one.card or ""
                    )
                    for one, statement in part
                ]
                _put(archive, called, dated, paper(letters, until_s))
                listed += [_row(one, called) for one, _ in part]
                yield sink.taken()
            _put(archive, "list.csv", dated, (_BOM + _csv_text(listed)).encode())
        yield sink.taken()


class _Sink(io.RawIOBase):
    """What a ZIP is written into, and taken out of while it grows."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        """Yes; not seekable, so sizes follow what they are of."""
        return True

    def write(self, content: object) -> int:
        """Keeps it until it is taken."""
        added = bytes(content)  # type: ignore[call-overload]
        self._waiting += added
        return len(added)

    def taken(self) -> bytes:
        """What was written since."""
        found = bytes(self._waiting)
        self._waiting.clear()
        return found


def _put(archive: zipfile.ZipFile, name: str, dated: tuple[int, ...], content: bytes) -> None:
    entry = zipfile.ZipInfo(name, (dated[0], dated[1], dated[2], dated[3], dated[4], dated[5]))
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(".pdf") else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, content)


def _row(one: LetterRow, file: str) -> tuple[str, ...]:
    return (str(one.place), one.wallet, one.card or "", one.lang, _inert(one.address), file)


def _csv_text(lines: Iterable[Sequence[object]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(lines)
    return written.getvalue()


def _inert(address: str | None) -> str:
    """Nothing that a spreadsheet would run; a number with its country's code stays as it is."""
    given = address or ""
    is_number = _NUMBER.fullmatch(given) is not None
    return f"'{given}" if given.startswith(_RUNS) and not is_number else given


def _lang(one: LetterRow) -> Lang:
    return "en" if one.lang == "en" else "zh"
