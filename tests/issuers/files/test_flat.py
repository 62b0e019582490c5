"""Ten times the rows take the same memory, in each kind that can hold a million of them; what a
workbook's sheets share is held in part, and found whole."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from issuers.files.strings import BLOCK, HELD_BYTES, SharedStrings
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


def test_shared_strings_are_found_in_any_order_while_few_of_them_are_held() -> None:
    count, chance = 60_000, random.Random(1)
    strings = SharedStrings()
    for number in range(count):
        strings.add(f"{number:0100}")
    strings.done()

    asked = [*range(count), *(chance.randrange(count) for _ in range(200))]
    tracemalloc.start()
    wrong = [number for number in asked if strings[number] != f"{number:0100}"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert wrong == []
    assert peak < 4 * HELD_BYTES < count * 100
    with pytest.raises(IndexError):
        strings[count + BLOCK]
    strings.close()
