"""`make bench`: measures gas, speed and memory on a chain of its own, beside their limits.

Writes var/bench.json and prints a table, or the same JSON with ``--json``. A limit that is missed
is shown as missed and is no error: what to do about it is for people to decide.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from scripts.node import ROOT
from tests.bench.figures import Figure, Told
from tests.bench.machine import described, load_average
from tests.bench.sections import SECTIONS, Section

RESULT = ROOT / "var" / "bench.json"
WIDTH = 120
"""Columns of text where the output is no terminal."""
_KEPT = {True: "[green]✓[/]", False: "[red]✗ 未达 missed[/]", None: ""}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures the sections asked for; 0, or 2 for arguments that make no sense."""
    asked = _parser().parse_args(arguments)
    chosen = [section for section in SECTIONS if not asked.only or section.name in asked.only]
    printed, shown = _console(sys.stdout), _console(sys.stderr)
    result: dict[str, Any] = {"quick": asked.quick, "machine": described(), "sections": {}}
    with _progress(shown) as bars:
        for section in chosen:
            began = time.monotonic()
            figures = _measured(section, asked.quick, bars)
            load = load_average()
            result["sections"][section.name] = {
                "seconds": round(time.monotonic() - began, 1),
                "load_average": load,
                "figures": [figure.shown() for figure in figures],
            }
            if not asked.json:
                printed.print(_table(section, figures, load[0]))
    asked.out.parent.mkdir(exist_ok=True)
    asked.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if asked.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        printed.print(_summary(result), asked.out.name, sep="\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bench", description="测量燃料、速度与内存 · measures gas, speed and memory"
    )
    names = [section.name for section in SECTIONS]
    parser.add_argument(
        "--only", action="append", choices=names, help="只测此部分 · this section alone"
    )
    parser.add_argument("--quick", action="store_true", help="少量样本 · small samples")
    parser.add_argument(
        "--out", type=Path, default=RESULT, help="结果文件 · where the JSON goes [var/bench.json]"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON · print JSON, no table")
    return parser


def _console(file: TextIO) -> Console:
    return Console(file=file, width=None if file.isatty() else WIDTH)


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    """Bars that go away when all is done; tables are printed above them."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
        yield bars


def _measured(section: Section, quick: bool, bars: Progress) -> list[Figure]:
    """The section's figures, measured in a folder that is gone afterwards."""
    label = f"{section.words.zh} · {section.words.en}"
    task = bars.add_task(label, total=section.steps(quick))
    told: Told = lambda: bars.advance(task)  # noqa: E731
    with tempfile.TemporaryDirectory(prefix="tongdui-bench-") as name:
        figures = list(section.measure(Path(name), quick, told))
    bars.remove_task(task)
    return figures


def _table(section: Section, figures: Sequence[Figure], load: float) -> Table:
    """Each figure with its limit; where it varies, from its smallest repeat to its largest."""
    title = f"{section.words.zh} · {section.words.en}（负载 load {load}）"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("项目 · figure")
    table.add_column("中位 median", justify="right", no_wrap=True)
    table.add_column("最小–最大 min–max", justify="right", no_wrap=True)
    table.add_column("单位 unit", no_wrap=True)
    table.add_column("限值 limit", no_wrap=True)
    for figure in figures:
        varies = len(figure.values) > 1
        spread = f"{_number(figure.least)}–{_number(figure.most)}" if varies else ""
        label = f"{figure.words.zh}\n[dim]{figure.words.en}[/]"
        verdict = f"{figure.limit or ''} {_KEPT[figure.kept]}"
        table.add_row(label, _number(figure.median), spread, str(figure.unit), verdict)
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def _summary(result: dict[str, Any]) -> str:
    """How many limits there are and which are missed."""
    figures = [f for section in result["sections"].values() for f in section["figures"]]
    missed = [f["name"] for f in figures if f["kept"] is False]
    judged = sum(f["kept"] is not None for f in figures)
    words = f"限值 {judged} 项，未达 {len(missed)} 项 · {len(missed)} of {judged} limits missed"
    return "\n".join([words, *(f"  {name}" for name in missed)])


if __name__ == "__main__":
    sys.exit(main())
