"""Loads what every agent needs, so that processes forked from here begin at once."""

from __future__ import annotations

from issuers.bootstrap import FAMILY
from ledger.chain.abi import abi
from ledger.chain.decode import decode
from ledger.chain.types import Log
from ledger.store.engine import open_database
from tests.issuers import agent_program

__all__ = ["agent_program"]

for _name in ("MemberRegistry", "RateBook", "PointsLedger", "ClearingHouse", "RedemptionDesk"):
    abi(_name)
decode(Log(b"", (bytes(32),), b"", 0, b"", b"", 0, 0))
open_database("sqlite://", FAMILY).close()
