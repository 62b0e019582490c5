"""A bucket lets a burst through, then a steady flow, for each name apart."""

from __future__ import annotations

import pytest

from api.limits import Buckets
from ledger.errors import Unavailable


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_the_next_is_told_when_to_come_again() -> None:
    buckets = Buckets(per_minute=30, burst=3, clock=Clock())

    for _ in range(3):
        buckets.take("a")
    buckets.take("b")
    with pytest.raises(Unavailable) as refusal:
        buckets.take("a")

    assert refusal.value.code == "access.too-many-requests"
    assert refusal.value.fields == {"most": 30, "retry_after": 2}


def test_a_bucket_refills_with_time_and_never_above_its_burst() -> None:
    clock = Clock()
    buckets = Buckets(per_minute=60, burst=2, clock=clock)
    buckets.take("a")
    buckets.take("a")

    clock.now += 3_600
    buckets.take("a")
    buckets.take("a")

    with pytest.raises(Unavailable):
        buckets.take("a")
    clock.now += 1
    buckets.take("a")
