"""The embedded chain keeps what it reported final, through kills of the node and of the process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.chain.embedded import EmbeddedChain
from ledger.chain.engine import Engine
from ledger.chain.types import Block
from ledger.errors import Broken, Refused, Rejected
from tests.ledger.chain.conftest import GENESIS
from tests.ledger.chain.contract import ALICE, BOB, CAROL, START_S, creation, poke

Open = Callable[[], EmbeddedChain]

pytestmark = pytest.mark.slow


def blocks(chain: EmbeddedChain) -> list[Block | None]:
    """Every final block."""
    gateway = chain.gateway()
    return gateway.blocks(range(gateway.finalized() + 1))


def busy(chain: EmbeddedChain, rounds: range) -> None:
    """Three senders, several blocks, failures among them."""
    gateway = chain.gateway()
    for n in rounds:
        batch = [poke(BOB, n), poke(CAROL, n, b"" if n % 3 else b"y"), poke(ALICE, n + 1)]
        gateway.send_raw(batch)
        chain.mine()


def kill_node(chain: EmbeddedChain) -> None:
    """SIGKILL, as a machine's trouble would."""
    assert chain._node is not None
    os.kill(chain._node.process.pid, signal.SIGKILL)
    chain._node.process.wait()


def abandon(chain: EmbeddedChain) -> None:
    """What a SIGKILL of the whole process leaves: its locks gone, its node astray."""
    assert chain._lock_file is not None
    chain._lock_file.close()
    chain._lock_file = None


def test_a_stop_and_a_start_give_the_same_blocks(chain: EmbeddedChain, open_chain: Open) -> None:
    busy(chain, range(3))
    before = blocks(chain)
    chain.stop()

    again = open_chain()

    assert blocks(again)[: len(before)] == before


def test_a_killed_node_loses_nothing_final(chain: EmbeddedChain, open_chain: Open) -> None:
    busy(chain, range(5))
    before, logs = blocks(chain), chain.gateway().logs(0, chain.gateway().finalized())
    kill_node(chain)
    abandon(chain)

    again = open_chain()

    assert blocks(again)[: len(before)] == before
    assert again.gateway().logs(0, len(before) - 1) == logs
    assert [path.name for path in again.folder.glob("state-*.json")]


def test_a_killed_process_leaves_a_node_that_the_next_one_ends(
    chain: EmbeddedChain, open_chain: Open
) -> None:
    busy(chain, range(2))
    before = blocks(chain)
    abandon(chain)

    again = open_chain()

    assert chain._node is not None
    assert not chain._node.alive()
    assert blocks(again)[: len(before)] == before


def test_kills_between_dumps_replay_to_the_same_hashes(
    chain: EmbeddedChain, open_chain: Open
) -> None:
    seen: list[Block | None] = []
    for part in (range(2), range(2, 4), range(4, 6)):
        busy(chain, part)
        seen = blocks(chain)
        kill_node(chain)
        abandon(chain)
        chain = open_chain()

    assert blocks(chain)[: len(seen)] == seen


def test_the_miner_starts_a_dead_node_again(chain: EmbeddedChain) -> None:
    busy(chain, range(2))
    before = blocks(chain)
    kill_node(chain)

    chain._round(None)

    assert blocks(chain)[: len(before)] == before


def test_the_miner_mends_a_node_that_was_set_back(chain: EmbeddedChain) -> None:
    snapshot = chain.rpc.send("evm_snapshot")
    busy(chain, range(3))
    before = blocks(chain)
    chain.rpc.send("evm_revert", snapshot)

    chain._round(None)

    assert blocks(chain)[: len(before)] == before


def test_steady_mining_takes_what_waits_and_buries_it(chain: EmbeddedChain) -> None:
    gateway = chain.gateway()
    chain.start_mining(0.01, None)
    gateway.send_raw([poke(BOB, 0)])

    while gateway.transaction_count(BOB.address) == 0 or gateway.finalized() < gateway.head() - 1:
        pass
    chain.stop_mining()

    assert chain.failure is None
    assert len(gateway.logs(0, gateway.head())) == 1


def test_time_moves_forward_only(chain: EmbeddedChain) -> None:
    chain.advance_to(START_S + 86_400 * 30)

    with pytest.raises(Rejected) as refusal:
        chain.advance_to(START_S)

    assert refusal.value.code == "chain.time-goes-back"
    assert chain.gateway().latest().timestamp_s == START_S + 86_400 * 30


def test_a_folder_serves_one_process_only(chain: EmbeddedChain, anvil: Engine) -> None:
    with pytest.raises(Refused) as refusal:
        EmbeddedChain(chain.folder, anvil, GENESIS).start()

    assert refusal.value.code == "chain.locked"


def test_a_rehearsal_leaves_no_trace(chain: EmbeddedChain) -> None:
    busy(chain, range(2))
    before = blocks(chain)

    with chain.rehearsal() as apart:
        assert blocks(apart)[: len(before)] == before
        apart.gateway().send_raw([poke(BOB, 2)])
        apart.settle()
        assert apart.gateway().transaction_count(BOB.address) == 3

    assert chain.gateway().transaction_count(BOB.address) == 2
    assert blocks(chain) == before


def test_a_journal_of_another_chain_is_not_served(chain: EmbeddedChain, anvil: Engine) -> None:
    chain.stop()

    with pytest.raises(Broken) as refusal:
        EmbeddedChain(chain.folder, anvil, GENESIS._replace(chain_id=1)).start()

    assert refusal.value.code == "chain.journal-of-another-chain"


def test_no_account_of_the_nodes_own_has_money(chain: EmbeddedChain, tmp_path: Path) -> None:
    assert chain.rpc.call("eth_accounts") == []
    assert creation()[:1] >= b"\xc0"  # a legacy transaction: an RLP list, no type byte
