"""However it was built, the projection is the same: steps of any size, crashes, rebuilds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ledger.chain.gateway import Gateway
from ledger.chain.rpc import Rpc
from ledger.chain.types import Finality
from ledger.index.index import WRITTEN, Index, open_index
from ledger.index.rows import LotRow
from ledger.store.engine import Engine, transaction
from ledger.store.index_query import rows
from ledger.store.index_tables import TABLES, TRAIL, UNDO
from tests.ledger.index.comparing import caught_up
from tests.ledger.index.conftest import Played

pytestmark = pytest.mark.slow


class Crash(Exception):
    """Stands for a death of the process."""


class CrashAt:
    """Raises the nth time that a point is reached."""

    def __init__(self, point: str, nth: int) -> None:
        self.point = point
        self.left = nth

    def reach(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if self.left == 0:
                raise Crash


def index_of(
    played: Played, engine: Engine, finality: str = "depth 1", faults: CrashAt | None = None
) -> Index:
    """Over the season's chain, under a rule of what is final."""
    final = Finality.parse(finality)
    gateway = Gateway(Rpc(played.network.chain.url), played.network.gateway.chain_id, final)
    return Index(engine, gateway, replace(played.network.deployment, finality=final), faults)


@pytest.mark.parametrize(
    ("most_blocks", "finality"),
    [(1, "latest"), (1_000, "latest"), (1, "depth 500"), (7, "depth 500"), (7, "depth 30")],
)
def test_neither_step_nor_finality_changes_the_digest(
    played: Played, most_blocks: int, finality: str
) -> None:
    with open_index("sqlite://") as opened:
        index = caught_up(index_of(played, opened.engine, finality), most_blocks)

        assert index.digest() == played.index.digest()


def test_a_rebuild_comes_to_the_same(played: Played) -> None:
    with open_index("sqlite://") as opened:
        index = index_of(played, opened.engine)
        index.step(20)
        early = index.digest()

        progress = index.rebuild()

        assert early != index.digest() == played.index.digest()
        assert (progress.complete, progress.rebuilt) == (True, False)
        assert index.status().rebuilds == 0


def test_one_row_that_is_otherwise_changes_the_digest(played: Played) -> None:
    with open_index("sqlite://") as opened:
        index = index_of(played, opened.engine)
        index.catch_up()
        with transaction(opened.engine) as connection:
            lots = TABLES[LotRow]
            lot = rows(connection, LotRow)[0]
            chosen = lots.update().where(lots.c.account == lot.account)
            connection.execute(chosen.values(free_units=lot.free_units + 1))

        assert index.digest() != played.index.digest()


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("finality", ["depth 1", "depth 30"])
def test_a_crash_at_any_stretch_leaves_whole_ones(
    played: Played, tmp_path: Path, finality: str, side: str
) -> None:
    point = f"{WRITTEN}.{side}"
    for nth in (1, 4, 6):
        with open_index(tmp_path / f"{nth}.db") as opened:
            dying = index_of(played, opened.engine, finality, CrashAt(point, nth))
            with pytest.raises(Crash):
                caught_up(dying, 9)

        with open_index(tmp_path / f"{nth}.db") as opened:
            again = index_of(played, opened.engine, finality)
            before = again.status().indexed
            caught_up(again, 9)

            assert before < again.status().indexed
            assert again.digest() == played.index.digest()


def test_what_it_takes_to_undo_is_kept_for_no_more_than_what_is_not_final(played: Played) -> None:
    with open_index("sqlite://") as opened:
        index = index_of(played, opened.engine, "depth 10")
        index.catch_up()

        with transaction(opened.engine) as connection:
            trail = connection.execute(TRAIL.select().order_by(TRAIL.c.number)).all()
            undo = connection.execute(UNDO.select().with_only_columns(UNDO.c.block)).scalars().all()

        head = played.network.gateway.head()
        assert [block.number for block in trail] == list(range(head - 10, head + 1))
        assert min(undo) > head - 10


def test_at_the_head_a_step_changes_nothing(played: Played) -> None:
    before = played.index.digest()

    progress = played.index.step()

    assert (progress.rows, progress.undone, progress.complete) == (0, 0, True)
    assert played.index.digest() == before
