"""A very full newest block is left until the next one buries it, and no longer than that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.chain.gateway import Gateway
from ledger.chain.types import Block, Finality, LogRange
from ledger.index.index import HEAVY_GAS, PATIENCE_S, Index, open_index
from ledger.index.read import FIRST_SPAN_BLOCKS, LOGS_WANTED, SPAN_BLOCKS, Pace
from tests.ledger.chain.submitting import Clock
from tests.ledger.index.conftest import Played


class Full(Gateway):
    """Shows every newest block as full of transactions."""

    def latest(self) -> Block:
        return super().latest()._replace(gas_used=HEAVY_GAS)


@dataclass(frozen=True)
class Waiting:
    """An index whose newest block is full, and the clock that bounds its patience."""

    index: Index
    clock: Clock


@pytest.fixture
def waiting(played: Played, request: pytest.FixtureRequest) -> Iterator[Waiting]:
    """Over the season, with the finality that the test names, ``depth 1`` unless it does."""
    of, clock = played.network.gateway, Clock()
    finality = Finality.parse(getattr(request, "param", "depth 1"))
    with open_index("sqlite://") as opened:
        gateway = Full(of.rpc, of.chain_id, finality)
        yield Waiting(Index(opened.engine, gateway, played.network.deployment, clock=clock), clock)


def test_it_is_left_and_nothing_else_is(played: Played, waiting: Waiting) -> None:
    left = waiting.index.step(patient=True)

    head = played.network.gateway.head()
    assert (left.indexed, left.left, left.complete) == (head - 1, 1, True)
    waiting.index.catch_up()
    assert waiting.index.digest() == played.index.digest()


def test_patience_ends(played: Played, waiting: Waiting) -> None:
    waiting.index.step(patient=True)
    waiting.clock.now_s = PATIENCE_S

    taken = waiting.index.step(patient=True)

    assert (taken.indexed, taken.left) == (played.network.gateway.head(), 0)
    assert waiting.index.digest() == played.index.digest()


@pytest.mark.parametrize("waiting", ["latest", "depth 2"], indirect=True)
def test_where_the_next_block_makes_nothing_final_it_is_not_left(
    played: Played, waiting: Waiting
) -> None:
    taken = waiting.index.step(patient=True)

    assert (taken.indexed, taken.left) == (played.network.gateway.head(), 0)


def test_a_block_that_is_not_full_is_not_left(played: Played, tmp_path: Path) -> None:
    with open_index(tmp_path / "index.db") as opened:
        index = Index(opened.engine, played.network.gateway, played.network.deployment)

        taken = index.step(patient=True)

    assert (taken.indexed, taken.left) == (played.network.gateway.head(), 0)


def test_stretches_hold_about_the_logs_wanted() -> None:
    pace, spans = Pace(), list[int]()

    for logs_in_a_block in (0, 0, LOGS_WANTED, LOGS_WANTED, 100, 100, 100, 100, 100, 100, 100, 100):
        spans.append(pace.span_blocks)
        pace.note(_range(pace.span_blocks, logs_in_a_block))

    assert spans[:4] == [FIRST_SPAN_BLOCKS, 2 * FIRST_SPAN_BLOCKS, 4 * FIRST_SPAN_BLOCKS, 1]
    assert spans[4:6] == [1, 2]
    assert max(spans[4:]) == LOGS_WANTED // 100


def test_an_empty_chain_is_read_in_the_longest_stretches() -> None:
    pace = Pace()

    for _ in range(20):
        pace.note(_range(pace.span_blocks, 0))
    pace.note(_range(1, 0))

    assert pace.span_blocks == SPAN_BLOCKS


def _range(blocks: int, logs_in_a_block: int) -> LogRange:
    class Many(list[object]):
        def __len__(self) -> int:
            return blocks * logs_in_a_block

    return LogRange(1, blocks, Many())  # type: ignore[arg-type]
