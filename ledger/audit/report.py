"""The report of an audit: a verdict a subject, what was read, and what no node can tell.

Subjects are the eleven invariants and six further checks. Rendering is plain lines, which a command
line may colour; ``exit_code`` is 1 as soon as anything is broken. Knows no chain.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ledger.audit.findings import Finding
from ledger.audit.subjects import LIMITS, SUBJECTS
from ledger.errors import FieldValue
from ledger.refusals.entry import Lang
from ledger.refusals.values import MemberName

Langs = Lang | Literal["both"]


class Outcome(enum.StrEnum):
    """What a node's data says of a subject."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNDECIDABLE = "not-decidable"


_MARKS = {Outcome.HOLDS: "✓", Outcome.BROKEN: "✗", Outcome.UNDECIDABLE: "?"}
_WORDS: dict[Outcome, dict[Lang, str]] = {
    Outcome.HOLDS: {"zh": "成立", "en": "holds"},
    Outcome.BROKEN: {"zh": "被破坏", "en": "broken"},
    Outcome.UNDECIDABLE: {"zh": "节点无法判定", "en": "not decidable from a node"},
}


@dataclass(frozen=True)
class Verdict:
    """Of one subject: ``1`` to ``11``, or a further check by its name."""

    subject: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    """Those that were kept."""
    found: int = 0
    """How many there were in all."""

    def statement(self, lang: Lang) -> str:
        """What should hold."""
        return SUBJECTS[self.subject].says[lang]

    def basis(self, lang: Lang) -> str:
        """What the verdict rests on, or what decides where no node can."""
        return SUBJECTS[self.subject].basis[lang]


@dataclass(frozen=True)
class Coverage:
    """What was read and recomputed."""

    chain_id: int
    first_block: int
    last_block: int
    last_block_hash: bytes
    last_block_time_s: int
    views_block: int | None
    """Block whose state the contracts' own views answered for; None if the node kept none."""
    batches: int
    awards: int
    holds: int
    corrections: int
    windows: int
    accounts: int
    accounts_compared: int
    """How many accounts' lots were compared with the contract's own answer."""
    awards_compared: int
    holds_compared: int


@dataclass(frozen=True)
class Report:
    """All verdicts, in the order of ``SUBJECTS``."""

    verdicts: tuple[Verdict, ...]
    coverage: Coverage
    seconds: float
    """How long it took; no part of the judgement."""

    @property
    def exit_code(self) -> int:
        """0 where nothing is broken, else 1."""
        return int(any(v.outcome is Outcome.BROKEN for v in self.verdicts))

    def verdict(self, subject: str) -> Verdict:
        """The verdict of one subject; KeyError for an unknown one."""
        return {v.subject: v for v in self.verdicts}[subject]

    def to_json(self) -> dict[str, Any]:
        """For machines: bytes as 0x text, sentences in both languages."""
        return {
            "outcome": "broken" if self.exit_code else "holds",
            "coverage": {n: _plain(v) for n, v in vars(self.coverage).items()},
            "seconds": round(self.seconds, 3),
            "verdicts": [_verdict_json(v) for v in self.verdicts],
            "limits": [dict(limit) for limit in LIMITS],
        }

    def lines(self, lang: Langs = "both", member_name: MemberName | None = None) -> list[str]:
        """For people: what was read, each verdict with its findings, what stays unknown."""
        langs: tuple[Lang, ...] = ("zh", "en") if lang == "both" else (lang,)
        told = [_coverage_line(self.coverage, one) for one in langs]
        for verdict in self.verdicts:
            told.extend(_verdict_lines(verdict, langs, member_name))
        for limit in LIMITS:
            told.extend(f"· {limit[one]}" for one in langs)
        return told


def _verdict_lines(
    verdict: Verdict, langs: tuple[Lang, ...], member_name: MemberName | None
) -> Iterator[str]:
    for lang in langs:
        head = f"{_MARKS[verdict.outcome]} {verdict.subject} {_WORDS[verdict.outcome][lang]}"
        yield f"{head} · {verdict.statement(lang)}"
    if verdict.outcome is Outcome.UNDECIDABLE:
        yield from (f"    {verdict.basis(lang)}" for lang in langs)
    for finding in verdict.findings:
        yield from (f"    - {finding.sentence(lang, member_name)}" for lang in langs)
    if verdict.found > len(verdict.findings):
        more = verdict.found - len(verdict.findings)
        yield from (f"    … +{more}" for _ in langs[:1])


def _coverage_line(c: Coverage, lang: Lang) -> str:
    views = c.views_block if c.views_block is not None else "—"
    if lang == "zh":
        return (
            f"区块 {c.first_block}–{c.last_block}：{c.batches} 批 {c.awards} 笔授予，"
            f"{c.holds} 笔预留，{c.corrections} 笔更正，{c.windows} 个清算窗口，"
            f"{c.accounts} 个账户；与合约自身答复核对（区块 {views}）："
            f"账户 {c.accounts_compared} 个，授予 {c.awards_compared} 笔，"
            f"预留 {c.holds_compared} 笔"
        )
    return (
        f"Blocks {c.first_block}–{c.last_block}: {c.batches} batches with {c.awards} awards, "
        f"{c.holds} holds, {c.corrections} corrections, {c.windows} windows, {c.accounts} "
        f"accounts; compared with the contracts' own answers (block {views}): "
        f"{c.accounts_compared} accounts, {c.awards_compared} awards, {c.holds_compared} holds"
    )


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "subject": verdict.subject,
        "outcome": str(verdict.outcome),
        "statement": {"zh": verdict.statement("zh"), "en": verdict.statement("en")},
        "basis": {"zh": verdict.basis("zh"), "en": verdict.basis("en")},
        "found": verdict.found,
        "findings": [_finding_json(finding) for finding in verdict.findings],
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "fields": {name: _plain(value) for name, value in finding.fields.items()},
        "zh": finding.sentence("zh"),
        "en": finding.sentence("en"),
    }


def _plain(value: FieldValue) -> FieldValue:
    return "0x" + value.hex() if isinstance(value, bytes) else value
