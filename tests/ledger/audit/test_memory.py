"""Memory stays flat: three times the awards take about the same, counted in bytes, not in time."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from ledger.audit.verify import verify
from ledger.chain import calls
from ledger.chain.signer import Transaction
from ledger.units import month_of
from tests.ledger.audit.play import ROOT, name
from tests.support.network import CHAIN_ID, GAS, KEYS, Network, founded
from tests.support.season import MINUTES, VOLUNTEER

ROWS = 25
BATCHES_A_BLOCK = 16
FEW_BLOCKS, MANY_BLOCKS = 4, 12
MOST_GROWTH = 1.15
"""Twice the accounts' partitions would be far above it; a few objects' difference is below."""


def crowded(network: Network) -> list[int]:
    """Many small batches to the same accounts; the number of each block that holds some."""
    residents = [name(f"one of a crowd {row}", 20) for row in range(ROWS)]
    month = month_of(network.now_s)
    ledger = network.deployment.ledger
    words = [calls.award_word(who, MINUTES, month, 60) for who in residents]
    numbers = []
    for block in range(MANY_BLOCKS):
        raws = []
        for place in range(BATCHES_A_BLOCK):
            nonce = block * BATCHES_A_BLOCK + place
            keys = sorted(name(f"{nonce} {row}") for row in range(ROWS))
            data = calls.mint_batch(nonce + 1, words, keys, ROOT)
            made = Transaction(ledger, data, nonce, GAS, CHAIN_ID)
            raws.append(KEYS[VOLUNTEER].sign_transaction(made).raw)
        network.gateway.send_raw(raws)
        network.chain.mine()
        numbers.append(network.gateway.head())
    network.chain.settle()
    return numbers


def peak_bytes(network: Network, until: int) -> tuple[int, int]:
    """(awards, most bytes held at a time) of an audit up to that block."""
    tracemalloc.start()
    try:
        report = verify(network.gateway, network.deployment, until=until, sample=0)
        assert report.exit_code == 0
        return report.coverage.awards, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_three_times_the_awards_take_about_the_same_memory(tmp_path: Path) -> None:
    with founded(tmp_path) as network:
        blocks = crowded(network)
        peak_bytes(network, blocks[0])  # what is made once is made now

        few, few_peak = peak_bytes(network, blocks[FEW_BLOCKS - 1])
        many, many_peak = peak_bytes(network, blocks[-1])

    assert (few, many) == tuple(n * BATCHES_A_BLOCK * ROWS for n in (FEW_BLOCKS, MANY_BLOCKS))
    assert many_peak < few_peak * MOST_GROWTH, (few_peak, many_peak)
