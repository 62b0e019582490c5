"""The section of speed: the same awards by the node alone, by the product, and by web3.py.

Every repeat of every way begins on a copy of one chain with many known accounts. The node alone is
handed transactions signed beforehand, forty a block, and asked for nothing: what no way of sending
through it can pass. Shares are taken within a turn, so that a machine that slows down for a while
slows both sides.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import orjson

from ledger.units import month_of
from tests.bench import by_web3, product
from tests.bench.crowd import SENDER, TOGETHER, check_minted, copied, crowded, push, signed
from tests.bench.draws import AWARDS_PER_BATCH, Batch
from tests.bench.figures import Figure, Limit, Told, Unit, Words
from tests.support.network import Network

RESIDENTS, QUICK_RESIDENTS = 20_000, 2_000
BATCHES, QUICK_BATCHES = 40, 8
WEB3_SHARE = 4
"""web3.py is given a fourth of the batches: it needs the longest by far."""
REPEATS, QUICK_REPEATS = 3, 2
SHARE_LEAST_PERCENT = 40


class Rates(NamedTuple):
    """Awards per second in one turn."""

    alone: float
    journalled: float
    served: float
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
            _turn(network, batches, folder / f"turn-{turn}", told)
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


def _turn(network: Network, batches: Sequence[Batch], folder: Path, told: Told) -> Rates:
    """Each way once."""
    awards = len(batches) * AWARDS_PER_BATCH
    with copied(network) as copy:
        alone_s = _alone_s(copy, batches)
        served_s = alone_s + _serving_s(copy, network.gateway.head() + 1)
    with copied(network) as copy:
        journalled_s = _journalled_s(copy, batches)
        told()
    with copied(network) as copy:
        packed = [batch.packed for batch in batches]
        timing = product.send(copy, SENDER, "PointsLedger", packed, folder)
        check_minted(copy, batches[-1].number)
        told()
    few = batches[: len(batches) // WEB3_SHARE]
    with copied(network) as copy:
        web3_s = by_web3.send(copy, few)
        told()
    return Rates(
        alone=awards / alone_s,
        journalled=awards / journalled_s,
        served=awards / served_s,
        accepted=awards / timing.accepted_s,
        final=awards / timing.final_s,
        indexed=awards / timing.indexed_s,
        web3=len(few) * AWARDS_PER_BATCH / web3_s,
    )


def _alone_s(network: Network, batches: Sequence[Batch]) -> float:
    """Seconds that the node needs to take and execute what was signed beforehand."""
    transactions = signed(network, batches)
    began = time.perf_counter()
    push(network, transactions)
    took_s = time.perf_counter() - began
    check_minted(network, batches[-1].number)
    return took_s


def _journalled_s(network: Network, batches: Sequence[Batch]) -> float:
    """Seconds that the embedded chain needs until all that was signed beforehand is final."""
    transactions = signed(network, batches)
    began = time.perf_counter()
    for start in range(0, len(transactions), TOGETHER):
        network.gateway.send_raw([one.raw for one in transactions[start : start + TOGETHER]])
        network.chain.mine()
    network.chain.mine()
    took_s = time.perf_counter() - began
    check_minted(network, batches[-1].number)
    return took_s


def _serving_s(network: Network, first: int) -> float:
    """Seconds that the node needs to hand out those blocks' logs once, read by nobody."""
    node = urlsplit(network.chain.url)
    connection = HTTPConnection(node.netloc)
    began = time.perf_counter()
    for number in range(first, network.gateway.head() + 1):
        asked = {"fromBlock": hex(number), "toBlock": hex(number)}
        call = {"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": [asked]}
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/", orjson.dumps(call), headers)
        assert len(connection.getresponse().read()) > AWARDS_PER_BATCH
    connection.close()
    return time.perf_counter() - began


def _rates(turns: Sequence[Rates]) -> Iterator[Figure]:
    for name, zh, en in (
        ("alone", "节点自身上限：预签批次，只执行", "the node's own limit: pre-signed, executed"),
        ("journalled", "内置链：执行并记入日志", "the embedded chain: executed and journalled"),
        ("served", "节点执行并交出事件一次", "the node, its logs handed out once"),
        ("accepted", "已受理：打包、签名、落盘", "accepted: packed, signed, on disk"),
        ("final", "已终局：上链并确认", "final: mined and known to be"),
        ("indexed", "已入库：终局并进入索引", "indexed: final and in the index"),
        ("web3", "经 web3.py 合约调用，到回执", "by web3.py's contract calls, to the receipt"),
    ):
        values = tuple(getattr(turn, name) for turn in turns)
        yield Figure(f"speed.{name}", Words(zh, en), Unit.AWARDS_PER_S, values)


def _shares(turns: Sequence[Rates]) -> Iterator[Figure]:
    for way, of, zh, en in (
        ("indexed", "alone", "入库速度占节点上限", "indexed, of the node's own limit"),
        ("final", "alone", "终局速度占节点上限", "final, of the node's own limit"),
        ("final", "journalled", "终局速度占内置链上限", "final, of the embedded chain's limit"),
        ("indexed", "served", "入库速度占节点执行并交出", "indexed, of what the node hands out"),
        ("web3", "alone", "web3.py 占节点上限", "web3.py, of the node's own limit"),
    ):
        asked = (way, of) == ("indexed", "alone")
        yield Figure(
            f"speed.share.{way}.{of}",
            Words(zh, en),
            Unit.PERCENT,
            tuple(100 * getattr(turn, way) / getattr(turn, of) for turn in turns),
            Limit(SHARE_LEAST_PERCENT, at_least=True) if asked else None,
        )
