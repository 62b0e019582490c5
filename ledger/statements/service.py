"""Use cases of statements at one workplace: read, refer to an invoice, match a till.

Whose business a statement is, the caller judges. Commits here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ledger.clearing.statement import Invoice, Statement
from ledger.clearing.till import Matching, TillLine, match, order_sums
from ledger.clearing.windows import state_of
from ledger.redeeming.seeing import indexed
from ledger.redeeming.workplace import Look, Workplace
from ledger.rules.refusal import RuleRefusal
from ledger.statements.compiling import compile_statement
from ledger.store import index_clearing as clearing
from ledger.store import statements_notes as notes


class Heading(NamedTuple):
    """One line of a member's list of statements."""

    window: int
    state: str
    units: int
    """The member's position."""
    invoice: Invoice | None


class Statements:
    """Safe to use from any thread."""

    def __init__(self, work: Workplace, clock: Callable[[], float]) -> None:
        """``clock``: seconds since 1970 of this machine, for when a reference was noted."""
        self._work = work
        self._clock = clock

    def read(self, window: int, member: int) -> Statement:
        """As it stands; RuleRefusal("WindowUnknown") or ("MemberUnknown")."""
        with self._work.look() as at:
            self._require(at, member)
            return compile_statement(at, window, member)

    def headings(self, member: int, before: int | None, most: int) -> list[Heading]:
        """A member's statements, newest first, of windows below a number."""
        with self._work.look() as at:
            self._require(at, member)
            rows = [
                r for r in clearing.windows(at.projection) if before is None or r.number < before
            ]
            return [
                Heading(
                    row.number,
                    state_of(row),
                    clearing.positions(at.projection, row.number).get(member, 0),
                    self._invoice(at, row.number, member),
                )
                for row in reversed(rows[-most:])
            ]

    def note_invoice(
        self, window: int, member: int, reference: str, *, dry_run: bool = False
    ) -> Invoice:
        """Notes the reference of the member's invoice; those before it are kept, not shown."""
        with self._work.look() as at:
            self._require(at, member)
            if clearing.window(at.projection, window) is None:
                raise RuleRefusal("WindowUnknown", window)
            kept = self._invoice(at, window, member)
        if kept is not None and kept.reference == reference:
            return kept
        noted = Invoice(reference, int(self._clock()))
        if not dry_run:
            with self._work.change() as at:
                notes.note_invoice(at.operator, window, member, *noted)
        return noted

    def match(self, window: int, member: int, till: Sequence[TillLine]) -> Matching:
        """The member's till against its statement, with the windows in which other orders stand."""
        with self._work.look() as at:
            self._require(at, member)
            statement = compile_statement(at, window, member)
            sums = order_sums(statement.lines)
            strangers = sorted({line.order for line in till if line.order not in sums})
            return match(till, sums, _windows(at, strangers, member))

    def _invoice(self, at: Look, window: int, member: int) -> Invoice | None:
        kept = notes.invoice(at.operator, window, member)
        return None if kept is None else Invoice(*kept)

    def _require(self, at: Look, member: int) -> None:
        registry, _ = self._work.rules.at(at.projection, indexed(at.projection).block)
        registry.known(member)


def _windows(at: Look, orders: Sequence[str], member: int) -> dict[str, tuple[int, ...]]:
    """Windows in which the member was owed for these orders."""
    holds = notes.holds_by_order(at.operator, orders)
    entries = clearing.entries_of(at.projection, [name for some in holds.values() for name in some])
    found = dict[bytes, set[int]]()
    for entry in entries:
        if entry.creditor == member:
            found.setdefault(entry.reference, set()).add(entry.window)
    return {
        order: tuple(sorted({n for name in some for n in found.get(name, ())}))
        for order, some in holds.items()
    }
