"""What contract tests ask and do again and again: balances, refusals, a hold's last event."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import decode

from ledger.units import epoch_of
from tests.support.evm import Evm, Refusal, event_topic, type_of
from tests.support.season import CANTEEN, KEYS, OPERATING, VOLUNTEER, account

RESIDENT = account(1)
STRANGER = "0x" + "5e" * 20
HOLD, OTHER_HOLD = b"\7" * 32, b"\x08" * 32
REASON = b"\3" * 32
DAY_S = 86_400
CLASS_FIELDS = (
    *("minted", "free", "held", "captured", "expired", "corrected"),
    *("refunded_in", "carried_in", "carried_out"),
)


def refused(name: str, *values: object):  # type: ignore[no-untyped-def]
    """The custom error with exactly these values."""
    return pytest.raises(Refusal, check=lambda r: (r.name, r.values) == (name, values))


def free(evm: Evm, issuer: int, holder: str) -> int:
    """Units free in all live lanes."""
    lanes = evm.read("PointsLedger", "lotsOf", issuer, holder)[0]
    return sum(lanes >> shift & 0xFFFFFFFF for shift in range(0, 192, 32))


def free_by_epoch(evm: Evm, issuer: int, holder: str) -> dict[int, int]:
    """Units free by live epoch, none of them zero, as ERC-6909 answers."""
    now = epoch_of(evm.now)
    found = {
        epoch: evm.read("PointsLedger", "balanceOf", holder, issuer << 16 | epoch)
        for epoch in range(now, now + 6)
    }
    return {epoch: units for epoch, units in found.items() if units}


def class_of(evm: Evm, issuer: int, epoch: int) -> dict[str, int]:
    """A class's figures by name, those that are not zero."""
    figures = evm.read("PointsLedger", "classOf", issuer, epoch)
    return {name: units for name, units in zip(CLASS_FIELDS, figures, strict=True) if units}


def balanced(evm: Evm, issuer: int, epoch: int) -> bool:
    """Invariant 1 for one class."""
    minted, left, held, captured, expired, corrected, refunded, came, went = evm.read(
        "PointsLedger", "classOf", issuer, epoch
    )
    gone = captured + expired + corrected + went
    return bool(minted + refunded + came == left + held + gone)


def event(evm: Evm, contract: str, name: str) -> tuple[Any, ...]:
    """The values of that event in the last transaction, those that are not indexed."""
    abi = next(entry for entry in evm.abis[contract] if entry.get("name") == name)
    kinds = [type_of(p) for p in abi["inputs"] if not p["indexed"]]
    topic = "0x" + event_topic(abi).hex()
    data = next(bytes(log.data[1]) for log in evm.logs if str(log.topics[0]) == topic)
    values: tuple[Any, ...] = decode(kinds, data)
    return values


def last_entry(evm: Evm, name: str) -> tuple[Any, ...]:
    """The hold in the last transaction's event: the preimage of what the ledger stores."""
    entry: tuple[Any, ...] = event(evm, "PointsLedger", name)[-1]
    return entry


def ask(evm: Evm, units: int = 3_000, **changed: Any) -> tuple[Any, ...]:
    """A hold request of the resident's volunteer points at the canteen, for a day."""
    asked = {
        "hold_id": HOLD,
        "issuer": VOLUNTEER,
        "account": RESIDENT,
        "acceptor": CANTEEN,
        "units": units,
        "deadline": evm.now + DAY_S,
        "service_at": evm.now + 3_600,
    }
    assert changed.keys() <= asked.keys(), changed
    return tuple((asked | changed).values())


def hold(evm: Evm, units: int = 3_000, **changed: Any) -> Any:
    """A custodial hold; its entry, for what ends it."""
    evm.send(KEYS[OPERATING], "RedemptionDesk", "hold", ask(evm, units, **changed))
    return last_entry(evm, "HoldPlaced")


def capture(evm: Evm, entry: Any, units: int, hold_id: bytes = HOLD) -> Any:
    """A capture by the canteen; what it leaves refundable."""
    evm.send(KEYS[CANTEEN], "RedemptionDesk", "capture", hold_id, entry, units)
    return last_entry(evm, "HoldCaptured")


def refund(evm: Evm, entry: Any, units: int, hold_id: bytes = HOLD) -> Any:
    """A refund by the canteen; what stays refundable."""
    evm.send(KEYS[CANTEEN], "RedemptionDesk", "refund", hold_id, entry, units)
    return last_entry(evm, "HoldRefunded")
