"""A chain on which many accounts have points already, and copies of it for each way of sending.

A copy begins as the chain stands and is seen by nobody else, so that every way of sending the same
awards, and every repeat of it, finds the same state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from issuers.sandbox.kinds import Scheme
from ledger.chain import mining
from ledger.chain.signer import TRANSACTION_GAS_MAX, SignedTransaction, Transaction
from ledger.units import month_of
from tests.bench.draws import AWARDS_PER_BATCH, Batch, Draws, accounts
from tests.bench.figures import Told
from tests.bench.world import ISSUERS, KEYS, founded
from tests.support.network import CHAIN_ID, Network

SCHEME = Scheme.TRAFFIC
"""Four activities, and four tenths of a season's events."""
ISSUER = ISSUERS[SCHEME]
SENDER = KEYS[ISSUER]
TOGETHER = 40
"""Transactions handed over before a block is mined: a fifth of its gas for known accounts."""


@contextmanager
def crowded(
    folder: Path, residents: int, told: Told, together: int = TOGETHER
) -> Iterator[tuple[Network, Draws]]:
    """A chain on which ``residents`` accounts, a multiple of 500, have one award each.

    Blocks hold ``together`` batches.
    """
    draws = Draws(SCHEME)
    with founded(folder) as network:
        month = month_of(network.now_s)
        for begin in range(0, residents, AWARDS_PER_BATCH * TOGETHER):
            count = min(TOGETHER, (residents - begin) // AWARDS_PER_BATCH)
            starts = (begin + AWARDS_PER_BATCH * n for n in range(count))
            batches = [draws.batch(accounts(ISSUER, at), month) for at in starts]
            mint(network, batches, together)
        told()
        yield network, draws


@contextmanager
def copied(network: Network) -> Iterator[Network]:
    """A chain of its own that begins as this one stands."""
    with network.chain.rehearsal() as chain:
        yield Network(chain, chain.gateway(), network.deployment)


def signed(network: Network, batches: Sequence[Batch]) -> list[SignedTransaction]:
    """Their transactions, ready to be sent in this order."""
    ledger = network.deployment.contracts["PointsLedger"]
    first = network.gateway.transaction_count(SENDER.address)
    return [
        SENDER.sign_transaction(
            Transaction(ledger, batch.packed(), nonce, TRANSACTION_GAS_MAX, CHAIN_ID)
        )
        for nonce, batch in enumerate(batches, first)
    ]


def mint(network: Network, batches: Sequence[Batch], together: int = TOGETHER) -> None:
    """Mints as fast as the node alone can; then the chain journals it, and all of it is final."""
    push(network, signed(network, batches), together)
    network.chain.advance_to(network.gateway.latest().timestamp_s + 1)
    network.chain.mine()
    check_minted(network, batches[-1].number)


def push(
    network: Network, transactions: Sequence[SignedTransaction], together: int = TOGETHER
) -> None:
    """Hands over and mines, a block of ``together`` at a time."""
    chain = network.chain
    now_s = network.gateway.latest().timestamp_s
    for start in range(0, len(transactions), together):
        now_s += 1
        network.gateway.send_raw([one.raw for one in transactions[start : start + together]])
        mining.mine(chain.rpc, now_s)


def check_minted(network: Network, number: int) -> None:
    """AssertionError unless the issuer's newest batch has that number."""
    state = network.read("PointsLedger", "issuerState", ISSUER)
    assert isinstance(state, tuple)
    assert state[0] == number, f"batch {state[0]} is the newest, not {number}"
