"""How many awards a second the index takes, with the logs already read: ``python -m`` this module.

The logs are made here as a gateway hands them out: batches of 500 awards to 100,000 accounts of two
issuers, in a database file. Fetching and parsing JSON is not measured. ``--profile`` shows where
the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from eth_abi.abi import encode
from eth_hash.auto import keccak

from ledger.chain import calls
from ledger.chain.decode import event_topic
from ledger.chain.types import Block, Log
from ledger.events import BatchMinted, Transfer
from ledger.index.index import open_index
from ledger.index.project import Contract, Stretch
from ledger.index.take import take_final, take_loose
from ledger.store.engine import Engine, transaction
from ledger.units import epoch_of, month_of, start_of_month

BATCH = 500
BATCHES_A_BLOCK = 4
BLOCKS_A_STRETCH = 5
ACCOUNTS = 100_000
LEDGER = b"\x1e" * 20
BEGIN_S = start_of_month(2026 * 12 + 4)
_WORD = 32


def stretches(awards: int, seed: int = 1) -> Iterator[Stretch]:
    """So many awards, as stretches of a chain that nobody ran."""
    draw, number, last = random.Random(seed), 0, {1: 0, 2: 0}
    while number * BATCH * BATCHES_A_BLOCK < awards:
        first, logs, blocks, calldata = number + 1, {}, {}, {}
        for number in range(first, first + BLOCKS_A_STRETCH):
            blocks[number] = _block(number)
            logs[number] = list[Log]()
            for place in range(BATCHES_A_BLOCK):
                issuer = 1 + draw.randrange(2)
                last[issuer] += 1
                name = keccak(b"%d %d" % (number, place))
                calldata[name], made = _batch(draw, issuer, last[issuer], blocks[number], name)
                logs[number] += [
                    log._replace(position=len(logs[number]) + index)
                    for index, log in enumerate(made)
                ]
        yield Stretch(first, number, logs, blocks, calldata, {LEDGER: Contract.LEDGER})


def measured(engine: Engine, ready: list[Stretch], *, loose: bool = False) -> float:
    """Seconds that it takes to write them."""
    take = take_loose if loose else take_final
    begin = time.perf_counter()
    for stretch in ready:
        with transaction(engine) as connection:
            take(connection, stretch)
    return time.perf_counter() - begin


def _block(number: int) -> Block:
    return Block(number, keccak(b"%d" % number), b"", BEGIN_S + number, (), 0)


def _batch(
    draw: random.Random, issuer: int, number: int, block: Block, name: bytes
) -> tuple[bytes, list[Log]]:
    month, epoch = month_of(block.timestamp_s), epoch_of(block.timestamp_s) + 2
    who = [draw.randrange(ACCOUNTS).to_bytes(4, "big") * 5 for _ in range(BATCH)]
    words = [calls.award_word(account, 101, month, draw.randrange(1, 10_000)) for account in who]
    keys = sorted(draw.randbytes(_WORD) for _ in who)
    token = (issuer << 16 | epoch).to_bytes(_WORD, "big")
    logs = [
        _log(block, name, [event_topic(Transfer), bytes(_WORD), account.rjust(_WORD, b"\0"), token],
             encode(["address", "uint256"], [b"\x11" * 20, int.from_bytes(word[24:], "big")]))
        for account, word in zip(who, words, strict=True)
    ]  # fmt: skip
    total = sum(int.from_bytes(word[24:], "big") for word in words)
    content = keccak(encode(["bytes32[]", "bytes32[]"], [words, keys]))
    said = encode(["uint256", "uint256", "bytes32", "bytes32"], [BATCH, total, content, bytes(32)])
    named = [issuer.to_bytes(_WORD, "big"), number.to_bytes(_WORD, "big")]
    logs.append(_log(block, name, [event_topic(BatchMinted), *named], said))
    return calls.mint_batch(number, words, keys, bytes(32)), logs


def _log(block: Block, name: bytes, topics: list[bytes], data: bytes) -> Log:
    return Log(LEDGER, tuple(topics), data, block.number, block.hash, name, 0, 0)


def main() -> None:
    """Prints awards a second."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--awards", type=int, default=200_000)
    asked.add_argument("--loose", action="store_true", help="as blocks that may vanish")
    asked.add_argument("--profile", action="store_true")
    given = asked.parse_args()
    ready = list(stretches(given.awards))
    with tempfile.TemporaryDirectory() as folder, open_index(Path(folder) / "index.db") as opened:
        profile = cProfile.Profile()
        if given.profile:
            profile.enable()
        begin_s = time.process_time()
        took_s = measured(opened.engine, ready, loose=given.loose)
        busy_s = time.process_time() - begin_s
        profile.disable()
        awards = sum(len(logs) for s in ready for logs in s.logs.values())
        print(f"{awards / took_s:,.0f} awards a second ({awards:,} in {took_s:.1f} s)")
        print(f"{awards / busy_s:,.0f} awards a second of one core's time")
    if given.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(15)


if __name__ == "__main__":
    main()
