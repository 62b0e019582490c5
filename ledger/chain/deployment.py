"""The deployment file: where a network's contracts stand. An auditor is given a node and this.

Written once, when the contracts are; read by every process. Knows no key and no member.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

from contracts.loader import load
from ledger.chain.gateway import Gateway
from ledger.chain.nodes import Nodes
from ledger.chain.rpc import Rpc
from ledger.chain.types import Finality, enhex, unhex
from ledger.errors import Broken, Refused, Rejected

VERSION = 1
EXAMPLE_CHAIN_IDS = frozenset({20_251_201, 9_731})
"""Of the demo's network and of the tests'. What is signed for one counts nowhere else, and nobody
founds a network of real members under them."""
_NAMES = {
    "manager": "AccessManager",
    "registry": "MemberRegistry",
    "rate_book": "RateBook",
    "clearing": "ClearingHouse",
    "ledger": "PointsLedger",
    "desk": "RedemptionDesk",
}


@dataclass(frozen=True)
class Deployment:
    """Addresses are 20 bytes. ``rate_book`` and ``desk`` are the first; events tell of later."""

    chain_id: int
    finality: Finality
    first_block: int
    """The block of the first contract: nothing of ours is before it."""
    manager: bytes
    registry: bytes
    rate_book: bytes
    clearing: bytes
    ledger: bytes
    desk: bytes

    @property
    def contracts(self) -> dict[str, bytes]:
        """Address by contract name."""
        return {name: getattr(self, field) for field, name in _NAMES.items()}

    @property
    def addresses(self) -> tuple[bytes, ...]:
        """Of all contracts whose events are ours."""
        return (self.registry, self.rate_book, self.clearing, self.ledger, self.desk)

    def check_example(self) -> None:
        """Refused("sandbox.not-an-example") for a network whose points are somebody's."""
        if self.chain_id not in EXAMPLE_CHAIN_IDS:
            raise Refused("sandbox.not-an-example", chain_id=self.chain_id)

    def gateway(self, node_url: str, *others: str) -> Gateway:
        """A gateway through one node, or the first of several that answers; nothing is asked of
        it yet."""
        rpc = Nodes([node_url, *others], self.chain_id) if others else Rpc(node_url)
        return Gateway(rpc, self.chain_id, self.finality)

    def write(self, path: Path) -> None:
        """The file, whole or not at all."""
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(self._shown(), indent=2) + "\n", "utf-8")
        draft.replace(path)

    def _shown(self) -> dict[str, object]:
        return {
            "version": VERSION,
            "chain_id": self.chain_id,
            "finality": str(self.finality),
            "first_block": self.first_block,
            "contracts": {name: enhex(address) for name, address in self.contracts.items()},
        }


def read_deployment(path: Path) -> Deployment:
    """The file's content; Rejected, with what is wrong, where it is none."""
    try:
        given = json.loads(path.read_text("utf-8"))
        found = {field: unhex(given["contracts"][name]) for field, name in _NAMES.items()}
        if given["version"] != VERSION or any(len(address) != 20 for address in found.values()):
            raise ValueError("version or addresses")
        finality = Finality.parse(given["finality"])
        return Deployment(int(given["chain_id"]), finality, int(given["first_block"]), **found)
    except OSError as error:
        raise Rejected("deployment.missing", path=str(path)) from error
    except (ValueError, KeyError, TypeError) as error:
        why = f"{type(error).__name__}: {error}"
        raise Rejected("deployment.unreadable", path=str(path), why=why) from error


def check_code(gateway: Gateway, deployment: Deployment) -> None:
    """Broken("deployment.other-code") if a contract is not byte for byte what we build."""
    for name, address in deployment.contracts.items():
        artifact, there = load(name), bytearray(gateway.code(address))
        for start, length in artifact.immutable_references:
            there[start : start + length] = bytes(length)
        if bytes(there) != artifact.deployed_bytecode:
            raise Broken("deployment.other-code", contract=name, address=address)


assert {field.name for field in fields(Deployment)} >= _NAMES.keys()
