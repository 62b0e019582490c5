"""The node is killed or set back under load: nothing that was reported final is lost."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.audit.verify import verify
from ledger.chain.decode import decode
from ledger.chain.engine import NodeProcess
from ledger.chain.rpc import Rpc
from ledger.events import BatchMinted, Event, HoldCaptured, HoldPlaced, HoldRefunded, HoldReleased
from ledger.store import agent_report
from ledger.store.agent_tables import Inbox
from ledger.store.engine import reading
from ledger.store.outbox_tables import State as Sending
from tests.e2e.busy_town import BATCH_ROWS, EVENT_UNITS, Town, at_work, insist, open_town
from tests.e2e.reported import Reported
from tests.ledger.chain.submitting import Historied
from tests.ledger.index.comparing import differences, unbalanced
from tests.support.network import Network, founded

pytestmark = pytest.mark.slow
EVENTS = 48
"""Shown before each fault."""
BACK_BLOCKS = 6
"""A set-back goes so far below what is journalled, and below what is final."""
HOLDS, LOOKS = 100, 50
"""How often mining is held until something is on its way, and looks while it is."""
LOOK_S = 0.02
DAY_S = 86_400


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with founded(tmp_path / "chain", Historied) as made:
        made.chain.advance_to(made.now_s + 24 * DAY_S)
        yield made


def node_of(town: Town) -> NodeProcess:
    node = town.network.chain._node
    assert node is not None
    return node


def kill(town: Town) -> None:
    """SIGKILL, as a machine's trouble would."""
    node_of(town).process.kill()


def head(town: Town) -> int:
    """The newest journalled block."""
    last = town.network.chain._journal.last
    assert last is not None
    return last.number


@contextmanager
def held(town: Town) -> Iterator[Rpc]:
    """No block is mined inside, and both keys have something at the node that no block holds."""
    for _ in range(HOLDS):
        town.serve(BATCH_ROWS)
        with town.network.chain._lock:
            if gathered(town):
                yield Rpc(town.network.chain.url)
                return
        wait_for_blocks(town, 1)  # everybody may be waiting for a block that buries the last one
    raise AssertionError("never were both keys between send and mined")


def gathered(town: Town) -> bool:
    """Whether both keys come to have something at the node while no block is mined."""
    for _ in range(LOOKS):
        if town.in_flight():
            return True
        time.sleep(LOOK_S)
    return False


def wait_for_blocks(town: Town, blocks: int) -> None:
    """So many more than now, under load."""
    before = head(town)
    town.until(lambda: head(town) >= before + blocks)


def revived(town: Town, old: NodeProcess) -> None:
    """Another node serves, and the chain has gone on."""
    town.until(lambda: node_of(town) is not old and node_of(town).alive())
    wait_for_blocks(town, 2)


def seen_set_back(town: Town, reported: Reported) -> None:
    """Everybody has looked at the node as it is now, and at what they report of it."""
    rounds, looks = town.agent.watch.rounds, reported.looks
    town.until(lambda: town.agent.watch.rounds >= rounds + 3 and reported.looks >= looks + 3)


def killed_at_any_time(town: Town, _reported: Reported) -> None:
    kill(town)


def killed_between_send_and_mined(town: Town, _reported: Reported) -> None:
    with held(town):
        kill(town)


def rolled_back_between_send_and_mined(town: Town, reported: Reported) -> None:
    """With the close of a clearing window in the blocks that vanish."""
    closed = insist(lambda: town.service.close_window("close"))
    with held(town) as rpc:
        rpc.send("anvil_rollback", BACK_BLOCKS)
        seen_set_back(town, reported)
    assert closed.confirmed


def restored_below_what_was_confirmed_nowhere(town: Town, reported: Reported) -> None:
    """An older snapshot, while final awards wait for their source's confirmation."""
    rpc = Rpc(town.network.chain.url)
    with town.network.chain._lock:
        snapshot = rpc.send("evm_snapshot")
    town.source.confirms = False
    wait_for_blocks(town, BACK_BLOCKS)
    town.until(lambda: minted(town) >= BATCH_ROWS)
    with held(town):
        rebuilds = town.index.status().rebuilds
        rpc.send("evm_revert", snapshot)
        town.until(lambda: town.index.status().rebuilds > rebuilds)
        seen_set_back(town, reported)
        town.source.confirms = True


def newest_block_replaced(town: Town, reported: Reported) -> None:
    with held(town) as rpc:
        rpc.send("anvil_reorg", 1, [])
        seen_set_back(town, reported)


def set_back_and_killed(town: Town, reported: Reported) -> None:
    with held(town) as rpc:
        rpc.send("anvil_rollback", BACK_BLOCKS)
        seen_set_back(town, reported)
        kill(town)


FAULTS: tuple[Callable[[Town, Reported], None], ...] = (
    killed_at_any_time,
    killed_between_send_and_mined,
    rolled_back_between_send_and_mined,
    restored_below_what_was_confirmed_nowhere,
    killed_at_any_time,
    newest_block_replaced,
    set_back_and_killed,
)


def minted(town: Town) -> int:
    """Events whose awards are final and that their source has not confirmed."""
    with reading(town.agent.parts.engine) as connection:
        return agent_report.states(connection, notices=False)[Inbox.MINTED]


def play(town: Town, reported: Reported) -> None:
    """Every fault under load, then everything to its end."""
    with reported.watching(), at_work(town):
        for fault in FAULTS:
            town.serve(EVENTS)
            wait_for_blocks(town, BACK_BLOCKS + 2)
            old = node_of(town)
            fault(town, reported)
            revived(town, old)
    town.until(town.idle)
    town.until(lambda: all(one.final for one in town.service.orders(most=1_000).orders))
    town.network.chain.stop_mining()
    town.network.chain.settle()
    top = town.network.chain.gateway().head()
    town.until(lambda: town.index.status().indexed == top)
    reported.look()


def said(town: Town) -> list[Event]:
    """Everything that the contracts said, from the first block on."""
    gateway = town.network.chain.gateway()
    return [e for e in map(decode, gateway.logs(0, gateway.head())) if e is not None]


def assert_on_the_chain(town: Town, reported: Reported) -> None:
    """Each thing sent stands there once, in the very block that was reported."""
    gateway = town.network.chain.gateway()
    blocks = [b for b in gateway.blocks(range(gateway.head() + 1)) if b is not None]
    times = Counter(name for block in blocks for name in block.transactions)
    for one in reported.sent.values():
        block = blocks[one.block]
        assert (block.number, block.hash) == (one.block, one.block_hash)
        assert (times[one.hash], one.hash in block.transactions) == (1, True)
        assert one.state is Sending.FINAL


def assert_done_once(town: Town) -> None:
    """Each event is one award, each order one hold and one end."""
    events = said(town)
    batches = [e for e in events if isinstance(e, BatchMinted)]
    assert [b.number for b in batches] == list(range(1, len(batches) + 1))
    assert sum(b.units for b in batches) == town.shown * EVENT_UNITS
    orders = town.service.orders(most=1_000).orders
    assert {o.id: (o.state, o.captured_units, o.refunded_units) for o in orders} == town.asked
    ends = [end for end, _, _ in town.asked.values()]
    totals = town.service.totals()
    assert totals.by_state == Counter(ends)
    assert totals.captured_units == sum(taken for _, taken, _ in town.asked.values())
    holds = {part.id for order in orders for part in order.parts}
    for kinds in ((HoldPlaced,), (HoldCaptured, HoldReleased)):
        times = Counter(e.id for e in events if isinstance(e, kinds))
        assert times == dict.fromkeys(holds, 1)
    back = [e.id for e in events if isinstance(e, HoldRefunded)]
    assert len(back) == len(set(back)) == sum(1 for o in orders if o.refunded_units)


def test_nothing_final_is_lost_when_the_node_is_killed_or_set_back_under_load(
    network: Network, tmp_path: Path
) -> None:
    with open_town(network, tmp_path) as town:
        reported = Reported(town)
        play(town, reported)
        network.gateway = network.chain.gateway()

        assert reported.broken == []
        assert_on_the_chain(town, reported)
        assert_done_once(town)
        assert len(reported.done) == town.shown
        assert set(reported.orders) == set(town.asked)
        assert len(town.service.windows()) == 2
        accounts = tuple(town.accounts.values())
        assert differences(network, town.projection, accounts) == []
        assert unbalanced(town.projection) == []
        assert verify(network.gateway, network.deployment).exit_code == 0
