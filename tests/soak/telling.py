"""What the run says on its way: line by line in both languages, with the time since it began."""

from __future__ import annotations

import time
from typing import NamedTuple

_BEGAN = time.monotonic()


class Words(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} · {self.en}"


def say(zh: str, en: str) -> None:
    """A line of progress, shown at once."""
    print(f"{time.monotonic() - _BEGAN:6.1f} s  {Words(zh, en)}", flush=True)
