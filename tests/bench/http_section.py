"""The section of orders over HTTP: 64 clients place and capture, each waiting for every answer.

The API runs as an installation's does, with SQLite, one relayer's key and custodial accounts; node,
API and clients are processes of their own on one machine. An answer waits for the block that holds
the call, so the bound on its time is a block's and half a second. Beside it the same holds and
captures through web3.py's contract calls, one transaction each, without an API.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from issuers.sandbox.kinds import KINDS, Scheme
from issuers.standard.catalogue import load
from ledger.units import month_of
from tests.bench import shop, signed_orders, web3_orders
from tests.bench.crowd import ISSUER, copied, crowded
from tests.bench.draws import AWARDS_PER_BATCH, Batch, Row, accounts
from tests.bench.figures import Figure, Limit, Told, Unit, Words
from tests.bench.shop import Outcome, Purses
from tests.bench.signers import Kind
from tests.bench.timed_api import chain_side_of
from tests.bench.world import ISSUERS, KEYS, event_key
from tests.support.network import Network

ORDERS, QUICK_ORDERS = 2_000, 200
WEB3_ORDERS, QUICK_WEB3_ORDERS = 200, 40
UNITS = 20
"""What a traveller's least award is worth: every resident can afford that."""
THREE = (Scheme.VOLUNTEER, Scheme.ENVIRONMENT, Scheme.CULTURE)
"""Schemes of orders of three holds."""
ORDERS_LEAST_PER_S = 250
LONGEST_MS = shop.BLOCK_S * 1_000 + 500
STAGES = {
    "answers": ("幂等答复的读写", "kept answers, read and written"),
    "recording": ("受理：判断并落盘", "admission: judged and recorded"),
    "batching": ("合批并签名", "put into batches and signed"),
    "sending": ("交给节点", "handed to the node"),
    "following": ("读块找自己的交易", "blocks read for what became of them"),
    "index": ("投影", "the projection"),
    "settling": ("终局后记账", "settled when final"),
    "telling": ("告知等待者", "told to those who wait"),
    "rest": ("HTTP 与其余", "HTTP, threads, keys and the rest"),
    "rest_of_chain_side": ("链侧进程的其余", "the rest of the chain's side"),
}
ANSWERING = ("answers", "recording", "telling")
"""Stages of the process that answers; the others are the chain's side's."""


def measure(folder: Path, quick: bool, told: Told) -> Iterator[Figure]:
    """Orders of one hold and of three, over HTTP; of one hold signed by residents' own keys; orders
    of one hold by web3.py."""
    count = QUICK_ORDERS if quick else ORDERS
    residents = -(-count // AWARDS_PER_BATCH) * AWARDS_PER_BATCH
    with crowded(folder / "chain", residents, told) as (network, _):
        one = [[(ISSUER, account)] for account in accounts(ISSUER, 0, count)]
        found, spent = _served(network, folder / "one", one, UNITS)
        told()
        three, units = _of_three_schemes(network, count // 2)
        found_three, _ = _served(network, folder / "three", three, units)
        told()
        web3_count = QUICK_WEB3_ORDERS if quick else WEB3_ORDERS
        with copied(network) as copy:
            by_web3 = web3_orders.orders_per_s(copy, accounts(ISSUER, 0, web3_count), UNITS)
        told()
        signed = {}
        for kind in Kind:
            signed[kind] = signed_orders.run(network, folder / kind, kind, count // 2, UNITS)
            told()
    yield from _speed("http", Words("一笔预留", "one hold"), found)
    yield from _speed("http.three", Words("三笔预留", "three holds"), found_three, judged=False)
    yield from _speed(
        "http.signed", Words("居民自持密钥签名", "signed"), signed[Kind.SOFTWARE], judged=False
    )
    words = Words("通行密钥签名（P-256）", "signed by passkey (P-256)")
    yield from _speed("http.passkeys", words, signed[Kind.PASSKEY], judged=False)
    words = Words("同样的预留与核销，经 web3.py", "the same holds and captures by web3.py")
    yield Figure("http.web3", words, Unit.ORDERS_PER_S, (by_web3,))
    yield from _stages(spent, count)


def steps(quick: bool) -> int:
    """How often ``measure`` calls ``told``."""
    return 6


def _served(
    network: Network, folder: Path, wallets: Sequence[Purses], units: int
) -> tuple[Outcome, dict[str, float]]:
    """One order of each wallet, on a copy of the chain; what came of it and what stages took."""
    with copied(network) as copy:
        settings = shop.settings_of(folder, copy)
        names, token = shop.open_wallets(settings, wallets), shop.token_of(settings)
        copy.chain.start_mining(shop.BLOCK_S, clock=None)
        with shop.serving(settings) as stages:
            found = shop.run_clients([settings.port], token, names, units)
        copy.chain.stop_mining()
    return found, _spent(stages)


def _spent(stages: Path) -> dict[str, float]:
    """Seconds of processor time by stage, and of each process."""
    ours, theirs = (json.loads(file.read_text("utf-8")) for file in (stages, chain_side_of(stages)))
    both = {name: s + theirs["stages"].get(name, 0.0) for name, s in ours["stages"].items()}
    return both | {"processor": ours["processor_s"], "chain_side": theirs["processor_s"]}


def _of_three_schemes(network: Network, count: int) -> tuple[list[Purses], int]:
    """Wallets with an account in each of three schemes, awarded the same; all that each has."""
    month, units = month_of(network.now_s), 0
    for scheme in THREE:
        kind, issuer = KINDS[scheme][0], ISSUERS[scheme]
        activity = load().activities[kind.code]
        units += kind.high * activity.numerator // activity.denominator
        for begin in range(0, count, AWARDS_PER_BATCH):
            who = accounts(issuer, begin, min(AWARDS_PER_BATCH, count - begin))
            rows = [Row(account, activity.id, month, kind.high) for account in who]
            keys = sorted(event_key(issuer, f"three {begin + n}") for n in range(len(rows)))
            batch = Batch(begin // AWARDS_PER_BATCH + 1, rows, keys, event_key(issuer, "three"))
            network.send(KEYS[issuer], "PointsLedger", batch.packed())
    network.chain.settle()
    by_scheme = [accounts(ISSUERS[scheme], 0, count) for scheme in THREE]
    issuers = [ISSUERS[scheme] for scheme in THREE]
    return [list(zip(issuers, who, strict=True)) for who in zip(*by_scheme, strict=True)], units


def _speed(name: str, what: Words, found: Outcome, *, judged: bool = True) -> Iterator[Figure]:
    zh, en = what
    yield Figure(
        name,
        Words(f"经 HTTP 的兑换单（{zh}，64 个客户端）", f"orders over HTTP: {en}, 64 clients"),
        Unit.ORDERS_PER_S,
        (found.orders_per_s,),
        Limit(ORDERS_LEAST_PER_S, at_least=True) if judged else None,
    )
    errors = float(sum(found.errors.values()))
    words = Words(f"其中的错误（{zh}）", f"errors among them: {en}")
    yield Figure(f"{name}.errors", words, Unit.PIECES, (errors,), Limit(0))
    for step, taken_s in (("place", found.place_s), ("capture", found.capture_s)):
        for percent in (50, 95, 99):
            limit = Limit(LONGEST_MS) if percent == 99 and judged else None
            label = {"place": ("下单", "placed"), "capture": ("核销", "captured")}[step]
            yield Figure(
                f"{name}.{step}.p{percent}",
                Words(f"{label[0]}的答复（{zh}），p{percent}", f"{label[1]}, {en}, p{percent}"),
                Unit.MILLISECONDS,
                (1e3 * _percentile(taken_s, percent),),
                limit,
            )


def _stages(spent_s: dict[str, float], orders: int) -> Iterator[Figure]:
    """Microseconds of processor time for each order."""
    ours_s = sum(spent_s.get(stage, 0.0) for stage in ANSWERING)
    theirs_s = sum(spent_s.get(stage, 0.0) for stage in STAGES if stage not in ANSWERING)
    spent_s = spent_s | {
        "rest": spent_s["processor"] - ours_s,
        "rest_of_chain_side": spent_s["chain_side"] - theirs_s,
    }
    for stage, (zh, en) in STAGES.items():
        each = 1e6 * spent_s.get(stage, 0.0) / orders
        yield Figure(f"http.stage.{stage}", Words(zh, en), Unit.MICROSECONDS, (each,))
    words = Words("应答进程的处理器时间，合计", "the answering process's time, all of it")
    each = 1e6 * spent_s["processor"] / orders
    yield Figure("http.processor", words, Unit.MICROSECONDS, (each,))
    words = Words("链侧进程的处理器时间，合计", "the chain side's time, all of it")
    each = 1e6 * spent_s["chain_side"] / orders
    yield Figure("http.chain_side", words, Unit.MICROSECONDS, (each,))


def _percentile(values: Sequence[float], percent: int) -> float:
    """The least that so many of a hundred do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0
