"""What the columns of the projection hold, and the few words that stand in them. Pure.

Every row type of this package is a named tuple whose leading fields are its key. The annotations
below say how wide a column is; ``ledger.store.index_tables`` makes tables of them.
"""

from __future__ import annotations

import enum
from typing import Annotated, TypeAlias

Address: TypeAlias = Annotated[bytes, "address"]
"""20 bytes: an account, a key or a contract."""
Digest: TypeAlias = Annotated[bytes, "digest"]
"""32 bytes: an id or a hash."""
UInt64: TypeAlias = Annotated[int, "uint64"]
"""0..2^64 - 1: what a contract lets anyone set so high, such as a quantity or a cap."""
UInt256: TypeAlias = Annotated[int, "uint256"]
"""0..2^256 - 1: packed words of a hold, slices."""

NUMBER_BITS = 63
"""A plain ``int`` column holds amounts in units, members, epochs, months, blocks, times."""


class HoldPhase(enum.StrEnum):
    """Where a hold stands. The last two have ended."""

    HELD = "held"
    CAPTURED = "captured"
    """A part may have been refunded: ``refunded_units`` says how much."""
    RELEASED = "released"
    REFUNDED = "refunded"
    """Wholly: nothing captured is left."""


class EntryKind(enum.StrEnum):
    """Why points came to an account (positive units) or left it (negative)."""

    AWARD = "award"
    """Of a batch; ``AwardRow`` says for what."""
    HOLD = "hold"
    REST = "rest"
    """What a capture did not take came back."""
    RELEASE = "release"
    REFUND = "refund"
    CORRECTION = "correction"
    REVERSAL = "reversal"
    DONATION = "donation"


class ClearingKind(enum.StrEnum):
    """What changed an obligation."""

    CAPTURE = "capture"
    REFUND = "refund"
    DISPUTE = "dispute"


class StopKind(enum.StrEnum):
    """What was said about the stops."""

    PAUSED = "paused"
    STRICT = "strict"
    RESUMED = "resumed"


class ContractRole(enum.StrEnum):
    """What a replaceable contract was appointed as."""

    RATE_BOOK = "rate_book"
    DESK = "desk"
