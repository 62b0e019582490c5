"""Transfers that are reckoned are those that the node would show; where they can't be, it is asked.

That the season comes to the same rows either way is held by ``test_digest``: what is final is
reckoned, what may still vanish is read.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.chain import decode
from ledger.chain.types import Log
from ledger.events import AwardClipped, BatchMinted, Transfer
from ledger.index.here import Here, Move, move_of
from ledger.index.index import Index, open_index
from ledger.index.lean import lean_part
from ledger.index.reckoning import Unreckoned, reckoned
from ledger.index.rows import RateRow
from ledger.store.engine import Database, transaction
from ledger.store.index_changes import Changes
from tests.ledger.index.conftest import Played

TRANSFER, MINTED = decode.event_topic(Transfer), decode.event_topic(BatchMinted)


@pytest.fixture
def opened(played: Played) -> Iterator[Database]:
    """A projection of the season as far as its third batch."""
    with open_index("sqlite://") as database:
        network, third = played.network, batches(played)[2][-1].block_number
        index = Index(database.engine, network.gateway, network.deployment)
        index.step(third - network.deployment.first_block + 1)
        yield database


def batches(played: Played) -> list[list[Log]]:
    """The ledger's logs of each transaction that minted."""
    gateway, ledger = played.network.gateway, played.network.deployment.ledger
    logs = gateway.logs(0, gateway.head(), [ledger])
    mints = [log.transaction_hash for log in logs if log.topics[0] == MINTED]
    return [[log for log in logs if log.transaction_hash == name] for name in mints]


def place_of(played: Played, logs: list[Log]) -> tuple[BatchMinted, Here, decode.MintCall]:
    """A batch's event, its place with the transfers left out, and what was called."""
    gateway, last = played.network.gateway, logs[-1]
    pairs = [(log, decode.decode(log)) for log in logs]
    clips = [(log.position, one) for log, one in pairs if isinstance(one, AwardClipped)]
    event, block = pairs[-1][1], gateway.block(last.block_number)
    assert isinstance(event, BatchMinted)
    assert block is not None
    name = "0x" + last.transaction_hash.hex()
    calldata = bytes.fromhex(gateway.rpc.call("eth_getTransactionByHash", name)["input"][2:])
    here = Here(
        block.number, last.position, last.transaction_hash, block.timestamp_s, last.address,
        [], clips, calldata, unread=True,
    )  # fmt: skip
    return event, here, decode.mint_call(calldata)


def outcome(played: Played, opened: Database, logs: list[Log], *rows: object) -> list[Move] | None:
    """What a batch's transfers are reckoned to be after such changes; None if they can't be."""
    event, here, call = place_of(played, logs)
    with transaction(opened.engine) as connection:
        changes = Changes(connection)
        for row in rows:
            changes.put(row)  # type: ignore[arg-type]
        try:
            return reckoned(changes, event, here, call)
        except Unreckoned:
            return None


def test_every_transfer_of_the_first_batches_comes_out_as_the_node_shows_it(
    played: Played, opened: Database
) -> None:
    first = batches(played)[:3]

    for logs in first:
        shown = [move_of(log) for log in logs if log.topics[0] == TRANSFER]

        assert outcome(played, opened, logs) == shown

    assert any(len(logs) > 4 for logs in first), "one of them is clipped"


def test_another_rate_does_not_come_out(played: Played, opened: Database) -> None:
    logs = batches(played)[0]
    with transaction(opened.engine) as connection:
        rate = _rate(Changes(connection), played)

    assert outcome(played, opened, logs, rate) is not None
    assert outcome(played, opened, logs, rate._replace(numerator=rate.numerator + 1)) is None
    assert outcome(played, opened, logs, rate._replace(from_month=2**15)) is None


def test_a_clip_at_another_place_or_of_another_award_does_not_come_out(
    played: Played, opened: Database
) -> None:
    logs = next(logs for logs in batches(played) if len({log.topics[0] for log in logs}) == 3)
    event, here, call = place_of(played, logs)
    position, clip = here.clips[0]
    wrong = [
        (position + 1, clip),
        (position, clip._replace(full_units=clip.full_units + 1)),
        (position, clip._replace(row=(clip.row + 1) % event.awards)),
        (position, clip._replace(units=clip.units + 1)),
    ]

    with transaction(opened.engine) as connection:
        for other in wrong:
            place = here._replace(clips=[other, *here.clips[1:]])
            with pytest.raises(Unreckoned):
                reckoned(Changes(connection), event, place, call)


def test_calldata_that_is_not_the_batchs_own_is_not_reckoned_with(
    played: Played, opened: Database
) -> None:
    event, here, _ = place_of(played, batches(played)[0])

    with transaction(opened.engine) as connection, pytest.raises(Unreckoned) as refused:
        reckoned(Changes(connection), event, here, None)

    assert refused.value.block == here.block


def test_a_node_is_not_asked_for_the_transfers_of_batches(played: Played) -> None:
    network = played.network
    deployment, head = network.deployment, network.gateway.head()
    others = [address for address in deployment.addresses if address != deployment.ledger]

    lean = lean_part(network.gateway, deployment.ledger, others, 0, head)

    assert lean is not None
    assert lean.unread
    assert lean.awards > 3
    transfers = {log.block_number for log in lean.part.logs if log.topics[0] == TRANSFER}
    assert transfers
    assert transfers.isdisjoint(lean.unread)
    places = [(log.block_number, log.position) for log in lean.part.logs]
    assert places == sorted(set(places))


def _rate(changes: Changes, played: Played) -> RateRow:
    word = place_of(played, batches(played)[0])[2].words[0]
    book, activity = played.network.deployment.rate_book, decode.award(word).activity
    rate = changes.get(RateRow, book, activity, 1)
    assert rate is not None
    return rate
