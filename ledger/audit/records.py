"""What the first pass leaves for the second: one layout for accounts, one for keys and ids.

Fixed sizes, so that a partition is read without parsing. Fields that a kind does not use are 0.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

from ledger.rules.lanes import Slices, packed, unpacked
from ledger.units import LANE_MAX


class Kind(IntEnum):
    """What happened to an account."""

    AWARD = 0
    HOLD = 1
    LAND = 2
    """Points come back: a release, the rest of a capture, a refund."""
    CANCEL = 3
    """A resident's own release."""
    CORRECTION = 4
    REVERSAL = 5
    GIVEN = 6
    RECEIVED = 7
    KEY = 8
    """A key was announced (``name``), in effect from ``number``."""
    KEY_WITHDRAWN = 9


class Channel(IntEnum):
    """On whose word a hold or gift was made, as its transaction says."""

    CUSTODIAL = 0
    SIGNED = 1
    FUND = 2
    UNSEEN = 3


ENTRY = struct.Struct(">BIQH20sQI32s32sHHIII24s")
"""Fields of ``Entry``, in order."""
KEY = struct.Struct(">32sHQI")
"""Fields of ``KeyEntry``, in order."""
_SLICES_BYTES = 24


class Entry(NamedTuple):
    """One thing that happened to one account with one issuer; amounts in units."""

    kind: int
    block: int
    time_s: int
    issuer: int
    account: bytes
    number: int
    """The batch; the moment a key takes effect; a hold's channel."""
    row: int
    name: bytes
    """The award's key, the hold's, gift's or correction's id, the registered key."""
    other: bytes
    """The award's id of a correction; who signed, left-padded."""
    month: int
    """The month an award occurred in; the desk's place for what a desk did."""
    epoch: int
    """Where an award landed; from which a slice's lanes count."""
    full_units: int
    """Of an award before its clip; what a correction's request leaves standing."""
    units: int
    cap_units: int
    """The annual cap in force."""
    slices: bytes
    """Units by lane, as the contracts pack them."""

    def taken(self) -> Slices:
        """The slices by epoch."""
        return unpacked(int.from_bytes(self.slices, "big"), self.epoch)


class KeyEntry(NamedTuple):
    """Where a key or an id was used: an award's (issuer, batch, row), or a hold's (0, block, 0)."""

    key: bytes
    issuer: int
    number: int
    row: int


def slices_field(slices: Slices) -> bytes:
    """Slices as the field holds them."""
    return packed(slices).to_bytes(_SLICES_BYTES, "big")


NO_SLICES = bytes(_SLICES_BYTES)
NO_NAME = bytes(32)
NO_TARGET: int = LANE_MAX
"""Stands where a correction's request is not seen."""


def entry(
    kind: Kind,
    at: tuple[int, int],
    issuer: int,
    account: bytes,
    *,
    number: int = 0,
    name: bytes = NO_NAME,
    other: bytes = NO_NAME,
    month: int = 0,
    epoch: int = 0,
    full_units: int = 0,
    units: int = 0,
    slices: bytes = NO_SLICES,
) -> bytes:
    """A packed entry other than an award; ``at`` is (block, time in seconds)."""
    return ENTRY.pack(
        kind,
        *at,
        issuer,
        account,
        number,
        0,
        name,
        other,
        month,
        epoch,
        full_units,
        units,
        0,
        slices,
    )
