"""What several threads ask at once is done in few goes, and each hears what became of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.errors import Refused, TongduiError
from ledger.redeeming.together import Together


class Counter:
    """Doubles numbers, refuses odd ones; the first go waits until told."""

    def __init__(self) -> None:
        self.goes: list[int] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def run(self, asked: Sequence[int]) -> list[int | TongduiError]:
        self.goes.append(len(asked))
        self.begun.set()
        self.go_on.wait()
        return [Refused("a.odd", number=n) if n % 2 else n * 2 for n in asked]


def test_what_gathers_during_a_go_is_done_in_the_next() -> None:
    counter = Counter()
    together = Together(counter.run)

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(together.do, 0)
        counter.begun.wait()
        others = [threads.submit(together.do, number) for number in range(1, 8)]
        while together.waiting() < 7:
            pass
        counter.go_on.set()

    assert first.result() == 0
    assert counter.goes == [1, 7]
    assert [o.result() for o in others[1::2]] == [4, 8, 12]
    assert [str(o.exception()) for o in others[::2]] == [f"a.odd(number={n})" for n in (1, 3, 5, 7)]


def test_what_breaks_a_go_is_raised_to_all_of_it_and_the_next_goes_on() -> None:
    broken = [True]

    def run(asked: Sequence[int]) -> list[int | TongduiError]:
        if broken.pop():
            raise OSError("disk full")
        return list(asked)

    together = Together(run)

    with pytest.raises(OSError, match="disk full"):
        together.do(1)
    broken.append(False)
    assert together.do(2) == 2
