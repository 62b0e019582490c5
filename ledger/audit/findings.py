"""What an audit can find wrong, in two languages: one line a kind, under the subject it breaks.

Fields of a finding are named so that ``ledger.refusals.values`` shows them: units last. Hashes,
keys and accounts are shown whole, for they are what an auditor looks up. Knows no chain.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from ledger.audit.kinds import KINDS, REASONS
from ledger.errors import FieldValue
from ledger.refusals.entry import Lang
from ledger.refusals.values import MemberName, shown

MOST_KEPT = 50
"""Findings kept of each kind, so that a wholly broken chain fits in memory; all are counted."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. ``code`` is stable; ``fields`` say exactly what and where."""

    code: str
    fields: dict[str, FieldValue]

    @property
    def subject(self) -> str:
        """The invariant's number, or the name of a further check."""
        return KINDS[self.code].subject

    def sentence(self, lang: Lang = "zh", member_name: MemberName | None = None) -> str:
        """The finding in words, every value in it."""
        words = KINDS[self.code]
        text = words.zh if lang == "zh" else words.en
        told = {name: _told(name, value, lang, member_name) for name, value in self.fields.items()}
        return text.format_map(told)


class Count(NamedTuple):
    """How many findings a subject has, and those that were kept."""

    found: int
    kept: list[Finding]


class Findings:
    """Collects what is wrong, bounded. Handed to everything that judges."""

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()
        self._kept: dict[str, list[Finding]] = defaultdict(list)

    def add(self, code: str, /, **fields: FieldValue) -> None:
        """Notes one; ``code`` is one of ``KINDS``."""
        assert code in KINDS, code
        self._found[code] += 1
        if len(self._kept[code]) < MOST_KEPT:
            self._kept[code].append(Finding(code, fields))

    def merge(self, other: Findings) -> None:
        """Takes over what another one collected."""
        self._found.update(other._found)
        for code, kept in other._kept.items():
            room = MOST_KEPT - len(self._kept[code])
            self._kept[code].extend(kept[:room])

    def of(self, subject: str) -> Count:
        """All of a subject."""
        codes = [code for code, kind in KINDS.items() if kind.subject == subject]
        kept = [finding for code in codes for finding in self._kept.get(code, ())]
        return Count(sum(self._found[code] for code in codes), kept)


def _told(name: str, value: FieldValue, lang: Lang, member_name: MemberName | None) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if name == "why" and isinstance(value, str):
        return REASONS[value][0 if lang == "zh" else 1]
    if value is None:
        return "无" if lang == "zh" else "nothing"
    return shown(name, value, lang, member_name)
