"""Every batch's hash as the ledger stores it, against its event's: asked for as they come.

A stored hash never changes, so the newest state answers for any block.
"""

from __future__ import annotations

from ledger.audit.findings import Findings
from ledger.chain.abi import abi
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import NodeRefused

ASKED = 250
"""Batches asked for in one request."""


class StoredHashes:
    """Collects batches and compares them by the hundred."""

    def __init__(self, gateway: Gateway, ledger: bytes, findings: Findings) -> None:
        self._gateway = gateway
        self._ledger = ledger
        self._findings = findings
        self._waiting: list[tuple[int, int, bytes]] = []

    def add(self, issuer: int, number: int, data_hash: bytes) -> None:
        """One batch more."""
        self._waiting.append((issuer, number, data_hash))
        if len(self._waiting) == ASKED:
            self.compare()

    def compare(self) -> None:
        """Those that wait."""
        call = abi("PointsLedger").call
        asked = [(self._ledger, call("batchHash", *one[:2])) for one in self._waiting]
        answers = self._gateway.call_many(asked)
        for (issuer, number, expected), found in zip(self._waiting, answers, strict=True):
            if found != expected:
                stored = None if isinstance(found, NodeRefused) else found
                self._findings.add(
                    "stored-hash-differs", issuer=issuer, number=number, expected=expected,
                    found=stored,
                )  # fmt: skip
        self._waiting.clear()
