"""The section of files: how fast a clerk's table becomes events, and in what memory.

The same rows as CSV in GB18030 and as a workbook, at two lengths: a million rows must take the
memory of a tenth of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import tables
from tests.bench.figures import Figure, Limit, Told, Unit, Words
from tests.bench.filereader import Reading, read_apart

SIZES, QUICK_SIZES = (100_000, 1_000_000), (5_000, 50_000)
GROWTH_MOST_PERCENT = 10
"""What memory may grow by while rows grow tenfold and still count as flat."""
_KINDS: dict[str, Callable[[Path, int], None]] = {
    "csv": tables.write_csv,
    "xlsx": tables.write_xlsx,
}


def measure(folder: Path, quick: bool, told: Told) -> Iterator[Figure]:
    """Rows a second and peak memory for each kind, and how memory grows with the rows."""
    for kind, write in _KINDS.items():
        looks = list[Reading]()
        for count in QUICK_SIZES if quick else SIZES:
            path = folder / f"{count}.{kind}"
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, count)
            looks.append(read_apart(path))
            assert looks[-1].events == count, f"{kind}: {looks[-1].events} events of {count} rows"
            path.unlink()
            told()
        yield from _figures(kind, looks)


def steps(quick: bool) -> int:
    """How often ``measure`` calls ``told``: as often when quick."""
    return len(_KINDS) * len(SIZES)


def _figures(kind: str, looks: list[Reading]) -> Iterator[Figure]:
    few, many = looks
    size, name = f"{many.events:,}", kind.upper()
    yield Figure(
        f"files.{kind}.speed",
        Words(f"{name} 读成事件 · {size} 行", f"{name} read into events · {size} rows"),
        Unit.ROWS_PER_S,
        (many.events / many.seconds,),
    )
    yield Figure(
        f"files.{kind}.memory",
        Words(f"{name} 内存峰值 · {size} 行", f"{name} peak memory · {size} rows"),
        Unit.MEBIBYTES,
        (many.peak_mib,),
    )
    yield Figure(
        f"files.{kind}.memory.growth",
        Words(
            f"{name} 行数增至 10 倍时内存的增长", f"{name} memory growth while rows grow tenfold"
        ),
        Unit.PERCENT,
        (100 * (many.peak_mib - few.peak_mib) / few.peak_mib,),
        Limit(GROWTH_MOST_PERCENT),
    )
