"""The journal gives back what was appended, cuts a torn end, and owns up to damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.chain.journal import BlockRecord, Genesis, Journal, read_blocks
from ledger.errors import Broken

GENESIS = Genesis(7, 1_000, 30_000_000)
BLOCKS = [
    BlockRecord(n, 1_000 + n, bytes([n]) * 32, tuple(bytes([n, i]) * 9 for i in range(n % 3)))
    for n in range(1, 6)
]


def written(folder: Path) -> Path:
    """A closed journal of five blocks."""
    journal = Journal(folder / "journal", GENESIS)
    for block in BLOCKS:
        journal.append(block)
    journal.close()
    return journal.path


def test_what_was_appended_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path)

    again = Journal(path, GENESIS._replace(timestamp_s=5))

    assert list(read_blocks(path)) == BLOCKS
    assert list(read_blocks(path, after=3)) == BLOCKS[3:]
    assert again.last == BLOCKS[-1]
    assert again.genesis == GENESIS
    again.close()


def test_a_torn_end_is_cut_wherever_it_was_torn(tmp_path: Path) -> None:
    path = written(tmp_path)
    whole = path.read_bytes()
    last_record = len(whole) - path.stat().st_size // 6

    for size in range(last_record, len(whole)):
        path.write_bytes(whole[:size])
        journal = Journal(path, GENESIS)
        kept = journal.last.number if journal.last else 0
        for block in BLOCKS[kept:]:
            journal.append(block)
        journal.close()
        assert path.read_bytes() == whole


def test_damage_before_the_end_is_broken(tmp_path: Path) -> None:
    path = written(tmp_path)
    whole = path.read_bytes()

    for at in range(0, len(whole) - 100, 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(Broken) as refusal:
            Journal(path, GENESIS)
        assert refusal.value.code in ("chain.journal-damaged", "chain.journal-of-another-chain")


def test_a_block_that_does_not_follow_is_broken(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", GENESIS)

    with pytest.raises(Broken) as refusal:
        journal.append(BLOCKS[1])

    assert refusal.value.fields == {"expected": 1, "found": 2}
    journal.close()
