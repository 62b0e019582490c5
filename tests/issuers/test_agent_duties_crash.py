"""Killed at the moves of an exchange, an agent credits, refunds and declines each hold once."""

from __future__ import annotations

import json
import multiprocessing
import signal
from datetime import datetime
from pathlib import Path

import pytest

from ledger.chain.calls import award_word
from ledger.units import BEIJING, month_of
from tests.issuers.agent_program import SCHEME, FileSource, play
from tests.issuers.market import (
    OPERATING,
    STANDARD,
    BareChain,
    Market,
    account,
    bare_market,
    key_of,
    member_of,
)

pytestmark = pytest.mark.slow
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.issuers.agent_warm"])
CULTURE, SPENDER = member_of("culture"), account("culture", "c1")
GOOD, FROZEN, NOBODY = (bytes([number]) * 32 for number in (1, 2, 3))
FLOWS = {
    GOOD: ("new-seen", "seen-capturing", "capturing-captured", "captured-credited"),
    FROZEN: ("captured-refunding", "refunding-refunded"),
    NOBODY: ("seen-declining", "declining-ended"),
}
"""The moves that each hold makes and no other before it has tried."""


def run(market: Market, fault: str) -> int | None:
    """The agent's process until it rests or dies; its exit code."""
    words = (market.folder, market.chain.url, fault, False)
    process = _PROCESSES.Process(target=play, args=words)
    process.start()
    process.join()
    return process.exitcode


def begin(folder: Path, market: Market) -> None:
    """Culture points to spend, two members with accounts, one of them frozen."""
    month, activity = month_of(market.chain.now_s()), STANDARD.activities["CUL.SPENDING"].id
    word = award_word(SPENDER, activity, month, 100_000)
    batch = (1, [word], [b"\1" * 32], b"\2" * 32)
    market.send(key_of(CULTURE), "PointsLedger", "mintBatch", *batch)
    members = [f"{one},0x{account(SCHEME, one).hex()}" for one in ("m1", "m2")]
    (folder / "links.csv").write_text("\n".join(["member_id,account", *members]), "utf-8")
    wallets = {GOOD.hex(): account(SCHEME, "m1").hex(), FROZEN.hex(): account(SCHEME, "m2").hex()}
    (folder / "wallets.json").write_text(json.dumps(wallets), "utf-8")
    source = FileSource(folder / "source.json")
    source.frozen.add("m2")
    source.save()


def test_a_kill_at_any_move_of_an_exchange_credits_and_refunds_once(tmp_path: Path) -> None:
    with bare_market(tmp_path) as market:
        assert isinstance(market.chain, BareChain)
        market.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        begin(tmp_path, market)
        for hold_id, moves in FLOWS.items():
            until = market.chain.now_s() + 86_400
            asked = (hold_id, CULTURE, SPENDER, member_of(SCHEME), 300, until, until)
            market.send(key_of(OPERATING), "RedemptionDesk", "hold", asked)
            for move in moves:
                for side in ("before", "after"):
                    point = f"exchange.{move}.{side}"
                    assert run(market, point) == -signal.SIGKILL, point
            assert run(market, "") == 0

        credited = FileSource(tmp_path / "source.json").credits
        free = market.free_units("culture", SPENDER)
        owed = market.read("ClearingHouse", "positionOf", 1, member_of(SCHEME))

    assert credited == {"0x" + GOOD.hex(): ("m1", 3)}
    assert free == 15_000 - 300
    assert owed == 300
