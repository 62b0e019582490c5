"""What is rarer costs in gas: corrections and reversals, booking expiry, windows and settlement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from issuers.sandbox.kinds import Scheme
from ledger.chain.decode import decode, event_topic
from ledger.chain.types import Receipt
from ledger.events import AwardCorrected
from ledger.units import MONTHS_PER_EPOCH
from tests.bench.draws import Batch
from tests.bench.figures import Figure, Told, gas
from tests.bench.gas_awards import NEXT_EPOCH_MONTH
from tests.bench.world import CANTEEN, ISSUERS, KEYS, OPERATING
from tests.support.network import Network

CORRECTIONS_TOGETHER = 20
_REASON = b"\3" * 32
_EXPIRING = Scheme.ENVIRONMENT
"""Its points live one half-year after the one they were earned in."""


def corrections(network: Network, batch: Batch, told: Told) -> Iterator[Figure]:
    """Of a batch of 500 volunteers, which is the proof; and what takes one back."""
    key, proof = KEYS[ISSUERS[Scheme.VOLUNTEER]], (batch.number, batch.words(), batch.keys)

    def correct(rows: range) -> Receipt:
        told()
        asked = [(row, 0, _REASON) for row in rows]
        return network.call(key, "PointsLedger", "correct", *proof, asked)

    together = correct(range(1, 1 + CORRECTIONS_TOGETHER))
    alone = correct(range(1))
    entry = next(log for log in alone.logs if log.topics[0] == event_topic(AwardCorrected))
    back = decode(entry)
    assert isinstance(back, AwardCorrected)
    told()
    undone = network.call(key, "PointsLedger", "reverse", back.correction, back[3:10], _REASON)
    yield gas("gas.correction.one", "更正 · 单行", "correction · one row", alone.gas_used)
    zh, en = "更正 · 20 行一笔，每行", "correction · 20 rows at once, each"
    yield gas("gas.correction.twenty", zh, en, together.gas_used / CORRECTIONS_TOGETHER)
    yield gas("gas.correction.reversal", "更正的撤销", "reversal of a correction", undone.gas_used)


def clearing(network: Network, told: Told) -> Iterator[Figure]:
    """Closes the open window, publishes its settlement, and both sides confirm each transfer."""
    closing = network.call(KEYS[CANTEEN], "ClearingHouse", "closeWindow")
    told()
    window = cast("int", network.read("ClearingHouse", "openWindow"))
    network.chain.mine()
    transfers = _transfers(network, window)
    receipt = network.call(KEYS[OPERATING], "ClearingHouse", "publishSettlement", window, transfers)
    told()
    confirmed = [
        network.call(KEYS[member], "ClearingHouse", "confirmTransfer", window, place)
        for place, transfer in enumerate(transfers)
        for member in transfer[:2]
    ]
    told()
    one = sorted(r.gas_used for r in confirmed)[len(confirmed) // 2]
    whole = receipt.gas_used + sum(r.gas_used for r in confirmed)
    each = f"{len(transfers)}"
    yield gas("gas.window.close", "关闭清算窗口", "close a window", closing.gas_used)
    yield gas(
        "gas.settlement.publish",
        f"公布结算 · {each} 笔转账",
        f"publish a settlement · {each} transfers",
        receipt.gas_used,
    )
    yield gas("gas.settlement.confirm", "确认一笔转账", "confirm a transfer", one)
    zh, en = "结算合计 · 公布并全部确认", "settlement in all · published and confirmed"
    yield gas("gas.settlement.all", zh, en, whole)


def expiry(network: Network, told: Told) -> Iterator[Figure]:
    """Books the class of the first half-year's environment points, once it has passed."""
    epoch = NEXT_EPOCH_MONTH // MONTHS_PER_EPOCH
    issuer = ISSUERS[_EXPIRING]
    receipt = network.call(KEYS[OPERATING], "PointsLedger", "bookExpiry", issuer, epoch)
    told()
    yield gas("gas.expiry", "登记到期", "book an expiry", receipt.gas_used)


def _transfers(network: Network, window: int) -> list[tuple[int, int, int, bool, bool]]:
    """Each issuer that owes pays the one acceptor, which is owed by all of them."""
    positions = {
        issuer: cast("int", network.read("ClearingHouse", "positionOf", window, issuer))
        for issuer in ISSUERS.values()
    }
    return [
        (issuer, CANTEEN, -units, False, False) for issuer, units in positions.items() if units < 0
    ]
