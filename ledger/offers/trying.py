"""A change that can be tried: judged and made like any other, and then undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.redeeming.workplace import Look, Workplace


class _Undone(Exception):
    """Takes back what was only tried."""


@contextmanager
def changing(work: Workplace, dry_run: bool) -> Iterator[Look]:
    """Both databases, the operator's to write; it commits when left, unless it is a dry run."""
    try:
        with work.change() as at:
            yield at
            if dry_run:
                raise _Undone
    except _Undone:
        pass
