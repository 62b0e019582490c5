"""A batch whose calldata is not what was minted still moves points, and every one is explained."""

from __future__ import annotations

import pytest

from ledger.errors import Broken
from ledger.index.columns import EntryKind
from ledger.index.project import Stretch
from ledger.index.rows import AwardRow, BatchRow, EntryRow, LotRow
from ledger.index.take import take_final
from ledger.store.engine import transaction
from ledger.store.index_query import rows
from ledger.store.index_schema import open_index
from tests.ledger.index.measure import BATCH, BATCHES_A_BLOCK, BLOCKS_A_STRETCH, stretches

AWARDS = BATCH * BATCHES_A_BLOCK * BLOCKS_A_STRETCH


@pytest.fixture(scope="module")
def stretch() -> Stretch:
    """Blocks full of batches."""
    return next(stretches(AWARDS))


@pytest.mark.parametrize("other", [b"", b"\1" * 5_000, None], ids=["none", "other", "swapped"])
def test_without_its_rows_a_batch_makes_entries_and_the_same_lots(
    stretch: Stretch, other: bytes | None
) -> None:
    names = list(stretch.calldata)
    swapped = dict(zip(names, [*list(stretch.calldata.values())[1:], b""], strict=True))
    calldata = swapped if other is None else dict.fromkeys(names, other)

    with open_index("sqlite://") as opened, transaction(opened.engine) as connection:
        take_final(connection, stretch._replace(calldata=calldata))
        batches, entries = rows(connection, BatchRow), rows(connection, EntryRow)
        awards, lots = rows(connection, AwardRow), rows(connection, LotRow)

    assert (awards, {batch.listed for batch in batches}) == ([], {False})
    assert {entry.kind for entry in entries} == {EntryKind.AWARD}
    assert len(entries) == AWARDS
    minted = sum(batch.units for batch in batches)
    assert sum(lot.free_units for lot in lots) == minted == sum(entry.units for entry in entries)


def test_transfers_that_nothing_explains_stop_the_index(stretch: Stretch) -> None:
    first = min(stretch.logs)
    cut = stretch._replace(logs={first: stretch.logs[first][: BATCH // 2]})

    with open_index("sqlite://") as opened, transaction(opened.engine) as connection:
        with pytest.raises(Broken, match=r"^index\.unexplained-transfers"):
            take_final(connection, cut)

        assert rows(connection, LotRow) == []
