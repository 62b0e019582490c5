"""The second pass over keys and ids: none may be used twice, and both places are named.

One partition at a time, in memory bounded by it.
"""

from __future__ import annotations

from pathlib import Path

from ledger.audit.findings import Findings
from ledger.audit.records import KEY, KeyEntry
from ledger.audit.spill import read


def judge_keys(path: Path, findings: Findings) -> None:
    """Every award's key of a partition: in one batch only."""
    seen = dict[bytes, KeyEntry]()
    for fields in read(path, KEY):
        found = KeyEntry(*fields)  # type: ignore[arg-type]
        first = seen.setdefault(found.key, found)
        if first is found or first[1:3] == found[1:3]:  # twice in one batch is not rising
            continue
        findings.add(
            "key-minted-twice", key=found.key, issuer=first.issuer, number=first.number,
            row=first.row, other_issuer=found.issuer, other_number=found.number,
            other_row=found.row,
        )  # fmt: skip


def judge_ids(path: Path, findings: Findings) -> None:
    """Every hold's and gift's id of a partition: taken once."""
    seen = dict[bytes, int]()
    for fields in read(path, KEY):
        found = KeyEntry(*fields)  # type: ignore[arg-type]
        if found.key in seen:
            blocks = {"block": seen[found.key], "other_block": found.number}
            findings.add("id-used-twice", id=found.key, **blocks)
        seen[found.key] = found.number
