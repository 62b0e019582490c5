"""Which awards go into the next batch: what the twin says that the contracts would take now.

Rows are offered in the order of their coming. One that no contract will ever take is set apart with
its reason; where a limit leaves no room, as many as fit go and the rest wait, and the refusal that
holds them is told. Pure: no store, no chain, no source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from issuers.outlook import Outlook, award_words
from ledger.chain.calls import award_word
from ledger.rules import RuleRefusal
from ledger.rules.issuing import Minted
from ledger.store.agent_batches import Batch
from ledger.store.agent_inbox import Candidate

NEVER = {
    "UnknownActivity": "activity.unknown",
    "ForeignActivity": "activity.unknown",
    "NoRateYet": "rate.none",
    "YearClosed": "time.year-closed",
    "AmountOutOfRange": "award.refused",
    "AccountMissing": "award.refused",
    "KeysNotRising": "award.refused",
}
"""The contracts' errors after which a row is not offered again, and the reason that it gets."""
LATER = ("MonthInFuture", "LaneOverflow")
"""Errors of one row that pass with time."""


@dataclass
class Plan:
    """What to do with the rows offered."""

    rows: list[Candidate] = field(default_factory=list)
    """To be minted together, their keys rising."""
    minted: list[Minted] = field(default_factory=list)
    """What each of them comes to, in the same order."""
    never: list[tuple[Candidate, str]] = field(default_factory=list)
    """Never to be minted, and why."""
    held_by: RuleRefusal | None = None
    """What the others wait for."""

    @property
    def units(self) -> int:
        """What the batch would mint, in units of 0.01 point."""
        return sum(one.units for one in self.minted)


def word_of(row: Candidate) -> bytes:
    """The row as the contract reads it."""
    return award_word(row.account, row.activity, row.month, row.quantity)


def play(outlook: Outlook, in_flight: Sequence[Batch]) -> RuleRefusal | None:
    """Mints on the twin what is recorded and not yet in the outlook's block; a refusal means that
    these batches will fail, and nothing can be said of what comes after them."""
    for batch in in_flight:
        if batch.number <= outlook.last_batch:
            continue
        keys = [int.from_bytes(key, "big") for key in batch.key_list()]
        try:
            outlook.points.mint(outlook.caller, batch.number, award_words(batch.word_list()), keys)
        except RuleRefusal as refusal:
            return refusal
    return None


def plan(
    outlook: Outlook,
    number: int,
    offered: Sequence[Candidate],
    whole: frozenset[int] = frozenset(),
) -> Plan:
    """The next batch, ``number``, from these rows. The outlook stays as it is.

    Rows of the activities ``whole`` are minted without a clip or never: what they are worth is
    given up elsewhere.
    """
    made, rows = Plan(), list(offered)
    while rows:
        refusal = _previewed(outlook, number, rows, made)
        if refusal is None:
            clipped = _clipped(made, whole)
            if not clipped:
                return made
            made.never += [(row, "cap.whole") for row in clipped]
            rows = [row for row in rows if row not in clipped]
            continue
        if refusal.name == "IssuanceLimitReached":
            made.held_by = refusal
            rows = _fitting(outlook, number, rows)
        elif refusal.name in NEVER or refusal.name in LATER:
            rows = _without(rows, refusal, made)
        else:
            made.held_by = refusal
            rows = []
    made.rows, made.minted = [], []
    return made


def _previewed(
    outlook: Outlook, number: int, rows: Sequence[Candidate], made: Plan
) -> RuleRefusal | None:
    ordered = sorted(rows, key=lambda row: row.key)
    words = award_words(word_of(row) for row in ordered)
    keys = [int.from_bytes(row.key, "big") for row in ordered]
    try:
        made.minted = outlook.points.preview(outlook.caller, number, words, keys)
    except RuleRefusal as refusal:
        return refusal
    made.rows = ordered
    return None


def _clipped(made: Plan, whole: frozenset[int]) -> list[Candidate]:
    """Rows that may not be clipped, and would be."""
    return [
        row
        for row, one in zip(made.rows, made.minted, strict=True)
        if row.activity in whole and one.units < one.full_units
    ]


def _fitting(outlook: Outlook, number: int, rows: list[Candidate]) -> list[Candidate]:
    """As many of the first as a limit leaves room for: what they mint only grows with each."""
    low, high = 0, len(rows) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if _previewed(outlook, number, rows[:middle], Plan()) is None:
            low = middle
        else:
            high = middle - 1
    return rows[:low]


def _without(rows: list[Candidate], refusal: RuleRefusal, made: Plan) -> list[Candidate]:
    """The rows less the one that the refusal is about."""
    ordered = sorted(rows, key=lambda row: row.key)
    if refusal.name == "LaneOverflow":
        account = bytes.fromhex(str(refusal.values[1])[2:])
        apart = next(row for row in ordered if row.account == account)
    else:
        apart = ordered[int(refusal.values[0])]
    if refusal.name in NEVER:
        made.never.append((apart, NEVER[refusal.name]))
    else:
        made.held_by = refusal
    return [row for row in rows if row is not apart]
