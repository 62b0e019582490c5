"""A month's tie-out: the issuer's own system against the chain, by activity, differences listed.

The source's books are read anew, or handed in as a file, and staged; then every event of theirs is
looked up among ours, and every award of ours among theirs. What ours come to is asked of the
chain's own views, after the words and keys that we keep were held against the hash that the chain
keeps. Memory holds one page at a time; of differences it lists the first of each kind. It changes
nothing that counts and knows no HTTP.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from issuers import awards
from issuers.adapter import CorrectionNotice, EarningEvent, Item
from issuers.askings import MINTED
from issuers.marks import is_own
from issuers.outlook import ChainViews, Outlook
from issuers.standard.catalogue import Standard
from ledger.chain.awardnames import data_hash
from ledger.errors import Broken, Rejected
from ledger.faults import Faults
from ledger.store import agent_batches, agent_corrections, agent_files, agent_tieout
from ledger.store.agent_batches import Batch
from ledger.store.agent_corrections import Event
from ledger.store.agent_office_tables import File
from ledger.store.agent_tieout import Ours, Stated
from ledger.store.engine import Engine, reading, transaction
from ledger.units import month_of

ROWS = 500
"""Looked at together."""
LISTED = 200
"""Differences of a kind that are listed; the others are counted."""
STATEMENT = "statement"
"""The kind of a staged file that holds the source's books."""
MONTHS = range(24_000, 36_000)
"""2000 to 2999."""


@dataclass
class Line:
    """One activity. Quantities in its smallest unit, amounts in 0.01 point."""

    activity: str
    source_events: int = 0
    source_quantity: int = 0
    awards: int = 0
    award_quantity: int = 0
    minted_units: int = 0
    corrected_units: int = 0


class Difference(NamedTuple):
    """An event on which the books differ; ``why`` is a code of ``issuers.reasons`` or a state."""

    kind: str
    """missing, not-awarded, quantity, not-at-source, unreadable"""
    event_id: str
    activity: str
    source_quantity: int | None
    our_quantity: int | None
    why: str


@dataclass
class TieOut:
    """What a month's comparison came to."""

    month: int
    lines: dict[str, Line] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def holds(self) -> bool:
        """Whether there is no difference."""
        return not self.counts

    def line(self, activity: str) -> Line:
        """The activity's line, made where there is none."""
        return self.lines.setdefault(activity, Line(activity))

    def differ(self, found: Difference) -> None:
        """Counts a difference, and lists it while there is room."""
        self.counts[found.kind] += 1
        if self.counts[found.kind] <= LISTED:
            self.differences.append(found)


class Tying:
    """Compares months of one agent."""

    def __init__(
        self, engine: Engine, views: ChainViews, standard: Standard, scheme: str, faults: Faults
    ) -> None:
        self._engine = engine
        self._views = views
        self._by_code = {one.code: one.id for one in standard.by_scheme(scheme)}
        self._by_id = {one.id: one.code for one in standard.by_scheme(scheme)}
        self._faults = faults

    def run(self, month: int, items: Iterator[Item], by: str, *, own: bool) -> TieOut:
        """The comparison of a month with what the source's books say of it; other months' items are
        left out. ``own`` says whether these books can name the ids that we make ourselves.

        Raises Rejected("tieout.month"); what reading the items and the node raise;
        Broken("agent.batch-differs") where the chain holds another batch than we.
        """
        outlook = self._views.read()
        if month not in MONTHS or month > outlook.month:
            raise Rejected("tieout.month", month=_shown(month))
        found = TieOut(month)
        with transaction(self._engine, self._faults) as connection:
            number = agent_files.add(connection, _file(month, by, outlook.time_s))
        try:
            self._stage(number, month, items, found)
            self._compare_theirs(number, found)
            self._compare_ours(number, outlook, found, own=own)
        finally:
            with transaction(self._engine, self._faults) as connection:
                agent_files.drop_rows(connection, number)
                agent_files.move(connection, number, File.READING, File.DROPPED)
        return found

    def _stage(self, number: int, month: int, items: Iterator[Item], found: TieOut) -> None:
        line = 0
        while some := list(islice(items, ROWS)):
            rows: list[dict[str, Any]] = []
            notices: list[CorrectionNotice] = []
            for item in some:
                line += 1
                if isinstance(item, CorrectionNotice):
                    notices.append(item)
                elif not isinstance(item, EarningEvent):
                    if item.event_id is None:
                        continue  # it names no event that could be looked for
                    found.differ(_unreadable(item.event_id, item.reason_code))
                elif month_of(int(item.occurred.timestamp())) == month:
                    rows.append(self._staged(line, month, item))
            with transaction(self._engine, self._faults) as connection:
                agent_tieout.stage(connection, number, rows)
                for notice in notices:
                    agent_tieout.restate(connection, number, notice.event_id, notice.new_quantity)

    def _staged(self, line: int, month: int, event: EarningEvent) -> dict[str, Any]:
        return {
            "line": line, "event_id": event.event_id, "month": month,
            "activity": self._by_code.get(event.activity_code), "reported": event.quantity,
            "value": event.activity_code,
        }  # fmt: skip

    def _compare_theirs(self, number: int, found: TieOut) -> None:
        """Every event of theirs among ours."""
        with reading(self._engine) as connection:
            totals = agent_tieout.totals(connection, number)
        for activity, (events, quantity) in totals.items():
            line = found.line(self._by_id.get(activity or 0, "?"))
            line.source_events, line.source_quantity = events, quantity
        for page in self._pages(lambda c, after: agent_tieout.stated(c, number, after, ROWS)):
            with reading(self._engine) as connection:
                ours = agent_corrections.events(connection, [one.event_id for one in page])
            for one in page:
                event = ours.get(one.event_id)
                if event is None or event.state not in MINTED:
                    found.differ(_not_awarded(one, event))

    def _compare_ours(self, number: int, outlook: Outlook, found: TieOut, *, own: bool) -> None:
        """Every award of ours among theirs, and what ours come to on the chain."""
        checked: set[int] = set()
        for page in self._pages(lambda c, after: agent_tieout.ours(c, found.month, after, ROWS)):
            with reading(self._engine) as connection:
                theirs = agent_tieout.quantities(connection, number, [one.event_id for one in page])
                batches = agent_batches.of_ids(connection, {one.batch for one in page})
            fresh = [one for one in batches.values() if one.id not in checked]
            self._check(outlook, fresh)
            checked |= {one.id for one in fresh}
            places = [(batches[one.batch], one.row) for one in page]
            standings = awards.standings(self._views, outlook, places)
            for one, standing in zip(page, standings, strict=True):
                line = found.line(self._by_id.get(one.activity, "?"))
                line.awards += 1
                line.award_quantity += standing.quantity
                line.minted_units += standing.minted_units
                line.corrected_units += standing.corrected_units
                stated = theirs.get(one.event_id)
                if stated is not None:
                    if _differs(stated, one, standing):
                        found.differ(_quantity(stated, one, standing, line.activity))
                elif standing.units and (own or not is_own(one.event_id)):
                    found.differ(_not_at_source(one, line.activity))

    def _check(self, outlook: Outlook, batches: Iterable[Batch]) -> None:
        """That the chain holds these very batches."""
        asked = list(batches)
        calls = [("PointsLedger", "batchHash", (outlook.issuer, one.number)) for one in asked]
        for batch, stored in zip(asked, self._views.ask(calls), strict=True):
            if bytes(stored) != data_hash(batch.word_list(), batch.key_list()):
                raise Broken("agent.batch-differs", number=batch.number)

    def _pages(self, ask: Callable[[Any, int], list[Any]]) -> Iterator[list[Any]]:
        """Pages by what each begins with, a growing number."""
        after = 0
        while True:
            with reading(self._engine) as connection:
                page = ask(connection, after)
            if not page:
                return
            yield page
            after = page[-1][0]


def _not_awarded(stated: Stated, event: Event | None) -> Difference:
    """An event of theirs that has no award: it never came, or stands here for a reason."""
    name = stated.value or "?"
    if event is None:
        return Difference(
            "missing", stated.event_id, name, stated.quantity, None, "tieout.never-came"
        )
    why = event.reason or str(event.state)
    return Difference("not-awarded", stated.event_id, name, stated.quantity, event.reported, why)


def _differs(stated: int, one: Ours, standing: awards.Standing) -> bool:
    """Whether the award stands at what the source now says, limits and the year's cap allowed for:
    a correction has to have followed where the source changed its mind, and nowhere else."""
    wanted = standing.rate.convert(min(stated, one.quantity))
    return standing.units != min(wanted, standing.minted_units)


def _quantity(stated: int, one: Ours, standing: awards.Standing, activity: str) -> Difference:
    """With what stands here now: of a corrected award, the least that is worth its units."""
    present = one.reported
    if standing.corrected_units:
        rate = standing.rate
        present = -(-standing.units * rate.denominator // rate.numerator)
    return Difference("quantity", one.event_id, activity, stated, present, "tieout.quantity")


def _not_at_source(one: Ours, activity: str) -> Difference:
    return Difference(
        "not-at-source", one.event_id, activity, None, one.reported, "tieout.not-at-source"
    )


def _unreadable(event_id: str, reason: str) -> Difference:
    return Difference("unreadable", event_id, "?", None, None, reason)


def _file(month: int, by: str, at_s: int) -> dict[str, Any]:
    return {
        "name": f"tie-out {_shown(month)}", "kind": STATEMENT, "content_hash": bytes(32),
        "layout": "{}", "mapping": "{}", "clerk": by, "received_s": at_s,
    }  # fmt: skip


def _shown(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}"
