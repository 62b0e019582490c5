"""Disputes as they stand on the chain, with the words behind their reasons where they are known.

The chain keeps the SHA-256 of the words; whoever has them may hand them in, and they are kept only
where they are those. Amounts are units of 0.01 point.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ledger.errors import Rejected
from ledger.index.rows import DisputeRow
from ledger.redeeming.workplace import Workplace
from ledger.rules.refusal import RuleRefusal
from ledger.store import index_clearing as clearing
from ledger.store import statements_notes as notes

WORDS_CHARACTERS = 1_000


class Dispute(NamedTuple):
    """A dispute and its words."""

    row: DisputeRow
    words: str | None


def reason_hash(words: str) -> bytes:
    """What the chain keeps of a reason."""
    return hashlib.sha256(words.encode()).digest()


class Disputes:
    """Safe to use from any thread."""

    def __init__(self, work: Workplace, clock: Callable[[], float]) -> None:
        """``clock``: seconds since 1970 of this machine, for when words were noted."""
        self._work = work
        self._clock = clock

    def all(self, origin_window: int | None = None) -> Sequence[Dispute]:
        """In the order of proposal."""
        with self._work.look() as at:
            rows = clearing.disputes(at.projection, origin_window)
            known = notes.reasons(at.operator, [row.reason_hash for row in rows])
        return [Dispute(row, known.get(row.reason_hash)) for row in rows]

    def read(self, dispute_id: bytes) -> Dispute:
        """RuleRefusal("DisputeUnknown")."""
        with self._work.look() as at:
            row = clearing.dispute(at.projection, dispute_id)
            if row is None:
                raise RuleRefusal("DisputeUnknown", dispute_id)
            known = notes.reasons(at.operator, [row.reason_hash])
        return Dispute(row, known.get(row.reason_hash))

    def note_words(self, dispute_id: bytes, words: str, *, dry_run: bool = False) -> Dispute:
        """Keeps the words of a dispute's reason; Rejected("clearing.reason-differs")."""
        found = self.read(dispute_id)
        if reason_hash(words) != found.row.reason_hash:
            raise Rejected("clearing.reason-differs", field="reason", hash=found.row.reason_hash)
        if not dry_run:
            with self._work.change() as at:
                notes.note_reason(at.operator, found.row.reason_hash, words, int(self._clock()))
        return Dispute(found.row, words)
