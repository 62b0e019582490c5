"""A clerk's file: read and judged without effect, then taken into the inbox, row by row.

``preview`` judges every row by the same sheet as the pipeline and keeps the verdicts in the agent's
database; nothing is reserved, minted or told to anybody. ``commit`` lets the good rows go on; the
loop moves them in portions, so that a kill anywhere loses and doubles none. Rows that can't be
taken stay with their reason, to be given back. Knows no kind of file and no HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Protocol

from issuers.adapter import Item, RawRow
from issuers.filejudging import FileJudge
from issuers.outlook import ChainViews, Outlook
from issuers.screening import KeyOf
from issuers.standard.catalogue import Standard
from ledger.errors import Refused, Rejected
from ledger.faults import Faults
from ledger.store import agent_files, agent_inbox
from ledger.store.agent_files import FileRow
from ledger.store.agent_office_tables import File
from ledger.store.engine import Engine, reading, transaction
from ledger.units import BEIJING

ROWS = 1_000
"""Judged, or taken into the inbox, in one transaction."""
SHEET = "sheet"
"""The kind of a sign-in sheet, beside those of files: it has no columns to learn."""
BALANCES = "balances"
"""The kind of balances that a source lists: what is given up there can't be undone here alone."""


class Terms(Protocol):
    """How the rows of one file are read."""

    def parse(self, content: bytes, now: datetime) -> Item:
        """What a row says. Nothing raised: a bad row is a RejectedRow."""
        ...

    def place(self, content: bytes) -> str:
        """Where a row stands, as a person would say it."""
        ...


TermsOf = Callable[[str, str], Terms]
"""The terms of a file from its layout and mapping, as they are kept."""


@dataclass(frozen=True)
class Arrival:
    """A file that has come. ``layout`` and ``mapping`` are kept, as JSON."""

    name: str
    kind: str
    layout: str
    mapping: str
    digest: bytes
    """SHA-256 of its bytes."""
    clerk: str
    lines: Iterator[tuple[int, bytes]]
    """Each row's number, as a person sees it, and its content."""


class Preview(NamedTuple):
    """What a file would come to. Units are 0.01 point."""

    file: int
    name: str
    state: File
    rows: int
    tallies: list[agent_files.Tally]
    same_as: list[int]
    """Earlier files with the very same bytes."""


class Filing:
    """The files of one agent."""

    def __init__(
        self,
        engine: Engine,
        views: ChainViews,
        standard: Standard,
        scheme: str,
        key_of: KeyOf,
        terms_of: TermsOf,
        faults: Faults,
    ) -> None:
        self._engine = engine
        self._views = views
        self._file_judge = FileJudge(standard, scheme, key_of)
        self._terms_of = terms_of
        self._faults = faults
        self._terms: dict[int, Terms] = {}

    def preview(self, arrival: Arrival) -> Preview:
        """Judges every row; nothing else is changed. Flat memory, whatever the file's size.

        Raises Rejected("file.empty"), what the lines raise on the way, and what the node raises:
        then the file is dropped.
        """
        outlook = self._views.read()
        with transaction(self._engine, self._faults) as connection:
            number = agent_files.add(connection, _values(arrival, outlook.time_s))
        try:
            for some in _portions(arrival.lines):
                self._judge(number, some, outlook)
            found = self.told(number)
            if not found.rows:
                raise Rejected("file.empty", name=arrival.name)
        except BaseException:
            self._drop(number, File.READING)
            raise
        with transaction(self._engine, self._faults) as connection:
            agent_files.move(connection, number, File.READING, File.PREVIEWED)
        return found._replace(state=File.PREVIEWED)

    def told(self, number: int) -> Preview:
        """What is known of a file. Refused("file.unknown")."""
        with reading(self._engine) as connection:
            file = agent_files.find(connection, number)
            same = agent_files.same_content(connection, file.content_hash)
            earlier = [one.id for one in same if one.id < number]
            tallies = agent_files.tallies(connection, number)
        return Preview(number, file.name, file.state, file.rows, tallies, earlier)

    def room(self) -> int:
        """Units that the issuer's limits leave for minting now. Raises what the node raises."""
        outlook = self._views.read()
        return outlook.points.headroom(outlook.issuer)

    def drop(self, number: int) -> None:
        """Forgets a file that was previewed. Refused("file.not-previewed")."""
        self._in_state(number, File.PREVIEWED)
        self._drop(number, File.PREVIEWED)

    def commit(self, number: int) -> FileRow:
        """Lets the good rows go on; safe to repeat. The loop does it, see ``step``.

        Raises Refused: file.unknown, file.not-previewed, file.nothing-good.
        """
        file = self._known(number)
        if file.state in (File.COMMITTING, File.COMMITTED):
            return file
        self._in_state(number, File.PREVIEWED)
        if not any(one.verdict in agent_files.GOOD for one in self.told(number).tallies):
            raise Refused("file.nothing-good", file=number)
        now_s = self._views.read().time_s
        with transaction(self._engine, self._faults) as connection:
            agent_files.move(connection, number, File.PREVIEWED, File.COMMITTING)
            if file.kind not in (SHEET, BALANCES):
                agent_files.learn(connection, file, now_s)
        return self._known(number)

    def resume(self) -> None:
        """At a start: a file whose reading was cut short is dropped, because its rest is lost."""
        with reading(self._engine) as connection:
            cut = agent_files.of_state(connection, File.READING)
        for file in cut:
            self._drop(file.id, File.READING)

    def step(self) -> int:
        """Takes the next rows of committed files into the inbox; how many."""
        with reading(self._engine) as connection:
            files = agent_files.of_state(connection, File.COMMITTING)
        return sum(self._take(file) for file in files[:1])

    def parse(self, number: int, row: RawRow, now: datetime) -> Item:
        """What a row in the inbox says that the file of that number brought."""
        return self._of(number).parse(row.content, now)

    def terms(self, number: int) -> Terms:
        """How the file's rows are read. Refused("file.unknown")."""
        return self._of(number)

    def _of(self, number: int) -> Terms:
        if number not in self._terms:
            file = self._known(number)
            self._terms[number] = self._terms_of(file.layout, file.mapping)
        return self._terms[number]

    def _take(self, file: FileRow) -> int:
        place = self._of(file.id).place
        with transaction(self._engine, self._faults) as connection:
            lines = agent_files.take(connection, file.id, ROWS)
            rows = [(place(one.content), one.content) for one in lines]
            agent_inbox.store(connection, rows, file.received_s, file=file.id)
            if len(lines) < ROWS:
                agent_files.move(connection, file.id, File.COMMITTING, File.COMMITTED)
        return max(len(lines), 1)

    def _judge(self, number: int, lines: Sequence[tuple[int, bytes]], at_first: Outlook) -> None:
        """By the chain as it was ``at_first``, but for what accounts have of a yearly cap."""
        received_s = at_first.time_s
        now, terms = datetime.fromtimestamp(received_s, BEIJING), self._of(number)
        items = [terms.parse(content, now) for _, content in lines]
        with reading(self._engine) as connection:
            accounts = self._file_judge.accounts(connection, items)
        outlook = self._views.read(accounts) if accounts else at_first
        with transaction(self._engine, self._faults) as connection:
            rows = self._file_judge.judge(connection, number, lines, items, received_s, outlook)
            agent_files.put(connection, number, rows)

    def _drop(self, number: int, before: File) -> None:
        with transaction(self._engine, self._faults) as connection:
            agent_files.drop_rows(connection, number)
            agent_files.move(connection, number, before, File.DROPPED)

    def _known(self, number: int) -> FileRow:
        with reading(self._engine) as connection:
            return agent_files.find(connection, number)

    def _in_state(self, number: int, state: File) -> None:
        found = self._known(number).state
        if found is not state:
            raise Refused("file.not-previewed", file=number, state=str(found))


def _values(arrival: Arrival, at_s: int) -> dict[str, Any]:
    return {
        "name": arrival.name, "kind": arrival.kind, "content_hash": arrival.digest,
        "layout": arrival.layout, "mapping": arrival.mapping, "clerk": arrival.clerk,
        "received_s": at_s,
    }  # fmt: skip


def _portions(lines: Iterator[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    while some := list(islice(lines, ROWS)):
        yield some
