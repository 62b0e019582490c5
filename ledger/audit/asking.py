"""Asking the contracts themselves, many views at once, as of one block's state.

A node that keeps no old states (the embedded chain) is asked for its newest one, if nothing of ours
happened since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.audit.feed import HEADERS
from ledger.audit.findings import Findings
from ledger.chain.abi import abi
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import BlockRef, Gateway
from ledger.chain.rpc import NodeRefused
from ledger.chain.types import Block
from ledger.errors import Unavailable

_WORD = 32


@dataclass(frozen=True)
class Standpoint:
    """The state that is asked: how the node names it, and its block."""

    reference: BlockRef
    block: Block


def standpoint(gateway: Gateway, deployment: Deployment, last: Block) -> Standpoint | None:
    """The state of ``last``, or the newest where nothing happened since; None if neither is."""
    probe = abi("PointsLedger").call("stops")
    try:
        gateway.call(deployment.ledger, probe, block=last.number)
    except (NodeRefused, Unavailable):
        newest = gateway.latest()
        quiet = _quiet(gateway, deployment, last.number + 1, newest.number)
        return Standpoint("latest", newest) if quiet else None
    return Standpoint(last.number, last)


def still_stands(gateway: Gateway, deployment: Deployment, asked: Standpoint) -> bool:
    """Whether all answers were of one state: the newest one must not have changed meanwhile."""
    if asked.reference != "latest":
        return True
    return _quiet(gateway, deployment, asked.block.number + 1, gateway.head())


def _quiet(gateway: Gateway, deployment: Deployment, first: int, last: int) -> bool:
    """Whether nothing of ours happened in these blocks; stops reading at the first event."""
    for start in range(first, last + 1, HEADERS):
        for block in gateway.blocks(range(start, min(start + HEADERS, last + 1))):
            if block is None or not block.transactions:
                continue
            if gateway.logs(block.number, block.number, deployment.addresses):
                return False
    return True


@dataclass
class Asking:
    """Answers as words, and findings where one is not what was recomputed."""

    gateway: Gateway
    deployment: Deployment
    asked: Standpoint
    findings: Findings = field(default_factory=Findings)

    def ints(
        self, contract: str, function: str, asked: Iterable[Sequence[Any]], to: bytes = b""
    ) -> list[list[int] | None]:
        """Answers as words; None where the contract refuses."""
        address = to or self.deployment.contracts[contract]
        call = abi(contract).call
        calls = [(address, call(function, *arguments)) for arguments in asked]
        answers = self.gateway.call_many(calls, block=self.asked.reference)
        return [None if isinstance(a, NodeRefused) else _words(a) for a in answers]

    def one(self, contract: str, function: str, expected: list[int]) -> None:
        self.same(f"{function}()", expected, self.ints(contract, function, [()])[0])

    def same(self, view: str, expected: list[int], found: list[int] | None) -> None:
        if found != expected:
            told = None if found is None else str(found)
            self.findings.add("view-differs", view=view, expected=str(expected), found=told)


def _words(answer: bytes) -> list[int]:
    starts = range(0, len(answer), _WORD)
    return [int.from_bytes(answer[start : start + _WORD], "big") for start in starts]
