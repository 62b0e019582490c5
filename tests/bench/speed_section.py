"""The section of speed: the same awards by the chain alone, by the product, and by web3.py.

Every repeat of every way begins on a copy of one chain with many known accounts. The limit is the
embedded chain's own: handed transactions signed beforehand, it mines and journals them by the same
miner that serves the product, and nobody asks it for anything. Turns alternate which of the two
goes first; shares are of medians. What the node does without a journal stands beside it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ledger.chain.decode import event_topic
from ledger.chain.sending import AT_A_TIME
from ledger.events import BatchMinted
from ledger.units import month_of
from tests.bench import by_web3, product
from tests.bench.crowd import SENDER, check_minted, copied, crowded, push, signed
from tests.bench.draws import AWARDS_PER_BATCH, Batch
from tests.bench.figures import Figure, Limit, Told, Unit, Words
from tests.support.network import Network

RESIDENTS, QUICK_RESIDENTS = 20_000, 2_000
BATCHES, QUICK_BATCHES = 160, 8
WEB3_BATCHES = 10
"""So many for web3.py: it needs the longest by far."""
REPEATS, QUICK_REPEATS = 5, 2
POLL_S = 0.005
SHARE_LEAST_PERCENT = 40


class Rates(NamedTuple):
    """Awards per second in one turn."""

    alone: float
    chain: float
    accepted: float
    final: float
    indexed: float
    web3: float


def measure(folder: Path, quick: bool, told: Told) -> Iterator[Figure]:
    """Awards per second by each way, their share of the node's own, and the time of one award."""
    residents = QUICK_RESIDENTS if quick else RESIDENTS
    with crowded(folder / "chain", residents, told) as (network, draws):
        wanted = QUICK_BATCHES if quick else BATCHES
        batches = list(draws.batches(residents, wanted, month_of(network.now_s)))
        turns = [
            _turn(network, batches, folder / f"turn-{turn}", told, product_first=turn % 2 == 1)
            for turn in range(QUICK_REPEATS if quick else REPEATS)
        ]
    yield from _rates(turns)
    yield from _shares(turns)
    per_award = tuple(1e6 / turn.indexed for turn in turns)
    yield Figure(
        "speed.award.time",
        Words("每笔授予的时间，交来到入库", "time of one award, handed in until indexed"),
        Unit.MICROSECONDS,
        per_award,
    )


def steps(quick: bool) -> int:
    """How often ``measure`` calls ``told``."""
    return 1 + 3 * (QUICK_REPEATS if quick else REPEATS)


def _turn(
    network: Network, batches: Sequence[Batch], folder: Path, told: Told, *, product_first: bool
) -> Rates:
    """Each way once, chain and product one right after the other."""
    awards = len(batches) * AWARDS_PER_BATCH
    if product_first:
        timing, chain_s = _product(network, batches, folder), _chain_s(network, batches)
    else:
        chain_s, timing = _chain_s(network, batches), _product(network, batches, folder)
    told()
    alone_s = _alone_s(network, batches)
    told()
    few = batches[:WEB3_BATCHES]
    with copied(network) as copy:
        web3_s = by_web3.send(copy, few)
    told()
    return Rates(
        alone=awards / alone_s,
        chain=awards / chain_s,
        accepted=awards / timing.accepted_s,
        final=awards / timing.final_s,
        indexed=awards / timing.indexed_s,
        web3=len(few) * AWARDS_PER_BATCH / web3_s,
    )


def _product(network: Network, batches: Sequence[Batch], folder: Path) -> product.Timing:
    packed, proof = [batch.packed for batch in batches], event_topic(BatchMinted)
    with copied(network) as copy:
        timing = product.send(copy, SENDER, "PointsLedger", packed, folder, proof)
        check_minted(copy, batches[-1].number)
    return timing


def _chain_s(network: Network, batches: Sequence[Batch]) -> float:
    """Seconds until all that was signed beforehand is mined, journalled and final."""
    with copied(network) as copy:
        transactions = signed(copy, batches)
        wanted = copy.gateway.transaction_count(SENDER.address) + len(transactions)
        with product.mining(copy):
            began = time.perf_counter()
            for start in range(0, len(transactions), AT_A_TIME):
                part = transactions[start : start + AT_A_TIME]
                copy.gateway.send_raw([one.raw for one in part])
            while copy.gateway.transaction_count(SENDER.address) < wanted:
                time.sleep(POLL_S)
            last = copy.gateway.head()
            while copy.gateway.finalized() < last:
                time.sleep(POLL_S)
            took_s = time.perf_counter() - began
        check_minted(copy, batches[-1].number)
    return took_s


def _alone_s(network: Network, batches: Sequence[Batch]) -> float:
    """Seconds that the node needs to take and execute the same without a journal."""
    with copied(network) as copy:
        transactions = signed(copy, batches)
        began = time.perf_counter()
        push(copy, transactions)
        took_s = time.perf_counter() - began
        check_minted(copy, batches[-1].number)
    return took_s


def _rates(turns: Sequence[Rates]) -> Iterator[Figure]:
    for name, zh, en in (
        ("chain", "内置链自身上限：预签批次，出块并记入日志", "the embedded chain's own limit"),
        ("alone", "仅节点：只执行，不记日志", "the node alone, without a journal"),
        ("accepted", "已受理：打包、签名、落盘", "accepted: packed, signed, on disk"),
        ("final", "已终局：上链并确认", "final: mined and known to be"),
        ("indexed", "已入库：终局并进入索引", "indexed: final and in the index"),
        ("web3", "经 web3.py 合约调用，到回执", "by web3.py's contract calls, to the receipt"),
    ):
        values = tuple(getattr(turn, name) for turn in turns)
        yield Figure(f"speed.{name}", Words(zh, en), Unit.AWARDS_PER_S, values)


def _shares(turns: Sequence[Rates]) -> Iterator[Figure]:
    """Of one median by another: a single value each."""
    for way, of, zh, en in (
        ("indexed", "chain", "入库速度占内置链上限", "indexed, of the embedded chain's own limit"),
        ("final", "chain", "终局速度占内置链上限", "final, of the embedded chain's own limit"),
        ("indexed", "alone", "入库速度占仅节点", "indexed, of the node alone"),
        ("web3", "chain", "web3.py 占内置链上限", "web3.py, of the embedded chain's own limit"),
    ):
        asked = (way, of) == ("indexed", "chain")
        yield Figure(
            f"speed.share.{way}.{of}",
            Words(zh, en),
            Unit.PERCENT,
            (100 * _median(turns, way) / _median(turns, of),),
            Limit(SHARE_LEAST_PERCENT, at_least=True) if asked else None,
        )


def _median(turns: Sequence[Rates], name: str) -> float:
    values: list[float] = [getattr(turn, name) for turn in turns]
    return statistics.median(values)
