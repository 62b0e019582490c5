"""Says what happens on a terminal: sentences in Chinese, English or both, and bars on long work.

The one place that prints. With ``--json`` nothing is said; the command prints its result at its
end. Knows nothing of what is told.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

SHOW_AFTER_S = 2.0
"""Work that is over before this shows no bar."""
PLAIN_EVERY_S = 15.0
"""Where there is no terminal to draw a bar on, a line this often."""


class Lang(StrEnum):
    """Which language is shown."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


Advance = Callable[[int, int], None]
"""(done, of how many)."""


class Teller:
    """Speaks to one terminal."""

    def __init__(self, lang: Lang = Lang.BOTH, *, silent: bool = False) -> None:
        self.lang = lang
        self.silent = silent
        # Not on a terminal: wide, so that a log holds whole lines.
        width = None if sys.stdout.isatty() else 160
        self.console = Console(quiet=silent, highlight=False, width=width)

    def words(self, zh: str, en: str) -> str:
        """The sentence in the chosen language; both stand beside each other, the same one once."""
        if zh == en:
            return zh
        return {Lang.ZH: zh, Lang.EN: en}.get(self.lang, f"{zh} · {en}")

    def step(self, number: int, zh: str, en: str) -> None:
        """A numbered heading."""
        self.console.print()
        self.console.print(f"[bold cyan]{number} {self.words(zh, en)}[/]")

    def say(self, zh: str, en: str, *, style: str = "", mark: str = "") -> None:
        """One line under the heading; what stands in brackets is shown as it is."""
        self.console.print(f"  {mark}{self.words(zh, en)}", style=style or None, markup=False)

    def good(self, zh: str, en: str) -> None:
        """A check that holds."""
        self.say(zh, en, style="green", mark="✓ ")

    def bad(self, zh: str, en: str) -> None:
        """Something that does not hold."""
        self.say(zh, en, style="bold red", mark="✗ ")

    def table(
        self,
        title: tuple[str, str],
        columns: Sequence[tuple[str, str]],
        rows: Sequence[Sequence[object]],
    ) -> None:
        """A table; columns after the first are right-aligned where they hold numbers."""
        table = Table(title=self.words(*title), title_justify="left", title_style="bold")
        for at, column in enumerate(columns):
            numbers = all(isinstance(row[at], int | float) for row in rows)
            table.add_column(self.words(*column), justify="right" if rows and numbers else "left")
        for row in rows:
            table.add_row(*(shown(cell) for cell in row))
        self.console.print(table)

    @contextmanager
    def progress(self, zh: str, en: str) -> Iterator[Advance]:
        """A bar for work of more than two seconds; the block is given what advances it."""
        began = time.monotonic()
        bar = _Bar(self, self.words(zh, en)) if sys.stdout.isatty() else _Lines(self, zh, en)
        try:
            yield bar.advance
        finally:
            bar.end(time.monotonic() - began)


class _Bar:
    """A bar drawn by rich."""

    def __init__(self, teller: Teller, text: str) -> None:
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(
            *columns, TimeElapsedColumn(), console=teller.console, transient=True
        )
        self._task = self._progress.add_task(text, total=None)
        self._began = time.monotonic()
        self._shown = False

    def advance(self, done: int, of: int) -> None:
        if not self._shown and time.monotonic() - self._began > SHOW_AFTER_S:
            self._progress.start()
            self._shown = True
        self._progress.update(self._task, completed=done, total=of)

    def end(self, took_s: float) -> None:
        del took_s
        self._progress.stop()


class _Lines:
    """A line now and then, for logs."""

    def __init__(self, teller: Teller, zh: str, en: str) -> None:
        self._teller, self._zh, self._en = teller, zh, en
        self._last = time.monotonic()

    def advance(self, done: int, of: int) -> None:
        if time.monotonic() - self._last >= PLAIN_EVERY_S:
            self._last = time.monotonic()
            self._teller.say(f"{self._zh} {done}/{of}", f"{self._en} {done}/{of}")

    def end(self, took_s: float) -> None:
        if took_s >= PLAIN_EVERY_S:
            self._teller.say(f"{self._zh}：{took_s:.0f} 秒", f"{self._en}: {took_s:.0f} s")


def shown(cell: object) -> str:
    """Numbers with separators, everything else as it is."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return str(cell)
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.2f}"


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(
        orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
    )
