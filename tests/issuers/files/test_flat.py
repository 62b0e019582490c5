"""Ten times the rows take the same memory, in each kind that can hold a million of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import tables
from tests.bench.filereader import read_apart

FEW, MANY = 2_000, 20_000
MOST_GROWTH = 1.1


@pytest.mark.slow
@pytest.mark.parametrize("write", [tables.write_csv, tables.write_xlsx])
def test_memory_does_not_grow_with_the_rows(
    write: Callable[[Path, int], None], tmp_path: Path
) -> None:
    path, found = tmp_path / f"a.{write.__name__.removeprefix('write_')}", []
    for count in (FEW, MANY):
        write(path, count)
        found.append(read_apart(path))

    assert [one.events for one in found] == [FEW, MANY]
    assert found[1].peak_mib < found[0].peak_mib * MOST_GROWTH
